"""Finding a guide by words, and watching it with captions."""

import re

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
    start = float(found.url.partition("?t=")[2])
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
    found.get_by_text("Captions as text").click()
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
    page.get_by_text("Captions as text").click()
    expect(page.locator(".portal-transcript li").first).to_be_visible()


def test_search_without_a_hit_leads_on(tab: Tab) -> None:
    page = tab()
    page.goto("/search?q=xylophone")
    expect(page.get_by_text("No guide answers this yet.")).to_be_visible()
    page.get_by_role("link", name="pick a system from the list").click()
    page.get_by_role("link", name=SYSTEM).first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(SYSTEM)
