"""R1: the server is killed again and again in the middle of saves; every answer it confirmed must be there."""

import contextlib
import hashlib
import http.client
import json
import os
import random
import signal
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
from sqlalchemy import create_engine, text

from bin.bench_parts.content import write_bank
from bin.bench_parts.people import Visitor
from bin.bench_parts.postgresql import postgresql
from bin.bench_parts.servers import Server, environment, free_port, start_portal

KILLS = 30
ACKNOWLEDGED = 10_000
PEOPLE = 8
SEED = 11


@dataclass
class Losses:
    """What came of it. ``slowest``: seconds from a kill to the first good page."""

    kills: int
    acknowledged: int
    lost: int
    slowest: float


class Person(threading.Thread):
    """Answers question after question, and remembers what was confirmed."""

    def __init__(self, port: int, stop: threading.Event) -> None:
        super().__init__(daemon=True)
        self.server = Server(process=None, port=port)  # type: ignore[arg-type]
        self.stop = stop
        self.confirmed: dict[tuple[str, int], str] = {}
        self.count = 0

    def run(self) -> None:
        while not self.stop.is_set():
            with contextlib.suppress(OSError, http.client.HTTPException):
                self._one_sitting()

    def _one_sitting(self) -> None:
        visitor = Visitor(self.server)
        address = visitor.start(["system-1", "system-2"])
        key = address.split("/")[2]
        while not address.endswith("/finish") and not self.stop.is_set():
            values = visitor.first_answer(visitor.get(address))
            position = int(address.rsplit("/", 1)[1])
            following = visitor.post(address, values)[2]
            self.confirmed[key, position] = str(values["choice"])
            self.count += 1
            address = following


def measure(database_url: str | None = None) -> Losses:
    """Kill the web process, or the whole server, 30 times while eight people answer, up to 10,000 confirmed answers."""
    draw = random.Random(SEED)
    with tempfile.TemporaryDirectory(prefix="showhow-bench-") as name:
        folder = Path(name)
        url = database_url or f"sqlite:///{folder / 'showhow.sqlite'}"
        settings = environment(folder, database_url=url, **write_bank(folder))
        port = free_port()
        server = start_portal(settings, "--empty", port=port)
        server.wait_until_it_answers()
        stop = threading.Event()
        people = [Person(port, stop) for _ in range(PEOPLE)]
        for person in people:
            person.start()
        slowest, kills = 0.0, 0
        while kills < KILLS or sum(person.count for person in people) < ACKNOWLEDGED:
            time.sleep(draw.uniform(0.2, 0.6))
            if kills < KILLS:
                server = _kill(server, settings, whole=kills % 3 == 0)
                slowest = max(slowest, server.wait_until_it_answers())
                kills += 1
        stop.set()
        for person in people:
            person.join(30)
        server.stop()
        lost = _lost(url, people)
        return Losses(kills=kills, acknowledged=sum(person.count for person in people), lost=lost, slowest=slowest)


def _kill(server: Server, settings: dict[str, str], *, whole: bool) -> Server:
    """SIGKILL one child, which its parent starts again, or the whole tree, which is then started anew."""
    tree = server.tree()
    if not whole and len(tree) > 1:
        with contextlib.suppress(ProcessLookupError):
            os.kill(tree[1].pid, signal.SIGKILL)
        return server
    for one in tree:
        with contextlib.suppress(psutil.NoSuchProcess):
            one.kill()
    server.process.wait(20)
    return start_portal(settings, "--empty", port=server.port)


def _lost(url: str, people: list[Person]) -> int:
    """Confirmed answers that aren't in the database, or say something else there."""

    query = text(
        "SELECT attempt.key_hash, attempt_item.position, attempt_item.answer, attempt_item.choice_order FROM attempt_item "
        "JOIN attempt ON attempt.id = attempt_item.attempt_id WHERE attempt_item.outcome IS NOT NULL"
    )
    engine = create_engine(url)
    with engine.connect() as connection:
        stored = {(row[0], row[1]): (_plain(row[2]), _plain(row[3])) for row in connection.execute(query)}
    engine.dispose()
    lost = 0
    for person in people:
        for (key, position), choice in person.confirmed.items():
            answer, order = stored.get((hashlib.sha256(key.encode()).hexdigest(), position), (None, []))
            # What is sent is a place on the page; what is stored is a place in the question.
            lost += answer is None or answer != {"choices": [order[int(choice)]]}
    return lost


def _plain(value: object) -> Any:
    return json.loads(value) if isinstance(value, str) else value


def on_both() -> dict[str, Losses]:
    """SQLite, and a PostgreSQL that lives for this measurement."""
    found = {"SQLite": measure()}
    with postgresql() as url:
        found["PostgreSQL"] = measure(url)
    return found
