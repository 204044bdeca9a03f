"""Each page in each state: nothing found by axe at WCAG 2.2 AA in light and dark, nothing wider than a narrow phone."""

from pathlib import Path

import pytest
from axe_playwright_python.base import AXE_SCRIPT, AxeResults
from playwright.sync_api import Page

from tests.browser.conftest import Tab
from tests.browser.places import PLACES, Place

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
#: Best practice isn't part of WCAG: one h1, headings in order. The rule "region" stays out, since the link back
#: stands before the main part on purpose, where the link that skips to it passes it.
EVERYTHING = {
    "runOnly": {"type": "tag", "values": [*TAGS, "best-practice"]},
    "rules": {"region": {"enabled": False}},
    "resultTypes": ["violations"],
}
#: In the dark the markup is the same.
COLOURS = {"runOnly": {"type": "tag", "values": ["cat.color"]}, "resultTypes": ["violations"]}
NARROW = 320
WIDTHS = (1280, 360)


@pytest.mark.parametrize("place", PLACES, ids=str)
def test_page_is_open_to_everybody(place: Place, tab: Tab, screenshots: Path | None) -> None:
    page = tab(analyst=place.analyst, author=place.author)
    place.reach(page)
    page.evaluate(AXE_SCRIPT)
    assert found_by_axe(page, EVERYTHING) == ""
    if screenshots:
        _pictures(page, screenshots, f"{place}-light")
    page.emulate_media(color_scheme="dark")
    assert found_by_axe(page, COLOURS) == ""
    if screenshots:
        _pictures(page, screenshots, f"{place}-dark")
    page.set_viewport_size({"width": NARROW, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), too_wide(page)


def found_by_axe(page: Page, options: dict[str, object]) -> str:
    """What axe finds, in words; empty when it finds nothing."""
    results = AxeResults(page.evaluate("options => axe.run(document, options)", options))
    return results.generate_report() if results.violations_count else ""


def too_wide(page: Page) -> str:
    """The elements that reach beyond the page's right edge."""
    return str(
        page.evaluate(
            """() => [...document.querySelectorAll("main *, header *, footer *")]
                .filter((one) => one.getBoundingClientRect().right > document.documentElement.clientWidth)
                .map((one) => `${one.tagName}.${one.className}: ${Math.round(one.getBoundingClientRect().right)}`)"""
        )
    )


def _pictures(page: Page, folder: Path, name: str) -> None:
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        page.screenshot(path=folder / f"{name}-{width}.png", full_page=True)
    page.set_viewport_size({"width": WIDTHS[0], "height": 800})
