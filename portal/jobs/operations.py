"""Recording work beside the change that needs it, and running what is due."""

import datetime as dt
from collections.abc import Callable, Mapping

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from portal.jobs.models import Job

#: Takes a session, the time and the recorded ids; safe to run twice.
Handler = Callable[..., None]

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


def start_job(session: Session, job_id: int, *, now: dt.datetime) -> tuple[str, Mapping[str, int | str]] | None:
    """Mark a job as started. None when it is done, not due, given up or running elsewhere."""
    job = session.get(Job, job_id)
    if job is None or job.finished_at is not None or job.due_at > now or job.tries >= MOST_TRIES:
        return None
    if job.started_at is not None and job.started_at > now - STALE:
        return None
    job.started_at = now
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


def waiting_jobs(session: Session, *, now: dt.datetime) -> tuple[int, ...]:
    """Ids of what is due and not running, oldest first: never handed on, failed, or left by a killed worker."""
    query = (
        select(Job.id)
        .where(Job.finished_at.is_(None), Job.due_at <= now, Job.tries < MOST_TRIES)
        .where((Job.started_at.is_(None)) | (Job.started_at <= now - STALE))
        .order_by(Job.id)
        .limit(500)
    )
    return tuple(session.scalars(query))


def forget_finished_jobs(session: Session, *, now: dt.datetime) -> None:
    """Drop the records of work done more than 30 days ago."""
    session.execute(delete(Job).where(Job.finished_at < now - KEPT))
