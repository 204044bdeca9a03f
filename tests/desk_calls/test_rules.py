"""The mapping, parts of weeks and suggestions: pure decisions."""

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.catalogue.rules import CallType, System, Teachable
from portal.desk_calls.rules.days import BEGINNING, WHOLE_WEEK, days_mask, effective_monday, is_counted, parts_replaced
from portal.desk_calls.rules.imports import CallLabels, CallsPart, ImportedCounts, LabelledCalls
from portal.desk_calls.rules.labels import folded_segments, joined
from portal.desk_calls.rules.mapping import (
    CallMap,
    ClosingMeaning,
    DeskWord,
    MappedCalls,
    MappedRow,
    MappingRule,
    WordKind,
)
from portal.desk_calls.rules.suggestions import Suggester
from tests.factories import small_catalogue

MONDAY = dt.date(2026, 2, 2)
WEEK = dt.timedelta(days=7)


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


@pytest.mark.parametrize(
    ("segments", "path"),
    [
        (["Software", "Excel", None], "Software > Excel"),
        (["Software", None, "laptop"], "Software > (none) > laptop"),
        ([None, None, None], "(none)"),
        ([None, "Excel"], "(none) > Excel"),
        ([], "(none)"),
    ],
)
def test_a_path_drops_what_is_missing_at_its_end(segments: list[str | None], path: str) -> None:
    assert joined(segments) == path


@pytest.mark.parametrize(
    ("prefix", "category", "falls_under"),
    [
        ("Category 1", "Category 1 > Sub", True),
        ("Category 1", "Category 13", False),
        ("category 1", "CATEGORY  1", True),
        (" Software>excel ", "Software > Excel > How do I", True),
        ("Software > Excel", "Software", False),
        ("(none)", "(none)", True),
    ],
)
def test_a_prefix_is_whole_segments_and_case_blind(prefix: str, category: str, falls_under: bool) -> None:
    found = CallMap([rule(prefix)], []).rule_for("desk", category, MONDAY)
    assert (found is not None) is falls_under


def test_the_longest_prefix_wins_then_a_named_source_then_the_latest_day() -> None:
    rules = [
        rule("Software", "short"),
        rule("Software > Excel", "any-source"),
        rule("Software > Excel", "any-later", valid_from=MONDAY - WEEK),
        rule("Software > Excel", "named", source="desk"),
        rule("Software > Excel", "other", source="elsewhere", valid_from=MONDAY),
    ]
    call_map = CallMap(rules, [])
    found = {
        source: call_map.rule_for(source, "Software > Excel > Macro", MONDAY).system  # type: ignore[union-attr]
        for source in ("desk", "third", "elsewhere")
    }
    assert found == {"desk": "named", "third": "any-later", "elsewhere": "other"}
    assert call_map.rule_for("desk", "Software > Word", MONDAY).system == "short"  # type: ignore[union-attr]


def test_a_rule_holds_for_the_weeks_whose_monday_it_covers() -> None:
    midweek = rule("A", valid_from=MONDAY + dt.timedelta(days=2), valid_to=MONDAY + 2 * WEEK)
    call_map = CallMap([midweek], [])
    held = [call_map.rule_for("", "A", MONDAY + number * WEEK) is not None for number in range(4)]
    assert held == [False, True, True, False]
    assert effective_monday(midweek.valid_from) == MONDAY + WEEK
    assert effective_monday(MONDAY) == MONDAY


def test_an_ended_rule_gives_way_to_a_shorter_one() -> None:
    call_map = CallMap([rule("A > B", "longer", valid_to=MONDAY), rule("A", "shorter")], [])
    assert call_map.rule_for("", "A > B", MONDAY).system == "longer"  # type: ignore[union-attr]
    assert call_map.rule_for("", "A > B", MONDAY + WEEK).system == "shorter"  # type: ignore[union-attr]


def test_the_call_type_comes_from_the_rule_else_from_the_table() -> None:
    words = [
        DeskWord(kind=WordKind.CALL_TYPE, source="", word="Query", meaning="how-to"),
        DeskWord(kind=WordKind.CALL_TYPE, source="desk", word="query", meaning="password"),
        DeskWord(kind=WordKind.CLOSING_CODE, source="", word="Bug fixed", meaning=ClosingMeaning.FAULT),
    ]
    call_map = CallMap([rule("A"), rule("B", call_type="error")], words)

    def mapped(source: str, category: str, **labels: str) -> MappedRow:
        return call_map.mapped(source, MONDAY, CallLabels(category=category, **labels), 3)

    assert mapped("other", "A", call_type="QUERY").call_type == "how-to"
    assert mapped("desk", "A", call_type="Query").call_type == "password"
    assert mapped("desk", "B", call_type="Query").call_type == "error"
    assert mapped("desk", "B").fault
    assert mapped("desk", "A", closing_code="bug  fixed").fault
    assert not mapped("desk", "A", closing_code="solved").fault
    unmapped = mapped("desk", "C", call_type="Query")
    assert (unmapped.system, unmapped.call_type, unmapped.calls) == (None, "password", 3)


def test_the_unmapped_share_counts_calls() -> None:
    def row(system: str | None, calls: int) -> MappedRow:
        return MappedRow(week=MONDAY, category="A", system=system, skill=None, call_type=None, fault=False, calls=calls)

    assert MappedCalls(weeks=(MONDAY,), rows=(row("x", 3), row(None, 1))).unmapped_share == 0.25
    assert MappedCalls(weeks=(), rows=()).unmapped_share == 0.0


@pytest.mark.parametrize(
    ("stored", "new", "replaced"),
    [
        ([], 0b0000111, ()),
        ([0b0000111], 0b1111000, ()),
        ([0b0000111], 0b0000111, (0b0000111,)),
        ([0b0000111, 0b1111000], WHOLE_WEEK, (0b0000111, 0b1111000)),
        ([0b0000111], 0b1111100, (0b0000111,)),
        ([WHOLE_WEEK], 0b1111000, None),
        ([0b0000111, 0b1111000], 0b0011100, None),
    ],
    ids=[
        "first",
        "other days add",
        "same days",
        "whole week",
        "overlap with more",
        "less than whole",
        "would lose days",
    ],
)
def test_parts_of_a_week(stored: list[int], new: int, replaced: tuple[int, ...] | None) -> None:
    assert parts_replaced(stored, new) == replaced


@given(st.lists(st.integers(1, WHOLE_WEEK), max_size=6))
def test_whatever_comes_parts_never_overlap_and_days_never_get_lost(arrivals: list[int]) -> None:
    stored: list[int] = []
    for new in arrivals:
        before = sum(stored).bit_count()
        replaced = parts_replaced(stored, new)
        if replaced is not None:
            stored = [days for days in stored if days not in replaced] + [new]
        assert sum(days.bit_count() for days in stored) == sum(stored).bit_count()
        assert sum(stored).bit_count() >= before
        again = parts_replaced(stored, new)
        assert again in (None, (new,)), "the same part again must change nothing"


def test_a_week_counts_when_its_days_add_up_or_a_person_says_so() -> None:
    assert is_counted([0b0000111, 0b1111000], included=False)
    assert not is_counted([0b0000111], included=False)
    assert is_counted([0b0000111], included=True)


def test_days_of_a_week() -> None:
    assert days_mask(MONDAY, MONDAY + WEEK, MONDAY) == WHOLE_WEEK
    assert days_mask(MONDAY + dt.timedelta(days=5), MONDAY + WEEK, MONDAY) == 0b1100000
    assert days_mask(MONDAY, MONDAY, MONDAY) == 1


@given(st.text(max_size=40), st.text(max_size=40))
def test_a_joined_path_falls_under_its_own_first_segment(first: str, second: str) -> None:
    path = joined([first.strip() or None, second.strip() or None])
    prefix = path.split(">")[0]
    assert folded_segments(path)[: len(folded_segments(prefix))] == folded_segments(prefix)
    assert CallMap([rule(prefix)], []).rule_for("", path, MONDAY) is not None


def test_counts_add_up() -> None:
    labels = CallLabels(category="A")
    part = CallsPart(start=MONDAY, counts=(LabelledCalls(labels=labels, calls=2),))
    some_days = CallsPart(start=MONDAY + WEEK, days=1, counts=(LabelledCalls(labels=labels, calls=5),))
    counts = ImportedCounts(source="s", preset="p", parts=(part, some_days))
    assert (counts.calls, counts.partial, counts.categories) == (7, (some_days,), {"A"})
    assert counts.counting_partial(True).include_partial


@pytest.mark.parametrize(
    ("category", "system", "call_type"),
    [
        ("Software > Excel > How do I", "spreadsheets", "how-to"),
        ("Applications > Northgate", "housing-system", None),
        ("Outlook diaries", "email-and-calendar", None),
        ("Spreadsheet", "spreadsheets", None),
        ("Accounts > Password reset", None, "password"),
        ("Excel in Outlook", None, None),
        ("Category 26", None, None),
    ],
)
def test_suggestions_by_words(category: str, system: str | None, call_type: str | None) -> None:
    found = Suggester(small_catalogue()).suggestion(category)
    assert (found and found.system, found and found.call_type) == (system, call_type)


def renamed(key: str, name: str, *also: str) -> System:
    return replace(small_catalogue().systems[0], key=key, name=name, also=also)


@pytest.mark.parametrize(
    ("category", "system"),
    [
        ("Applications > Housing", "housing"),
        ("Payroll > Access", "payroll"),
        ("Access", "remote-access"),
        ("Benefit", "benefits"),
    ],
    ids=["a name beats an also word", "a word for a type of call is faint", "but not nothing", "singular meets plural"],
)
def test_what_weighs_more_in_a_suggestion(category: str, system: str) -> None:
    catalogue = replace(
        small_catalogue(),
        systems=(
            renamed("housing", "Housing", "rents"),
            renamed("benefits", "Revenues and benefits", "housing"),
            renamed("payroll", "HR", "payroll"),
            renamed("remote-access", "Remote access"),
        ),
        call_types=(CallType(key="access", name="Access or permission", teachable=Teachable.PARTLY),),
    )
    found = Suggester(catalogue).suggestion(category)
    assert found is not None
    assert found.system == system


def test_a_suggestion_says_why() -> None:
    found = Suggester(small_catalogue()).suggestion("Software > Excel")
    assert found is not None
    assert found.reason == "“excel” is a word for Spreadsheets"


def test_unmapped_paths_come_as_the_fewest_prefixes_worth_mapping() -> None:
    calls = {
        "Category 26 > Sub 1": 10,
        "Category 26 > Sub 2": 5,
        "Applications > Northgate > Rents": 4,
        "Applications > Excel": 3,
        "Applications > Other": 1,
        "(none)": 2,
    }
    found = Suggester(small_catalogue()).unmapped(calls)
    assert [(one.category, one.calls) for one in found] == [
        ("Category 26", 15),
        ("Applications > Northgate", 4),
        ("Applications > Excel", 3),
        ("(none)", 2),
        ("Applications > Other", 1),
    ]
    assert sum(one.calls for one in found) == sum(calls.values())


def test_a_path_that_is_also_a_prefix_of_others_is_not_split() -> None:
    found = Suggester(small_catalogue()).unmapped({"Applications": 1, "Applications > Excel": 2})
    assert [(one.category, one.calls) for one in found] == [("Applications", 3)]
