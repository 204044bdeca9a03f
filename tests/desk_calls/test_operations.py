"""Storing calls and the mapping: whole periods replaced, twice the same, all or nothing."""

import datetime as dt
from collections.abc import Callable

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.core.periods import Months
from portal.desk_calls.models import DeskCount, DeskImport, DeskPart
from portal.desk_calls.operations import imports as imports_operations
from portal.desk_calls.operations import mapping as mapping_operations
from portal.desk_calls.queries import history as history_queries
from portal.desk_calls.queries import mapping as mapping_queries
from portal.desk_calls.queries import series as series_queries
from portal.desk_calls.rules.days import BEGINNING, Granularity
from portal.desk_calls.rules.imports import (
    CallLabels,
    CallsPart,
    ImportedCounts,
    LabelledCalls,
    PartFate,
    WeeksAndMonths,
)
from portal.desk_calls.rules.mapping import DeskWord, MappingRule, RuleClash, UnknownRule, WordKind
from portal.storage.database import Database

NOW = dt.datetime(2026, 3, 4, 9, 30, tzinfo=dt.UTC)
MONDAY = dt.date(2026, 2, 2)
WEEK = dt.timedelta(days=7)
FEBRUARY = Months.parse("2026-02", "2026-02")


def part(week: int, calls: int, *, days: int = 127, category: str = "Software") -> CallsPart:
    counted = LabelledCalls(labels=CallLabels(category=category, channel="Phone"), calls=calls)
    return CallsPart(start=MONDAY + week * WEEK, days=days, counts=(counted,))


def month(number: int, calls: int) -> CallsPart:
    counted = LabelledCalls(labels=CallLabels(category="Software"), calls=calls)
    return CallsPart(start=dt.date(2026, number, 1), granularity=Granularity.MONTH, counts=(counted,))


def counts(*parts: CallsPart, source: str = "desk", include_partial: bool = False) -> ImportedCounts:
    return ImportedCounts(source=source, preset="servicenow", parts=parts, include_partial=include_partial)


def store(session: Session, *parts: CallsPart, source: str = "desk", include_partial: bool = False) -> list[PartFate]:
    imported = counts(*parts, source=source, include_partial=include_partial)
    outcome = imports_operations.import_counts(session, imported, account_id=None, now=NOW)
    return [one.fate for one in outcome.parts]


def stored(session: Session) -> dict[tuple[str, dt.date], tuple[int, bool]]:
    return {(one.source, one.start): (one.calls, one.counted) for one in series_queries.stored_periods(session)}


def rule(category: str, system: str = "spreadsheets", **changes: object) -> MappingRule:
    values: dict[str, object] = {
        "source": "",
        "category": category,
        "valid_from": BEGINNING,
        "valid_to": None,
        "system": system,
        "call_type": None,
        "skill": None,
    }
    return MappingRule(**{**values, **changes})


def test_whole_weeks_are_stored_and_replaced(session: Session) -> None:
    assert store(session, part(0, 5), part(1, 6)) == [PartFate.NEW, PartFate.NEW]
    assert store(session, part(1, 9), part(2, 1)) == [PartFate.REPLACED, PartFate.NEW]
    assert stored(session) == {
        ("desk", MONDAY): (5, True),
        ("desk", MONDAY + WEEK): (9, True),
        ("desk", MONDAY + 2 * WEEK): (1, True),
    }


def test_twice_changes_nothing_and_leaves_no_second_line_in_the_history(session: Session) -> None:
    store(session, part(0, 5), part(1, 2, days=0b11))
    before = [tuple(row) for row in session.execute(select(DeskPart.id, DeskPart.import_id))]
    assert store(session, part(0, 5), part(1, 2, days=0b11)) == [PartFate.UNCHANGED, PartFate.UNCHANGED]
    assert [tuple(row) for row in session.execute(select(DeskPart.id, DeskPart.import_id))] == before
    assert session.scalar(select(func.count()).select_from(DeskImport)) == 1


def test_an_overlapping_file_leaves_the_other_weeks_and_no_orphans(session: Session) -> None:
    store(session, part(0, 5), part(1, 6), part(2, 7))
    store(session, part(1, 60, category="Other"))
    assert [calls for calls, _ in stored(session).values()] == [5, 60, 7]
    assert session.scalar(select(func.count()).select_from(DeskCount)) == 3


def test_sources_do_not_touch_each_other(session: Session) -> None:
    store(session, part(0, 5))
    store(session, part(0, 8), source="second desk")
    assert stored(session) == {("desk", MONDAY): (5, True), ("second desk", MONDAY): (8, True)}
    assert series_queries.mapped_calls(session, FEBRUARY).calls == 13


def test_a_partial_week_becomes_whole_when_the_other_days_come(session: Session) -> None:
    assert store(session, part(0, 5, days=0b0000111)) == [PartFate.NEW]
    assert stored(session) == {("desk", MONDAY): (5, False)}
    assert series_queries.mapped_calls(session, FEBRUARY).weeks == ()
    assert store(session, part(0, 4, days=0b1111000)) == [PartFate.NEW]
    assert stored(session) == {("desk", MONDAY): (9, True)}
    assert series_queries.mapped_calls(session, FEBRUARY).calls == 9


def test_the_first_file_again_keeps_the_week_whole(session: Session) -> None:
    first, second = part(0, 5, days=0b0000111), part(0, 4, days=0b1111000)
    store(session, first)
    store(session, second)
    assert store(session, first) == [PartFate.UNCHANGED]
    assert store(session, second) == [PartFate.UNCHANGED]
    assert stored(session) == {("desk", MONDAY): (9, True)}


def test_a_partial_week_that_overlaps_replaces(session: Session) -> None:
    store(session, part(0, 5, days=0b0000111))
    assert store(session, part(0, 8, days=0b1111100)) == [PartFate.REPLACED]
    assert stored(session) == {("desk", MONDAY): (8, False)}


def test_a_file_that_starts_on_a_thursday_does_not_undo_a_whole_week(session: Session) -> None:
    store(session, part(0, 20))
    assert store(session, part(0, 3, days=0b1111000), part(1, 7)) == [PartFate.LEFT, PartFate.NEW]
    assert stored(session)["desk", MONDAY] == (20, True)


def test_a_whole_week_takes_the_place_of_its_parts(session: Session) -> None:
    store(session, part(0, 5, days=0b0000111))
    store(session, part(0, 4, days=0b1111000))
    assert store(session, part(0, 11)) == [PartFate.REPLACED]
    assert stored(session) == {("desk", MONDAY): (11, True)}
    assert session.scalar(select(func.count()).select_from(DeskPart)) == 1


def test_include_partial_counts_a_week_although_days_are_missing(session: Session) -> None:
    store(session, part(0, 5, days=0b111))
    assert store(session, part(0, 5, days=0b111), include_partial=True) == [PartFate.REPLACED]
    assert stored(session) == {("desk", MONDAY): (5, True)}
    assert series_queries.mapped_calls(session, FEBRUARY).weeks == (MONDAY,)
    assert store(session, part(0, 5, days=0b111), include_partial=True) == [PartFate.UNCHANGED]


def test_a_week_without_calls_replaces_what_was_there(session: Session) -> None:
    store(session, part(0, 5))
    assert store(session, CallsPart(start=MONDAY)) == [PartFate.REPLACED]
    assert stored(session) == {("desk", MONDAY): (0, True)}
    assert store(session, CallsPart(start=MONDAY)) == [PartFate.UNCHANGED]


def test_weeks_and_months_of_the_same_time_are_refused(session: Session) -> None:
    store(session, month(2, 100))
    with pytest.raises(WeeksAndMonths, match="February 2026"):
        store(session, part(0, 5))
    with pytest.raises(WeeksAndMonths):
        store(session, month(3, 1), part(4, 2), source="both in one file")
    assert store(session, part(0, 5), source="second desk") == [PartFate.NEW]
    assert store(session, month(3, 5)) == [PartFate.NEW]
    assert store(session, month(2, 100)) == [PartFate.UNCHANGED]


def test_nothing_to_store(session: Session) -> None:
    assert store(session) == []
    assert not session.scalar(select(func.count()).select_from(DeskImport))


def test_the_history_says_who_and_what(session: Session) -> None:
    imports_operations.import_counts(session, counts(part(0, 5), part(1, 5)), account_id=7, now=NOW)
    (past,) = history_queries.past_imports(session, most=10)
    assert (past.account_id, past.at, past.source, past.preset) == (7, NOW, "desk", "servicenow")
    assert (past.first, past.last, past.parts_new, past.parts_replaced) == (MONDAY, MONDAY + WEEK, 2, 0)


def test_two_imports_at_once_both_hold(database: Database) -> None:
    for source in ("one", "two"):
        with database.transaction() as session:
            store(session, part(0, 5), source=source)
    with database.session() as session:
        assert len(stored(session)) == 2


def test_rules_are_added_changed_ended_and_deleted(session: Session) -> None:
    rule_id = mapping_operations.save_rule(session, rule("Software > Excel"), account_id=3, now=NOW)
    changed = rule("Software > Excel", "housing-system", id=rule_id, why="They moved")
    assert mapping_operations.save_rule(session, changed, account_id=3, now=NOW) == rule_id
    assert mapping_queries.mapping_rules(session) == (changed,)
    mapping_operations.end_rule(session, rule_id, last_day=MONDAY, account_id=3, now=NOW)
    assert mapping_queries.mapping_rule(session, rule_id).valid_to == MONDAY
    mapping_operations.delete_rule(session, rule_id)
    for gone in (
        lambda: mapping_queries.mapping_rule(session, rule_id),
        lambda: mapping_operations.delete_rule(session, rule_id),
        lambda: mapping_operations.end_rule(session, rule_id, last_day=MONDAY, account_id=3, now=NOW),
        lambda: mapping_operations.save_rule(session, changed, account_id=3, now=NOW),
    ):
        _raises_unknown(gone)


def _raises_unknown(action: Callable[[], object]) -> None:
    with pytest.raises(UnknownRule):
        action()


def test_two_rules_for_the_same_category_and_day_clash(session: Session) -> None:
    mapping_operations.save_rule(session, rule("Software > Excel"), account_id=None, now=NOW)
    with pytest.raises(RuleClash, match="SOFTWARE"):
        mapping_operations.save_rule(session, rule("SOFTWARE > excel"), account_id=None, now=NOW)
    mapping_operations.save_rule(session, rule("Software > Excel", valid_from=MONDAY), account_id=None, now=NOW)
    mapping_operations.save_rule(session, rule("Software > Excel", source="desk"), account_id=None, now=NOW)


def test_rules_of_a_file_twice(session: Session) -> None:
    rules = [rule("A"), rule("B", "housing-system", skill="find-a-record")]
    first = mapping_operations.save_rules(session, rules, account_id=None, now=NOW)
    again = mapping_operations.save_rules(session, rules, account_id=None, now=NOW)
    third = mapping_operations.save_rules(session, [rule("a", "housing-system"), rules[1]], account_id=None, now=NOW)
    numbers = [(one.added, one.changed, one.unchanged) for one in (first, again, third)]
    assert numbers == [(2, 0, 0), (0, 0, 2), (0, 1, 1)]
    assert len(mapping_queries.mapping_rules(session)) == 2


def test_words_are_added_changed_and_taken_out(session: Session) -> None:
    def word(text: str, meaning: str) -> DeskWord:
        return DeskWord(kind=WordKind.CALL_TYPE, source="", word=text, meaning=meaning)

    mapping_operations.save_words(session, WordKind.CALL_TYPE, [word("Query", "how-to"), word("Fault", "error")])
    saved = mapping_operations.save_words(
        session, WordKind.CALL_TYPE, [word("QUERY", "password"), word("Fault", "error")]
    )
    assert (saved.added, saved.changed, saved.unchanged) == (0, 1, 1)
    mapping_operations.delete_word(session, WordKind.CALL_TYPE, source="", word="fault")
    assert [(one.word, one.meaning) for one in mapping_queries.desk_words(session)] == [("Query", "password")]
