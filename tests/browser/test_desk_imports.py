"""A file no product is known for: by keyboard from the file over its columns to stored calls, and back by an undo."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Tab
from tests.browser.places import ODD
from tests.browser.steps import csv, press_on, send_file, tab_to


@pytest.fixture
def analyst(tab: Tab) -> Page:
    return tab(analyst=True)


def choose(page: Page, label: str, option: str) -> None:
    """Choose in a list with the keys: go to it, type the beginning of the option."""
    field = page.get_by_label(label, exact=True)
    tab_to(page, field)
    page.keyboard.type(option)
    expect(field).to_have_value(option)


def press(page: Page, role: str, name: str) -> None:
    """Tab to it and press Enter."""
    tab_to(page, page.get_by_role(role, name=name, exact=True))  # type: ignore[arg-type]
    page.keyboard.press("Enter")


def test_from_file_over_columns_to_stored_by_keyboard(analyst: Page) -> None:
    analyst.goto("/desk/import/")
    tab_to(analyst, analyst.get_by_label("File", exact=True))
    analyst.get_by_label("File", exact=True).set_input_files(csv("odd.csv", ODD))  # the system's own window opens here
    tab_to(analyst, analyst.get_by_label("Name of the source"))
    analyst.keyboard.type("odd desk")
    press(analyst, "button", "Look at the file")
    expect(analyst.get_by_role("heading", level=1)).to_have_text("Choose the columns")
    expect(analyst).to_have_title(re.compile("^Choose the columns"))
    choose(analyst, "Opening date", "When")
    choose(analyst, "Category", "Area")
    press(analyst, "button", "Look at the result")
    expect(analyst.get_by_text("3 read, 3 kept, 0 skipped")).to_be_visible()
    press(analyst, "link", "Change the columns")
    choose(analyst, "Category, second level", "Thing")
    press(analyst, "button", "Look at the result")
    expect(analyst.get_by_role("cell", name="Software > Excel").first).to_be_visible()
    press(analyst, "button", "Store these calls")
    expect(analyst.get_by_text("Stored 3 calls from odd desk")).to_be_visible()
    analyst.goto("/desk/imports/")
    analyst.locator("#imports a").first.click()
    press(analyst, "button", "Undo this import")
    expect(analyst.get_by_text(re.compile("^Undone: 0 restored, 2 taken out"))).to_be_visible()


def test_the_file_stays_chosen_while_columns_are_asked_for(analyst: Page) -> None:
    send_file(analyst, "odd.csv", ODD, preset="")
    expect(analyst.get_by_role("heading", level=1)).to_be_focused()
    assert analyst.evaluate("document.querySelector('input[type=file]').files[0].name") == "odd.csv"
    press_on(analyst, "Look at the result")
    expect(analyst.get_by_role("link", name="Choose the column with the opening date")).to_be_visible()
    assert analyst.evaluate("document.querySelector('input[type=file]').files[0].name") == "odd.csv"
    analyst.go_back()
    expect(analyst.get_by_role("heading", level=1)).to_have_text("Import calls")


def test_without_javascript_the_file_is_chosen_twice(tab: Tab) -> None:
    page = tab(analyst=True, scripts=False)
    send_file(page, "odd.csv", ODD, preset="")
    expect(page.get_by_role("heading", level=1)).to_have_text("Choose the columns")
    page.get_by_label("Opening date").select_option("When")
    page.get_by_label("Category", exact=True).select_option("Area")
    page.get_by_label("The same file again").set_input_files(csv("odd.csv", ODD))
    press_on(page, "Look at the result")
    expect(page.get_by_text("3 read, 3 kept, 0 skipped")).to_be_visible()
    press_on(page, "Cancel and forget it")


def test_a_large_file_shows_that_it_is_read(analyst: Page) -> None:
    filler = "x" * 4000
    rows = [f"INC{number},2025-02-{3 + number % 7:02},Software,{filler}" for number in range(5_600)]
    text = "\n".join(("number,opened_at,category,description", *rows)) + "\n"
    assert len(text) > 21 * 1024 * 1024
    send_file(analyst, "large.csv", text, preset="servicenow")
    expect(analyst.get_by_text("5,600 read, 5,600 kept, 0 skipped")).to_be_visible(timeout=60_000)
    press_on(analyst, "Cancel and forget it")
