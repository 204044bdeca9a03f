"""Privacy, periods and text."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.core.periods import WEEK, Months, monday_of, month_of_week, quarter_of
from portal.core.privacy import Band, band, neutral_cell, published_share
from portal.core.text import counted, folded, squeezed, words


@pytest.mark.parametrize(
    ("people", "expected"),
    [(0, None), (9, None), (10, Band.TEN), (19, Band.TEN), (20, Band.TWENTY), (49, Band.TWENTY), (50, Band.FIFTY), (99, Band.FIFTY), (100, Band.HUNDRED), (5800, Band.HUNDRED)],
)  # fmt: skip
def test_bands(people: int, expected: Band | None) -> None:
    assert band(people) is expected


@given(st.floats(0, 1))
def test_published_shares_are_whole_and_never_at_the_ends(share: float) -> None:
    shown = published_share(share)
    assert 0.05 <= shown <= 0.95
    assert round(shown * 100) == pytest.approx(shown * 100)


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@x", "\tx", "\rx"])
def test_a_cell_that_would_run_is_neutralised(cell: str) -> None:
    assert neutral_cell(cell) == f"'{cell}"
    assert neutral_cell("plain") == "plain"


@given(st.dates(dt.date(2000, 1, 1), dt.date(2100, 1, 1)))
def test_a_week_belongs_to_the_month_of_its_thursday(day: dt.date) -> None:
    monday = monday_of(day)
    assert monday.weekday() == 0
    assert monday <= day < monday + WEEK
    assert month_of_week(monday) == ((monday + dt.timedelta(3)).year, (monday + dt.timedelta(3)).month)


@given(st.integers(2000, 2090), st.integers(1, 12), st.integers(0, 30))
def test_each_week_is_in_exactly_one_month(year: int, month: int, length: int) -> None:
    last = divmod(year * 12 + month - 1 + length, 12)
    months = Months(first=(year, month), last=(last[0], last[1] + 1))
    mondays = months.mondays()
    assert months.count == length + 1
    assert list(mondays) == sorted(set(mondays))
    assert all(months.holds_week(monday) for monday in mondays)
    assert not months.holds_week(mondays[0] - WEEK)
    assert not months.holds_week(mondays[-1] + WEEK)


@pytest.mark.parametrize(
    ("first", "last", "says"),
    [("2026-13", "2026-12", "“2026-13” isn't a month"), ("2026", "2026-12", "isn't a month"), ("2026-05", "2026-04", "ends (2026-04) before it starts")],
)  # fmt: skip
def test_a_period_that_is_none(first: str, last: str, says: str) -> None:
    with pytest.raises(ValueError, match=says.replace("(", r"\(").replace(")", r"\)")):
        Months.parse(first, last)


def test_quarters() -> None:
    assert quarter_of(dt.date(2026, 3, 31)) == "2026-Q1"
    assert quarter_of(dt.date(2026, 10, 1)) == "2026-Q4"


def test_words_as_people_type_them() -> None:
    assert words("Can’t open Zoë's file!") == ("cant", "open", "zoes", "file")
    assert folded("ÉCOLE") == "ecole"
    assert squeezed("  a \n b ") == "a b"
    assert (counted(1, "guide"), counted(2, "guide"), counted(1200, "call")) == ("1 guide", "2 guides", "1,200 calls")
