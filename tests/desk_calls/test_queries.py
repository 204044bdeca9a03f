"""Reading calls under the mapping that held at the time."""

import datetime as dt

from sqlalchemy.orm import Session

from portal.core.periods import Months
from portal.desk_calls.operations import mapping as mapping_operations
from portal.desk_calls.queries import imports as imports_queries
from portal.desk_calls.queries import mapping as mapping_queries
from portal.desk_calls.queries import series as series_queries
from portal.desk_calls.queries.newest_year import year_of_calls
from portal.desk_calls.rules.days import Granularity
from portal.desk_calls.rules.imports import CallLabels, CallsPart, ImportedCounts, LabelledCalls
from portal.desk_calls.rules.mapping import ClosingMeaning, DeskWord, MappedRow, MappingRule, WordKind
from portal.storage.database import Database
from tests.desk_calls.test_operations import MONDAY, NOW, WEEK, month, part, rule, store
from tests.pages import counted_statements

FEBRUARY = Months.parse("2026-02", "2026-02")


def save(session: Session, *rules: MappingRule) -> None:
    mapping_operations.save_rules(session, rules, account_id=None, now=NOW)


def test_each_week_is_under_the_rules_of_its_monday(session: Session) -> None:
    store(session, part(0, 5), part(1, 6), part(2, 7))
    save(
        session,
        rule("Software", "spreadsheets", valid_to=MONDAY),
        rule("Software", "housing-system", valid_from=MONDAY + WEEK - dt.timedelta(days=1)),
    )
    found = series_queries.mapped_calls(session, FEBRUARY)
    assert found.weeks == (MONDAY, MONDAY + WEEK, MONDAY + 2 * WEEK)
    by_week = {row.week: (row.system, row.calls) for row in found.rows}
    assert by_week == {
        MONDAY: ("spreadsheets", 5),
        MONDAY + WEEK: ("housing-system", 6),
        MONDAY + 2 * WEEK: ("housing-system", 7),
    }


def test_a_week_belongs_to_the_month_of_its_thursday(session: Session) -> None:
    store(session, part(-1, 1), part(0, 2), part(3, 3), part(4, 4))
    found = series_queries.mapped_calls(session, FEBRUARY)
    assert [row.calls for row in sorted(found.rows, key=lambda row: row.week)] == [2, 3]


def test_calls_carry_type_skill_and_fault(session: Session) -> None:
    labels = CallLabels(category="Software > Excel", call_type="Query", closing_code="Bug fixed", channel="Phone")
    other = CallLabels(category="Software > Excel", call_type="Query", closing_code="Bug fixed", channel="Web")
    fresh = CallsPart(
        start=MONDAY, counts=(LabelledCalls(labels=labels, calls=3), LabelledCalls(labels=other, calls=4))
    )
    store(session, fresh)
    save(session, rule("software", skill="formulas"))
    words = [
        DeskWord(kind=WordKind.CALL_TYPE, source="", word="query", meaning="how-to"),
        DeskWord(kind=WordKind.CLOSING_CODE, source="desk", word="bug fixed", meaning=ClosingMeaning.FAULT),
    ]
    for word in words:
        mapping_operations.save_words(session, word.kind, [word])
    assert series_queries.mapped_calls(session, FEBRUARY).rows == (
        MappedRow(
            week=MONDAY,
            category="Software > Excel",
            system="spreadsheets",
            skill="formulas",
            call_type="how-to",
            fault=True,
            calls=7,
        ),
    )


def test_a_month_counts_for_all_its_weeks(session: Session) -> None:
    store(session, month(2, 100))
    found = series_queries.mapped_calls(session, FEBRUARY)
    assert found.weeks == FEBRUARY.mondays()
    assert [(row.week, row.calls) for row in found.rows] == [(MONDAY, 100)]


def test_a_partial_week_of_one_source_does_not_count_beside_a_whole_one_of_another(session: Session) -> None:
    store(session, part(0, 5), source="whole")
    store(session, part(0, 90, days=1), source="partial")
    found = series_queries.mapped_calls(session, FEBRUARY)
    assert (found.weeks, found.calls) == ((MONDAY,), 5)


def test_no_calls_at_all(session: Session) -> None:
    assert series_queries.mapped_calls(session, FEBRUARY).weeks == ()
    assert year_of_calls(session).calls == 0
    assert series_queries.stored_sources(series_queries.stored_periods(session)) == ()


def test_mapped_calls_cost_few_statements_however_many_weeks(database: Database) -> None:
    with database.transaction() as session:
        store(session, *(part(week, 1, category=f"Category {week}") for week in range(40)))
        save(session, *(rule(f"Category {week}") for week in range(40)))
    with counted_statements(database) as statements, database.session() as session:
        series_queries.mapped_calls(session, Months.parse("2026-01", "2026-12"))
    assert len(statements) == 4


def test_the_newest_year_is_scaled_to_a_year(session: Session) -> None:
    store(session, part(0, 10), part(1, 16, category="Other"), part(2, 99, days=1))
    save(session, rule("Other"))
    year = year_of_calls(session)
    assert (year.calls, year.unmapped_calls, year.unmapped) == (26 * 26, 260, {"Software": 260})
    assert round(year.unmapped_share, 3) == round(10 / 26, 3)


def test_only_the_newest_year_is_in_the_year(session: Session) -> None:
    store(session, *(part(-week, 1) for week in reversed(range(60))))
    assert year_of_calls(session).calls == 52


def test_what_is_stored_summed_up(session: Session) -> None:
    store(session, part(-1, 4), part(0, 5), part(4, 6, days=1))
    store(session, month(1, 7), source="monthly")
    periods = series_queries.stored_periods(session)
    assert [
        (one.source, one.weeks, one.months, one.incomplete, one.calls) for one in series_queries.stored_sources(periods)
    ] == [
        ("desk", 3, 0, 1, 15),
        ("monthly", 0, 1, 0, 7),
    ]
    assert [(one.start.month, one.calls, one.incomplete) for one in series_queries.months_of_calls(periods)] == [
        (3, 0, 1),
        (2, 5, 0),
        (1, 11, 0),
    ]


def test_categories_and_words_seen(session: Session) -> None:
    counts = tuple(
        LabelledCalls(labels=CallLabels(category=name, call_type=kind), calls=calls)
        for name, kind, calls in (("A", "Query", 2), ("B", "Fault", 9), ("C", None, 5))
    )
    store(session, CallsPart(start=MONDAY, counts=counts))
    assert imports_queries.known_categories(session, "desk") == {"A", "B", "C"}
    assert imports_queries.known_categories(session, "elsewhere") == frozenset()
    assert mapping_queries.words_seen(session, WordKind.CALL_TYPE) == (("Fault", 9), ("Query", 2))
    assert imports_queries.sources(session) == ("desk",)


def test_the_unmapped_share_of_a_file(session: Session) -> None:
    save(session, rule("Software"))
    counts = ImportedCounts(
        source="desk",
        preset="p",
        parts=(
            part(0, 3),
            part(1, 1, category="Other"),
            CallsPart(start=dt.date(2026, 5, 1), granularity=Granularity.MONTH),
        ),
    )
    assert imports_queries.unmapped_share(session, counts) == 0.25
    assert imports_queries.unmapped_share(session, ImportedCounts(source="d", preset="p", parts=())) == 0.0
