"""Real servers to measure: the portal, and two bare references."""

import contextlib
import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil

ROOT = Path(__file__).resolve().parents[2]
READY_SECONDS = 30


@dataclass
class Server:
    """A process tree that answers on a port of this machine."""

    process: subprocess.Popen[bytes]
    port: int

    def tree(self) -> list[psutil.Process]:
        parent = psutil.Process(self.process.pid)
        return [parent, *parent.children(recursive=True)]

    def cpu_seconds(self) -> float:
        """CPU the whole tree has used so far."""
        total = 0.0
        for one in self.tree():
            with contextlib.suppress(psutil.NoSuchProcess):
                times = one.cpu_times()
                total += times.user + times.system
        return total

    def memory_mb(self) -> tuple[float, float]:
        """Megabytes of the tree: its proportional share (shared pages counted once), and the plain sum."""
        infos = [one.memory_full_info() for one in self.tree()]
        return sum(info.pss for info in infos) / 1e6, sum(info.rss for info in infos) / 1e6

    def connect(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)

    def wait_until_it_answers(self, path: str = "/") -> float:
        """Seconds until a request is answered with 200."""
        started = time.perf_counter()
        while time.perf_counter() - started < READY_SECONDS:
            with contextlib.suppress(OSError, http.client.HTTPException):
                connection = self.connect()
                connection.request("GET", path)
                if connection.getresponse().status == 200:
                    return time.perf_counter() - started
            if self.process.poll() is not None:
                raise RuntimeError("the server ended before it answered")
            time.sleep(0.01)
        raise RuntimeError("the server never answered")

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(20)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def environment(folder: Path, *, database_url: str | None = None, **more: str) -> dict[str, str]:
    """Settings for a portal that keeps everything in ``folder``."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("SHOWHOW_")}
    settings = {"SHOWHOW_INSTANCE": str(folder / "instance"), "SHOWHOW_LOG_LEVEL": "error", **more}
    if database_url:
        settings["SHOWHOW_DATABASE_URL"] = database_url
    return {**kept, **settings, "PYTHONUNBUFFERED": "1"}


def start_portal(settings: dict[str, str], *arguments: str, port: int | None = None) -> Server:
    """The portal as ./run starts it."""
    port = port or free_port()
    command = [sys.executable, "-m", "portal.serve", "--port", str(port), *arguments]
    process = subprocess.Popen(command, cwd=ROOT, env=settings, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return Server(process=process, port=port)


@contextlib.contextmanager
def running(server: Server, path: str = "/") -> Iterator[Server]:
    """The server, ready, for the block."""
    try:
        server.wait_until_it_answers(path)
        yield server
    finally:
        server.stop()


def start_reference(folder: Path) -> Server:
    """The two bare references behind the same HTTP server."""
    port = free_port()
    command = [sys.executable, "-m", "bin.bench_parts.reference", str(port), str(folder / "reference.sqlite")]
    return Server(process=subprocess.Popen(command, cwd=ROOT), port=port)
