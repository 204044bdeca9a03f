"""Loading guides from their files."""

import dataclasses
import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from portal.core.errors import Conflict
from portal.guides.models.library import GuideMedia, GuideRow
from portal.guides.rules.library import Guide, Media


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
    """How many guides a sync added, changed, left and archived."""

    added: int
    changed: int
    unchanged: int
    archived: int


def sync_guides(session: Session, guides: Iterable[Guide], *, now: dt.datetime) -> SyncedGuides:
    """Make the published guides these and no others. Their files must be in the file store already.

    Raises CodeTaken when a code moves to another address, AddressTaken when an address gets another code.
    """
    rows = {row.code: row for row in session.scalars(select(GuideRow))}
    counts = {"added": 0, "changed": 0, "unchanged": 0, "archived": 0}
    kept = set()
    codes = {(row.system_key, row.slug): code for code, row in rows.items()}
    for guide in guides:
        kept.add(guide.code)
        row = rows.get(guide.code)
        if codes.get((guide.system, guide.slug), guide.code) != guide.code:
            raise AddressTaken(guide.address, codes[guide.system, guide.slug])
        if row is not None and (row.system_key, row.slug) != (guide.system, guide.slug):
            raise CodeTaken(guide.code, f"{row.system_key}/{row.slug}")
        counts[_store(session, row, guide)] += 1
    for code, row in rows.items():
        if code not in kept and row.archived_at is None:
            row.archived_at = now
            counts["archived"] += 1
    session.flush()
    return SyncedGuides(**counts)


def _store(session: Session, row: GuideRow | None, guide: Guide) -> str:
    values = _values(guide)
    if row is None:
        row = GuideRow(**values)
        session.add(row)
        session.flush()
        _store_media(session, row.id, guide)
        return "added"
    changed = _store_media(session, row.id, guide) or row.archived_at is not None
    row.archived_at = None
    for name, value in values.items():
        if getattr(row, name) != value:
            setattr(row, name, value)
            changed = True
    return "changed" if changed else "unchanged"


def _store_media(session: Session, guide_id: int, guide: Guide) -> bool:
    files: dict[str, Media | None] = {"video": guide.video, "captions": guide.captions, "poster": guide.poster}
    wanted = {role: media for role, media in files.items() if media is not None}
    stored = {
        row.role: row.digest for row in session.scalars(select(GuideMedia).where(GuideMedia.guide_id == guide_id))
    }
    if stored == {role: media.digest for role, media in wanted.items()}:
        return False
    session.execute(delete(GuideMedia).where(GuideMedia.guide_id == guide_id))
    session.expire_all()
    for role, media in wanted.items():
        session.add(GuideMedia(guide_id=guide_id, role=role, **dataclasses.asdict(media)))
    return True


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
    }
