"""Unusual weeks: what the series suggests, marking by hand, and what a mark does to a comparison."""

import datetime as dt
from collections.abc import Callable

import numpy as np
import pytest

from portal.core.periods import WEEK
from portal.desk_calls.queries.marks import marks as marked_weeks
from portal.desk_calls.rules.marks import Mark, MarkKind, UnusableMark, checked_mark, suspicions
from portal.desk_calls.rules.weekly import CategoryOfSource, CategoryPlace, WeeklyCalls
from portal.gap_report.rules.impact.verdicts import marks_of
from portal.storage.database import Database
from tests.conftest import Clock
from tests.gap_report.calls_by_week import FIRST, FORMULAS, OTHERS, START, store_weekly, weekly
from tests.pages import PageClient
from tests.people import AUTHOR, DESK_ANALYST, STAFF, Named

SignedIn = Callable[[Named], PageClient]


def series(**rows: list[int]) -> WeeklyCalls:
    """One source; a category a keyword, below one parent."""
    keys = {name: CategoryOfSource(source="desk", category=f"Software > {name}") for name in rows}
    count = len(next(iter(rows.values())))
    nowhere = CategoryPlace(system=None, skill=None, call_type=None)
    return WeeklyCalls(
        weeks=tuple(FIRST + WEEK * number for number in range(count)),
        covered={"desk": np.ones(count, dtype=np.bool_)},
        calls={keys[name]: np.array(numbers, dtype=np.int64) for name, numbers in rows.items()},
        places=dict.fromkeys(keys.values(), nowhere),
        monthly=(),
    )


def mark(**values: object) -> Mark:
    usual: dict[str, object] = {
        "source": "",
        "category": "Software",
        "first": FIRST,
        "last": FIRST,
        "kind": MarkKind.MAJOR_INCIDENT,
        "why": "",
    }
    return Mark(**{**usual, **values})  # type: ignore[arg-type]


def test_a_burst_of_two_weeks_is_suspected_as_an_incident() -> None:
    numbers = [20, 22, 19, 21, 20, 18, 90, 75, 21, 20, 22, 19]
    (found,) = suspicions(series(Word=numbers))
    assert found.mark.kind is MarkKind.MAJOR_INCIDENT
    assert (found.mark.first, found.mark.last) == (FIRST + 6 * WEEK, FIRST + 7 * WEEK)
    assert found.reason == "90 calls a week, where 20 are usual"


def test_a_new_level_and_small_numbers_raise_no_suspicion() -> None:
    assert suspicions(series(Word=[20] * 8 + [60] * 6)) == ()
    assert suspicions(series(Word=[1, 0, 2, 1, 0, 9, 1, 0, 1, 2])) == ()


def test_calls_that_move_to_a_sibling_are_suspected_as_relabelled() -> None:
    found = suspicions(series(Word=[40] * 6 + [1] * 6, Writer=[2] * 6 + [41] * 6, Excel=[30] * 12))
    assert {one.mark.category for one in found} == {"Software > Word", "Software > Writer"}
    assert all(one.mark.kind is MarkKind.RELABELLED for one in found)
    assert all(one.mark.first == FIRST + 6 * WEEK for one in found)

    assert any("lost its calls to “Software > Writer”" in one.reason for one in found)


def test_calls_that_vanish_without_a_sibling_are_no_relabelling() -> None:
    found = suspicions(series(Word=[40] * 6 + [1] * 6, Excel=[30] * 12))
    assert [one for one in found if one.mark.kind is MarkKind.RELABELLED] == []


def test_what_is_marked_is_not_suggested_again() -> None:
    calls = series(Word=[20, 22, 19, 21, 20, 18, 90, 75, 21, 20, 22, 19])
    assert suspicions(calls, [mark(first=FIRST + 6 * WEEK, last=FIRST + 7 * WEEK)]) == ()
    assert len(suspicions(calls, [mark(category="Hardware", first=FIRST + 6 * WEEK, last=FIRST + 7 * WEEK)])) == 1


def test_a_mark_covers_everything_below_its_category() -> None:
    key = CategoryOfSource(source="desk", category="Software > Excel > Formulas")
    assert mark().covers(key)
    assert mark(category="software > EXCEL").covers(key)
    assert mark(category="").covers(key)
    assert not mark(category="Soft").covers(key)
    assert not mark(source="other").covers(key)


def test_a_mark_stands_on_whole_weeks() -> None:
    found = checked_mark(mark(first=FIRST + dt.timedelta(days=2), last=FIRST + dt.timedelta(days=9)))
    assert found.weeks == (FIRST, FIRST + WEEK)
    with pytest.raises(UnusableMark) as caught:
        checked_mark(mark(last=FIRST - WEEK))
    assert caught.value.field == "last"
    with pytest.raises(UnusableMark):
        checked_mark(mark(last=FIRST + 60 * WEEK))


def test_incidents_are_left_out_and_new_labels_break_the_comparison() -> None:
    calls = weekly()
    incident = mark(category="Software > Excel", first=START, last=START + WEEK)
    release = mark(category="Other > A", first=START, last=START, kind=MarkKind.NEW_RELEASE)
    found = marks_of(calls, [incident, release])
    assert found.left_out == {FORMULAS: frozenset({START, START + WEEK})}
    assert set(found.broken) == {OTHERS[0]}
    assert found.broken[OTHERS[0]][0][1].startswith("In the week of 30 December 2024 the system had a new release")


@pytest.fixture
def stored(content: None, database: Database, clock: Clock) -> None:
    clock.at = dt.datetime.combine(FIRST + 104 * WEEK, dt.time(9), tzinfo=dt.UTC)
    calls = weekly()
    calls.calls[FORMULAS][60] = 400
    with database.transaction() as session:
        store_weekly(session, calls, now=clock.at)


@pytest.mark.usefixtures("stored")
def test_a_suggestion_is_marked_with_one_button_and_taken_back(signed_in: SignedIn, database: Database) -> None:
    analyst = signed_in(DESK_ANALYST)
    page = analyst.get("/desk/weeks/")
    assert "400 calls a week, where 4" in page.text
    analyst.post("/desk/weeks/", page.form(1))
    with database.session() as session:
        (kept,) = marked_weeks(session)
    assert (kept.category, kept.first) == ("Software > Excel > Formulas", FIRST + 60 * WEEK)
    page = analyst.get("/desk/weeks/")
    assert "400 calls a week, where 4" in page.text  # as the reason of the mark
    analyst.post(f"/desk/weeks/{kept.id}/delete", page.form(action=f"/desk/weeks/{kept.id}/delete"))
    analyst.get("/desk/weeks/")
    with database.session() as session:
        assert marked_weeks(session) == ()


@pytest.mark.usefixtures("stored")
def test_a_mark_by_hand_says_what_is_wrong_beside_the_field(signed_in: SignedIn) -> None:
    analyst = signed_in(DESK_ANALYST)
    token = analyst.get("/desk/weeks/").form()["csrf_token"]
    typed = {"csrf_token": token, "kind": "new-release", "category": "Other", "source": "", "why": "", "last": ""}
    assert "Enter the first day" in analyst.post("/desk/weeks/", {**typed, "first": ""}, expect=422).text
    crossed = {**typed, "first": "2025-03-10", "last": "2025-03-01"}
    assert "The last week is before the first" in analyst.post("/desk/weeks/", crossed, expect=422).text
    analyst.post("/desk/weeks/", {**typed, "first": "2025-03-10"})
    assert "week of 10 March 2025" in analyst.get("/desk/weeks/").text


def test_without_calls_the_page_says_how_they_get_there(signed_in: SignedIn, content: None) -> None:
    assert "No whole weeks of calls are stored yet." in signed_in(DESK_ANALYST).get("/desk/weeks/").text
    for named in (STAFF, AUTHOR):
        signed_in(named).get("/desk/weeks/", expect=403)
