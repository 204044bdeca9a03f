"""The desk analyst's pages."""

import hashlib
import io
import re
from collections.abc import Callable

import pytest
from flask import Flask

from portal.desk_calls.operations import mapping as mapping_operations
from portal.desk_calls.queries import mapping as mapping_queries
from portal.desk_calls.queries import series as series_queries
from portal.desk_calls.rules.mapping import WordKind
from portal.storage.database import Database
from tests.conftest import START, Clock
from tests.desk_calls.files import csv_bytes, incident, workbook_bytes
from tests.desk_calls.test_operations import part, rule, store
from tests.pages import Page, PageClient
from tests.people import ADMINISTRATOR, AUTHOR, DESK_ANALYST

WEEKS = csv_bytes(
    incident(1, "2026-02-02 09:00"),
    incident(2, "2026-02-08 23:59"),
    incident(3, "2026-02-09 08:00", "Hardware"),
    incident(4, "someday"),
)


def send(browser: PageClient, data: bytes, file: str = "export.csv", *, expect: int = 303, **values: str) -> Page:
    """Send a file as the import page would."""
    form = {**browser.get("/desk/import/").form(1), "preset": "servicenow", **values}
    sent = browser.post("/desk/import/", {**form, "file": (io.BytesIO(data), file)}, expect=expect)
    # The test client keeps a large request in a temporary file and leaves it open.
    sent.response.request.environ["wsgi.input"].close()
    return sent


def preview_of(browser: PageClient, data: bytes, file: str = "export.csv", **values: str) -> tuple[str, Page]:
    address = send(browser, data, file, **values).response.headers["Location"]
    return address, browser.get(address)


def periods(database: Database) -> list[tuple[str, int, bool]]:
    with database.session() as session:
        return [(one.source, one.calls, one.counted) for one in series_queries.stored_periods(session)]


@pytest.mark.parametrize("address", ["/desk/calls/", "/desk/import/", "/desk/mapping/", "/desk/mapping/new"])
def test_pages_are_for_desk_analysts_and_administrators(
    address: str, page: PageClient, small_council: None, signed_in: Callable[..., PageClient]
) -> None:
    page.get(address, expect=303)
    signed_in(AUTHOR).get(address, expect=403)
    signed_in(ADMINISTRATOR).get(address)
    signed_in(DESK_ANALYST).get(address)


def test_an_empty_desk_says_what_will_be_here(analyst: PageClient) -> None:
    calls = analyst.get("/desk/calls/")
    assert "No calls are stored yet." in calls.text
    assert calls.links["Import calls"] == "/desk/import/"
    assert "No calls are counted yet." in analyst.get("/desk/mapping/").text


def test_from_file_to_stored_calls(analyst: PageClient, database: Database) -> None:
    address, preview = preview_of(analyst, WEEKS)
    assert "4 read, 3 kept, 1 skipped" in preview.text
    assert "The opening date can’t be read 1 5" in preview.text
    assert "3 calls from 2 February 2026 to 9 February 2026" in preview.text
    assert "9 February 2026: Monday only" in preview.text
    assert "2 new, 0 replaced, 0 as stored already" in preview.text
    assert "In no system yet 100% of the calls" in preview.text
    assert "2 categories this source didn’t have before" in preview.text
    assert "2 2 February 2026 Software > Excel – Solved Phone – 1" in preview.text
    assert periods(database) == []
    calls = analyst.follow(address, preview.form(1))
    assert (
        "Stored 3 calls from servicenow: 2 new weeks, 0 replaced. 100% of them belong to no system yet." in calls.text
    )
    assert periods(database) == [("servicenow", 2, True), ("servicenow", 1, False)]
    assert DESK_ANALYST.name in calls.text
    assert "February 2026 2 1" in calls.text
    analyst.get(address, expect=404)


def test_guides_that_closing_notes_name_are_counted(analyst: PageClient) -> None:
    titles = "number,opened_at,category,close_notes"
    rows = [f"I{number},2026-02-0{number},A,Showed Jane Doe G-10{number % 2}" for number in range(2, 9)]
    address, preview = preview_of(analyst, csv_bytes(*rows, titles=titles))
    assert "Closing notes close_notes" in preview.text
    calls = analyst.follow(address, preview.form(1))
    assert "Guide Calls G-100 4 G-101 3" in calls.text
    assert "Jane" not in calls.html + preview.html


def test_the_same_file_again_changes_nothing(analyst: PageClient) -> None:
    for expected in ("Stored 3 calls", "Nothing changed"):
        address, preview = preview_of(analyst, WEEKS)
        assert expected in analyst.follow(address, preview.form(1)).text
    assert "0 categories" not in preview.text
    assert "didn’t have before" not in preview.text


def test_incomplete_weeks_count_only_when_asked(analyst: PageClient, database: Database) -> None:
    address, preview = preview_of(analyst, WEEKS, source="second desk")
    analyst.post(address, {**preview.form(1), "include_partial": "y"})
    assert periods(database) == [("second desk", 2, True), ("second desk", 1, True)]


AMBIGUOUS = csv_bytes(incident(1, "2/1/2026"), incident(2, "3/2/2026"))


def test_ambiguous_dates_are_chosen_without_sending_the_file_again(analyst: PageClient, database: Database) -> None:
    address, preview = preview_of(analyst, AMBIGUOUS)
    assert "Day first: 2 calls from 2 January 2026 to 3 February 2026" in preview.text
    assert "Month first: 2 calls from 1 February 2026 to 2 March 2026" in preview.text
    refused = analyst.post(address, preview.form(1), expect=422)
    assert "Choose how the dates are to be read" in refused.text
    assert periods(database) == []
    analyst.post(address, {**preview.form(1), "dates": "month-first", "include_partial": "y"})
    with database.session() as session:
        assert [one.start.isoformat() for one in series_queries.stored_periods(session)] == ["2026-01-26", "2026-03-02"]


def test_a_cancelled_preview_is_gone(analyst: PageClient, database: Database) -> None:
    address, preview = preview_of(analyst, WEEKS)
    assert "Cancelled. Nothing was stored." in analyst.follow(f"{address}cancel", preview.form(2)).text
    analyst.get(address, expect=404)
    assert periods(database) == []


def test_a_preview_left_for_a_day_is_gone(analyst: PageClient, clock: Clock) -> None:
    address, _ = preview_of(analyst, WEEKS)
    clock.forward(hours=11)
    analyst.get(address)
    clock.forward(hours=13)
    gone = analyst.get(address, expect=404)
    assert "Send the file again." in gone.text


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_file_too_large_for_memory_is_read_from_disk(analyst: PageClient, kind: str) -> None:
    rows = [["opened_at", "category", "notes"]]
    rows += [
        ["2026-02-02", f"Category {number % 7}", hashlib.sha512(b"%d" % number).hexdigest()] for number in range(9_000)
    ]
    data = workbook_bytes(rows) if kind == "xlsx" else "\n".join(map(",".join, rows)).encode()
    assert len(data) > 550_000, "werkzeug keeps smaller uploads in memory"
    _, preview = preview_of(analyst, data, f"export.{kind}")
    assert "9,000 read, 9,000 kept, 0 skipped" in preview.text


@pytest.mark.parametrize(
    ("data", "file", "said"),
    [
        (b"", "export.csv", "export.csv: The file is empty."),
        (b"\xff\xd8\xff photo", "photo.csv", "photo.csv: The file is a picture, not a table."),
        (b"I1,2026-02-02,A\n", "export.csv", "There is no row with the names of the columns."),
        (workbook_bytes([["x"]]), "export.csv", "The file is a workbook or zip file, not CSV."),
    ],
)
def test_what_can_not_be_read_is_refused_on_the_page(analyst: PageClient, data: bytes, file: str, said: str) -> None:
    refused = send(analyst, data, file, expect=422)
    assert said in refused.text
    assert refused.by_id("file-error") is not None


def test_a_form_without_a_file_or_with_a_strange_source(analyst: PageClient) -> None:
    form = {**analyst.get("/desk/import/").form(1), "source": "<script>"}
    refused = analyst.post("/desk/import/", form, expect=422)
    assert "Choose a file" in refused.text
    assert "Use letters, digits, spaces, dots and hyphens only" in refused.text


def test_a_file_nothing_of_which_counts_can_only_be_cancelled(analyst: PageClient) -> None:
    _, preview = preview_of(analyst, csv_bytes(incident(1, "someday")))
    assert "there is nothing to store" in preview.text
    assert len(preview.all("form")) == 2


def test_weeks_beside_months_are_said_on_the_preview(analyst: PageClient) -> None:
    monthly = csv_bytes("2026-02,A,7", titles="week,category,calls")
    address, preview = preview_of(analyst, monthly, preset="generic-counts", source="desk")
    analyst.post(address, preview.form(1))
    _, preview = preview_of(analyst, WEEKS, source="desk")
    assert "by week and by month, and would be counted twice" in preview.text


def test_the_largest_unmapped_categories_are_mapped_in_place(analyst: PageClient, database: Database) -> None:
    with database.transaction() as session:
        store(session, part(0, 9, category="Software > Excel"), part(1, 4, category="Category 26"))
    mapping = analyst.get("/desk/mapping/")
    assert "100% of about 338 calls a year belong to no system yet." in mapping.text
    assert "Suggested: “excel” is a word for Spreadsheets." in mapping.text
    quick = mapping.form(0, action="/desk/mapping/new")
    assert (quick["category"], quick["place"]) == ("Software > Excel", "spreadsheets")
    saved = analyst.follow("/desk/mapping/new", {**quick, "place": "spreadsheets/formulas", "call_type": "how-to"})
    assert "“Software > Excel” belongs to Spreadsheets." in saved.text
    assert "31% of about 338 calls a year" in saved.text
    with database.session() as session:
        (kept,) = mapping_queries.mapping_rules(session)
    assert (kept.category, kept.system) == ("Software > Excel", "spreadsheets")
    assert (kept.skill, kept.call_type) == ("formulas", "how-to")


def test_a_suggestion_is_chosen_but_not_kept(analyst: PageClient, database: Database) -> None:
    with database.transaction() as session:
        store(session, part(0, 9, category="Excel macros"))
    quick = analyst.get("/desk/mapping/").form(0, action="/desk/mapping/new")
    assert quick["place"] == "spreadsheets"
    full = analyst.get("/desk/mapping/new?category=Excel+macros").form(1)
    assert (full["category"], full["place"]) == ("Excel macros", "spreadsheets")
    with database.session() as session:
        assert mapping_queries.mapping_rules(session) == ()


def test_a_quick_form_without_a_choice_leads_to_the_full_form(analyst: PageClient) -> None:
    token = analyst.get("/desk/mapping/new").form(1)
    refused = analyst.post("/desk/mapping/new", {**token, "category": "Software", "place": ""}, expect=422)
    assert "Choose the system it belongs to" in refused.text
    assert refused.form(1)["category"] == "Software"


def test_a_row_is_edited_ended_and_deleted(analyst: PageClient, database: Database) -> None:
    with database.transaction() as session:
        rule_id = mapping_operations.save_rule(session, rule("Software", source="desk"), account_id=None, now=START)
    address = f"/desk/mapping/{rule_id}/"
    form = analyst.get(address).form(1)
    assert (form["source"], form["place"], form["valid_from"]) == ("desk", "spreadsheets", "")
    analyst.post(address, {**form, "place": "housing-system", "valid_from": "2026-01-05"})
    refused = analyst.post(f"{address}end", {**form, "last_day": "2026-01-04"}, expect=422)
    assert "It begins on 5 January 2026" in refused.text
    ended = analyst.follow(f"{address}end", {**form, "last_day": "2026-02-01"})
    assert "“Software” holds up to 1 February 2026." in ended.text
    assert "Software desk Housing – As the call says 5 January 2026 1 February 2026" in ended.text
    assert "no longer belongs to Housing" in analyst.get(f"{address}delete").text
    assert "is deleted" in analyst.follow(f"{address}delete", form).text
    for gone in (address, f"{address}end", f"{address}delete"):
        analyst.get(gone, expect=404)


def test_wrong_rows_are_refused_at_their_field(analyst: PageClient, database: Database) -> None:
    form = {**analyst.get("/desk/mapping/new").form(1), "category": "Software", "place": "spreadsheets"}
    backwards = {**form, "valid_from": "2026-02-02", "valid_to": "2026-01-01"}
    refused = analyst.post("/desk/mapping/new", backwards, expect=422)
    assert "The last day is before the first." in refused.text
    assert refused.by_id("valid_to-error") is not None
    analyst.post("/desk/mapping/new", form)
    assert (
        "There is a row for “software”"
        in analyst.post("/desk/mapping/new", {**form, "category": "software"}, expect=422).text
    )
    assert "The category is missing" in analyst.post("/desk/mapping/new", {**form, "category": " "}, expect=422).text


def test_the_mapping_leaves_as_csv_and_comes_back(analyst: PageClient, database: Database) -> None:
    with database.transaction() as session:
        mapping_operations.save_rules(
            session, [rule("=Software"), rule("A > B", skill="formulas")], account_id=None, now=START
        )
    sent = analyst.get("/desk/mapping/mapping.csv")
    assert sent.response.mimetype == "text/csv"
    assert "'=Software" in sent.html
    form = analyst.get("/desk/mapping/import").form(1)
    data = {**form, "file": (io.BytesIO(sent.response.get_data()), "map.csv")}
    assert "0 new, 0 changed, 2 as before." in analyst.follow("/desk/mapping/import", data).text


def test_a_wrong_csv_is_listed_line_by_line_and_nothing_is_stored(analyst: PageClient, database: Database) -> None:
    text = "source,category,valid_from,valid_to,system,call_type,skill\n,A,,,spreadsheets,,\n,B,soon,,spreadsheets,,\n,C,,,sheets,,\n"
    form = analyst.get("/desk/mapping/import").form(1)
    refused = analyst.post("/desk/mapping/import", {**form, "file": (io.BytesIO(text.encode()), "map.csv")}, expect=422)
    assert "The file has 2 problems, so nothing of it was stored." in refused.text
    assert "3 valid_from: “soon” isn’t a date." in refused.text.replace("'", "’")
    assert "Did you mean “spreadsheets”?" in refused.text
    with database.session() as session:
        assert mapping_queries.mapping_rules(session) == ()
    assert "Choose a file" in analyst.post("/desk/mapping/import", form, expect=422).text


@pytest.mark.parametrize(
    ("kind", "meaning"), [("call-type", "how-to"), ("closing-code", "fault"), ("department", "housing")]
)
def test_the_small_tables(analyst: PageClient, database: Database, kind: str, meaning: str) -> None:
    address = f"/desk/mapping/words/{kind}/"
    form = {**analyst.get(address).form(1), "word": "Their word", "meaning": meaning}
    assert "“Their word” is saved." in analyst.follow(address, form).text
    exported = analyst.get(f"{address}words.csv").response.get_data()
    assert f",Their word,{meaning}".encode() in exported
    imported = analyst.follow(f"{address}import", {**form, "file": (io.BytesIO(exported), "words.csv")})
    assert "0 new, 0 changed, 1 as before." in imported.text
    assert "Enter the word as the desk writes it" in analyst.post(address, {**form, "word": ""}, expect=422).text
    assert "is taken out" in analyst.follow(f"{address}delete", {**form, "source": ""}).text
    with database.session() as session:
        assert mapping_queries.desk_words(session, WordKind(kind)) == ()


def test_words_of_stored_calls_wait_to_be_said(analyst: PageClient) -> None:
    address, preview = preview_of(analyst, WEEKS)
    analyst.post(address, preview.form(1))
    page = analyst.get("/desk/mapping/words/closing-code/")
    assert "Solved 3 Say what it means" in page.text
    assert analyst.get("/desk/mapping/words/closing-code/?word=Solved").form(1)["word"] == "Solved"


def test_an_unknown_small_table(analyst: PageClient) -> None:
    analyst.get("/desk/mapping/words/colours/", expect=404)


def test_every_page_of_a_full_desk_stays_cheap(app: Flask, analyst: PageClient, database: Database) -> None:
    with database.transaction() as session:
        store(session, *(part(-week, 3, category=f"Category {week} > Sub") for week in reversed(range(60))))
        mapping_operations.save_rules(
            session, [rule(f"Category {week}") for week in range(20)], account_id=None, now=START
        )
    for address in ("/desk/calls/", "/desk/mapping/", "/desk/import/", "/desk/mapping/words/call-type/"):
        assert len(analyst.get(address).statements) <= 8
    address, preview = preview_of(analyst, WEEKS)
    assert len(preview.statements) <= 8
    assert re.search("Weeks new Replaced", analyst.get("/desk/calls/").text)
