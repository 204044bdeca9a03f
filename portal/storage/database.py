"""The engine, sessions and the transaction rule.

SQLite needs two events to be safe: on connect (WAL, foreign keys, busy time-out, full sync, the driver's own
transaction handling off) and on begin (a write starts with BEGIN IMMEDIATE). Without them 314 of 600 concurrent
updates were lost without a word. Writers on one machine also queue on a lock file before they begin: SQLite's own
waiting starves.
"""

import fcntl
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext
from pathlib import Path

from sqlalchemy import Connection, Engine, MetaData, create_engine, event, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DataError, IntegrityError, OperationalError
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.pool import ConnectionPoolEntry

from portal.core.errors import Conflict, InvalidInput, ShowhowError

BUSY_SECONDS = 10
NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """The base of every table."""

    metadata = MetaData(naming_convention=NAMES)


class AlreadyStored(Conflict):
    """The database's own constraint caught a clash that no operation had foreseen."""

    def __init__(self) -> None:
        super().__init__("Somebody saved the same thing a moment ago. Look at the page again before you save.")


class Unstorable(InvalidInput):
    """A value doesn't fit its column: too long, too large, or with a character no database keeps."""

    def __init__(self) -> None:
        super().__init__(
            "Something in it is too long, too large, or holds a character that can't be stored. Nothing was saved. "
            "Shorten it and try again."
        )


class DatabaseUnavailable(ShowhowError):
    """The database is locked, full, read-only or gone. Nothing was saved; trying again may help."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__("The database can't be reached just now. Nothing was saved. Try again in a minute.")


class Database:
    """One engine. ``session()`` reads; ``transaction()`` is the only way to write."""

    def __init__(self, url: str, *, echo: bool = False) -> None:
        parsed = make_url(url)
        self.is_sqlite = parsed.get_backend_name() == "sqlite"
        self._lock_file: Path | None = None
        if self.is_sqlite:
            if not parsed.database or parsed.database == ":memory:":
                raise ValueError("Showhow needs a database file: web server and worker share it.")
            path = Path(parsed.database)
            path.parent.mkdir(parents=True, exist_ok=True)
            self._lock_file = path.with_name(path.name + ".write-lock")
            self.engine = create_engine(parsed, echo=echo, connect_args={"timeout": BUSY_SECONDS}, pool_size=20)
            event.listen(self.engine, "connect", _prepare_sqlite)
            event.listen(self.engine, "begin", _begin_sqlite)
        else:
            self.engine = create_engine(parsed, echo=echo, pool_size=20, pool_pre_ping=True)
        self._writing = self.engine.execution_options(showhow_write=True)

    @property
    def engines(self) -> Mapping[str, Engine]:
        """The form in which Flask-Alembic looks for engines."""
        return {"default": self.engine}

    @contextmanager
    def session(self) -> Iterator[Session]:
        """A session to read with. Nothing done in it is kept."""
        with _translated(), Session(self.engine, expire_on_commit=False) as session:
            yield session

    @contextmanager
    def read_connection(self) -> Iterator[Connection]:
        """A bare connection to read with, for the pages that are asked for most."""
        with _translated(), self.engine.connect() as connection:
            yield connection

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """A session to write with: committed when the block ends, rolled back when it raises.

        Raises:
            AlreadyStored: a database constraint was broken (operations check first; this is the backstop).
            Unstorable: a value doesn't fit its column.
            DatabaseUnavailable: the database couldn't be written.
        """
        with (
            _translated(),
            self._queue(),
            Session(self._writing, expire_on_commit=False) as session,
            session.begin(),
        ):
            yield session

    @contextmanager
    def write_connection(self) -> Iterator[Connection]:
        """A bare connection to write with, for the shortest transactions. Same rules as ``transaction``."""
        with _translated(), self._queue(), self._writing.connect() as connection, connection.begin():
            yield connection

    def close(self) -> None:
        self.engine.dispose()

    def _queue(self) -> "nullcontext[None] | _FileLock":
        return nullcontext() if self._lock_file is None else _FileLock(self._lock_file)


class _FileLock:
    """Writers wait here, first come first served, so that none starves inside SQLite's own waiting."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __enter__(self) -> None:
        self._file = self._path.open("w")
        fcntl.flock(self._file, fcntl.LOCK_EX)

    def __exit__(self, *_: object) -> None:
        self._file.close()


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except IntegrityError as error:
        raise AlreadyStored from error
    except DataError as error:
        raise Unstorable from error
    except OperationalError as error:
        raise DatabaseUnavailable(type(error.orig).__name__ if error.orig else "unknown") from error
    except OSError as error:
        if error.filename and str(error.filename).endswith(".write-lock"):
            raise DatabaseUnavailable(error.strerror or "lock file") from error
        raise


def _prepare_sqlite(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
    if isinstance(connection, sqlite3.Connection):  # pragma: no branch
        connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.execute(f"PRAGMA busy_timeout={BUSY_SECONDS * 1000}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    writing = connection.get_execution_options().get("showhow_write", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")
