"""Pages and command of impact, expectations and design problems."""

import csv
import datetime as dt
import io
import json
from collections.abc import Callable

import pytest
from click.testing import Result

from portal.core.periods import WEEK
from portal.gap_report.forms.impact import category_value
from portal.storage.database import Database
from tests.conftest import Clock
from tests.gap_report.calls_by_week import FIRST, FORMULAS, START, store_weekly, weekly
from tests.pages import PageClient
from tests.people import AUTHOR, DESK_ANALYST, STAFF, Named

SignedIn = Callable[[Named], PageClient]
Run = Callable[..., Result]
NEW = "/gap-report/cards/new?system=spreadsheets"
CARD = {
    "title": "Formulas vanish on save",
    "screen": "Save as, old format",
    "evidence": "People call to get their formulas back.",
    "suggestion": "Warn before the old format is chosen.",
    "owner": "Corporate ICT",
    "categories": [category_value(FORMULAS)],
}


@pytest.fixture
def calls(content: None, database: Database, clock: Clock) -> None:
    clock.at = dt.datetime.combine(FIRST + 104 * WEEK, dt.time(9), tzinfo=dt.UTC)
    with database.transaction() as session:
        store_weekly(session, weekly(after=0.6), now=clock.at)


@pytest.fixture
def analyst(signed_in: SignedIn) -> PageClient:
    return signed_in(DESK_ANALYST)


def send(client: PageClient, address: str, values: dict[str, object], *, expect: int = 303) -> str:
    form = client.get(address).form()
    sent = client.post(address, {**form, **values}, expect=expect)
    return sent.response.headers.get("Location", "") if expect == 303 else sent.text


def raised_card(client: PageClient) -> str:
    """Its number."""
    return send(client, NEW, CARD).rstrip("/").rpartition("/")[2]


def mended_card(client: PageClient) -> str:
    """Its number."""
    number = raised_card(client)
    send(client, f"/gap-report/cards/{number}/", {"fixed_on": START.isoformat()})
    return number


@pytest.mark.usefixtures("calls")
def test_a_mended_system_earns_its_credit(analyst: PageClient) -> None:
    number = mended_card(analyst)

    listed = analyst.get("/gap-report/impact/")
    assert "Calls fell more than elsewhere" in listed.text
    one = analyst.get(f"/gap-report/impact/fix/{number}/")
    assert one.h1 == "Did mending “Formulas vanish on save” help?"
    assert "Calls fell by " in one.text
    assert "In 9 categories that nothing was done about" in one.text
    assert "Nobody said beforehand what to expect." in one.text


@pytest.mark.usefixtures("calls")
def test_what_nothing_can_be_said_about_is_listed_with_its_reason(analyst: PageClient) -> None:
    found = analyst.get("/gap-report/impact/")
    assert "Nothing can be said of any guide or fix yet." in found.text
    assert "Mended systems" not in found.text


def test_an_empty_page_says_what_will_be_here(analyst: PageClient, content: None) -> None:
    assert "Only 0 whole weeks" not in analyst.get("/gap-report/impact/").text
    assert "None is raised yet." in analyst.get("/gap-report/cards/").text


@pytest.mark.usefixtures("calls")
def test_the_tables_can_be_taken_away(analyst: PageClient) -> None:
    number = mended_card(analyst)
    rows = list(csv.DictReader(io.StringIO(analyst.get("/gap-report/impact/impact.csv").html.lstrip("\ufeff"))))
    fix = next(row for row in rows if row["kind"] == "fix")
    assert fix["verdict"] == "calls-fell"
    assert float(fix["change_low"]) < float(fix["change_mid"]) < float(fix["change_high"]) < 0
    weeks = list(
        csv.DictReader(io.StringIO(analyst.get(f"/gap-report/impact/fix/{number}/weeks.csv").html.lstrip("\ufeff")))
    )
    assert len(weeks) == 104
    assert {row["after"] for row in weeks} == {"True", "False"}


@pytest.mark.usefixtures("calls")
def test_the_command_says_the_same(analyst: PageClient, run_command: Run) -> None:
    number = mended_card(analyst)
    told = run_command("gap-report", "impact", "--fix", number)
    assert told.exit_code == 0
    assert told.output.startswith("Formulas vanish on save: Calls fell more than elsewhere.")
    data = json.loads(run_command("gap-report", "impact", "--fix", number, "--json").output)
    assert data["verdict"] == "calls-fell"
    assert data["categories"] == [{"source": "desk", "category": "Software > Excel > Formulas"}]
    guide = json.loads(run_command("gap-report", "impact", "--guide", "g-101", "--json").output)
    assert guide["verdict"] == "too-little-data"


def test_the_command_wants_one_thing(run_command: Run) -> None:
    assert run_command("gap-report", "impact").exit_code == 2
    assert run_command("gap-report", "impact", "--guide", "G-1", "--fix", "1").exit_code == 2
    unknown = run_command("gap-report", "impact", "--guide", "G-999")
    assert unknown.exit_code == 1
    assert "There is no guide G-999." in unknown.output


@pytest.mark.usefixtures("calls")
def test_what_is_expected_is_said_once_and_locked(analyst: PageClient) -> None:
    number = raised_card(analyst)
    address = f"/gap-report/expect/fix/{number}/"
    values = {"categories": [category_value(FORMULAS)], "fall": "30", "by": "2026-06-01"}
    assert send(analyst, address, values).endswith(f"/gap-report/cards/{number}/")
    said = analyst.get(address)
    assert "A fall of 30% by 1 June 2026." in said.text
    assert "Save and lock" not in said.html
    assert "Said beforehand" in analyst.get(f"/gap-report/cards/{number}/").text


@pytest.mark.usefixtures("calls")
def test_an_expectation_with_holes_is_shown_again_with_what_was_typed(analyst: PageClient) -> None:
    number = raised_card(analyst)
    told = send(
        analyst, f"/gap-report/expect/fix/{number}/", {"categories": [], "fall": "150", "by": "2020-01-01"}, expect=422
    )
    assert "Choose at least one category of calls" in told
    assert "Enter a whole per cent from 1 to 95" in told
    values = {"categories": [category_value(FORMULAS)], "fall": "30", "by": "2020-01-01"}
    assert "Choose a day that is still to come" in send(
        analyst, f"/gap-report/expect/fix/{number}/", values, expect=422
    )


@pytest.mark.usefixtures("calls")
def test_afterwards_is_too_late(analyst: PageClient, signed_in: SignedIn, clock: Clock) -> None:
    number = mended_card(analyst)
    refused = analyst.get(f"/gap-report/expect/fix/{number}/", expect=409)
    assert f"more than four weeks since {number} began" in refused.text
    clock.at = dt.datetime(2026, 1, 20, 9, tzinfo=dt.UTC)
    author = signed_in(AUTHOR)
    values = {"categories": [category_value(FORMULAS)], "fall": "10", "by": "2026-09-01"}
    assert send(author, "/gap-report/expect/guide/G-101/", values).endswith("/gap-report/expect/guide/G-101/")
    assert "A fall of 10%" in author.get("/gap-report/expect/guide/G-101/").text


@pytest.mark.usefixtures("calls")
def test_a_card_is_written_changed_mended_and_opened_again(analyst: PageClient) -> None:
    assert send(analyst, NEW, {"title": "", "evidence": "x"}, expect=422).count("Say in a few words what is wrong") == 2
    number = raised_card(analyst)
    card = analyst.get(f"/gap-report/cards/{number}/")
    assert card.h1 == "Formulas vanish on save"
    assert "At most 1,2" in card.text
    assert "Not yet" in card.text
    send(analyst, f"/gap-report/cards/{number}/edit", {**CARD, "title": "Formulas are lost"})
    assert "Choose today or an earlier day" in send(
        analyst, f"/gap-report/cards/{number}/", {"fixed_on": "2031-01-01"}, expect=422
    )
    send(analyst, f"/gap-report/cards/{number}/", {"fixed_on": START.isoformat()})
    assert "Did mending it help?" in analyst.get(f"/gap-report/cards/{number}/").links
    form = analyst.get(f"/gap-report/cards/{number}/").form(action=f"/gap-report/cards/{number}/open")
    analyst.post(f"/gap-report/cards/{number}/open", form)
    assert "Not yet" in analyst.get(f"/gap-report/cards/{number}/").text
    assert "Formulas are lost" in analyst.get("/gap-report/cards/").text


@pytest.mark.usefixtures("calls")
def test_what_is_unknown_is_said_so(analyst: PageClient) -> None:
    for address in ("/gap-report/impact/fix/7/", "/gap-report/impact/rain/7/", "/gap-report/cards/7/"):
        analyst.get(address, expect=404)
    analyst.get("/gap-report/cards/new?system=nothing", expect=404)


def test_it_is_for_desk_analysts_and_expectations_for_authors_too(signed_in: SignedIn, content: None) -> None:
    staff, author = signed_in(STAFF), signed_in(AUTHOR)
    for client in (staff, author):
        for address in ("/gap-report/impact/", "/gap-report/cards/", "/gap-report/impact/impact.csv"):
            client.get(address, expect=403)
    staff.get("/gap-report/expect/guide/G-101/", expect=403)


@pytest.mark.usefixtures("calls")
def test_a_cost_is_shown_where_the_council_set_one(analyst: PageClient) -> None:
    number = raised_card(analyst)
    assert "£" not in analyst.get(f"/gap-report/cards/{number}/").text
