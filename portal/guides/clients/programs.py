"""Runs a program with limits on memory, CPU, time and what it may write; it can't outlive the worker."""

import os
import re
import shutil
import subprocess
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

#: The limits are set in the child, then the program takes its place. Nothing of the call becomes shell text.
_LIMITED = 'ulimit -v "$1" && ulimit -t "$2" && ulimit -f "$3" && ulimit -c 0 && shift 3 && exec nice -n 10 "$@"'
_POLL = 0.01
_REPORT_BYTES = 400_000
_HELD = re.compile(r"^VmHWM:\s+(\d+) kB", re.M)


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """``memory_bytes``: address space. ``seconds``: on the clock; the CPU may take twice as much on two cores."""

    memory_bytes: int
    seconds: int
    written_bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """How a program ended. ``code`` is negative for a signal, None when the time was up. ``most_memory`` in bytes."""

    code: int | None
    report: str
    most_memory: int


def run_limited(command: Sequence[str], *, limits: Limits, folder: Path) -> Ran:
    """Run a program in a folder of its own, without input and with next to no environment."""
    guarded = ["sh", "-c", _LIMITED, "showhow", *_numbers(limits), *command]
    with_parent = shutil.which("setpriv")
    if with_parent:  # a killed worker takes its encoder along, or the next one would run beside it
        guarded = [with_parent, "--pdeathsig", "KILL", *guarded]
    said = folder / "report.txt"
    with said.open("wb") as report:
        process = subprocess.Popen(
            guarded,
            cwd=folder,
            env={"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=report,
        )
        code, memory = _ended(process, limits.seconds)
    text = said.read_bytes()
    said.unlink()
    return Ran(
        code=code,
        report=text[:_REPORT_BYTES].decode("utf-8", "replace"),
        most_memory=memory,
    )


def _numbers(limits: Limits) -> tuple[str, str, str]:
    """As ``ulimit`` wants them: kilobytes, seconds, blocks of 512 bytes."""
    return str(limits.memory_bytes // 1024), str(limits.seconds * 2), str(limits.written_bytes // 512)


def _ended(process: "subprocess.Popen[bytes]", seconds: int) -> tuple[int | None, int]:
    """Wait for the end, or bring it about; the code, and the most memory it held."""
    deadline = time.monotonic() + seconds
    waiting = threading.Event()
    late = False
    memory = 0
    while True:
        memory = max(memory, _memory(process.pid))
        pid, status = os.waitpid(process.pid, os.WNOHANG)
        if pid:
            process.returncode = os.waitstatus_to_exitcode(status)
            return None if late else process.returncode, memory
        if not late and time.monotonic() > deadline:
            process.kill()
            late = True
        waiting.wait(_POLL)


def _memory(pid: int) -> int:
    """The most memory the program has held so far, in bytes; 0 where the system doesn't tell.

    The system's own account at the end won't do: it starts with what the worker held when it began the program.
    """
    try:
        found = _HELD.search(Path(f"/proc/{pid}/status").read_text())
    except OSError:
        return 0
    return int(found[1]) * 1024 if found else 0
