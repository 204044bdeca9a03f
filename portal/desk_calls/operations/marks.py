"""Marking weeks, and taking marks back."""

import datetime as dt

from sqlalchemy.orm import Session

from portal.desk_calls.models import DeskMark
from portal.desk_calls.rules.marks import Mark, UnknownMark, checked_mark


def mark_weeks(session: Session, mark: Mark, *, account_id: int | None, now: dt.datetime) -> int:
    """Keep a mark; its id. Raises UnusableMark."""
    checked = checked_mark(mark)
    row = DeskMark(
        source=checked.source,
        category=checked.category,
        first_week=checked.first,
        last_week=checked.last,
        kind=checked.kind,
        why=checked.why,
        account_id=account_id,
        changed_at=now,
    )
    session.add(row)
    session.flush()
    return row.id


def take_mark_back(session: Session, mark_id: int) -> None:
    """Raises UnknownMark."""
    row = session.get(DeskMark, mark_id)
    if row is None:
        raise UnknownMark(mark_id)
    session.delete(row)
    session.flush()
