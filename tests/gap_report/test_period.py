"""Which months a report is about."""

import datetime as dt

import pytest

from portal.core.periods import Months
from portal.evidence.rules.releases import Release
from portal.gap_report.rules.period import asked_months, offered_months, usual_months


def releases(*periods: tuple[str, str]) -> tuple[Release, ...]:
    return tuple(
        Release(id=number, title=f"R{number}", months=Months.parse(*period), closed_at=dt.datetime.now(dt.UTC))
        for number, period in enumerate(periods)
    )


@pytest.mark.parametrize(
    ("periods", "expected"),
    [
        pytest.param([("2026-01", "2026-03")], ("2026-01", "2026-03"), id="one release"),
        pytest.param([("2025-10", "2025-12"), ("2026-01", "2026-03")], ("2025-10", "2026-03"), id="two in a row"),
        pytest.param([("2025-07", "2025-09"), ("2026-01", "2026-03")], ("2026-01", "2026-03"), id="after a gap"),
        pytest.param([("2024-01", "2026-03")], ("2025-04", "2026-03"), id="twelve months of a longer one"),
        pytest.param(
            [("2024-10", "2025-09"), ("2025-10", "2026-03")], ("2025-04", "2026-03"), id="part of an older one"
        ),
    ],
)
def test_the_usual_months(periods: list[tuple[str, str]], expected: tuple[str, str]) -> None:
    assert usual_months(releases(*periods)) == Months.parse(*expected)


def test_every_covered_month_is_offered_once() -> None:
    found = offered_months(releases(("2025-12", "2026-01"), ("2026-03", "2026-03")))

    assert found == ((2025, 12), (2026, 1), (2026, 3))


@pytest.mark.parametrize(("first", "last"), [("", ""), ("2026-02", "2026-01"), ("<b>", "2026-01")])
def test_months_that_are_none_are_no_months(first: str, last: str) -> None:
    assert asked_months(first, last) is None
