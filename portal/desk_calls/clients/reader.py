"""The program that reads a large file beside the server, so that pages stay quick and its memory is given back.

It gets the upload as its standard input. An upload has no name on the disk: when the program ends, or is killed,
nothing of the file is left.
"""

import json
import os
import subprocess
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import BinaryIO

PROGRAM = "portal.desk_calls.jobs.read_upload"
ORDER = "READ_UPLOAD_ORDER"
_ROOT = Path(__file__).resolve().parents[3]
_started: list["subprocess.Popen[bytes]"] = []


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What the program needs to know. ``today``: ISO date. ``preset``: YAML."""

    preview_id: str
    database_url: str
    file: str
    preset: str
    source: str
    zone: str
    today: str


def start_reading(order: Order, stream: BinaryIO) -> None:
    """Start the program. The order goes by environment: an address of a database may hold a password."""
    stream.flush()
    _started[:] = [process for process in _started if process.poll() is None]
    _started.append(
        subprocess.Popen(
            [sys.executable, "-m", PROGRAM],
            stdin=stream.fileno(),
            stdout=subprocess.DEVNULL,
            cwd=_ROOT,
            env={**os.environ, ORDER: json.dumps(asdict(order))},
            start_new_session=True,
        )
    )


def order_given() -> Order:
    """The order of the program that asks."""
    return Order(**json.loads(os.environ[ORDER]))


def wait_for_readings(seconds: float) -> None:
    """Wait until every program that was started here has ended. Raises subprocess.TimeoutExpired."""
    for process in _started:
        process.wait(seconds)


def readings_at_work() -> tuple[int, ...]:
    """The numbers of the programs that are at work."""
    return tuple(process.pid for process in _started if process.poll() is None)
