"""Reading versions, how guides stand, and conflicts with their folders."""

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from portal.guides.formats.guide_json import guide_of
from portal.guides.models.library import GuideRow
from portal.guides.models.versions import ConflictRow, VersionFile, VersionRow
from portal.guides.queries.library import guides_of_rows
from portal.guides.rules.library import Guide, Media
from portal.guides.rules.versions import (
    GONE,
    FileConflict,
    Standing,
    UnknownCode,
    UnknownConflict,
    UnknownVersion,
    Version,
)


def standings(session: Session) -> tuple[Standing, ...]:
    """Every guide ever published and how it stands, by title."""
    return _standings(session, select(GuideRow))


def standing(session: Session, code: str) -> Standing:
    """How one guide stands. Raises UnknownCode."""
    found = _standings(session, select(GuideRow).where(GuideRow.code == code))
    if not found:
        raise UnknownCode(code)
    return found[0]


def _standings(session: Session, query: Select[GuideRow]) -> tuple[Standing, ...]:
    rows = {row.code: row for row in session.scalars(query)}
    return tuple(
        Standing(
            guide=guide,
            version=rows[guide.code].version,
            archived=guide.archived,
            moved_to=rows[guide.code].moved_to,
            in_files=rows[guide.code].agreed_hash not in (None, GONE),
        )
        for guide in guides_of_rows(session, rows.values())
    )


def versions(session: Session, code: str) -> tuple[Version, ...]:
    """The versions of a guide, newest first; none for a guide loaded before versions were kept."""
    rows = session.scalars(select(VersionRow).where(VersionRow.code == code).order_by(VersionRow.number.desc()))
    return tuple(_version(row) for row in rows)


def version(session: Session, code: str, number: int) -> Version:
    """One version. Raises UnknownVersion."""
    row = session.scalar(select(VersionRow).where(VersionRow.code == code, VersionRow.number == number))
    if row is None:
        raise UnknownVersion(code, number)
    return _version(row)


def current_version(session: Session, code: str) -> int | None:
    """The number of the published version, None for a guide never published."""
    return session.scalar(select(GuideRow.version).where(GuideRow.code == code))


def published_guide(session: Session, code: str) -> tuple[Guide, int] | None:
    """A guide, archived or not, and the number of its version; None for a guide never published."""
    row = session.scalar(select(GuideRow).where(GuideRow.code == code))
    return None if row is None else (guides_of_rows(session, [row])[0], row.version)


def conflicts(session: Session) -> tuple[FileConflict, ...]:
    """Guides that files and browser both changed, by code."""
    return tuple(_conflict(row) for row in session.scalars(select(ConflictRow).order_by(ConflictRow.code)))


def conflict(session: Session, code: str) -> FileConflict:
    """One conflict. Raises UnknownConflict."""
    row = session.get(ConflictRow, code)
    if row is None:
        raise UnknownConflict(code)
    return _conflict(row)


def kept_media(session: Session, digest: str, name: str) -> Media | None:
    """A file that an earlier version or the folder of a conflict shows, by exact look-up; None when none does."""
    query = select(VersionFile).where(VersionFile.digest == digest, VersionFile.name == name).limit(1)
    row = session.scalar(query)
    if row is not None:
        return Media(digest=row.digest, name=row.name, mimetype=row.mimetype, size=row.size)
    for one in conflicts(session):
        for media in () if one.files is None else (one.files.video, one.files.captions, one.files.poster):
            if media is not None and (media.digest, media.name) == (digest, name):
                return media
    return None


def _version(row: VersionRow) -> Version:
    return Version(
        number=row.number,
        published_at=row.published_at,
        account_id=row.account_id,
        origin=row.origin,
        guide=guide_of(row.content),
    )


def _conflict(row: ConflictRow) -> FileConflict:
    return FileConflict(
        code=row.code, found_at=row.found_at, files=None if row.content is None else guide_of(row.content)
    )
