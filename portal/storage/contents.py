"""What is in the database as a whole: for emptying it, and for telling an empty one from one in use."""

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.storage.database import Base


def used_tables(session: Session, *, but: Collection[str]) -> tuple[str, ...]:
    """Names of the tables that hold a row, in alphabetical order, leaving out those of ``but``."""
    tables = [table for name, table in sorted(Base.metadata.tables.items()) if name not in but]
    return tuple(table.name for table in tables if session.execute(select(1).select_from(table).limit(1)).first())


def empty_tables(session: Session) -> None:
    """Delete every row of every table; the schema stays."""
    for table in reversed(Base.metadata.sorted_tables):
        session.execute(table.delete())
