"""Pictures of the steps: asking for them, and keeping what was cut."""

import datetime as dt

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from portal.guides.models.library import GuideMedia, GuideRow
from portal.guides.rules.library import still_name
from portal.jobs.operations import record_job
from portal.storage.files import StoredFile

CUT_STILLS = "guides.cut_stills"
_STILLS = GuideMedia.role.startswith("still-")


def ask_for_stills(session: Session, code: str, *, now: dt.datetime) -> None:
    """Have the pictures of a published guide's steps cut, after the commit."""
    record_job(session, CUT_STILLS, now=now, code=code)


def forget_stills(session: Session, guide_id: int, *, video: str) -> None:
    """Drop the pictures of a guide that were cut of another video than the one with this digest."""
    shown = select(GuideMedia.digest).where(GuideMedia.guide_id == guide_id, GuideMedia.role == "video")
    if session.scalar(shown) != video:
        session.execute(delete(GuideMedia).where(GuideMedia.guide_id == guide_id, _STILLS))


def store_stills(session: Session, code: str, stills: dict[int, StoredFile], *, video: str) -> None:
    """Keep pictures by their milliseconds, in place of all earlier ones; nothing if the video changed meanwhile."""
    row = session.scalar(select(GuideRow).where(GuideRow.code == code))
    if row is None:
        return
    shown = select(GuideMedia.digest).where(GuideMedia.guide_id == row.id, GuideMedia.role == "video")
    if session.scalar(shown) != video:
        return
    session.execute(delete(GuideMedia).where(GuideMedia.guide_id == row.id, _STILLS))
    for number, (milliseconds, file) in enumerate(sorted(stills.items()), start=1):
        session.add(
            GuideMedia(
                guide_id=row.id,
                role=f"still-{number:02}",
                digest=file.digest,
                name=still_name(milliseconds),
                mimetype="image/jpeg",
                size=file.size,
            )
        )
    session.flush()
