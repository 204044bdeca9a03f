"""``./run``: sets the portal up and serves it with one web process and one worker process.

The parent loads the application once and forks both, so that they share its memory; it starts again whichever dies.
"""

import argparse
import contextlib
import os
import signal
import socket
import sys
import threading
import time
import traceback
import urllib.request
from collections.abc import Callable, Sequence
from types import FrameType

import waitress
from flask import Flask, current_app

from portal.app import create_app
from portal.catalogue.queries import newest_catalogue
from portal.core.documents import InvalidFiles
from portal.core.errors import ShowhowError
from portal.demo.operations import load_demonstration
from portal.demo.queries import PASSWORD, sign_ins
from portal.demo.rules.council import CONTENT_TABLES
from portal.skills_check.rules.attempts import SkillsCheckOptions
from portal.storage.contents import used_tables
from portal.upkeep.operations import read_content, sync_content
from portal.upkeep.rules import ContentFolders
from portal.web.context import Portal, file_store, now, options, reading, transaction

HOST = "127.0.0.1"
PORT = 8000
THREADS = 8
CHECK_SECONDS = 30


class Stopped(Exception):
    """The process was told to stop."""


def main() -> int:
    """Serve until told to stop. Exit code: 0 stopped or checked, 1 couldn't start."""
    arguments = _arguments()
    try:
        app = create_app()
        with app.app_context():
            start_up(demonstration=not arguments.empty)
            with reading() as session:
                people = sign_ins(session)
        listening = _listen(arguments.host, arguments.port)
    except (ShowhowError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    portal: Portal = app.extensions["showhow"]
    portal.database.close()  # a connection must not be shared by the processes that are forked now
    children = _Children({"web": lambda: _web(app, listening), "worker": portal.jobs.work})
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _stop)
    address = f"http://{arguments.host}:{listening.getsockname()[1]}/"
    try:
        children.start()
        if arguments.check:
            return _check(address)
        _welcome(address, people)
        children.watch()
    except Stopped:
        pass
    finally:
        children.stop()
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="./run", description="Set the portal up and serve it.")
    parser.add_argument("--empty", action="store_true", help="on the first start, load no demonstration council")
    parser.add_argument("--check", action="store_true", help="ask for one page, say whether it came, and stop")
    parser.add_argument("--host", default=HOST, help="address to listen on (default %(default)s)")
    parser.add_argument("--port", type=int, default=PORT, help="port to listen on (default %(default)s)")
    return parser.parse_args()


def start_up(*, demonstration: bool) -> None:
    """Bring the schema to today's and load the content; into a new database, a demonstration council too.

    Content with a problem stops a first start. Later it is told, and what was loaded before stays.
    """
    current_app.extensions["alembic"].upgrade()
    with reading() as session:
        first = newest_catalogue(session) is None
    try:
        content = read_content(options(ContentFolders))
    except InvalidFiles as error:
        if first:
            raise
        print(f"{error}\nThe content loaded before is served.", file=sys.stderr)
        return
    with transaction() as session:
        sync_content(session, content, files=file_store(), now=now())
        if first and demonstration and not used_tables(session, but=CONTENT_TABLES):
            print("Loading a demonstration council, once. Start with ./run --empty to leave it out.", file=sys.stderr)
            load_demonstration(session, secret=options(SkillsCheckOptions).secret, now=now())


def _listen(host: str, port: int) -> socket.socket:
    """The socket the web process will answer on, open before anything forks; a free port where 0 is asked for."""
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
    except OSError as error:
        text = (
            f"Port {port} on {host} can't be opened ({error.strerror}). Stop what uses it, or choose one with --port."
        )
        raise OSError(text) from None
    listening.listen(256)
    return listening


def _web(app: Flask, listening: socket.socket) -> None:
    waitress.serve(app, sockets=[listening], threads=THREADS, ident=None, channel_timeout=60)


class _Children:
    """The processes that do the work; whichever dies is started again."""

    def __init__(self, tasks: dict[str, Callable[[], None]]) -> None:
        self._tasks = tasks
        self._running: dict[int, str] = {}
        # Nobody writes to it. The children read from it, and see it end when the parent is gone.
        self._lifeline, self._parents_end = os.pipe()

    def start(self) -> None:
        for name in self._tasks:
            self._fork(name)

    def watch(self) -> None:
        """Wait; start again what ends."""
        while True:
            pid, _ = os.wait()
            name = self._running.pop(pid, None)
            if name is not None:
                print(f"The {name} process ended. Starting it again.", file=sys.stderr)
                self._fork(name)

    def stop(self) -> None:
        """Ask every process to end, and wait for it."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, signal.SIG_IGN)
        for pid in self._running:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGTERM)
        for pid in self._running:
            with contextlib.suppress(ChildProcessError):
                os.waitpid(pid, 0)

    def _fork(self, name: str) -> None:
        pid = os.fork()
        if pid:
            self._running[pid] = name
            return
        code = 0
        try:
            for number in (signal.SIGTERM, signal.SIGINT):
                signal.signal(number, signal.SIG_DFL)
            os.close(self._parents_end)
            threading.Thread(target=self._end_with_parent, daemon=True).start()
            self._tasks[name]()
        except KeyboardInterrupt:
            pass
        except BaseException:  # noqa: BLE001 (the parent starts it again; the reason is printed)
            traceback.print_exc()
            code = 1
        finally:
            os._exit(code)

    def _end_with_parent(self) -> None:
        """A child without its parent would hold the port against the next start."""
        os.read(self._lifeline, 1)
        os._exit(1)


def _stop(_number: int, _frame: FrameType | None) -> None:
    raise Stopped


def _check(address: str) -> int:
    """Ask for the home page until it comes; 0 when it answers 200."""
    deadline = time.monotonic() + CHECK_SECONDS
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(address, timeout=5) as answer:  # noqa: S310 (our own address)
                print(f"{address} answered {answer.status}.")
                return 0 if answer.status == 200 else 1
        except OSError:
            time.sleep(0.05)
    print(f"{address} gave no answer within {CHECK_SECONDS} seconds.", file=sys.stderr)
    return 1


def _welcome(address: str, people: Sequence[tuple[str, str]]) -> None:
    print(f"Showhow answers on {address} Stop it with Ctrl and C.")
    if people:
        print(f"Demonstration sign-ins, all with the password {PASSWORD}:")
        for email, roles in people:
            print(f"  {email}  ({roles})")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
