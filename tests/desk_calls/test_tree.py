"""The tree of categories, suggestions in bulk, and what a change of the mapping would do."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest

from portal.catalogue.formats.catalogue_yaml import read_catalogue
from portal.config import ROOT
from portal.core.documents import Problems
from portal.core.periods import WEEK
from portal.desk_calls.operations.imports import import_counts
from portal.desk_calls.operations.mapping import save_rule
from portal.desk_calls.queries.mapping import mapping_rules
from portal.desk_calls.rules.changes import CategoryCalls, Move, moves, takes_away, with_rows, with_rule
from portal.desk_calls.rules.imports import CallLabels, CallsPart, ImportedCounts, LabelledCalls
from portal.desk_calls.rules.mapping import MappingRule
from portal.desk_calls.rules.suggestions import Suggester
from portal.desk_calls.rules.tree import Leaf, branches, system_words, trail
from portal.storage.database import Database
from tests.conftest import START
from tests.desk_calls.council_paths import PATHS
from tests.factories import small_catalogue
from tests.pages import PageClient
from tests.people import STAFF, Named

MONDAY = dt.date(2026, 2, 2)
LEAVES = (
    Leaf(source="desk", category="Software > Excel > Formulas", calls=500, system="spreadsheets"),
    Leaf(source="desk", category="software > Excel > Charts", calls=100, system=None),
    Leaf(source="desk", category="Software > Outlook", calls=300, system="email-and-calendar"),
    Leaf(source="other", category="Hardware", calls=50, system=None),
)


def rule(category: str, system: str, **values: object) -> MappingRule:
    usual: dict[str, object] = {
        "source": "",
        "valid_from": dt.date(2025, 1, 6),
        "valid_to": None,
        "call_type": None,
        "skill": None,
    }
    return MappingRule(category=category, system=system, **{**usual, **values})  # type: ignore[arg-type]


def row(category: str, calls: int, monday: dt.date = MONDAY) -> CategoryCalls:
    return CategoryCalls(source="desk", category=category, monday=monday, calls=calls)


def test_a_branch_adds_up_what_is_below_it_whatever_the_case() -> None:
    top = branches(LEAVES)
    assert [(one.category, one.calls, one.unmapped, one.below) for one in top] == [
        ("Software", 900, 100, 3),
        ("Hardware", 50, 50, 0),
    ]
    assert top[0].systems == (("spreadsheets", 500), ("email-and-calendar", 300))
    assert [one.name for one in branches(LEAVES, under="Software")] == ["Excel", "Outlook"]
    assert [one.name for one in branches(LEAVES, under="SOFTWARE > excel")] == ["Formulas", "Charts"]
    assert branches(LEAVES, under="Hardware") == ()


def test_search_and_filter_show_whole_paths() -> None:
    assert [one.category for one in branches(LEAVES, words="excel chart")] == ["software > Excel > Charts"]
    assert [one.category for one in branches(LEAVES, only_unmapped=True, under="Software")] == ["Software > Excel"]
    assert branches(LEAVES, words="nothing") == ()


def test_a_trail_leads_back_to_the_top() -> None:
    assert trail("Software > Excel") == (("Software", "Software"), ("Software > Excel", "Excel"))
    assert trail("") == ()
    names = {"a": "Housing", "b": "Planning"}
    assert system_words((("a", 5), ("b", 3), ("c", 1), ("d", 1)), names) == "Housing, Planning, c and 1 more"


def test_a_change_says_which_calls_move_in_which_weeks() -> None:
    before = [rule("Software", "documents")]
    after = with_rule(before, rule("Software > Excel", "spreadsheets", valid_from=MONDAY))
    calls = [row("Software > Excel", 5, MONDAY - WEEK), row("Software > Excel", 7), row("Hardware", 9)]
    assert moves(calls, before, after) == (Move(before="documents", after="spreadsheets", calls=7),)
    assert takes_away(moves(calls, before, after))
    new = moves(calls, before, [*before, rule("Hardware", "printing")])
    assert new == (Move(before=None, after="printing", calls=9),)
    assert not takes_away(new)
    assert moves(calls, before, []) == (Move(before="documents", after=None, calls=12),)


def test_an_edit_replaces_its_row_and_a_file_replaces_by_key() -> None:
    stored = [rule("Software", "documents", id=3), rule("Hardware", "printing", id=4)]
    edited = with_rule(stored, rule("Software", "spreadsheets", id=3))
    assert {one.system for one in edited} == {"printing", "spreadsheets"}
    assert {one.system for one in with_rows(stored, [rule("SOFTWARE", "sign-in")])} == {"printing", "sign-in"}


def test_what_is_mapped_beside_a_category_speaks_for_it() -> None:
    rules = [
        rule("Apps > Zeta > One", "spreadsheets", call_type="how-to"),
        rule("Apps > Zeta > Two", "spreadsheets"),
        rule("Apps > Beta > Blip", "email-and-calendar", call_type="how-to"),
        rule("Apps > Gamma > Blip", "housing-system", call_type="how-to"),
    ]
    found = Suggester(small_catalogue(), rules).suggestion("Apps > Zeta > Qux")
    assert found is not None
    assert found.system == "spreadsheets"
    assert found.reason == "2 of 2 rows beside it belong to Spreadsheets"
    assert Suggester(small_catalogue(), rules).suggestion("Apps > Delta > Qux") is None
    ending = Suggester(small_catalogue(), rules).suggestion("Apps > Delta > Blip")
    assert ending is not None
    assert (ending.system, ending.call_type) == (None, "how-to")
    assert "in 2 other rows" in ending.reason


def test_the_right_system_comes_first_for_paths_of_uk_councils() -> None:
    file = ROOT / "content" / "catalogue.yaml"
    known = read_catalogue(file.read_bytes(), file.name, Problems())
    assert known is not None
    suggester = Suggester(known)
    right = 0
    for path, system in PATHS:
        found = suggester.suggestion(path)
        right += found is not None and found.system == system
    assert len(PATHS) == 60
    assert right >= 0.85 * len(PATHS)


@pytest.fixture
def stored(small_council: None, database: Database) -> None:
    counts = {"Software > Excel": 40, "Software > Outlook": 20, "Odd things": 5}
    parts = tuple(
        CallsPart(
            start=MONDAY - WEEK * number,
            counts=tuple(
                LabelledCalls(labels=CallLabels(category=category), calls=calls) for category, calls in counts.items()
            ),
        )
        for number in range(4)
    )
    with database.transaction() as session:
        import_counts(
            session, ImportedCounts(source="desk", preset="generic-counts", parts=parts), account_id=None, now=START
        )


@pytest.mark.usefixtures("stored")
def test_the_tree_opens_branch_by_branch(analyst: PageClient) -> None:
    page = analyst.get("/desk/mapping/categories/")
    assert "3,120" in page.text  # 60 calls a week
    inside = analyst.get(page.links["Software"])
    assert "Excel" in inside.text
    assert "Odd things" not in inside.text
    assert "Odd things" in analyst.get("/desk/mapping/categories/?words=odd").text
    assert "Nothing here matches" in analyst.get("/desk/mapping/categories/?words=zebra").text


@pytest.mark.usefixtures("stored")
def test_many_suggestions_are_confirmed_at_once(analyst: PageClient, database: Database) -> None:
    page = analyst.get("/desk/mapping/suggestions/?all=1")
    token = page.form(action="/desk/mapping/suggestions/")["csrf_token"]
    none = analyst.post("/desk/mapping/suggestions/", {"csrf_token": token}, expect=422)
    assert "Tick at least one suggestion" in none.text
    chosen = ["Software > Excel", "Software > Outlook", "Never offered"]
    analyst.post("/desk/mapping/suggestions/", {"csrf_token": token, "category": chosen})
    with database.session() as session:
        kept = mapping_rules(session)
    assert [(one.category, one.system) for one in kept] == [
        ("Software > Excel", "spreadsheets"),
        ("Software > Outlook", "email-and-calendar"),
    ]
    assert "nothing to suggest" in analyst.get("/desk/mapping/suggestions/").text


@pytest.mark.usefixtures("stored")
def test_a_row_that_takes_calls_away_shows_first_what_it_does(analyst: PageClient, database: Database) -> None:
    with database.transaction() as session:
        save_rule(session, rule("Software", "email-and-calendar"), account_id=None, now=START)
    form = analyst.get("/desk/mapping/new?category=Software+%3E+Excel").form(1)
    sent = {**form, "category": "Software > Excel", "place": "spreadsheets"}
    shown = analyst.post("/desk/mapping/new", sent, expect=200)
    assert "160 calls would move from E-mail and calendar to Spreadsheets" in shown.text
    with database.session() as session:
        assert len(mapping_rules(session)) == 1
    analyst.post("/desk/mapping/new", {**sent, "seen": "1"})
    with database.session() as session:
        (excel, software) = sorted(mapping_rules(session), key=lambda one: one.category, reverse=True)
    assert {excel.system, software.system} == {"spreadsheets", "email-and-calendar"}
    deleting = analyst.get(f"/desk/mapping/{software.id}/delete")
    assert "calls would move from" in deleting.text


@pytest.mark.usefixtures("stored")
def test_a_file_of_rows_can_be_tried_first(analyst: PageClient, database: Database, tmp_path: Path) -> None:
    form = analyst.get("/desk/mapping/import").form(1)
    data = b"source,category,valid_from,valid_to,system,call_type,skill\n,Software > Excel,,,spreadsheets,,\n"
    file = tmp_path / "rows.csv"
    file.write_bytes(data)
    with file.open("rb") as stream:
        tried = analyst.post("/desk/mapping/import", {**form, "dry_run": "y", "file": stream}, expect=200)
    assert "160 calls would move from no system to Spreadsheets" in tried.text
    with database.session() as session:
        assert mapping_rules(session) == ()


def test_without_calls_the_pages_say_how_they_get_there(
    analyst: PageClient, signed_in: Callable[[Named], PageClient]
) -> None:
    assert "No calls are counted yet." in analyst.get("/desk/mapping/categories/").text
    assert "No calls are counted yet." in analyst.get("/desk/mapping/suggestions/").text
    staff = signed_in(STAFF)
    staff.get("/desk/mapping/categories/", expect=403)
    staff.get("/desk/mapping/suggestions/", expect=403)
