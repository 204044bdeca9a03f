"""What the whole suite shares: one schema on the chosen engine, emptied between tests, the application, its client."""

import datetime as dt
import os
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy.orm import Session

from portal.accounts import operations as accounts
from portal.accounts.rules import Person
from portal.app import create_app
from portal.config import Settings
from portal.skills_check.queries.bank import forget_versions
from portal.skills_check.queries.choosing import forget_pools
from portal.storage.database import Base, Database
from tests.content import write_content
from tests.databases import extra_database
from tests.pages import PageClient
from tests.people import PASSWORD, Named

#: A timing is a benchmark, never an assertion: a slow machine must not fail a property.
hypothesis.settings.register_profile("showhow", deadline=None)
hypothesis.settings.load_profile("showhow")
START = dt.datetime(2026, 3, 4, 9, 30, tzinfo=dt.UTC)
LOCAL = ("127.0.0.1", "::1", "localhost")


@dataclass
class Clock:
    """A clock that stands until a test moves it."""

    at: dt.datetime = field(default=START)

    def __call__(self) -> dt.datetime:
        return self.at

    def forward(self, **step: float) -> None:
        self.at += dt.timedelta(**step)


@pytest.fixture(autouse=True)
def _push_request_context() -> None:
    """Takes the place of pytest-flask's fixture of this name, which would make two signed-in people one."""


@pytest.fixture(autouse=True)
def no_socket_leaves_the_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test that reaches for another machine fails at once."""
    connect = socket.socket.connect

    def only_here(self: socket.socket, address: Any) -> None:
        if isinstance(address, tuple) and address[0] not in LOCAL:
            raise AssertionError(f"a test tried to reach {address}")
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", only_here)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="session")
def database_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A database of this worker's own: SQLite, or on the PostgreSQL of SHOWHOW_TEST_DATABASE_URL."""
    server = os.environ.get("SHOWHOW_TEST_DATABASE_URL") or "sqlite"
    with extra_database(server, name=f"showhow_{os.getpid()}", folder=tmp_path_factory.mktemp("database")) as url:
        yield url


@pytest.fixture(scope="session")
def shared_instance(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("instance")


@pytest.fixture(scope="session")
def schema(database_url: str) -> Iterator[Database]:
    database = Database(database_url)
    Base.metadata.create_all(database.engine)
    yield database
    database.close()


@pytest.fixture
def database(schema: Database) -> Database:
    """The database with empty tables."""
    forget_versions()
    forget_pools()
    with schema.write_connection() as connection:
        for table in reversed(Base.metadata.sorted_tables):
            connection.execute(table.delete())
    return schema


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    """A transaction that is committed when the test ends; ``session.flush()`` shows what it wrote to itself."""
    with database.transaction() as session:
        yield session


@pytest.fixture
def content_root(tmp_path: Path) -> Path:
    """Content folders of this test's own: tests.content says what is in them."""
    return write_content(tmp_path)


@pytest.fixture
def environment(database_url: str, shared_instance: Path, content_root: Path) -> dict[str, str]:
    """The settings of the application under test; change it before asking for ``app``."""
    return {
        "SHOWHOW_CONTENT": str(content_root / "content"),
        "SHOWHOW_QUIZZES": str(content_root / "quizzes"),
        "SHOWHOW_DATABASE_URL": database_url,
        "SHOWHOW_INSTANCE": str(shared_instance),
        "SHOWHOW_SECRET_KEY": "k" * 32,
        "SHOWHOW_LOG_LEVEL": "warning",
    }


@pytest.fixture
def app(database: Database, environment: dict[str, str], clock: Clock) -> Iterator[Flask]:
    app = create_app(Settings.from_environment(environment), clock=clock)
    app.config["WTF_CSRF_ENABLED"] = True
    app.testing = True
    yield app
    app.extensions["showhow"].database.close()


@pytest.fixture
def page(app: Flask) -> PageClient:
    """A browser that nobody has signed in with."""
    return PageClient(app=app, client=app.test_client())


@pytest.fixture
def account(database: Database) -> Callable[[Named], Person]:
    """Makes the account of a named person."""

    def make(named: Named) -> Person:
        with database.transaction() as session:
            return accounts.create_account(
                session, email=named.email, name=named.name, password=PASSWORD, roles=named.roles, now=START
            )

    return make


@pytest.fixture
def signed_in(app: Flask, account: Callable[[Named], Person]) -> Callable[[Named], PageClient]:
    """Gives a browser of its own with this person signed in."""

    def make(named: Named) -> PageClient:
        account(named)
        browser = PageClient(app=app, client=app.test_client())
        values = {**browser.get("/sign-in").form(action=None), "email": named.email, "password": PASSWORD}
        browser.post("/sign-in", values)
        return browser

    return make


@pytest.fixture
def run_command(app: Flask) -> Callable[..., Result]:
    """Runs ``flask …`` in this process."""

    def run(*arguments: str, **named: Any) -> Result:
        return app.test_cli_runner().invoke(args=list(arguments), **named)

    return run


@pytest.fixture
def content(run_command: Callable[..., Result]) -> None:
    """The content of tests.content, loaded."""
    result = run_command("content", "sync")
    assert result.exit_code == 0, result.output


@pytest.fixture(scope="session")
def outside_data() -> Path:
    """The folder with real service-desk data that must not be part of the project."""
    named = os.environ.get("SHOWHOW_TEST_DATA")
    if not named or not Path(named).is_dir():
        pytest.skip("SHOWHOW_TEST_DATA doesn't name a folder: the real service-desk data aren't part of the project")
    return Path(named)
