"""Reading the gap report: what matters in a sentence, the picture, its table, a system, the file."""

import csv
import io
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Tab


@pytest.fixture
def report(tab: Tab) -> Page:
    page = tab(analyst=True)
    page.goto("/")
    page.get_by_role("link", name="Gap report").click()
    return page


def downloaded(page: Page, link: str) -> list[list[str]]:
    """Rows of the CSV behind a link."""
    with page.expect_download() as started:
        page.get_by_role("link", name=link).click()
    return list(csv.reader(io.StringIO(Path(started.value.path()).read_text("utf-8-sig"))))


def test_it_opens_on_the_sentence_that_matters(report: Page) -> None:
    first = report.locator(".portal-lead p").first
    expect(first).to_contain_text("calls")
    assert first.evaluate("one => one.compareDocumentPosition(document.querySelector('svg.chart')) & 4"), "chart first"


def test_each_point_of_the_picture_is_a_row_of_the_table(report: Page) -> None:
    chart = report.get_by_role("img", name="Skill beside calls")
    expect(chart).to_be_visible()
    labels = {label.strip() for label in chart.locator("text.chart-label").all_text_contents()}
    systems = report.locator("#systems tbody th").all_inner_texts()
    assert labels
    assert labels <= set(systems)
    expect(report.locator("#systems tbody tr").first).to_contain_text("%")


def test_the_table_as_a_file_has_the_same_systems(report: Page) -> None:
    systems = report.locator("#systems tbody th").all_inner_texts()
    titles, *rows = downloaded(report, "Download this table (CSV)")
    assert len(rows) == len(systems)
    assert all(len(row) == len(titles) for row in rows)
    assert {name for row in rows for name in row} >= set(systems)


def test_a_verdict_opens_to_its_reasons(report: Page) -> None:
    entry = report.locator(".gap-list > li").first
    expect(entry.locator(".gap-facts")).to_be_hidden()
    entry.locator("summary").click()
    expect(entry.locator(".gap-facts li").first).to_be_visible()


def test_a_system_has_its_skills_and_categories(report: Page) -> None:
    name = report.locator(".gap-list h3").first.inner_text()
    report.locator(".gap-list h3 a").first.click()
    expect(report.get_by_role("heading", level=1)).to_have_text(name)
    expect(report.get_by_role("heading", name="Why")).to_be_visible()
    skills = report.locator("#skills tbody th").all_inner_texts()
    categories = report.locator("#categories tbody tr").count()
    assert len(downloaded(report, "Download the skills (CSV)")) == len(skills) + 1
    assert len(downloaded(report, "Download the categories (CSV)")) == categories + 1
    report.get_by_role("link", name="Gap report").first.click()
    expect(report.get_by_role("heading", level=1)).to_have_text("Gap report")


def test_other_months_are_chosen_on_the_page(report: Page) -> None:
    before = report.locator("#systems-caption").inner_text()
    report.get_by_label("From", exact=True).select_option(index=0)
    report.get_by_role("button", name="Show these months").click()
    expect(report.locator("#systems-caption")).not_to_have_text(before)


def test_the_picture_scrolls_by_keyboard_on_a_phone(tab: Tab) -> None:
    page = tab(analyst=True, width=360)
    page.goto("/gap-report/")
    region = page.get_by_role("region", name="Chart, can be scrolled sideways").first
    region.focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_function("() => document.querySelector('.portal-figure .portal-scroll').scrollLeft > 0")
