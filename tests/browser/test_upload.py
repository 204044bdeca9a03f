"""Sending in a large video over a line that breaks: it goes on by itself, after a reload too, and without JavaScript."""

import re
import shutil
import struct
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Request, StorageState, expect

from tests.browser.conftest import PATIENCE, Tab
from tests.guides.videos import screencast

pytestmark = pytest.mark.skipif(shutil.which("ffmpeg") is None, reason="no ffmpeg is installed")
BEGIN = "/authoring/recordings/"
MEGABYTES = 60
#: A slow line, in bytes a second: fast enough for a test, slow enough to be cut.
PACE = 12 * 1024 * 1024
Line = Callable[[bool], None]


@pytest.fixture
def author_page(chromium: Browser, server: str, author_state: StorageState) -> Iterator[Page]:
    """The author's browser; a broken line is reported as an error here, and is meant to be."""
    context = chromium.new_context(base_url=server, storage_state=author_state, locale="en-GB")
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    page.on("dialog", lambda dialog: dialog.accept())
    yield page
    context.close()


@pytest.fixture
def line(author_page: Page) -> Line:
    """Cuts the line (False) and mends it (True)."""
    session = author_page.context.new_cdp_session(author_page)
    session.send("Network.enable")

    def set_line(whole: bool) -> None:
        conditions = {"offline": not whole, "latency": 0, "downloadThroughput": -1, "uploadThroughput": PACE}
        session.send("Network.emulateNetworkConditions", conditions)

    set_line(True)
    return set_line


@pytest.fixture
def large(tmp_path: Path) -> Path:
    """A sound video of 60 MB: most of it is a box that players skip."""
    video = screencast(tmp_path / "Sixty megabytes.mp4", seconds=3)
    filling = MEGABYTES * 1024 * 1024 - video.stat().st_size
    with video.open("ab") as file:
        file.write(struct.pack(">I4s", filling, b"free"))
        file.truncate(MEGABYTES * 1024 * 1024)
    return video


#: Waits within the page: its policy forbids what the test library would do for the same.
REACHED = """(element, [name, least]) => new Promise((done) => {
  const look = () => (element[name] >= least ? done() : requestAnimationFrame(look));
  look();
})"""


def wait_for_percent(page: Page, percent: int) -> None:
    page.locator("[data-upload-bar]").evaluate(REACHED, ["value", percent])


def test_sixty_megabytes_arrive_over_a_line_that_is_cut_twice(author_page: Page, line: Line, large: Path) -> None:
    page = author_page
    page.goto(BEGIN)
    page.get_by_label("Video file").set_input_files(large)
    page.get_by_role("button", name="Upload this video").click()
    expect(page.get_by_role("button", name="Pause")).to_be_focused()
    wait_for_percent(page, 15)
    line(False)
    expect(page.get_by_role("status").filter(has_text="The connection is lost")).to_be_visible()
    line(True)
    wait_for_percent(page, 40)
    line(False)
    expect(page.get_by_role("status").filter(has_text="The connection is lost")).to_be_visible()
    line(True)
    wait_for_percent(page, 60)
    page.get_by_role("button", name="Pause").click()
    expect(page.get_by_text("Paused", exact=True)).to_be_visible()
    page.reload()
    expect(page.locator("[data-upload-found]")).to_contain_text("“Sixty megabytes.mp4” was not finished")
    page.get_by_label("Video file").set_input_files(large)
    page.get_by_role("button", name="Upload this video").click()
    page.wait_for_url("**/authoring/recordings/*/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Sixty megabytes.mp4")
    expect(page.locator("video")).to_be_visible(timeout=60_000)
    page.locator("video").evaluate("video => { video.muted = true; return video.play(); }")
    page.locator("video").evaluate(REACHED, ["currentTime", 0.2])


def test_an_upload_that_is_stopped_leaves_nothing(author_page: Page, line: Line, large: Path) -> None:
    page = author_page
    page.goto(BEGIN)
    page.get_by_label("Video file").set_input_files(large)
    page.get_by_role("button", name="Upload this video").click()
    wait_for_percent(page, 10)
    page.get_by_role("button", name="Stop and throw away").click()
    expect(page.locator("[data-upload-found]")).to_contain_text("what had arrived is thrown away")
    page.reload()
    expect(page.locator("[data-upload-found]")).to_be_hidden()


def test_what_was_ready_before_the_page_asked_is_shown(author_page: Page, tmp_path: Path) -> None:
    """The worker may be done between the page and its first question: the page then opens itself again."""
    page = author_page
    ready = {"progress": "done 3 True", "at_work": False}
    page.route("**/authoring/recordings/*/state", lambda route: route.fulfill(json=ready))
    page.goto(BEGIN)
    page.get_by_label("Video file").set_input_files(screencast(tmp_path / "Quick.mp4", seconds=2))
    opened: list[str] = []

    def again(request: Request) -> bool:
        if request.is_navigation_request() and re.search(r"/recordings/[\w-]+/$", request.url):
            opened.append(request.url)
        return len(opened) == 2

    with page.expect_request(again):
        page.get_by_role("button", name="Upload this video").click()
    assert opened[0] == opened[1]


def test_what_is_no_video_is_refused_in_words(author_page: Page, tmp_path: Path) -> None:
    page = author_page
    empty = tmp_path / "empty.mp4"
    empty.touch()
    page.goto(BEGIN)
    page.get_by_role("button", name="Upload this video").click()
    expect(page.get_by_role("alert").filter(has_text="Choose a video first")).to_be_visible()
    page.get_by_label("Video file").set_input_files(empty)
    page.get_by_role("button", name="Upload this video").click()
    expect(page.get_by_role("alert").filter(has_text="The file is empty")).to_be_visible()
    script = tmp_path / "script.mp4"
    script.write_text("ffconcat version 1.0\nfile 'other.mp4'\n")
    page.get_by_label("Video file").set_input_files(script)
    page.get_by_role("button", name="Upload this video").click()
    page.wait_for_url("**/authoring/recordings/*/")
    expect(page.locator("#reason")).to_contain_text("This isn’t an MP4, MOV, WebM or MKV video")
    expect(page.get_by_role("button", name="Try again")).to_have_count(0)


def test_without_javascript_a_form_does(tab: Tab, tmp_path: Path) -> None:
    page = tab(author=True, scripts=False)
    page.goto(BEGIN)
    page.get_by_label("Video file").set_input_files(screencast(tmp_path / "plain.mp4", seconds=2))
    page.get_by_role("button", name="Upload this video").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("plain.mp4")
    while page.locator("video").count() == 0:
        page.reload()
