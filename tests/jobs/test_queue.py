"""Background work: recorded with its change, done once, tried again, never lost."""

from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.core.errors import Conflict
from portal.jobs.models import Job
from portal.jobs.operations import forget_finished_jobs, record_job, waiting_jobs
from portal.jobs.queue import JobQueue
from portal.storage.database import Database
from tests.conftest import Clock

done: list[int] = []


def note(session: Session, *, now: object, number: int) -> None:
    done.append(number)


def fail(session: Session, *, now: object) -> None:
    session.add(Job(handler="leftover", arguments={}, recorded_at=now, due_at=now))
    raise Conflict("The other system is shut.")


@pytest.fixture
def queue(database: Database, tmp_path: Path, clock: Clock) -> JobQueue:
    done.clear()
    return JobQueue(
        database, folder=tmp_path, redis_url=None, handlers={"note": note, "fail": fail}, daily=(), clock=clock
    )


def record(database: Database, handler: str, clock: Clock, **arguments: int) -> int:
    with database.transaction() as session:
        return record_job(session, handler, now=clock(), **arguments)


def test_a_job_is_done_once_however_often_it_is_handed_on(database: Database, queue: JobQueue, clock: Clock) -> None:
    job = record(database, "note", clock, number=7)
    queue.run(job)
    queue.run(job)
    assert done == [7]


def test_work_recorded_in_a_change_that_failed_is_never_done(database: Database, queue: JobQueue, clock: Clock) -> None:
    with pytest.raises(RuntimeError), database.transaction() as session:
        record_job(session, "note", now=clock(), number=7)
        raise RuntimeError
    queue.sweep()
    assert done == []


def test_the_sweep_does_what_was_never_handed_on(database: Database, queue: JobQueue, clock: Clock) -> None:
    record(database, "note", clock, number=1)
    record(database, "note", clock, number=2)
    queue.sweep()
    assert done == [1, 2]


def test_a_failure_is_stored_undone_and_tried_again_later(database: Database, queue: JobQueue, clock: Clock) -> None:
    job = record(database, "fail", clock)
    queue.run(job)
    with database.session() as session:
        stored = session.get_one(Job, job)
        assert (stored.failure, stored.tries, stored.finished_at) == ("The other system is shut.", 1, None)
        assert session.scalar(select(func.count()).select_from(Job)) == 1
        assert waiting_jobs(session, now=clock()) == ()
        clock.forward(minutes=3)
        assert waiting_jobs(session, now=clock()) == (job,)


def test_after_five_tries_it_is_given_up(database: Database, queue: JobQueue, clock: Clock) -> None:
    job = record(database, "fail", clock)
    for _ in range(8):
        queue.run(job)
        clock.forward(hours=2)
    with database.session() as session:
        assert session.get_one(Job, job).tries == 5


def test_what_a_killed_worker_left_is_taken_up_again(database: Database, queue: JobQueue, clock: Clock) -> None:
    job = record(database, "note", clock, number=9)
    with database.transaction() as session:
        session.get_one(Job, job).started_at = clock()
    queue.sweep()
    assert done == []
    clock.forward(minutes=16)
    queue.sweep()
    assert done == [9]


def test_a_job_is_handed_on_after_the_commit(database: Database, queue: JobQueue, clock: Clock) -> None:
    with database.transaction() as session:
        record_job(session, "note", now=clock(), number=3)
    queue.hand_on(session)
    assert queue.huey().pending_count() == 1


def test_old_records_are_forgotten(database: Database, queue: JobQueue, clock: Clock) -> None:
    queue.run(record(database, "note", clock, number=1))
    clock.forward(days=31)
    with database.transaction() as session:
        forget_finished_jobs(session, now=clock())
        assert session.scalar(select(func.count()).select_from(Job)) == 0


def test_daily_work_goes_on_when_one_feature_fails(database: Database, tmp_path: Path, clock: Clock) -> None:
    done.clear()

    def nightly(session: Session, *, now: object) -> None:
        done.append(1)

    handlers = {"fail": fail, "nightly": nightly}
    queue = JobQueue(
        database, folder=tmp_path, redis_url=None, handlers=handlers, daily=("fail", "nightly"), clock=clock
    )
    queue.run_daily()
    assert done == [1]


def test_housekeeping_runs_when_the_worker_starts(
    database: Database, tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    done.clear()

    def nightly(session: Session, *, now: object) -> None:
        done.append(1)

    class Stopped(Exception):
        pass

    queue = JobQueue(
        database, folder=tmp_path, redis_url=None, handlers={"nightly": nightly}, daily=("nightly",), clock=clock
    )

    def consumer(**options: object) -> object:
        raise Stopped

    monkeypatch.setattr(queue.huey(), "create_consumer", consumer)
    with pytest.raises(Stopped):
        queue.work()
    assert done == [1]
