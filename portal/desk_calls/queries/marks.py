"""Reads of marked weeks."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.desk_calls.models import DeskMark
from portal.desk_calls.rules.marks import Mark


def marks(session: Session) -> tuple[Mark, ...]:
    """Every mark, newest weeks first."""
    rows = session.scalars(select(DeskMark).order_by(DeskMark.first_week.desc(), DeskMark.id))
    return tuple(
        Mark(
            id=row.id,
            source=row.source,
            category=row.category,
            first=row.first_week,
            last=row.last_week,
            kind=row.kind,
            why=row.why,
            account_id=row.account_id,
        )
        for row in rows
    )
