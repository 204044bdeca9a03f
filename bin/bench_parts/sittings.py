"""P2, P3, P4, P7: what a check costs the server, beside the references of the same run."""

import statistics
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path

from bin.bench_parts.content import write_bank
from bin.bench_parts.people import Visitor
from bin.bench_parts.servers import Server, environment, running, start_portal, start_reference

HELLOS = 2000
FLOWS = 40
SITTINGS = 30
SAVES = 1500
LOAD_SAVES = 10_000
CLIENTS = 8
BOTH = ["system-1", "system-2"]


@dataclass
class References:
    """CPU-seconds of one bare request and of one bare sitting."""

    hello: float
    flow: float


def references(folder: Path) -> References:
    with running(start_reference(folder)) as server:
        visitor = Visitor(server)
        before = server.cpu_seconds()
        for _ in range(HELLOS):
            visitor.get("/")
        hello = (server.cpu_seconds() - before) / HELLOS
        before = server.cpu_seconds()
        for _ in range(FLOWS):
            ids = visitor.get("/page").split(",")
            for item in ids:
                visitor.post("/save", {"id": item, "answer": "an answer"})
            visitor.post("/close", {"id": ids[0]})
        flow = (server.cpu_seconds() - before) / FLOWS
    return References(hello=hello, flow=flow)


def sitting_cpu(server: Server) -> float:
    """CPU-seconds of a whole sitting of 20 questions without JavaScript."""
    Visitor(server).whole_sitting(BOTH)
    before = server.cpu_seconds()
    for _ in range(SITTINGS):
        answers = Visitor(server).whole_sitting(BOTH)
        if answers != 20:
            raise RuntimeError(f"the sitting had {answers} answers, not 20")
    return (server.cpu_seconds() - before) / SITTINGS


def save_cpu(server: Server) -> float:
    """CPU-seconds of one saved answer."""
    visitor = Visitor(server)
    address = visitor.start(["system-1"])
    page = visitor.get(address)
    values = visitor.first_answer(page)
    before = server.cpu_seconds()
    for _ in range(SAVES):
        visitor.post(address, values)
        values = visitor.again(values)
    return (server.cpu_seconds() - before) / SAVES


def save_latency(server: Server) -> tuple[float, float, float]:
    """Median, 99th percentile and worst of 10,000 saves by eight people at once, in milliseconds."""
    waits: list[float] = []
    guard = threading.Lock()

    def one_person() -> None:
        visitor = Visitor(server)
        address = visitor.start(["system-1"])
        values = visitor.first_answer(visitor.get(address))
        mine = []
        for _ in range(LOAD_SAVES // CLIENTS):
            started = time.perf_counter()
            visitor.post(address, values)
            mine.append((time.perf_counter() - started) * 1000)
            values = visitor.again(values)
        with guard:
            waits.extend(mine)

    threads = [threading.Thread(target=one_person) for _ in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    waits.sort()
    return statistics.median(waits), waits[int(len(waits) * 0.99)], waits[-1]


def measure() -> tuple[References, float, float, tuple[float, float, float]]:
    """One round: the references, then a sitting, a save, and saves under load."""
    with tempfile.TemporaryDirectory(prefix="showhow-bench-") as name:
        folder = Path(name)
        found = references(folder)
        settings = environment(folder, **write_bank(folder))
        with running(start_portal(settings, "--empty")) as server:
            return found, sitting_cpu(server), save_cpu(server), save_latency(server)
