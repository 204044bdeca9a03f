"""The council's own scanner: a command, or ClamAV's socket. What can't be scanned is refused."""

import shlex
import socket
import struct
from pathlib import Path

from portal.core.errors import ShowhowError
from portal.guides.clients.programs import Limits, run_limited
from portal.guides.rules.recordings import GIGABYTE, UnusableVideo

CLAMAV = "clamav:"
BLOCK = 256 * 1024
SECONDS = 120


class ScannerUnavailable(ShowhowError):
    """The scanner gave no answer. The file isn't let in; trying again may help."""

    def __init__(self) -> None:
        super().__init__("The virus scanner gave no answer, so nothing is let in. Try again in a few minutes.")


class FoundByScanner(UnusableVideo):
    """The scanner found something in the file."""

    def __init__(self) -> None:
        super().__init__("The virus scanner refuses this file. Tell the service desk, and don’t open it.")


def scan(file: Path, scanner: str, *, folder: Path) -> None:
    """Have a file scanned. Raises FoundByScanner, ScannerUnavailable."""
    if scanner.startswith(CLAMAV):
        _ask_clamav(file, scanner.removeprefix(CLAMAV))
        return
    limits = Limits(memory_bytes=4 * GIGABYTE, seconds=SECONDS, written_bytes=GIGABYTE)
    ran = run_limited([*shlex.split(scanner), str(file.resolve())], limits=limits, folder=folder)
    if ran.code == 1:
        raise FoundByScanner
    if ran.code != 0:
        raise ScannerUnavailable


def _ask_clamav(file: Path, path: str) -> None:
    """The INSTREAM command: blocks with their length before them, an empty one at the end."""
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as clamav, file.open("rb") as content:
            clamav.settimeout(SECONDS)
            clamav.connect(path)
            clamav.sendall(b"zINSTREAM\0")
            while block := content.read(BLOCK):
                clamav.sendall(struct.pack("!I", len(block)) + block)
            clamav.sendall(struct.pack("!I", 0))
            answer = clamav.recv(4096)
    except OSError as error:
        raise ScannerUnavailable from error
    if b"FOUND" in answer:
        raise FoundByScanner
    if not answer.rstrip(b"\0\n").endswith(b"OK"):
        raise ScannerUnavailable
