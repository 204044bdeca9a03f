"""Recording work beside the change that needs it, and running what is due."""

import datetime as dt
from collections.abc import Callable, Collection, Mapping

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from portal.jobs.models import Job

#: Takes a session, the time and the recorded ids; safe to run twice.
Handler = Callable[..., None]
#: Takes the database, the clock and the recorded ids, and makes its own short transactions; safe to run twice.
LongHandler = Callable[..., None]

MOST_TRIES = 5
STALE = dt.timedelta(minutes=15)
KEPT = dt.timedelta(days=30)


def record_job(
    session: Session, handler: str, *, now: dt.datetime, due_at: dt.datetime | None = None, **arguments: int | str
) -> int:
    """Record work in the transaction of the change that needs it; the worker is told after the commit."""
    job = Job(handler=handler, arguments=dict(arguments), recorded_at=now, due_at=due_at or now)
    session.add(job)
    session.flush()
    session.info.setdefault("jobs", []).append(job.id)
    return job.id


def start_job(
    session: Session, job_id: int, *, now: dt.datetime, worker: str = "", but: Collection[str] = ()
) -> tuple[str, Mapping[str, int | str]] | None:
    """Mark a job as started. None when it is done, not due, given up, running elsewhere, or one of ``but``."""
    job = session.get(Job, job_id)
    if job is not None and job.handler in but:
        return None
    if job is None or job.finished_at is not None or job.due_at > now or job.tries >= MOST_TRIES:
        return None
    if job.started_at is not None and job.started_at > now - STALE:
        return None
    job.started_at = now
    job.worker = worker
    job.tries += 1
    return job.handler, dict(job.arguments)


def finish_job(session: Session, job_id: int, *, now: dt.datetime, failure: str | None = None) -> None:
    """Note that a job is done, or why it failed (it is tried again a little later, five times in all)."""
    job = session.get_one(Job, job_id)
    job.failure = failure
    job.started_at = None
    if failure is None:
        job.finished_at = now
    else:
        job.due_at = now + dt.timedelta(minutes=2**job.tries)


def keep_job(session: Session, job_id: int, *, now: dt.datetime) -> None:
    """Say that a long job is still running, so that no sweep takes it for one left by a killed worker."""
    session.execute(update(Job).where(Job.id == job_id, Job.started_at.is_not(None)).values(started_at=now))


def release_jobs(session: Session, *, worker: str) -> None:
    """Let what a worker had begun be begun again at once: it was killed, and is starting anew."""
    session.execute(update(Job).where(Job.worker == worker, Job.finished_at.is_(None)).values(started_at=None))


def waiting_jobs(
    session: Session, *, now: dt.datetime, only: Collection[str] = (), but: Collection[str] = ()
) -> tuple[int, ...]:
    """Ids of what is due and not running, oldest first: never handed on, failed, or left by a killed worker.

    ``only``, ``but``: handlers to look at alone, or to leave out; empty for all.
    """
    query = (
        select(Job.id)
        .where(Job.finished_at.is_(None), Job.due_at <= now, Job.tries < MOST_TRIES)
        .where((Job.started_at.is_(None)) | (Job.started_at <= now - STALE))
        .order_by(Job.id)
        .limit(500)
    )
    if only:
        query = query.where(Job.handler.in_(only))
    if but:
        query = query.where(Job.handler.not_in(but))
    return tuple(session.scalars(query))


def overdue_jobs(session: Session, *, before: dt.datetime, now: dt.datetime) -> int:
    """How many jobs were due before a moment and are neither done nor being done."""
    left = (Job.started_at.is_(None)) | (Job.started_at <= now - STALE)
    query = select(func.count()).select_from(Job).where(Job.finished_at.is_(None), Job.due_at <= before, left)
    return int(session.scalar(query.where(Job.tries < MOST_TRIES)) or 0)


def forget_finished_jobs(session: Session, *, now: dt.datetime) -> None:
    """Drop the records of work done more than 30 days ago."""
    session.execute(delete(Job).where(Job.finished_at < now - KEPT))
