"""Databases of a test's own on the engine under test."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import make_url, text

from portal.storage.database import Database


@contextmanager
def extra_database(url: str, *, name: str, folder: Path) -> Iterator[str]:
    """The URL of an empty database beside the one of ``url``: a file in ``folder``, or one on the same server."""
    if url.startswith("sqlite"):
        yield f"sqlite:///{folder / name}.sqlite"
        return
    with _server(url) as run:
        run(f"CREATE DATABASE {name}")
        yield make_url(url).set(database=name).render_as_string(hide_password=False)
        run(f"DROP DATABASE {name} WITH (FORCE)")


@contextmanager
def _server(url: str) -> Iterator[Callable[[str], None]]:
    admin = Database(url)

    def run(statement: str) -> None:
        with admin.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text(statement))

    yield run
    admin.close()
