"""The server is killed in the middle of saves: what it confirmed is there when it is back."""

import contextlib
import hashlib
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
from sqlalchemy import select

from portal.config import ROOT
from portal.skills_check.models.attempts import AttemptItem, AttemptRow
from portal.storage.database import Database
from tests.content import write_content
from tests.databases import extra_database
from tests.forms import first_answer, token_of

PEOPLE = 8
SAVES = 200
DEADLINE = 60.0
PAUSE = threading.Event()


@pytest.fixture
def own_database(database_url: str, tmp_path: Path) -> Iterator[str]:
    """A database that nobody else uses, on the engine under test."""
    with extra_database(database_url, name=f"killed_{os.getpid()}", folder=tmp_path) as url:
        yield url


class Server:
    """The portal as ./run starts it, on a port that stays the same when it is started again."""

    def __init__(self, folder: Path, database_url: str) -> None:
        content = write_content(folder / "files") if not (folder / "files").exists() else folder / "files"
        kept = {name: value for name, value in os.environ.items() if not name.startswith("SHOWHOW_")}
        self.environment = {
            **kept,
            "SHOWHOW_INSTANCE": str(folder / "instance"),
            "SHOWHOW_DATABASE_URL": database_url,
            "SHOWHOW_CONTENT": str(content / "content"),
            "SHOWHOW_QUIZZES": str(content / "quizzes"),
            "SHOWHOW_LOG_LEVEL": "error",
        }
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])

    def start(self) -> None:
        command = [sys.executable, "-m", "portal.serve", "--empty", "--port", str(self.port)]
        self.process = subprocess.Popen(
            command, cwd=ROOT, env=self.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        for _ in range(int(DEADLINE / 0.05)):
            with (
                contextlib.suppress(OSError, http.client.HTTPException),
                contextlib.closing(Visitor(self.port)) as visitor,
            ):
                if visitor.send("GET", "/check/")[0] == 200:
                    return
            PAUSE.wait(0.05)
        raise AssertionError("the server never answered")

    def children(self) -> list[psutil.Process]:
        return psutil.Process(self.process.pid).children()

    def kill_all(self) -> None:
        for one in [*self.children(), psutil.Process(self.process.pid)]:
            with contextlib.suppress(psutil.NoSuchProcess):
                one.send_signal(signal.SIGKILL)
        self.process.wait(20)

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(20)


class Visitor:
    """One browser: its cookies and a connection."""

    def __init__(self, port: int) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        self.cookies: dict[str, str] = {}

    def close(self) -> None:
        self.connection.close()

    def send(self, method: str, path: str, body: str | None = None) -> tuple[int, str, str]:
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        self.connection.request(method, path, body=body, headers=headers)
        answer = self.connection.getresponse()
        page = answer.read().decode()
        for cookie in answer.headers.get_all("Set-Cookie") or ():
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        return answer.status, page, answer.headers.get("Location", "")


class Person(threading.Thread):
    """Answers one check after another until told to stop, and remembers what was confirmed."""

    def __init__(self, port: int, stop: threading.Event) -> None:
        super().__init__(daemon=True)
        self.port, self.stop = port, stop
        self.confirmed: dict[tuple[str, int], object] = {}

    def run(self) -> None:
        while not self.stop.is_set():
            with (
                contextlib.suppress(OSError, http.client.HTTPException),
                contextlib.closing(Visitor(self.port)) as visitor,
            ):
                self._one_check(visitor)

    def _one_check(self, visitor: Visitor) -> None:
        page = visitor.send("GET", "/check/")[1]
        _, _, address = visitor.send("POST", "/check/", f"csrf_token={token_of(page)}&systems=spreadsheets")
        key = address.split("/")[2]
        while not address.endswith("/finish") and not self.stop.is_set():
            page = visitor.send("GET", address)[1]
            body, stored = first_answer(page)
            status, _, following = visitor.send("POST", address, body)
            if status != 303:
                raise http.client.HTTPException(str(status))
            self.confirmed[key, int(address.rsplit("/", 1)[1])] = stored
            address = following


def test_every_confirmed_answer_survives_kill_9(tmp_path: Path, own_database: str) -> None:
    server = Server(tmp_path, own_database)
    server.start()
    stop = threading.Event()
    people = [Person(server.port, stop) for _ in range(PEOPLE)]
    for person in people:
        person.start()
    _until(people, SAVES // 2)
    server.children()[0].send_signal(signal.SIGKILL)  # a child: its parent starts it again
    _until(people, SAVES)
    server.kill_all()  # everything at once, in the middle of saves
    server.start()
    _until(people, SAVES + 50)
    stop.set()
    for person in people:
        person.join(20)
    server.stop()
    confirmed = {where: answer for person in people for where, answer in person.confirmed.items()}
    assert len(confirmed) >= SAVES
    assert _missing(own_database, confirmed) == {}


def _until(people: list[Person], saves: int) -> None:
    for _ in range(int(DEADLINE / 0.02)):
        if sum(len(person.confirmed) for person in people) >= saves:
            return
        PAUSE.wait(0.02)
    raise AssertionError(f"{saves} answers were not confirmed in time")


def _missing(url: str, confirmed: dict[tuple[str, int], object]) -> dict[tuple[str, int], object]:
    """Confirmed answers that aren't stored, or not as they were given."""
    database = Database(url)
    query = select(AttemptRow.key_hash, AttemptItem.position, AttemptItem.answer, AttemptItem.choice_order).join(
        AttemptItem, AttemptItem.attempt_id == AttemptRow.id
    )
    with database.session() as session:
        stored = {(row[0], row[1]): _as_shown(row[2], row[3]) for row in session.execute(query)}
    database.close()
    return {
        (key, position): answer
        for (key, position), answer in confirmed.items()
        if json.dumps(stored.get((hashlib.sha256(key.encode()).hexdigest(), position))) != json.dumps(answer)
    }


def _as_shown(answer: dict[str, Any] | None, order: list[int]) -> object:
    """A stored answer by its places on the page."""
    if answer is None or "choices" not in answer:
        return answer
    return {"choices": [order.index(own) for own in answer["choices"]]}


def test_when_only_the_parent_is_killed_its_children_free_the_port(tmp_path: Path, own_database: str) -> None:
    server = Server(tmp_path, own_database)
    server.start()
    children = server.children()
    server.process.kill()
    server.process.wait(20)
    _, alive = psutil.wait_procs(children, timeout=20)
    assert alive == []
    server.start()
    server.stop()


def test_a_start_that_can_not_be_says_why(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        server = Server(tmp_path, f"sqlite:///{tmp_path / 'x.sqlite'}")
        server.port = taken.getsockname()[1]
        assert "Stop what uses it, or choose one with --port" in _refused(server)
    server.environment["SHOWHOW_ACCENT"] = "green"
    assert "SHOWHOW_ACCENT can't be “green”" in _refused(server)
    server.environment["SHOWHOW_ACCENT"] = "#00615a"
    (tmp_path / "files" / "quizzes" / "spreadsheets.yaml").write_text("system: spredsheets\n")
    (tmp_path / "x.sqlite").unlink()
    assert "quizzes/spreadsheets.yaml, line 1:" in _refused(server)


def _refused(server: Server) -> str:
    command = [sys.executable, "-m", "portal.serve", "--empty", "--port", str(server.port)]
    done = subprocess.run(
        command, cwd=ROOT, env=server.environment, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    return done.stderr
