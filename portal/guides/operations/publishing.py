"""Publishing a draft, going back to a version, archiving, reviewing, choosing between files and browser."""

import dataclasses
import datetime as dt

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from portal.catalogue.rules import Catalogue
from portal.guides.models.drafts import DraftRow
from portal.guides.models.library import GuideRow
from portal.guides.operations.library import keep_library, offer_outputs, store_guide, take_folder
from portal.guides.operations.search import index_guides
from portal.guides.queries import drafts as draft_queries
from portal.guides.queries.library import guide_with_code
from portal.guides.queries.recordings import recordings_at
from portal.guides.queries.versions import conflict, current_version, version
from portal.guides.rules.drafts import slug_of
from portal.guides.rules.library import Guide, Media
from portal.guides.rules.publishing import (
    NotReady,
    PublishedMeanwhile,
    guide_of_draft,
    missing,
)
from portal.guides.rules.versions import Origin, UnknownCode, UnusableRedirect


def publish_draft(
    session: Session,
    code: str,
    *,
    captions: Media,
    catalogue: Catalogue,
    today: dt.date,
    now: dt.datetime,
    account_id: int | None,
) -> Guide:
    """Make a draft the published version of its guide. ``captions``: its captions file, in the file store already.

    Raises UnknownDraft, NotReady when something is missing, PublishedMeanwhile when the guide has a newer version than
    the draft started from.
    """
    draft = draft_queries.draft(session, code)
    published = guide_with_code(session, code)
    if draft.base_version != current_version(session, code):
        raise PublishedMeanwhile(code)
    files = draft_queries.shown_files(session, draft, published=published)
    system = catalogue.system(draft.facts.system) if catalogue.has_system(draft.facts.system) else None
    lacking = missing(draft, system=system, files=files)
    if lacking or files is None:
        raise NotReady(lacking)
    slug = published.slug if published else slug_of(draft.title, draft_queries.taken_slugs(session, draft.facts.system))
    guide = guide_of_draft(draft, slug=slug, published=published, files=files, captions=captions, today=today)
    store_guide(session, guide, origin=Origin.BROWSER, now=now, account_id=account_id)
    session.execute(delete(DraftRow).where(DraftRow.code == code))
    return guide


def roll_back(session: Session, code: str, number: int, *, now: dt.datetime, account_id: int | None) -> int:
    """Publish an earlier version again, as a new one; returns its number. Raises UnknownVersion."""
    earlier = version(session, code, number)
    guide = dataclasses.replace(earlier.guide, changed=f"Back to version {number}.")
    stored = store_guide(session, guide, origin=Origin.ROLL_BACK, now=now, account_id=account_id)
    for recording in recordings_at(session, filter(None, (guide.recording,))).values():
        offer_outputs(session, recording)
    return stored


def archive_guide(session: Session, code: str, *, moved_to: str | None, now: dt.datetime) -> None:
    """Take a guide off the library; ``moved_to`` is the code of the published guide that takes its readers.

    Raises UnknownCode, UnusableRedirect.
    """
    row = _row(session, code)
    if moved_to is not None:
        target = session.scalar(select(GuideRow).where(GuideRow.code == moved_to, GuideRow.archived_at.is_(None)))
        if target is None or moved_to == code:
            raise UnusableRedirect(moved_to)
    row.archived_at, row.moved_to = now, moved_to
    index_guides(session, [code])
    # Who came here from a third guide goes on to where this one leads.
    session.execute(update(GuideRow).where(GuideRow.moved_to == code).values(moved_to=moved_to))


def unarchive_guide(session: Session, code: str) -> None:
    """Put an archived guide back into the library as it was. Raises UnknownCode."""
    row = _row(session, code)
    row.archived_at = row.moved_to = None
    index_guides(session, [code])


def mark_reviewed(session: Session, code: str, *, today: dt.date) -> None:
    """Note that somebody looked a guide through today and found it right. Raises UnknownCode."""
    _row(session, code).reviewed = today


def choose_files(session: Session, code: str, *, now: dt.datetime) -> None:
    """Settle a conflict: the folder's version is published; the browser's stays among the versions.

    Raises UnknownConflict.
    """
    take_folder(session, code, conflict(session, code).files, now=now)


def choose_browser(session: Session, code: str) -> None:
    """Settle a conflict: what is published stays, until the folder changes again. Raises UnknownConflict."""
    keep_library(session, code, conflict(session, code).files)


def _row(session: Session, code: str) -> GuideRow:
    row = session.scalar(select(GuideRow).where(GuideRow.code == code))
    if row is None:
        raise UnknownCode(code)
    return row
