"""Finding a guide by words, and watching it with captions."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Tab
from tests.browser.steps import open_a_guide, press_on

WORDS = "headings click"
TITLE = "Freeze the heading row"
SYSTEM = "Spreadsheets"


@pytest.fixture
def found(tab: Tab) -> Page:
    """The guide, opened from the results of a search by words."""
    page = tab()
    page.goto("/")
    expect(page.get_by_role("searchbox")).to_be_focused()
    page.keyboard.type(WORDS)
    page.keyboard.press("Enter")
    hit = page.locator(".portal-results > li", has_text=TITLE).first
    expect(hit.locator("mark").first).to_be_visible()
    expect(hit).to_contain_text("opens at")
    hit.get_by_role("link", name=TITLE).click()
    return page


def seconds(page: Page) -> float:
    """Where the video stands."""
    return float(page.locator("video").evaluate("video => video.currentTime"))


def wait_until(page: Page, condition: str) -> None:
    """Wait for something the video is to do by itself: ``condition`` is JavaScript about ``video``."""
    page.wait_for_function(f"() => {{ const video = document.querySelector('video'); return {condition}; }}")


def test_a_result_opens_the_guide_at_its_second(found: Page) -> None:
    start = float(parse_qs(urlsplit(found.url).query)["t"][0])
    assert start > 0
    wait_until(found, f"video.readyState > 0 && Math.abs(video.currentTime - {start}) < 0.3")
    step = found.locator(".portal-steps > li[aria-current=step]")
    expect(step).to_have_count(1)
    assert float(step.get_attribute("data-at") or "nan") <= start


def test_captions_are_on_and_hold_every_line(found: Page) -> None:
    wait_until(found, "video.textTracks[0].cues && video.textTracks[0].cues.length > 0")
    track = found.locator("video").evaluate(
        "video => ({mode: video.textTracks[0].mode, kind: video.textTracks[0].kind, cues: video.textTracks[0].cues.length})"
    )
    lines = found.locator(".portal-transcript li").count()
    assert track == {"mode": "showing", "kind": "captions", "cues": lines}


def test_the_video_plays_and_a_step_link_goes_to_its_second(found: Page) -> None:
    last = found.locator(".portal-steps > li").last
    first = found.locator(".portal-steps > li").first
    first.get_by_role("link", name="Play from").click()
    wait_until(found, "!video.paused && video.currentTime > 0")
    expect(first).to_have_attribute("aria-current", "step")
    last.get_by_role("link", name="Play from").click()
    at = float(last.get_attribute("data-at") or "nan")
    wait_until(found, f"video.currentTime >= {at} - 0.05")
    expect(last).to_have_attribute("aria-current", "step")
    expect(first).not_to_have_attribute("aria-current", "step")
    assert found.url.endswith(f"?t={last.get_attribute('data-at')}")


def test_the_chosen_speed_is_remembered(found: Page) -> None:
    found.locator("video").evaluate("video => { video.playbackRate = 1.5; }")
    found.wait_for_function("() => localStorage.getItem('showhow.speed') === '1.5'")
    found.reload()
    wait_until(found, "video.playbackRate === 1.5")


def test_the_video_is_as_wide_as_its_place_and_not_taller(tab: Tab) -> None:
    page = tab(width=1280)
    open_a_guide(page)
    box = page.locator("video").bounding_box()
    assert box is not None
    assert box["width"] / box["height"] == pytest.approx(16 / 9, rel=0.01)


def test_without_scripts_the_guide_is_complete(tab: Tab) -> None:
    page = tab(scripts=False)
    page.goto("/")
    page.get_by_role("searchbox").fill(WORDS)
    press_on(page, "Search")
    page.get_by_role("link", name=TITLE).first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(TITLE)
    steps = page.locator(".portal-steps > li")
    expect(steps.first.locator("p").first).not_to_be_empty()
    expect(page.locator(".portal-steps > li[aria-current=step]")).to_have_count(1)
    steps.last.get_by_role("link", name="Play from").click()
    expect(page).to_have_url(re.compile(r"\?t=[\d.]+$"))
    expect(steps.last).to_have_attribute("aria-current", "step")
    expect(page.locator(".portal-transcript li").first).to_be_visible()


def test_search_without_a_hit_leads_on(tab: Tab) -> None:
    page = tab()
    page.goto("/search?q=xylophone")
    expect(page.get_by_text("No guide answers this yet.")).to_be_visible()
    page.get_by_role("link", name="pick a system from the list").click()
    page.get_by_role("link", name=SYSTEM).first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(SYSTEM)


def test_finding_within_the_guide_and_playing_a_line(found: Page) -> None:
    everything = found.locator(".portal-transcript li")
    total = everything.count()
    found.get_by_label("Find in this guide").fill("headings stay")
    left = found.locator(".portal-transcript li:visible")
    expect(found.get_by_text(f"1 of {total} lines")).to_be_visible()
    at = float(left.get_attribute("data-from") or "nan")
    left.get_by_role("link").click()
    wait_until(found, f"video.currentTime >= {at} - 0.05")
    expect(left).to_have_attribute("aria-current", "true")


def test_keys_work_in_the_player_and_nowhere_else(found: Page) -> None:
    wait_until(found, "video.readyState > 0")
    found.get_by_label("Find in this guide").press("n")
    before = seconds(found)
    found.locator("video").focus()
    found.keyboard.press("n")
    wait_until(found, f"video.currentTime > {before} + 0.5")
    found.keyboard.press("c")
    assert found.locator("video").evaluate("video => video.textTracks[0].mode") == "hidden"
    found.keyboard.press(">")
    expect(found.get_by_label("Speed")).to_have_value("1.25")
    found.get_by_label("Captions", exact=True).select_option("contrast")
    assert found.locator("video").evaluate("video => [video.className, video.textTracks[0].mode]") == [
        "captions-contrast",
        "showing",
    ]


def test_no_leads_to_a_call_that_is_written_already(found: Page) -> None:
    found.get_by_role("button", name="No", exact=True).click()
    expect(found.get_by_role("heading", level=1)).to_have_text("Still stuck?")
    text = found.get_by_label("Text of the call")
    expect(text).to_have_value(re.compile(f"G-101 {TITLE}"))
    expect(text).to_have_value(re.compile(f"I searched for: {WORDS}"))
    found.get_by_label("What were you trying to do?").fill("Keep two rows & a column in sight")
    expect(text).to_have_value(re.compile("What I was trying to do: Keep two rows & a column"))
    link = found.get_by_role("button", name="Write the e-mail").get_attribute("href") or ""
    assert "Keep two rows & a column in sight" in parse_qs(urlsplit(link).query)["body"][0]
    text.fill("My own words")
    found.get_by_label("What were you trying to do?").fill("Something else")
    expect(text).to_have_value("My own words")


def test_playing_is_told_when_the_tab_is_hidden(found: Page) -> None:
    found.locator(".portal-steps > li").first.get_by_role("link", name="Play from").click()
    wait_until(found, "video.currentTime > 2")
    with found.expect_request("**/watched") as told:
        found.evaluate(
            """() => {
                Object.defineProperty(document, "visibilityState", { value: "hidden", configurable: true });
                document.dispatchEvent(new Event("visibilitychange"));
            }"""
        )
    answer = told.value.response()
    assert answer is not None
    assert answer.status == 204
