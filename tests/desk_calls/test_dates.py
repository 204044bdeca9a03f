"""Dates as desks write them."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.desk_calls.formats.dates import OpenedReader, read_opened, showable
from portal.desk_calls.rules.imports import DateOrder

LONDON = ZoneInfo("Europe/London")
DAY = dt.date(2026, 3, 14)


@pytest.mark.parametrize(
    "text",
    [
        "2026-03-14",
        "2026-03-14 09:30",
        "2026-03-14T09:30:00Z",
        "2026-03-14 09:30:00.123456789",
        "2026-03-14T09:30:00,123456789+01:00",
        "2026-03-14T09:30:00+0530",
        "2026/3/14",
        "14-Mar-26",
        "14 March 2026",
        "14/Mar/26 9:15 AM",
        "Mar 14, 2026 11:59 PM",
    ],
)
def test_dates_that_can_be_read_in_one_way_only(text: str) -> None:
    opened = read_opened(text, LONDON)
    assert opened is not None
    assert (opened.day_first, opened.month_first, opened.decides) == (DAY, DAY, None)


@pytest.mark.parametrize(
    ("text", "day_first", "month_first", "decides"),
    [
        ("14/3/2026 09:30", DAY, None, DateOrder.DAY_FIRST),
        ("3/14/2026", None, DAY, DateOrder.MONTH_FIRST),
        ("3/4/26 1:02:03 PM", dt.date(2026, 4, 3), dt.date(2026, 3, 4), None),
        ("05.06.2026", dt.date(2026, 6, 5), dt.date(2026, 5, 6), None),
        ("5-5-2026", dt.date(2026, 5, 5), dt.date(2026, 5, 5), None),
    ],
)
def test_dates_with_two_numbers_keep_both_readings(
    text: str, day_first: dt.date | None, month_first: dt.date | None, decides: DateOrder | None
) -> None:
    opened = read_opened(text, LONDON)
    assert opened is not None
    assert (opened.day_first, opened.month_first, opened.decides) == (day_first, month_first, decides)


@pytest.mark.parametrize(
    "text",
    ["", "soon", "14", "31/2/2026", "13/13/2026", "2026-02-30", "2026-03-14 25:00", "14 Mark 2026", "0/1/2026",
     "2026-03-14 13:00 PM", "9999-12-31T23:59:59-12:00", "John Smith 14/3/2026", "1/2-2026"],
)  # fmt: skip
def test_what_is_no_date(text: str) -> None:
    assert read_opened(text, LONDON) is None


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-07-01T23:30:00Z", dt.date(2026, 7, 2)),
        ("2026-01-01T23:30:00Z", dt.date(2026, 1, 1)),
        ("2026-03-01 00:30:00+02:00", dt.date(2026, 2, 28)),
        ("2026-07-01 23:30:00", dt.date(2026, 7, 1)),
    ],
)
def test_offsets_move_a_call_to_the_councils_day(text: str, day: dt.date) -> None:
    opened = read_opened(text, LONDON)
    assert opened is not None
    assert opened.day_first == day


@given(st.dates(dt.date(2000, 1, 1), dt.date(2099, 12, 31)))
def test_both_readings_hold_the_date_that_was_written(day: dt.date) -> None:
    written_day_first = read_opened(f"{day.day}/{day.month}/{day.year}", LONDON)
    written_month_first = read_opened(f"{day.month:02}/{day.day:02}/{day:%y} 1:00 pm", LONDON)
    assert written_day_first is not None
    assert written_month_first is not None
    assert written_day_first.read_as(DateOrder.DAY_FIRST) == day
    assert written_month_first.read_as(DateOrder.MONTH_FIRST) == day


@given(st.text(max_size=60))
def test_no_text_breaks_the_reader(text: str) -> None:
    read_opened(text, LONDON)


def test_only_digits_and_date_signs_are_ever_shown_again() -> None:
    assert showable("14/3/2026 09:30") == "14/3/2026 09:30"
    assert showable("John Smith") is None


CELLS = st.builds(
    "{}{}{}".format,
    st.sampled_from(
        ["2026-02-02", "2026-06-01", "1/2/2026", "14 Mar 2026", "02/Feb/26", "Mar 14, 2026", "someday", "14"]
    ),
    st.sampled_from(["", " ", "T"]),
    st.sampled_from(["", "09:30", "23:30Z", "23:30 +0000", "23:30:00.5", "9:15 AM", "25:00", "Mar 2026 10:00", "x"]),
)


@given(st.lists(CELLS, max_size=30))
def test_what_is_remembered_of_a_column_changes_no_date(texts: list[str]) -> None:
    reader = OpenedReader(LONDON)
    for text in map(str.strip, texts):  # a cell comes trimmed
        number = reader.number(text)
        assert (None if number is None else reader.distinct[number]) == read_opened(text, LONDON)


def test_a_time_with_an_offset_is_never_taken_for_another_day() -> None:
    reader = OpenedReader(LONDON)
    numbers = [reader.number(text) for text in ("2026-02-02 23:30Z", "2026-06-01 10:00", "2026-06-01 23:30Z")]
    assert [None if one is None else reader.distinct[one].day_first for one in numbers] == [
        dt.date(2026, 2, 2),
        dt.date(2026, 6, 1),
        dt.date(2026, 6, 2),
    ]
