"""Reading learning paths."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.guides.models.paths import PathRow
from portal.guides.rules.paths import Path, UnknownPath


def paths(session: Session) -> tuple[Path, ...]:
    """Every path, in the order of their files' positions."""
    query = select(PathRow).where(PathRow.archived_at.is_(None)).order_by(PathRow.position, PathRow.key)
    return tuple(path_of(row) for row in session.scalars(query))


def path(session: Session, key: str) -> Path:
    """One path. Raises UnknownPath; an archived one counts as unknown."""
    row = session.get(PathRow, key)
    if row is None or row.archived_at is not None:
        raise UnknownPath(key)
    return path_of(row)


def path_of(row: PathRow) -> Path:
    """The path that a row holds."""
    return Path(
        key=row.key,
        title=row.content["title"],
        summary=row.content["summary"],
        audience=row.content["audience"],
        guides=tuple(row.content["guides"]),
        check=tuple(row.content["check"]),
        position=row.position,
    )
