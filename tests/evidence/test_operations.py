"""Closing releases on a real database."""

import datetime as dt

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.core.periods import Months
from portal.evidence import operations, queries
from portal.evidence.models import StoredAtom, StoredRelease
from portal.evidence.rules.releases import ClosedRelease, PeriodNotBegun, PeriodTaken, TitleTaken, UnusableTitle
from portal.skills_check.models.waiting import WaitingSet
from tests.evidence.waiting import people, wait

NOW = dt.datetime(2026, 10, 2, 9, 0, tzinfo=dt.UTC)


def close(session: Session, title: str, first: str, last: str) -> ClosedRelease:
    return operations.close_release(session, title=title, months=Months.parse(first, last), now=NOW)


def waiting(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(WaitingSet)) or 0


def test_a_release_keeps_the_figures_and_forgets_the_answers(session: Session) -> None:
    wait(session, people(12), good=5)

    closed = close(session, "Spring", "2026-01", "2026-03")

    assert [(one.system, one.directorate, one.people) for one in closed.closed] == [
        ("spreadsheets", "housing", "10-19")
    ]
    assert waiting(session) == 0
    (atom,) = queries.atoms(session, [closed.release])
    assert (atom.sums.people, atom.sums.answers, atom.sums.correct) == (12, 120, 5 * 8 + 7 * 3)
    assert [vector.skill for vector in atom.skills] == ["formulas"]
    assert len(atom.expected) == 11


def test_answers_after_the_period_stay_for_the_next_release(session: Session) -> None:
    wait(session, people(12), good=5, day=dt.date(2026, 3, 31))
    wait(session, people(12), good=5, day=dt.date(2026, 4, 1))

    close(session, "Spring", "2026-01", "2026-03")

    assert waiting(session) == 12


def test_answers_from_before_the_period_count_in_the_first_release(session: Session) -> None:
    wait(session, people(12), good=5, day=dt.date(2025, 6, 1))

    assert len(close(session, "Spring", "2026-01", "2026-03").closed) == 1


def test_a_small_group_waits_and_after_two_releases_counts_for_the_council(session: Session) -> None:
    wait(session, people(6), good=3)
    wait(session, people(7, "other"), good=3, directorate="planning")

    first = close(session, "First", "2026-01", "2026-03")
    second = close(session, "Second", "2026-04", "2026-06")
    third = close(session, "Third", "2026-07", "2026-09")

    assert (first.closed, second.closed) == ((), ())
    assert [(one.system, one.groups) for one in first.waiting] == [("spreadsheets", 2)]
    assert [(one.system, one.directorate, one.people) for one in third.closed] == [("spreadsheets", None, "10-19")]
    assert waiting(session) == 0
    assert queries.releases_waited(session) == {}


def test_a_group_that_grows_closes_for_its_directorate(session: Session) -> None:
    wait(session, people(6), good=3)
    close(session, "First", "2026-01", "2026-03")
    wait(session, people(6, "later"), good=3, day=dt.date(2026, 5, 1))

    (group,) = close(session, "Second", "2026-04", "2026-06").closed

    assert (group.directorate, group.people) == ("housing", "10-19")


def test_answers_withdrawn_before_a_release_are_in_no_figure(session: Session) -> None:
    wait(session, people(10), good=4)
    session.delete(session.scalars(select(WaitingSet)).first())
    session.flush()

    assert close(session, "Spring", "2026-01", "2026-03").closed == ()


def test_a_title_is_used_once(session: Session) -> None:
    close(session, "Spring", "2026-01", "2026-03")

    with pytest.raises(TitleTaken, match="another title"):
        close(session, " spring ", "2026-04", "2026-06")


@pytest.mark.parametrize(("first", "last"), [("2026-03", "2026-06"), ("2025-01", "2025-12"), ("2026-01", "2026-03")])
def test_periods_go_forward_and_never_overlap(session: Session, first: str, last: str) -> None:
    close(session, "Spring", "2026-01", "2026-03")

    with pytest.raises(PeriodTaken, match="up to the end of March 2026"):
        close(session, "Other", first, last)


def test_a_period_that_has_not_begun_is_refused(session: Session) -> None:
    with pytest.raises(PeriodNotBegun, match="November 2026"):
        close(session, "Later", "2026-11", "2026-12")


def test_an_empty_title_is_refused(session: Session) -> None:
    with pytest.raises(UnusableTitle):
        close(session, "  ", "2026-01", "2026-03")


def test_a_release_without_any_answers_is_a_release(session: Session) -> None:
    closed = close(session, "Empty", "2026-01", "2026-03")

    assert (closed.closed, closed.waiting) == ((), ())
    assert [release.title for release in queries.releases(session)] == ["Empty"]


def test_stored_figures_refuse_to_change(session: Session) -> None:
    wait(session, people(12), good=5)
    close(session, "Spring", "2026-01", "2026-03")

    atom = session.scalars(select(StoredAtom)).one()
    atom.correct += 1
    with pytest.raises(TypeError, match="insert-only"):
        session.flush()
    session.rollback()


def test_stored_releases_refuse_to_be_deleted(session: Session) -> None:
    close(session, "Spring", "2026-01", "2026-03")

    session.delete(session.scalars(select(StoredRelease)).one())
    with pytest.raises(TypeError, match="insert-only"):
        session.flush()
    session.rollback()
