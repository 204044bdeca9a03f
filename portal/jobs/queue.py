"""The way from a recorded job to the worker: Huey on a file of its own, or on Redis.

Huey only carries the number of a job. What is to be done, and whether it is done, stands in our table, so nothing is
lost when a worker is killed: a sweep hands on again whatever was recorded and not done.

Most handlers get a session and are over in a moment. **Long** ones get the database and make their own transactions,
for no transaction may stay open while a video is looked at. **Slow** ones are long ones that take minutes: they go
through a lane of their own, one at a time, so that nothing else waits for them.
"""

import datetime as dt
import fcntl
import socket
import threading
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType
from typing import IO, Any

import structlog
from huey.api import RedisHuey, SqliteHuey, crontab
from sqlalchemy.orm import Session

from portal.core.errors import ShowhowError
from portal.jobs.operations import (
    Handler,
    LongHandler,
    finish_job,
    forget_finished_jobs,
    keep_job,
    release_jobs,
    start_job,
    waiting_jobs,
)
from portal.storage.database import Database

log = structlog.get_logger()

#: How often a long job says that it is alive, and the slow lane looks by itself, in seconds.
BEAT = 60.0
LOOK = 10.0
_NONE: Mapping[str, LongHandler] = MappingProxyType({})


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
        long: Mapping[str, LongHandler] = _NONE,
        slow: Collection[str] = (),
    ) -> None:
        self._database = database
        self._handlers = handlers
        self._long = long
        self._slow = frozenset(slow)
        self._daily = daily
        self._clock = clock
        self._folder = folder
        self._redis_url = redis_url
        self._huey: Any = None
        self._task: Any = None
        self._lock: IO[str] | None = None
        self._lane = threading.Event()
        self._worker = f"{socket.gethostname()}:{folder}"[:300]

    def hand_on(self, session: Session) -> None:
        """Tell the worker of the jobs recorded in a session that has been committed."""
        for job_id in session.info.pop("jobs", []):
            try:
                self.huey()
                self._task(job_id)
            except Exception:  # noqa: BLE001 (the sweep finds it: a queue that is down must not fail a saved change)
                log.warning("job not handed on", job=job_id)

    def run(self, job_id: int) -> None:
        """Run one job now, unless it is a slow one: those are left to their lane.

        Does nothing when it is done or running; a failure is stored and tried again later.
        """
        self._run(job_id, but=self._slow)
        self._lane.set()

    def sweep(self) -> None:
        """Run whatever was recorded and not done, but for slow jobs."""
        for job_id in self._waiting(but=self._slow):
            self._run(job_id, but=self._slow)
        self._lane.set()

    def run_slow(self) -> None:
        """Run the slow jobs that wait, one after another, until there are none."""
        tried: set[int] = set()
        while self._slow and (waiting := [one for one in self._waiting(only=self._slow) if one not in tried]):
            tried.add(waiting[0])
            self._run(waiting[0])

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
        self.take_over()
        threading.Thread(target=self._serve_slow, name="slow jobs", daemon=True).start()
        self.sweep()
        self.run_daily()
        self.huey().create_consumer(workers=1, periodic=True, initial_delay=0.2, backoff=1.2, max_delay=2.0).run()

    def take_over(self) -> None:
        """Begin anew, at once, what the last worker of this folder was killed over. Nothing while it still lives."""
        self._folder.mkdir(parents=True, exist_ok=True)
        lock = (self._folder / "worker.lock").open("w")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            lock.close()
            return
        self._lock = lock  # held as long as the process lives
        with self._database.transaction() as session:
            release_jobs(session, worker=self._worker)

    def _serve_slow(self) -> None:
        while True:
            self._lane.clear()
            try:
                self.run_slow()
            except Exception:
                log.exception("slow jobs stopped")
            self._lane.wait(LOOK)

    def _waiting(self, *, only: Collection[str] = (), but: Collection[str] = ()) -> tuple[int, ...]:
        with self._database.session() as session:
            return waiting_jobs(session, now=self._clock(), only=only, but=but)

    def _run(self, job_id: int, *, but: Collection[str] = ()) -> None:
        with self._database.transaction() as session:
            started = start_job(session, job_id, now=self._clock(), worker=self._worker, but=but)
        if started is None:
            return
        handler, arguments = started
        failure = None
        try:
            self._call(job_id, handler, arguments)
        except ShowhowError as error:
            failure = str(error)
        except Exception as error:
            failure = f"{type(error).__name__}"
            log.exception("job failed", job=job_id, handler=handler)
        with self._database.transaction() as session:
            finish_job(session, job_id, now=self._clock(), failure=failure)

    def _call(self, job_id: int, handler: str, arguments: Mapping[str, int | str]) -> None:
        if handler in self._long:
            with self._beating(job_id):
                self._long[handler](self._database, clock=self._clock, **arguments)
            return
        with self._database.transaction() as session:
            self._handlers[handler](session, now=self._clock(), **arguments)
        self.hand_on(session)

    @contextmanager
    def _beating(self, job_id: int) -> Iterator[None]:
        """Note every minute that the job is still running."""
        over = threading.Event()

        def beat() -> None:
            while not over.wait(BEAT):
                try:
                    with self._database.transaction() as session:
                        keep_job(session, job_id, now=self._clock())
                except ShowhowError:
                    log.warning("no heartbeat", job=job_id)

        beating = threading.Thread(target=beat, daemon=True)
        beating.start()
        try:
            yield
        finally:
            over.set()
            beating.join()
