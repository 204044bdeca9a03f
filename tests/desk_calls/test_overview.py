"""The desk at a glance: sums over mapped calls, the chart, the tables, what has no guide."""

import csv
import datetime as dt
import io
from collections.abc import Callable

import pytest

from portal.core.periods import WEEK
from portal.desk_calls.rules.mapping import MappedCalls, MappedRow
from portal.desk_calls.rules.overview import (
    NO_SYSTEM,
    NO_TYPE,
    bars,
    by_month,
    by_system,
    calls_a_user,
    chosen_rows,
    months_up_to,
    without_guide,
)
from portal.storage.database import Database
from tests.conftest import Clock
from tests.gap_report.calls_by_week import FIRST, store_weekly, weekly
from tests.pages import PageClient
from tests.people import AUTHOR, DESK_ANALYST, STAFF, Named

SignedIn = Callable[[Named], PageClient]
#: A Monday whose week belongs to January 2026.
NEWEST = dt.date(2026, 1, 26)


def row(week: dt.date, calls: int, system: str | None = "spreadsheets", **values: object) -> MappedRow:
    usual: dict[str, object] = {"category": "Excel", "skill": None, "call_type": None, "fault": False}
    return MappedRow(week=week, system=system, calls=calls, **{**usual, **values})  # type: ignore[arg-type]


def calls(*rows: MappedRow, weeks: int = 104) -> MappedCalls:
    return MappedCalls(weeks=tuple(NEWEST - WEEK * number for number in reversed(range(weeks))), rows=rows)


def test_two_years_of_months_end_with_the_newest_week() -> None:
    months = months_up_to(NEWEST)
    assert months.keys() == ("2024-02", "2026-01")
    assert months_up_to(dt.date(2025, 12, 29)).keys() == ("2024-02", "2026-01")  # its Thursday is in January


def test_a_month_says_how_many_of_its_weeks_are_stored() -> None:
    found = by_month([row(NEWEST, 7), row(NEWEST - WEEK, 5)], [NEWEST - WEEK, NEWEST], months_up_to(NEWEST))
    (month,) = found
    assert (month.month, month.calls, month.weeks, month.of_weeks, month.whole) == ((2026, 1), 12, 2, 5, False)


def test_rows_are_chosen_by_system_and_type() -> None:
    kept = calls(row(NEWEST, 1), row(NEWEST, 2, system=None), row(NEWEST, 4, call_type="how-to"))
    assert sum(one.calls for one in chosen_rows(kept, system="", call_type="")) == 7
    assert sum(one.calls for one in chosen_rows(kept, system=NO_SYSTEM, call_type="")) == 2
    assert sum(one.calls for one in chosen_rows(kept, system="spreadsheets", call_type=NO_TYPE)) == 1
    assert chosen_rows(kept, system="housing", call_type="") == ()


def test_systems_stand_beside_the_year_before() -> None:
    kept = calls(row(NEWEST, 1200, call_type="how-to"), row(NEWEST - 60 * WEEK, 900), row(NEWEST, 30, system=None))
    first, second = by_system(kept, {"spreadsheets": 500})
    assert (first.system, first.calls, first.before, first.largest_type) == ("spreadsheets", 1200, 900, "how-to")
    assert first.rate == pytest.approx(1200 / 12 / 500 * 100)
    assert (second.system, second.calls, second.before, second.rate) == (None, 30, 0, None)
    assert by_system(calls(row(NEWEST, 5), weeks=60), {})[0].before is None


def test_calls_a_user_are_scaled_to_a_year() -> None:
    assert calls_a_user(calls(row(NEWEST, 580)), 100) == pytest.approx(5.8)
    assert calls_a_user(calls(row(NEWEST, 290), weeks=26), 100) == pytest.approx(5.8)
    assert calls_a_user(calls(weeks=0), 100) is None


def test_what_no_guide_answers_is_listed_by_calls() -> None:
    kept = calls(
        row(NEWEST, 50, category="Excel > Formulas", skill="formulas"),
        row(NEWEST, 40, category="Excel > Charts", skill="charts"),
        row(NEWEST, 30, category="Excel"),
        row(NEWEST, 20, category="Outlook", system="email"),
        row(NEWEST, 90, category="Broken", system="email", call_type="equipment"),
        row(NEWEST, 10, category="?", system=None),
        row(NEWEST - 60 * WEEK, 999, category="Old", system="email"),
    )
    found = without_guide(kept, {"spreadsheets": frozenset({"formulas"})}, frozenset({"how-to"}))
    assert [(one.category, one.calls) for one in found] == [("Excel > Charts", 40), ("Outlook", 20)]


def test_bars_stand_on_the_axis_and_say_what_is_missing() -> None:
    months = by_month([row(NEWEST, 7)], [NEWEST], months_up_to(NEWEST))
    chart = bars(months)
    assert chart is not None
    (bar,) = chart.bars
    assert bar.y + bar.height == pytest.approx(chart.bottom, abs=0.2)
    assert not bar.whole
    assert bar.words == "January 2026: 7 calls, weeks are missing"
    assert bars(()) is None


@pytest.fixture
def stored(content: None, database: Database, clock: Clock) -> None:
    clock.at = dt.datetime.combine(FIRST + 104 * WEEK, dt.time(9), tzinfo=dt.UTC)
    with database.transaction() as session:
        store_weekly(session, weekly(), now=clock.at)


@pytest.mark.usefixtures("stored")
def test_the_page_opens_on_calls_a_user(signed_in: SignedIn) -> None:
    analyst = signed_in(DESK_ANALYST)
    page = analyst.get("/desk/")
    assert "calls a user a year, where 5.8 is what the council compares itself with" in page.text
    assert "No system yet" in page.links
    assert "Software > Excel > Formulas" in page.text  # its skill has no guide in the test's content
    narrowed = analyst.get("/desk/?system=spreadsheets&type=no-type")
    assert "Calls a month, Spreadsheets." in narrowed.text


@pytest.mark.usefixtures("stored")
def test_each_table_can_be_taken_away(signed_in: SignedIn) -> None:
    analyst = signed_in(DESK_ANALYST)

    def table(address: str) -> list[dict[str, str]]:
        return list(csv.DictReader(io.StringIO(analyst.get(address).html.lstrip("\ufeff"))))

    months = table("/desk/months.csv?system=spreadsheets")
    assert {one["system"] for one in months} == {"spreadsheets"}
    assert len(months) == 24
    systems = table("/desk/systems.csv")
    assert [one["system"] for one in systems] == ["", "spreadsheets"]
    assert [one["category"] for one in table("/desk/without-a-guide.csv")] == ["Software > Excel > Formulas"]


def test_an_empty_desk_says_what_will_be_here(signed_in: SignedIn, content: None) -> None:
    assert "No whole weeks of calls are stored yet" in signed_in(DESK_ANALYST).get("/desk/").text
    for named in (STAFF, AUTHOR):
        signed_in(named).get("/desk/", expect=403)
