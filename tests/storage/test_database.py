"""What the storage layer promises: nothing lost between processes, nothing kept of a failed change."""

import multiprocessing
from pathlib import Path

import pytest
from sqlalchemy import insert, select, text, update

from portal.accounts.models import Account
from portal.jobs.models import Job
from portal.skills_check.models.attempts import AttemptItem
from portal.storage.database import AlreadyStored, Database, DatabaseUnavailable, Unstorable
from tests.conftest import START

PROCESSES = 4
EACH = 150


def count_up(url: str, times: int) -> None:
    """Add one to a counter, again and again: read, then write, as an operation does."""
    database = Database(url)
    for _ in range(times):
        with database.transaction() as session:
            job = session.scalar(select(Job).with_for_update())
            assert job is not None
            job.tries += 1
    database.close()


def test_four_processes_writing_at_once_lose_nothing(database: Database, database_url: str) -> None:
    with database.transaction() as session:
        session.add(Job(handler="counter", arguments={}, recorded_at=START, due_at=START))
    context = multiprocessing.get_context("spawn")
    writers = [context.Process(target=count_up, args=(database_url, EACH)) for _ in range(PROCESSES)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(100)
    assert [writer.exitcode for writer in writers] == [0] * PROCESSES
    with database.session() as session:
        assert session.scalar(select(Job.tries)) == PROCESSES * EACH


def test_a_change_that_fails_leaves_nothing(database: Database) -> None:
    with pytest.raises(RuntimeError), database.transaction() as session:
        session.add(Job(handler="x", arguments={}, recorded_at=START, due_at=START))
        session.flush()
        raise RuntimeError
    with database.session() as session:
        assert session.scalar(select(Job)) is None


def test_a_session_to_read_with_keeps_nothing(database: Database) -> None:
    with database.session() as session:
        session.add(Job(handler="x", arguments={}, recorded_at=START, due_at=START))
        session.flush()
    with database.session() as session:
        assert session.scalar(select(Job)) is None


def test_a_broken_constraint_is_told_once_in_plain_words(database: Database) -> None:
    values = {"name": "A", "password_hash": "x", "roles": [], "active": True, "created_at": START, "email": "a@b.uk"}
    with database.transaction() as session:
        session.execute(insert(Account).values(**values))
    with pytest.raises(AlreadyStored, match="a moment ago"), database.transaction() as session:
        session.execute(insert(Account).values(**values))


def test_a_row_can_not_point_to_nothing(database: Database) -> None:
    with pytest.raises(AlreadyStored), database.transaction() as session:
        session.execute(insert(AttemptItem).values(attempt_id=99, position=1, version_id=99, choice_order=[]))


def test_sqlite_is_set_up_for_safety(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'x.sqlite'}")
    with database.read_connection() as connection:
        found = [
            connection.execute(text(f"PRAGMA {name}")).scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys")
        ]
    database.close()
    assert found == ["wal", 2, 1]


def test_a_database_that_can_not_be_written_says_so(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'full.sqlite'}")
    Job.__table__.create(database.engine)  # type: ignore[attr-defined]
    with database.engine.connect() as connection:
        pages = connection.execute(text("PRAGMA page_count")).scalar()
    big = {"handler": "x", "arguments": {"a": "b" * 500_000}, "recorded_at": START, "due_at": START, "tries": 0}
    with pytest.raises(DatabaseUnavailable, match="Nothing was saved"), database.write_connection() as connection:
        connection.execute(text(f"PRAGMA max_page_count={pages}"))
        connection.execute(insert(Job).values(**big))
    with database.session() as session:
        assert session.scalar(select(Job)) is None
    database.close()


def test_memory_is_refused_because_two_processes_share_the_database() -> None:
    with pytest.raises(ValueError, match="database file"):
        Database("sqlite://")


def test_an_update_reports_its_rows(database: Database) -> None:
    with database.write_connection() as connection:
        assert connection.execute(update(Job).values(tries=1)).rowcount == 0


def test_a_value_that_does_not_fit_is_told_in_plain_words(database: Database) -> None:
    if database.is_sqlite:
        with database.transaction() as session:
            session.add(Job(handler="x" * 500, arguments={}, recorded_at=START, due_at=START))
        return  # SQLite keeps it whole
    with pytest.raises(Unstorable, match="too long"), database.transaction() as session:
        session.add(Job(handler="x" * 500, arguments={}, recorded_at=START, due_at=START))
