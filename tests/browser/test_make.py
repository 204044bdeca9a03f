"""Making a guide: by keyboard alone, saved by itself, and what happens when the server is out of reach."""

import re

from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Tab
from tests.browser.steps import press_on, start_guide, tab_to


def saved(page: Page) -> None:
    """Wait until the server has said that everything is saved."""
    expect(page.locator("[data-saved]")).to_have_text(re.compile(r"Saved \d\d:\d\d"))


def missing(page: Page) -> list[str]:
    return page.locator(".make-missing a").all_inner_texts()


def titles(page: Page) -> list[str]:
    return [one.input_value() for one in page.locator(".make-steps input[name$=title]").all()]


def test_a_guide_is_written_by_keyboard_alone(tab: Tab) -> None:
    page = tab(author=True)
    start_guide(page, "Sort by keyboard")
    page.locator("main").click(position={"x": 1, "y": 1})
    tab_to(page, page.get_by_label("Summary"))
    page.keyboard.type("Bring a list into order.")
    saved(page)
    assert "Write a summary" not in missing(page)
    tab_to(page, page.get_by_label("Looked after by"))
    page.keyboard.type("Corporate ICT")
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowDown")
    tab_to(page, page.get_by_label("Use a formula"))
    page.keyboard.press("Space")
    saved(page)
    expect(page.locator("#missing")).not_to_contain_text("Say who looks after it")
    expect(page.locator("#missing")).not_to_contain_text("Tick a skill")

    new = page.locator("#new-step")
    for number, title in enumerate(("First", "Second")):
        tab_to(page, new.get_by_label("Step", exact=True)) if not number else None
        page.keyboard.type(title)
        page.keyboard.press("Tab")
        page.keyboard.type(f"What to do in the {title.lower()} step.")
        page.keyboard.press("Tab")
        page.keyboard.type(f"0:0{number + 1}")
        page.keyboard.press("Enter")
        expect(page.locator(".make-steps > li")).to_have_count(number + 1)
        expect(new.get_by_label("Step", exact=True)).to_be_focused()
    assert titles(page) == ["First", "Second"]

    tab_back_to(page, page.get_by_role("button", name="Move up step 2"))
    page.keyboard.press("Enter")
    expect(page.locator(".make-steps > li").first.get_by_label("Step", exact=True)).to_have_value("Second")
    expect(page.get_by_role("button", name="Move up step 1")).to_be_focused()
    assert "Step 2 doesn’t start after the one above it" in missing(page)

    tab_to(page, page.get_by_role("button", name="Delete step 1"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Undo")).to_be_focused()
    assert titles(page) == ["First"]
    page.keyboard.press("Enter")
    expect(page.locator(".make-steps > li")).to_have_count(2)
    page.reload()
    assert titles(page) == ["Second", "First"]


def tab_back_to(page: Page, target: Locator, *, most: int = 30) -> None:
    for _ in range(most):
        page.keyboard.press("Shift+Tab")
        if target.evaluate("element => element === document.activeElement"):
            return
    raise AssertionError("never reached")


def test_captions_are_written_by_keyboard_alone(tab: Tab) -> None:
    page = tab(author=True)
    page.goto(f"{start_guide(page, 'Caption by keyboard')}captions/")
    new = page.locator("#new-caption")
    tab_to(page, new.get_by_label("New caption", exact=True))
    page.keyboard.type("one two three four")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".make-cues > li[id]")).to_have_count(1)
    expect(new.get_by_label("New caption", exact=True)).to_be_focused()
    expect(new.get_by_label("From")).to_have_value("0:03")
    tab_back_to(page, page.get_by_role("button", name="Split caption 1"))
    page.keyboard.press("Enter")
    expect(page.locator(".make-cues > li[id]")).to_have_count(2)
    expect(page.get_by_label("Caption 2", exact=True)).to_be_focused()
    expect(page.get_by_label("Caption 2", exact=True)).to_have_value("three four")
    page.keyboard.type("five ")
    saved(page)
    tab_to(page, page.get_by_role("button", name="Delete caption 2"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Undo")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_label("Caption 2", exact=True)).to_be_focused()
    tick = page.get_by_label("I have read these captions against the picture")
    tab_back_to(page, tick)
    page.keyboard.press("Space")
    expect(page.locator("#captions-reviewed")).to_contain_text("Reviewed on")
    page.reload()
    expect(tick).to_be_checked()
    expect(page.get_by_label("Caption 2", exact=True)).to_have_value(re.compile("five"))


def test_nothing_is_called_saved_before_the_server_said_so(tab: Tab) -> None:
    page = tab(author=True)
    start_guide(page, "Out of reach")
    page.route("**/facts", lambda route: route.fulfill(status=429))
    page.get_by_label("Summary").fill("Typed while the server is away")
    expect(page.locator("[data-saved]")).to_contain_text("Not saved: the server can’t be reached")
    page.unroute("**/facts")
    saved(page)
    page.reload()
    expect(page.get_by_label("Summary")).to_have_value("Typed while the server is away")


def test_what_cannot_be_saved_is_marked_beside_its_field(tab: Tab) -> None:
    page = tab(author=True)
    start_guide(page, "Marked")
    press = page.locator("#new-step")
    press.get_by_label("Step", exact=True).fill("Open")
    press_on(page, "Add this step")
    expect(page.locator(".make-steps").get_by_label("Starts at")).to_be_visible()
    press.get_by_label("Starts at").fill("late")
    press_on(page, "Add this step")
    expect(press.get_by_label("Starts at")).to_be_focused()
    press.get_by_label("Starts at").fill("")
    at = page.locator(".make-steps").get_by_label("Starts at")
    at.fill("soon")
    expect(page.locator(".make-steps").get_by_text("Write the time like 0:12 or 1:02.5")).to_be_visible()
    expect(at).to_have_attribute("aria-invalid", "true")
    at.fill("0:05")
    saved(page)
    expect(page.locator(".make-steps").get_by_text("Write the time like 0:12 or 1:02.5")).to_have_count(0)


def test_times_come_from_the_video(tab: Tab) -> None:
    from tests.browser.steps import edit_guide

    page = tab(author=True)
    edit_guide(page)
    page.locator("video").evaluate(
        "video => new Promise(done => { video.addEventListener('seeked', done, {once: true}); video.currentTime = 2.5; })"
    )
    new = page.locator("#new-step")
    new.get_by_role("button", name="Use the video’s time").click()
    expect(new.get_by_label("Starts at")).to_have_value("0:02.5")


def test_a_browser_that_cannot_record_is_told_what_to_do(tab: Tab) -> None:
    page = tab(author=True)
    address = start_guide(page, "No recorder")
    page.add_init_script("delete MediaDevices.prototype.getDisplayMedia")
    page.goto(f"{address}record/")
    expect(page.get_by_text("This browser can’t record the screen")).to_be_visible()
    expect(page.get_by_role("button", name="Choose a window and record")).to_be_hidden()


def test_everything_works_without_scripts(tab: Tab) -> None:
    page = tab(author=True, scripts=False)
    start_guide(page, "Without scripts")
    page.get_by_label("Summary").fill("Plain forms do.")
    page.locator("#facts").get_by_role("button", name="Save").click()
    expect(page.get_by_label("Summary")).to_have_value("Plain forms do.")
    page.locator("#new-step").get_by_label("Step", exact=True).fill("Open")
    press_on(page, "Add this step")
    assert titles(page) == ["Open"]
    page.get_by_role("button", name="Delete step 1").click()
    press_on(page, "Undo")
    assert titles(page) == ["Open"]
    page.get_by_role("link", name="Captions", exact=True).click()
    page.get_by_label("New caption", exact=True).fill("A caption")
    press_on(page, "Add this caption")
    expect(page.get_by_label("Caption 1", exact=True)).to_have_value("A caption")
    page.get_by_label("I have read").check()
    press_on(page, "Save the tick")
    expect(page.locator("#captions-reviewed")).to_contain_text("Reviewed on")
