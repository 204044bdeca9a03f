"""Reading released figures."""

import datetime as dt

from sqlalchemy.orm import Session

from portal.core.periods import Months
from portal.evidence import operations, queries
from portal.evidence.rules.atoms import added_up
from portal.evidence.rules.releases import Release
from portal.storage.database import Database
from tests.evidence.waiting import people, wait
from tests.pages import counted_statements

NOW = dt.datetime(2026, 10, 2, 9, 0, tzinfo=dt.UTC)


def two_releases(session: Session) -> tuple[Release, Release]:
    wait(session, people(12), good=5)
    wait(session, people(15, "planner"), good=6, directorate="planning")
    first = operations.close_release(session, title="One", months=Months.parse("2026-01", "2026-03"), now=NOW).release
    wait(session, people(20), good=5, day=dt.date(2026, 5, 2))
    wait(session, people(30), good=9, day=dt.date(2026, 5, 2), system="housing-system", skill="find-a-record")
    second = operations.close_release(session, title="Two", months=Months.parse("2026-04", "2026-06"), now=NOW).release
    return first, second


def test_the_sums_of_a_system_are_those_of_its_atoms(session: Session) -> None:
    first, second = two_releases(session)

    figures = queries.released_figures(session)

    assert [one.release for one in figures] == [first, second]
    assert [sums.system for sums in figures[1].systems] == ["housing-system", "spreadsheets"]
    by_key = {one.system: one for part in figures for one in added_up(part.systems)}
    assert by_key["housing-system"].skills.keys() == {"find-a-record"}
    whole = added_up(sums for one in figures for sums in one.systems)
    found = [atom.sums for atom in queries.atoms(session, (first, second)) if atom.key.system == "spreadsheets"]
    assert len(found) == 3
    assert whole[1].sums == found[0] + found[1] + found[2]
    assert whole[1].skills["formulas"].people == 12 + 15 + 20


def test_a_release_in_which_nothing_closed_has_no_sums(session: Session) -> None:
    operations.close_release(session, title="Empty", months=Months.parse("2026-01", "2026-03"), now=NOW)

    (figures,) = queries.released_figures(session)

    assert (figures.release.title, figures.systems) == ("Empty", ())


def test_releases_come_in_the_order_of_time(session: Session) -> None:
    made = two_releases(session)

    assert queries.releases(session) == made


def test_the_covering_release_is_the_newest_of_those_that_cover(session: Session) -> None:
    first, second = two_releases(session)

    assert queries.covering_release(session, Months.parse("2026-02", "2026-05")) == second
    assert queries.covering_release(session, Months.parse("2026-02", "2026-03")) == first
    assert queries.covering_release(session, Months.parse("2026-02", "2026-07")) is None
    assert queries.covering_releases(session, Months.parse("2026-02", "2026-05")) == (first, second)


def test_figures_take_one_statement_however_many_atoms(database: Database, session: Session) -> None:
    two_releases(session)

    with counted_statements(database) as statements:
        queries.released_figures(session)

    assert len(statements) == 1
