"""Column types mean the same on both engines."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select
from sqlalchemy.exc import StatementError

from portal.jobs.models import Job
from portal.storage.database import Database

LONDON = ZoneInfo("Europe/London")


def test_a_time_comes_back_as_the_same_moment_in_utc(database: Database) -> None:
    summer = dt.datetime(2026, 7, 1, 9, 30, tzinfo=LONDON)
    with database.transaction() as session:
        session.add(Job(handler="x", arguments={}, recorded_at=summer, due_at=summer))
    with database.session() as session:
        stored = session.scalars(select(Job.recorded_at)).one()
    assert stored == summer
    assert stored.tzinfo is dt.UTC
    assert stored.hour == 8


def test_a_time_without_a_zone_is_refused(database: Database) -> None:
    naive = dt.datetime(2026, 7, 1)  # noqa: DTZ001 (the mistake under test)
    with pytest.raises(StatementError, match="without a zone"), database.transaction() as session:
        session.add(Job(handler="x", arguments={}, recorded_at=naive, due_at=naive))
