"""Storing published guides, and loading them from their files without overwriting what was changed in the browser."""

import dataclasses
import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from portal.core.errors import Conflict
from portal.guides.formats.guide_json import guide_content
from portal.guides.models.drafts import DraftRow
from portal.guides.models.library import GuideMedia, GuideRow
from portal.guides.models.versions import ConflictRow, VersionFile, VersionRow
from portal.guides.operations.search import index_guides
from portal.guides.operations.stills import ask_for_stills, forget_stills
from portal.guides.queries.library import every_guide, guides_of_rows
from portal.guides.rules.library import Guide, Media
from portal.guides.rules.recordings import Recording, sources
from portal.guides.rules.versions import GONE, CodeOfDraft, Origin, Sync, content_hash, decide_sync


class CodeTaken(Conflict):
    """A code was given to another guide before; codes are never given twice."""

    def __init__(self, code: str, address: str) -> None:
        self.code, self.address = code, address
        super().__init__(f"The code {code} belonged to {address}. Give the new guide a code of its own.")


class AddressTaken(Conflict):
    """An address belongs to the guide with another code, perhaps an archived one."""

    def __init__(self, address: str, code: str) -> None:
        self.address, self.code = address, code
        super().__init__(f"{address} belongs to {code}. Keep that code, or put the new guide in another folder.")


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncedGuides:
    """How many guides a sync added, changed, left and archived.

    ``newer_in_browser``: codes of guides changed in the browser since they were last written to files; they were left
    alone. ``conflicts``: codes of guides that both sides changed; a person has to choose.
    """

    added: int
    changed: int
    unchanged: int
    archived: int
    newer_in_browser: tuple[str, ...] = ()
    conflicts: tuple[str, ...] = ()


def sync_guides(
    session: Session,
    guides: Iterable[Guide],
    *,
    now: dt.datetime,
    take_files: Collection[str] = (),
    keep_browser: Collection[str] = (),
) -> SyncedGuides:
    """Bring the library to what the folders hold. Their files must be in the file store already.

    A guide changed in the browser only stays as it is there; one changed on both sides is left alone and noted as a
    conflict, unless its code is in ``take_files`` or ``keep_browser``.

    Raises CodeTaken when a code moves to another address, AddressTaken when an address gets another code, CodeOfDraft
    when a code was given to a draft.
    """
    folders = {guide.code: guide for guide in guides}
    rows = {row.code: row for row in session.scalars(select(GuideRow))}
    _check_names(session, folders, rows)
    stored = {guide.code: guide for guide in every_guide(session)}
    counts = {"added": 0, "changed": 0, "unchanged": 0, "archived": 0}
    newer, conflicts = [], []
    for code in dict.fromkeys((*folders, *rows)):
        folder, row = folders.get(code), rows.get(code)
        if row is None:
            store_guide(session, folders[code], origin=Origin.FILES, now=now)
            _agree(session, code, content_hash(folders[code]))
            counts["added"] += 1
            continue
        if folder is None and row.agreed_hash is None:
            continue  # made in the browser, and never in a folder
        files = GONE if folder is None else content_hash(folder)
        held = GONE if row.archived_at is not None else content_hash(stored[code])
        decision = _decision(code, files, row.agreed_hash, held, take_files, keep_browser)
        if decision is Sync.TAKE_FILES:
            counts[take_folder(session, code, folder, now=now)] += 1
            continue
        if decision is Sync.ASK:
            conflicts.append(code)
            _note_conflict(session, code, folder, now=now)
            continue
        if files != row.agreed_hash:
            _agree(session, code, files)
        if decision is Sync.KEEP_BROWSER:
            newer.append(code)
        elif folder is not None:
            counts["unchanged"] += 1
    session.flush()
    return SyncedGuides(**counts, newer_in_browser=tuple(newer), conflicts=tuple(conflicts))


def take_folder(session: Session, code: str, folder: Guide | None, *, now: dt.datetime) -> str:
    """Make what the folder holds the published version, or archive the guide whose folder is gone.

    Returns “changed” or “archived”.
    """
    if folder is not None:
        store_guide(session, folder, origin=Origin.FILES, now=now)
        _agree(session, code, content_hash(folder))
        return "changed"
    row = _row(session, code)
    row.archived_at = now
    _agree(session, code, GONE)
    index_guides(session, [code])
    return "archived"


def keep_library(session: Session, code: str, folder: Guide | None) -> None:
    """Keep what is published, and remember that the folder's state was seen."""
    _agree(session, code, GONE if folder is None else content_hash(folder))


def store_guide(
    session: Session, guide: Guide, *, origin: Origin, now: dt.datetime, account_id: int | None = None
) -> int:
    """Make this the published version of the guide with its code, and keep it; returns the version's number."""
    row = session.scalar(select(GuideRow).where(GuideRow.code == guide.code))
    values = _values(guide)
    if row is None:
        row = GuideRow(**values, version=0)
        session.add(row)
    else:
        for name, value in values.items():
            setattr(row, name, value)
    row.version += 1
    row.archived_at = row.moved_to = None
    session.flush()
    _store_media(session, row.id, guide)
    _keep_version(session, row, guide, origin=origin, now=now, account_id=account_id)
    index_guides(session, [guide.code])
    ask_for_stills(session, guide.code, now=now)
    return row.version


def offer_outputs(session: Session, recording: Recording) -> None:
    """Let the guides made of this recording, as it is edited now, offer every file that was made of it."""
    query = select(GuideRow).where(
        GuideRow.recording == recording.id, GuideRow.recording_edition == recording.shown_edition
    )
    for row in session.scalars(query).all():
        (guide,) = guides_of_rows(session, [row])
        smaller = tuple(media for media in sources(recording.outputs) if media.digest != guide.video.digest)
        _store_media(session, row.id, dataclasses.replace(guide, alternatives=smaller))


def _decision(
    code: str, files: str, agreed: str | None, held: str, take_files: Collection[str], keep_browser: Collection[str]
) -> Sync:
    decision = decide_sync(files=files, agreed=agreed, stored=held)
    if decision in (Sync.ASK, Sync.KEEP_BROWSER) and code in take_files:
        return Sync.TAKE_FILES
    return Sync.KEEP_BROWSER if decision is Sync.ASK and code in keep_browser else decision


def _check_names(session: Session, folders: Mapping[str, Guide], rows: Mapping[str, GuideRow]) -> None:
    codes = {(row.system_key, row.slug): code for code, row in rows.items()}
    drafts = {row.code: row.title for row in session.scalars(select(DraftRow).where(DraftRow.base_version.is_(None)))}
    for code, guide in folders.items():
        row = rows.get(code)
        if codes.get((guide.system, guide.slug), code) != code:
            raise AddressTaken(guide.address, codes[guide.system, guide.slug])
        if row is not None and (row.system_key, row.slug) != (guide.system, guide.slug):
            raise CodeTaken(code, f"{row.system_key}/{row.slug}")
        if row is None and code in drafts:
            raise CodeOfDraft(code, drafts[code])


def _row(session: Session, code: str) -> GuideRow:
    return session.scalars(select(GuideRow).where(GuideRow.code == code)).one()


def _agree(session: Session, code: str, agreed: str) -> None:
    _row(session, code).agreed_hash = agreed
    session.execute(delete(ConflictRow).where(ConflictRow.code == code))


def _note_conflict(session: Session, code: str, folder: Guide | None, *, now: dt.datetime) -> None:
    content = None if folder is None else guide_content(folder)
    row = session.get(ConflictRow, code)
    if row is None:
        session.add(ConflictRow(code=code, found_at=now, content=content))
    else:
        row.content = content


def _store_media(session: Session, guide_id: int, guide: Guide) -> None:
    forget_stills(session, guide_id, video=guide.video.digest)
    files: dict[str, Media | None] = {"video": guide.video, "captions": guide.captions, "poster": guide.poster}
    files |= {f"video-{number}": media for number, media in enumerate(guide.alternatives, start=1)}
    still = GuideMedia.role.startswith("still-")  # each is named by its time and cut of this video
    session.execute(delete(GuideMedia).where(GuideMedia.guide_id == guide_id, ~still))
    session.expire_all()
    for role, media in files.items():
        if media is not None:
            session.add(GuideMedia(guide_id=guide_id, role=role, **dataclasses.asdict(media)))


def _keep_version(
    session: Session, row: GuideRow, guide: Guide, *, origin: Origin, now: dt.datetime, account_id: int | None
) -> None:
    version = VersionRow(
        code=guide.code,
        number=row.version,
        published_at=now,
        account_id=account_id,
        origin=origin,
        content=guide_content(guide),
    )
    session.add(version)
    session.flush()
    still = GuideMedia.role.startswith("still-")
    for file in session.scalars(select(GuideMedia).where(GuideMedia.guide_id == row.id, ~still)):
        session.add(
            VersionFile(
                version_id=version.id,
                role=file.role,
                digest=file.digest,
                name=file.name,
                mimetype=file.mimetype,
                size=file.size,
            )
        )


def _values(guide: Guide) -> dict[str, object]:
    return {
        "code": guide.code,
        "system_key": guide.system,
        "slug": guide.slug,
        "title": guide.title,
        "summary": guide.summary,
        "skills": list(guide.skills),
        "owner": guide.owner,
        "published": guide.published,
        "reviewed": guide.reviewed,
        "review_every": guide.review_every,
        "captions_reviewed": guide.captions_reviewed,
        "changed": guide.changed,
        "silent": guide.silent,
        "also": list(guide.also),
        "steps": [dataclasses.asdict(step) for step in guide.steps],
        "cues": [dataclasses.asdict(cue) for cue in guide.cues],
        "seconds": guide.seconds,
        "recording": guide.recording,
        "recording_edition": guide.recording_edition,
    }
