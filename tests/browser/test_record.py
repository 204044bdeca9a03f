"""The whole way of a guide: recorded in this browser, written, published, found by a word of a caption, and of no help."""

import os
import re
import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, Playwright, StorageState, expect

from tests.browser.conftest import FLAGS, PATIENCE
from tests.browser.steps import press_on, start_guide
from tests.browser.test_make import missing, saved

TITLE = "Mend a wobbly pivot"
#: A word that stands in a caption of this guide and nowhere else.
WORD = "zebrafinch"
SECONDS = 8


@pytest.fixture
def recorder(playwright: Playwright, server: str, author_state: StorageState) -> Iterator[Page]:
    """An author's browser that agrees to show its own tab, and says so to nobody."""
    named = os.environ.get("SHOWHOW_CHROMIUM") or shutil.which("chromium")
    flags = [
        *FLAGS,
        "--auto-select-tab-capture-source-by-title=Record",
        *(["--no-sandbox"] if os.geteuid() == 0 else []),
    ]
    browser: Browser = playwright.chromium.launch(executable_path=named, args=flags)
    context = browser.new_context(
        base_url=server, storage_state=author_state, viewport={"width": 1280, "height": 720}, locale="en-GB"
    )
    context.set_default_timeout(PATIENCE)
    yield context.new_page()
    browser.close()


def record(page: Page) -> None:
    """Record this tab, with a step marked near the start and one by key at half time."""
    page.get_by_role("button", name="Choose a window and record").click()
    clock = page.locator("[data-record-clock]")
    expect(clock).to_have_text("0:01")
    press_on(page, "Mark a step")
    expect(clock).to_have_text(f"0:0{SECONDS // 2}", timeout=PATIENCE)
    page.keyboard.press("m")
    expect(page.get_by_text("Step 2 marked")).to_be_visible()
    expect(page.get_by_text("Safe on the server up to")).to_be_visible(timeout=PATIENCE)
    expect(clock).to_have_text(f"0:0{SECONDS}", timeout=PATIENCE)
    press_on(page, "Stop recording")
    expect(page.get_by_role("heading", level=1)).to_have_text(f"Video: {TITLE}")


def write_steps(page: Page) -> None:
    for number, title in enumerate(("Open the pivot", "Mend it"), start=1):
        step = page.locator(".make-steps > li").nth(number - 1)
        step.get_by_label("Step", exact=True).fill(title)
        step.get_by_label("What to do").fill(f"What to do in step {number}.")
    saved(page)


def write_facts(page: Page) -> None:
    page.get_by_label("Summary").fill("A pivot that wobbles stands still again.")
    page.get_by_label("Looked after by").fill("Corporate ICT")
    page.get_by_label("Review every").select_option("12")
    page.get_by_label("Use a formula").check()
    page.get_by_label("The video has no sound").check()
    saved(page)


def write_captions(page: Page) -> None:
    new = page.locator("#new-caption")
    for number, (start, end, text) in enumerate(
        (("0:00", "0:03", "The pivot opens."), ("0:03", "0:07", f"A {WORD} sits on it."))
    ):
        new.get_by_label("From").fill(start)
        new.get_by_label("To", exact=True).fill(end)
        new.get_by_label("New caption", exact=True).fill(text)
        press_on(page, "Add this caption")
        expect(page.locator(".make-cues > li[id]")).to_have_count(number + 1)
    page.get_by_label("I have read these captions against the picture").check()
    expect(page.locator("#captions-reviewed")).to_contain_text("Reviewed on")


def test_from_a_recording_to_a_reader_who_needs_more(recorder: Page) -> None:
    page = recorder
    address = start_guide(page, TITLE)
    code = address.rstrip("/").rpartition("/")[2]
    page.goto(f"{address}record/")
    record(page)
    expect(page.locator("video[data-make-video]")).to_be_visible(timeout=60_000)
    page.goto(address)
    write_facts(page)
    write_steps(page)
    page.goto(f"{address}captions/")
    write_captions(page)
    page.goto(address)
    assert missing(page) == []
    press_on(page, "Publish")
    expect(page.get_by_text("is published")).to_be_visible()

    page.goto("/")
    page.get_by_role("searchbox").fill(WORD)
    press_on(page, "Search")
    page.get_by_role("link", name=TITLE).first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(TITLE)
    assert re.search(r"[?&]t=3(\.0)?\b", page.url)
    page.wait_for_function("Math.abs(document.querySelector('video').currentTime - 3) < 0.5")
    assert page.locator("video").evaluate("video => video.duration") == pytest.approx(SECONDS, abs=2)

    press_on(page, "No")
    expect(page.get_by_role("heading", level=1)).to_have_text("Still stuck?")
    message = page.locator("form[data-call] textarea[name=message]")
    for known in (code, WORD, "Spreadsheets"):
        expect(message).to_have_value(re.compile(known))
    link = page.locator("[data-call-link]").get_attribute("href") or ""
    assert link.startswith("mailto:")
    assert code in link
