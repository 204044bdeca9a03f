"""A real Chromium before a real server: its own process, its own database, the demonstration council loaded."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Playwright, StorageState, sync_playwright

from portal.config import ROOT
from portal.demo.queries import PASSWORD

START_LIMIT = 90
POLL = 0.05
#: A page that doesn't do what was asked within this many milliseconds won't do it.
PATIENCE = 15_000
ANALYST = "desk-analyst@example.gov.uk"
AUTHOR = "author@example.gov.uk"
FLAGS = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-dev-shm-usage",
    "--disable-extensions",
    "--disable-sync",
    "--mute-audio",
    "--no-first-run",
)

Tab = Callable[..., Page]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder is a journey in a browser."""
    here = Path(__file__).parent
    for item in items:
        if item.path.is_relative_to(here):
            item.add_marker(pytest.mark.browser)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=5) as answer:  # noqa: S310 (our own address)
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of a server with the real content and the demonstration; one for each worker of the suite."""
    instance = tmp_path_factory.mktemp("served")
    port = _free_port()
    environment = {name: value for name, value in os.environ.items() if not name.startswith("SHOWHOW_")}
    environment |= {
        "SHOWHOW_INSTANCE": str(instance),
        "SHOWHOW_DATABASE_URL": f"sqlite:///{instance / 'showhow.sqlite'}",
        "SHOWHOW_LOG_LEVEL": "warning",
    }
    log = instance / "log"
    address = f"http://127.0.0.1:{port}"
    with log.open("wb") as output:
        command = [sys.executable, "-m", "portal.serve", "--port", str(port)]
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=output, stderr=output)
        try:
            _wait_for(address, process, log)
            yield address
        finally:
            process.terminate()
            try:
                process.wait(timeout=15)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _wait_for(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + START_LIMIT
    while not _answers(f"{address}/"):
        if process.poll() is not None or time.monotonic() > deadline:
            pytest.fail(f"The server gave no page.\n{log.read_text()}")
        time.sleep(POLL)


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="session")
def chromium(playwright: Playwright) -> Iterator[Browser]:
    """The Chromium of SHOWHOW_CHROMIUM, or the one that is installed."""
    named = os.environ.get("SHOWHOW_CHROMIUM") or shutil.which("chromium")
    if named is None:
        pytest.fail("No Chromium was found. Install the package chromium, or set SHOWHOW_CHROMIUM to its path.")
    # Chromium refuses its sandbox to root, and root is who runs tests in a container.
    flags = [*FLAGS, *(["--no-sandbox"] if os.geteuid() == 0 else [])]
    path = None if named == "playwright" else named
    browser = playwright.chromium.launch(executable_path=path, args=flags)
    yield browser
    browser.close()


@pytest.fixture(scope="session")
def analyst_state(chromium: Browser, server: str) -> StorageState:
    """The cookies of the desk analyst, signed in once."""
    return _signed_in(chromium, server, ANALYST)


@pytest.fixture(scope="session")
def author_state(chromium: Browser, server: str) -> StorageState:
    """The cookies of the author, signed in once."""
    return _signed_in(chromium, server, AUTHOR)


def _signed_in(chromium: Browser, server: str, email: str) -> StorageState:
    context = chromium.new_context(base_url=server)
    page = context.new_page()
    sign_in(page, email)
    state = context.storage_state()
    context.close()
    return state


def sign_in(page: Page, email: str = ANALYST, password: str = PASSWORD) -> None:
    """Sign in on the sign-in page."""
    page.goto("/sign-in")
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()


def _is_failure(message: ConsoleMessage) -> bool:
    """Pages that refuse something answer 4xx on purpose, and the browser reports those as errors too."""
    return message.type == "error" and "the server responded with a status of 4" not in message.text


@pytest.fixture
def tab(chromium: Browser, server: str, request: pytest.FixtureRequest) -> Iterator[Tab]:
    """Opens a browser of its own: nobody's, the desk analyst's (``analyst=True``), or the author's (``author=True``).

    A script that fails on any page fails the test, and so does anything the browser reports as an error.
    """
    opened: list[BrowserContext] = []
    failures: list[str] = []

    def open_tab(*, analyst: bool = False, author: bool = False, scripts: bool = True, width: int = 1280) -> Page:
        state = request.getfixturevalue("analyst_state") if analyst else None
        state = request.getfixturevalue("author_state") if author else state
        context = chromium.new_context(
            base_url=server,
            storage_state=state,
            java_script_enabled=scripts,
            viewport={"width": width, "height": 800},
            locale="en-GB",
            reduced_motion="reduce",
        )
        context.set_default_timeout(PATIENCE)
        context.on("weberror", lambda error: failures.append(str(error.error)))
        context.on("console", lambda message: failures.append(message.text) if _is_failure(message) else None)
        opened.append(context)
        return context.new_page()

    yield open_tab
    for context in opened:
        context.close()
    assert failures == []


@pytest.fixture(scope="session")
def screenshots() -> Path | None:
    """Folder for pictures a person looks at, where SHOWHOW_SCREENSHOTS names one."""
    named = os.environ.get("SHOWHOW_SCREENSHOTS")
    if not named:
        return None
    folder = Path(named)
    folder.mkdir(parents=True, exist_ok=True)
    return folder
