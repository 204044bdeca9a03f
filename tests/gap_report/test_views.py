"""The pages of the gap report and its files."""

import csv
import io
import json
from collections.abc import Callable

import pytest

from portal.storage.database import Database
from tests.gap_report.stored import release_winter, store_calls, store_catalogue, store_everything
from tests.pages import PageClient
from tests.people import ADMINISTRATOR, DESK_ANALYST, RECRUITER, STAFF, Named

SignedIn = Callable[[Named], PageClient]
ADDRESSES = (
    "/gap-report/",
    "/gap-report/systems/spreadsheets/",
    "/gap-report/table.csv",
    "/gap-report/systems/spreadsheets/skills.csv",
    "/gap-report/systems/spreadsheets/categories.csv",
    "/gap-report/report.json",
)


@pytest.fixture
def stored(database: Database) -> None:
    with database.transaction() as session:
        store_everything(session)


@pytest.fixture
def environment(environment: dict[str, str]) -> dict[str, str]:
    return {**environment, "SHOWHOW_CALLS_LINE": "100"}


@pytest.mark.usefixtures("stored")
@pytest.mark.parametrize("address", ADDRESSES)
def test_it_is_for_desk_analysts(page: PageClient, signed_in: SignedIn, address: str) -> None:
    assert "/sign-in" in page.get(address, expect=303).response.headers["Location"]
    signed_in(STAFF).get(address, expect=403)
    signed_in(RECRUITER).get(address, expect=403)
    signed_in(ADMINISTRATOR).get(address)


@pytest.mark.usefixtures("stored")
def test_the_page_opens_on_the_sentence_that_matters(signed_in: SignedIn) -> None:
    found = signed_in(DESK_ANALYST).get("/gap-report/")

    assert "In December 2025 to February 2026 staff made 1,235 calls" in found.text
    assert "Training gap in 1 system; 1 system is healthy. The figures can’t tell yet about 1 system." in found.text
    assert "mapping page" in found.links
    assert "How figures are made" in found.links
    assert "Winter 2026: December 2025 to February 2026, closed on 4 March 2026" in found.text


@pytest.mark.usefixtures("stored")
def test_each_verdict_lists_its_systems_with_their_reasons(signed_in: SignedIn) -> None:
    found = signed_in(DESK_ANALYST).get("/gap-report/")

    assert found.links["Spreadsheets"].startswith("/gap-report/systems/spreadsheets/?")
    assert "40% of answered questions were right" in found.text
    assert "20 to 49 of 100 users, volunteers." in found.text
    assert "Fewer than 10 people are in a release with answers" in found.text


@pytest.mark.usefixtures("stored")
def test_the_chart_says_in_words_what_it_shows(signed_in: SignedIn) -> None:
    found = signed_in(DESK_ANALYST).get("/gap-report/")

    (chart,) = found.all("*[@role='img']")
    title, words = (found.by_id(one) for one in (chart.get("aria-labelledby") or "").split())
    assert title.text == "Skill beside calls, a point a system"
    assert "Training gap: Spreadsheets." in (words.text or "")
    assert found.by_id("systems") is not None


@pytest.mark.usefixtures("stored")
def test_the_months_can_be_chosen(signed_in: SignedIn) -> None:
    browser = signed_in(DESK_ANALYST)

    form = browser.get("/gap-report/?from=2026-01&to=2026-02").form(action="/gap-report/")

    assert form == {"from": "2026-01", "to": "2026-02"}


@pytest.mark.usefixtures("stored")
def test_months_without_a_release_are_said_and_the_usual_ones_shown(signed_in: SignedIn) -> None:
    found = signed_in(DESK_ANALYST).get("/gap-report/?from=2024-01&to=2024-03")

    assert "No release covers January 2024 to March 2024, so this is December 2025 to February 2026." in found.text


@pytest.mark.usefixtures("stored")
def test_months_that_are_none_show_the_usual_ones(signed_in: SignedIn) -> None:
    assert "December 2025" in signed_in(DESK_ANALYST).get("/gap-report/?from=%3Cscript%3E&to=x").text


def test_before_the_first_release_the_page_says_what_to_do(signed_in: SignedIn) -> None:
    found = signed_in(DESK_ANALYST).get("/gap-report/")

    assert "no release has been closed" in found.text
    assert found.links["Close a release"] == "/gap-report/releases/"
    assert "Import calls" in found.links


def test_without_calls_it_leads_to_the_import(signed_in: SignedIn, database: Database) -> None:
    with database.transaction() as session:
        store_catalogue(session)
        release_winter(session)

    found = signed_in(DESK_ANALYST).get("/gap-report/")

    assert "There are no calls for these months." in found.text
    assert found.links["Import calls"] == "/desk/import/"


def test_without_answers_it_says_that_figures_are_withheld(signed_in: SignedIn, database: Database) -> None:
    with database.transaction() as session:
        store_catalogue(session)
        store_calls(session)
        release_winter(session)

    assert "every figure about answers is withheld" in signed_in(DESK_ANALYST).get("/gap-report/").text


@pytest.mark.usefixtures("stored")
def test_a_system_has_its_skills_and_its_categories(signed_in: SignedIn) -> None:
    found = signed_in(DESK_ANALYST).get("/gap-report/systems/spreadsheets/")

    assert found.h1 == "Spreadsheets"
    assert "Training gap in December 2025 to February 2026" in found.text
    assert "Software > Excel" in found.text
    assert "Use a formula" in found.text
    assert "Make a chart Fewer than 10 Withheld" in found.text


@pytest.mark.usefixtures("stored")
def test_a_system_without_figures_says_so(signed_in: SignedIn) -> None:
    found = signed_in(DESK_ANALYST).get("/gap-report/systems/housing-system/")

    assert "No group of 10 people or more has answered about this system" in found.text


@pytest.mark.usefixtures("stored")
def test_an_unknown_system_is_not_found(signed_in: SignedIn) -> None:
    signed_in(DESK_ANALYST).get("/gap-report/systems/none/", expect=404)


@pytest.mark.usefixtures("stored")
def test_the_table_can_be_downloaded(signed_in: SignedIn) -> None:
    sent = signed_in(DESK_ANALYST).get("/gap-report/table.csv").response

    assert sent.mimetype == "text/csv"
    assert "gap-report.csv" in sent.headers["Content-Disposition"]
    rows = list(csv.DictReader(io.StringIO(sent.get_data().decode("utf-8-sig"))))
    assert [row["system"] for row in rows] == ["housing-system", "spreadsheets", "email-and-calendar"]


@pytest.mark.usefixtures("stored")
@pytest.mark.parametrize(("kind", "column"), [("skills", "skill"), ("categories", "category")])
def test_the_tables_of_a_system_can_be_downloaded(signed_in: SignedIn, kind: str, column: str) -> None:
    sent = signed_in(DESK_ANALYST).get(f"/gap-report/systems/spreadsheets/{kind}.csv").response

    assert column in sent.get_data().decode("utf-8-sig").splitlines()[0].split(",")


@pytest.mark.usefixtures("stored")
def test_the_json_is_that_of_the_command(signed_in: SignedIn, run_command: Callable[..., object]) -> None:
    sent = signed_in(DESK_ANALYST).get("/gap-report/report.json").response.get_data(as_text=True)

    printed = run_command("gap-report", "build", "--from", "2025-12", "--to", "2026-02")
    assert json.loads(sent) == json.loads(printed.stdout)  # type: ignore[attr-defined]


def test_files_say_when_there_is_nothing_yet(signed_in: SignedIn) -> None:
    browser = signed_in(DESK_ANALYST)

    browser.get("/gap-report/table.csv", expect=404)
    assert "No release" in json.loads(browser.get("/gap-report/report.json", expect=404).response.get_data())["error"]


@pytest.mark.usefixtures("stored")
def test_the_page_takes_few_statements(signed_in: SignedIn) -> None:
    assert len(signed_in(DESK_ANALYST).get("/gap-report/").statements) <= 8
