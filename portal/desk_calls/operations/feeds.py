"""Noting how the pulls of a live feed went."""

import datetime as dt

from sqlalchemy.orm import Session

from portal.desk_calls.models import DeskFeed


def note_pull(
    session: Session,
    source: str,
    *,
    now: dt.datetime,
    stored_to: dt.date | None = None,
    calls: int | None = None,
    problem: str = "",
) -> None:
    """Note how far a pull has come, or why it stopped. ``stored_to`` never goes back; None leaves it as it is."""
    row = session.get(DeskFeed, source) or DeskFeed(source=source, stored_to=None, calls=0)
    row.pulled_at = now
    row.problem = problem
    if calls is not None:
        row.calls = calls
    if stored_to is not None and (row.stored_to is None or stored_to > row.stored_to):
        row.stored_to = stored_to
    session.add(row)
    session.flush()
