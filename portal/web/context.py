"""What a request may reach: sessions, the clock, the save queue, feature options. Set up by ``app`` alone."""

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeVar, cast
from zoneinfo import ZoneInfo

from flask import Flask, current_app
from sqlalchemy import Connection
from sqlalchemy.orm import Session

from portal.jobs.queue import JobQueue
from portal.storage.database import Database
from portal.storage.files import FileStore
from portal.storage.save_queue import SaveQueue

Kind = TypeVar("Kind")
Clock = Callable[[], dt.datetime]


@dataclass(frozen=True, slots=True, kw_only=True)
class WebOptions:
    """What every page may say about the council and the service."""

    service_name: str
    council_name: str
    contact_email: str
    desk_url: str
    version: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Portal:
    """The parts that ``app`` wired together for one application."""

    database: Database
    saves: SaveQueue
    files: FileStore
    jobs: JobQueue
    clock: Clock
    time_zone: ZoneInfo
    web: WebOptions
    options: Mapping[type, object]


def install(app: Flask, portal: Portal) -> None:
    """Make the parts known to the application."""
    app.extensions["showhow"] = portal


def parts() -> Portal:
    """The parts of the application that answers this request or runs this command."""
    return cast("Portal", current_app.extensions["showhow"])


@contextmanager
def reading() -> Iterator[Session]:
    """A session to read with."""
    with parts().database.session() as session:
        yield session


@contextmanager
def reading_quickly() -> Iterator[Connection]:
    """A bare connection to read with: opening a session is most of the cost of a small request."""
    with parts().database.read_connection() as connection:
        yield connection


@contextmanager
def transaction() -> Iterator[Session]:
    """A session to write with; background jobs recorded in it are handed on after the commit."""
    portal = parts()
    with portal.database.transaction() as session:
        yield session
    portal.jobs.hand_on(session)


def save_queue() -> SaveQueue:
    """The queue for saves that must be quick and durable."""
    return parts().saves


def file_store() -> FileStore:
    """Where media lie."""
    return parts().files


def now() -> dt.datetime:
    """The time, aware, in UTC."""
    return parts().clock()


def local(moment: dt.datetime) -> dt.datetime:
    """A time in the council's zone."""
    return moment.astimezone(parts().time_zone)


def options(kind: type[Kind]) -> Kind:
    """A feature's options, as ``app`` filled them from the settings."""
    return cast("Kind", parts().options[kind])
