"""The way from a recorded job to the worker: Huey on a file of its own, or on Redis.

Huey only carries the number of a job. What is to be done, and whether it is done, stands in our table, so nothing is
lost when a worker is killed: a sweep hands on again whatever was recorded and not done.
"""

import datetime as dt
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import structlog
from huey.api import RedisHuey, SqliteHuey, crontab
from sqlalchemy.orm import Session

from portal.core.errors import ShowhowError
from portal.jobs.operations import Handler, finish_job, forget_finished_jobs, start_job, waiting_jobs
from portal.storage.database import Database

log = structlog.get_logger()


class JobQueue:
    """Hands recorded jobs to the worker and runs them there."""

    def __init__(
        self,
        database: Database,
        *,
        folder: Path,
        redis_url: str | None,
        handlers: Mapping[str, Handler],
        daily: tuple[str, ...],
        clock: Callable[[], dt.datetime],
    ) -> None:
        self._database = database
        self._handlers = handlers
        self._daily = daily
        self._clock = clock
        self._folder = folder
        self._redis_url = redis_url
        self._huey: Any = None
        self._task: Any = None

    def hand_on(self, session: Session) -> None:
        """Tell the worker of the jobs recorded in a session that has been committed."""
        for job_id in session.info.pop("jobs", []):
            try:
                self.huey()
                self._task(job_id)
            except Exception:  # noqa: BLE001 (the sweep finds it: a queue that is down must not fail a saved change)
                log.warning("job not handed on", job=job_id)

    def run(self, job_id: int) -> None:
        """Run one job now. Does nothing when it is done or running; a failure is stored and tried again later."""
        with self._database.transaction() as session:
            started = start_job(session, job_id, now=self._clock())
        if started is None:
            return
        handler, arguments = started
        failure = None
        try:
            with self._database.transaction() as session:
                self._handlers[handler](session, now=self._clock(), **arguments)
        except ShowhowError as error:
            failure = str(error)
        except Exception as error:
            failure = f"{type(error).__name__}"
            log.exception("job failed", job=job_id, handler=handler)
        with self._database.transaction() as session:
            finish_job(session, job_id, now=self._clock(), failure=failure)

    def sweep(self) -> None:
        """Run whatever was recorded and not done."""
        with self._database.session() as session:
            waiting = waiting_jobs(session, now=self._clock())
        for job_id in waiting:
            self.run(job_id)

    def run_daily(self) -> None:
        """The housekeeping each feature asked for, each in a transaction of its own."""
        for name in self._daily:
            try:
                with self._database.transaction() as session:
                    self._handlers[name](session, now=self._clock())
            except Exception:
                log.exception("daily work failed", handler=name)
        with self._database.transaction() as session:
            forget_finished_jobs(session, now=self._clock())

    def huey(self) -> Any:
        """The queue itself, made when it is first needed."""
        if self._huey is None:
            if self._redis_url:
                self._huey = RedisHuey("showhow", url=self._redis_url)
            else:
                self._folder.mkdir(parents=True, exist_ok=True)
                self._huey = SqliteHuey("showhow", filename=str(self._folder / "jobs.sqlite"))
            self._task = self._huey.task(name="run_job")(self.run)
            self._huey.periodic_task(crontab(minute="*"), name="sweep")(self.sweep)
            self._huey.periodic_task(crontab(minute="17", hour="3"), name="daily")(self.run_daily)
        return self._huey

    def work(self) -> None:
        """Serve the queue until the process is told to stop. Housekeeping runs at the start, too: a server that is
        switched off at night must still delete what it promised to delete."""
        self.sweep()
        self.run_daily()
        self.huey().create_consumer(workers=1, periodic=True, initial_delay=0.2, backoff=1.2, max_delay=2.0).run()
