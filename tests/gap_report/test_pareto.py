"""Most calls first, with a verdict on each bar."""

import csv
import io
from collections.abc import Callable

import pytest

from portal.gap_report.rules.pareto import DRAWN, pareto, pareto_chart
from portal.gap_report.rules.report import Line
from portal.gap_report.rules.verdicts import Verdict
from portal.storage.database import Database
from tests.gap_report.stored import store_catalogue, store_everything
from tests.pages import PageClient
from tests.people import DESK_ANALYST, STAFF, Named

SignedIn = Callable[[Named], PageClient]


def line(category: str, calls: int) -> Line:
    return Line(
        system="housing",
        system_name="Housing",
        users=100,
        skill=None,
        skill_name=None,
        category=category,
        asked=None,
        share=None,
        calls=calls,
        rate=None,
        verdict=Verdict.NOT_ENOUGH_EVIDENCE,
        why=(),
    )


@pytest.fixture
def stored(database: Database) -> None:
    with database.transaction() as session:
        store_everything(session)


@pytest.mark.usefixtures("stored")
def test_the_largest_category_comes_first_with_its_verdict(signed_in: SignedIn) -> None:
    page = signed_in(DESK_ANALYST).get("/gap-report/pareto/")
    assert page.text.index("Software > Excel") < page.text.index("Applications > Housing")
    assert "1 of 3 categories holds half of the mapped calls" in page.text
    assert "Training gap" in page.text
    assert "100%" in page.text


@pytest.mark.usefixtures("stored")
def test_it_can_be_taken_away(signed_in: SignedIn) -> None:
    analyst = signed_in(DESK_ANALYST)
    rows = list(csv.DictReader(io.StringIO(analyst.get("/gap-report/pareto.csv").html.lstrip("\ufeff"))))
    assert [row["category"] for row in rows] == ["Software > Excel", "Applications > Housing", "Software > Outlook"]
    signed_in(STAFF).get("/gap-report/pareto/", expect=403)


def test_before_the_first_release_it_says_what_is_missing(signed_in: SignedIn, database: Database) -> None:
    with database.transaction() as session:
        store_catalogue(session)
    assert "no release has been closed" in signed_in(DESK_ANALYST).get("/gap-report/pareto/").text


def test_shares_run_up_to_all_and_empty_ones_are_left_out() -> None:
    lines = [line(f"Category {number}", number) for number in range(30)]
    rows = pareto(lines)
    assert len(rows) == 29
    assert [row.line.calls for row in rows] == sorted((one.calls for one in lines if one.calls), reverse=True)
    assert rows[-1].cumulative == pytest.approx(1)
    chart = pareto_chart(rows)
    assert chart is not None
    assert len(chart.bars) == DRAWN
    assert all(0 < bar.width <= chart.plot.width for bar in chart.bars)
    assert pareto_chart(()) is None
