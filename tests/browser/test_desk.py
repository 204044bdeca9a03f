"""The desk analyst brings calls in, looks before storing, and says where a category belongs."""

import datetime as dt
import re

import pytest
from playwright.sync_api import Page, expect

from portal.core.periods import WEEK, monday_of
from tests.browser.conftest import Tab, sign_in
from tests.browser.steps import csv, press_on, send_file

#: A week that is over wherever the suite runs, and within the last year.
MONDAY = monday_of(dt.datetime.now(dt.UTC).date()) - 3 * WEEK


@pytest.fixture
def analyst(tab: Tab) -> Page:
    return tab(analyst=True)


def cell(page: Page, table: str, row: str, column: str) -> str:
    """What a table says in the row that begins with these words, under this heading."""
    headings = page.locator(f"#{table} thead th").all_inner_texts()
    found = page.locator(f"#{table} tbody tr", has=page.get_by_role("rowheader", name=row, exact=True))
    return found.locator("th, td").nth(headings.index(column)).inner_text()


def test_signing_in_opens_what_was_asked_for(tab: Tab) -> None:
    page = tab()
    page.goto("/desk/calls/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
    page.get_by_label("E-mail address").fill("desk-analyst@example.gov.uk")
    page.get_by_label("Password").fill("demonstration-only")
    press_on(page, "Sign in")
    expect(page.get_by_role("heading", level=1)).to_have_text("Service-desk calls")
    press_on(page, "Sign out")
    expect(page.get_by_text("You are signed out.")).to_be_visible()
    page.goto("/desk/calls/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")


def test_other_roles_are_told_whom_the_page_is_for(tab: Tab) -> None:
    page = tab()
    sign_in(page, email="staff@example.gov.uk")
    expect(page.get_by_role("link", name="Calls", exact=True)).to_have_count(0)
    page.goto("/desk/calls/")
    expect(page.get_by_role("heading", level=1)).to_have_text("This page is for other roles")


def test_counts_are_looked_at_stored_and_mapped(analyst: Page) -> None:
    category = "Pagers > Broken strap"
    text = f"week,category,calls\n{MONDAY - WEEK},{category},4000\n{MONDAY},{category},5000\n"
    analyst.goto("/desk/import/")
    analyst.get_by_label("File", exact=True).set_input_files(csv("pagers.csv", text))
    analyst.get_by_label("Where the file comes from").select_option("generic-counts")
    analyst.get_by_label("Name of the source").fill("pagers")
    press_on(analyst, "Look at the file")
    expect(analyst.get_by_text("Nothing is stored yet.")).to_be_visible()
    expect(analyst.get_by_text("2 read, 2 kept, 0 skipped")).to_be_visible()
    press_on(analyst, "Store these calls")
    expect(analyst.get_by_text("Stored 9,000 calls from pagers")).to_be_visible()
    assert cell(analyst, "sources", "pagers", "Calls") == "9,000"
    assert cell(analyst, "sources", "pagers", "Weeks") == "2"
    analyst.get_by_role("link", name="map their categories").click()
    panel = analyst.locator(".portal-panel", has=analyst.get_by_role("heading", name=re.compile("^Pagers")))
    panel.get_by_label("Belongs to").select_option(index=1)
    panel.get_by_role("button", name="Save").click()
    expect(analyst.get_by_text("“Pagers” belongs to")).to_be_visible()
    expect(panel).to_have_count(0)
    expect(analyst.locator("#rules").get_by_role("rowheader", name="Pagers", exact=True)).to_be_visible()


def test_an_export_becomes_a_row_of_the_report(analyst: Page) -> None:
    """From the file over a suggestion, confirmed by keyboard, to the system's categories in the report."""
    analyst.goto("/gap-report/")
    year, month = analyst.locator("#to").input_value().split("-")
    monday = monday_of(dt.date(int(year), int(month), 15))
    analyst.goto("/desk/import/")
    text = f"week,category,calls\n{monday},Housing > Rent letters,250\n"
    analyst.get_by_label("File", exact=True).set_input_files(csv("letters.csv", text))
    analyst.get_by_label("Where the file comes from").select_option("generic-counts")
    analyst.get_by_label("Name of the source").fill("letters")
    press_on(analyst, "Look at the file")
    press_on(analyst, "Store these calls")
    expect(analyst.get_by_text("Stored 250 calls from letters")).to_be_visible()
    analyst.goto("/desk/mapping/suggestions/")
    box = analyst.get_by_label(re.compile("^Housing.* belongs to Housing$")).first
    box.focus()
    analyst.keyboard.press("Space")
    expect(box).to_be_checked()
    press_on(analyst, "Keep the ticked rows")
    expect(analyst.get_by_text("1 category mapped.")).to_be_visible()
    analyst.goto("/gap-report/systems/housing/")
    assert cell(analyst, "categories", "Housing > Rent letters", "Calls") == "250"
    analyst.goto("/gap-report/pareto/")
    expect(analyst.get_by_role("rowheader", name="Housing > Rent letters")).to_be_visible()


def test_the_same_file_again_changes_nothing(analyst: Page) -> None:
    text = f"week,category,calls\n{MONDAY},Kettles,12\n"
    for said in ("Stored 12 calls", "Nothing changed: all of it is stored already."):
        send_file(analyst, "kettles.csv", text, preset="generic-counts")
        press_on(analyst, "Store these calls")
        expect(analyst.get_by_text(said)).to_be_visible()


def test_a_servicenow_list_tells_what_it_skips(analyst: Page) -> None:
    lines = [
        "number,opened_at,category,subcategory,contact_type,close_code",
        *(
            f"INC{number:07},{MONDAY + dt.timedelta(days=number)} 09:00:00,Software,Diary,Phone,Solved"
            for number in range(7)
        ),
        "INC0000008,some day,Software,Diary,Phone,Solved",
    ]
    send_file(analyst, "incidents.csv", "\n".join(lines), preset="servicenow")
    expect(analyst.get_by_text("8 read, 7 kept, 1 skipped")).to_be_visible()
    expect(analyst.get_by_text("The opening date can’t be read")).to_be_visible()
    expect(analyst.get_by_role("cell", name="Software > Diary").first).to_be_visible()
    press_on(analyst, "Store these calls")
    assert cell(analyst, "sources", "servicenow", "Calls") == "7"


def test_dates_that_can_be_read_in_two_ways_are_asked_about(analyst: Page) -> None:
    text = "number,opened_at,category\nINC1,03/02/2026 09:00,Software\nINC2,04/02/2026 09:00,Software\n"
    send_file(analyst, "incidents.csv", text, preset="servicenow")
    press_on(analyst, "Store these calls")
    expect(analyst.get_by_role("link", name="Choose how the dates are to be read")).to_be_visible()
    press_on(analyst, "Cancel and forget it")
    expect(analyst.get_by_text("Cancelled. Nothing was stored.")).to_be_visible()


def test_a_file_that_cannot_be_used_says_why(analyst: Page) -> None:
    send_file(analyst, "weeks.csv", "week,calls\n2026-02-02,3\n", preset="generic-counts")
    expect(analyst.get_by_text("There is a problem")).to_be_visible()
    expect(analyst.locator(".govuk-error-summary")).to_contain_text("category")
