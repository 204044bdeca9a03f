"""flask desk-calls …"""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from portal.desk_calls.queries import mapping as mapping_queries
from portal.desk_calls.queries import series as series_queries
from portal.storage.database import Database
from tests.desk_calls.files import csv_bytes, incident

Run = Callable[..., Result]


@pytest.fixture
def export(tmp_path: Path) -> Callable[..., str]:
    """Writes a file and gives its path."""

    def write(data: bytes, name: str = "export.csv") -> str:
        path = tmp_path / name
        path.write_bytes(data)
        return str(path)

    return write


WEEKS = csv_bytes(
    incident(1, "2026-02-02"), incident(2, "2026-02-08"), incident(3, "2026-02-10"), incident(4, "2030-01-01")
)


def test_an_import_says_what_it_did(run_command: Run, export: Callable[..., str], small_council: None) -> None:
    done = run_command("desk-calls", "import", export(WEEKS), "--preset", "servicenow")
    assert done.exit_code == 0, done.output
    assert done.output.splitlines() == [
        "export.csv as servicenow, kept as source “servicenow”.",
        "Rows: 4 read, 3 kept, 1 skipped.",
        "  Skipped 1 row: the date is in the future (line 5)",
        "Calls: 3, 2 weeks, 2026-02-02 to 2026-02-09.",
        "Incomplete: the week of 2026-02-09 (Monday to Tuesday), kept, not counted until the rest comes.",
        "Categories: 1. In no system yet: 100% of the calls.",
        "Stored: 2 new, 0 replaced, 0 unchanged.",
    ]
    again = run_command("desk-calls", "import", export(WEEKS), "--preset", "servicenow")
    assert again.exit_code == 0
    assert again.output.splitlines()[-1] == "Nothing changed: all of it is stored already."


def test_an_import_as_json(run_command: Run, export: Callable[..., str], small_council: None) -> None:
    done = run_command(
        "desk-calls",
        "import",
        export(WEEKS),
        "--preset",
        "servicenow",
        "--source",
        "second",
        "--include-partial",
        "--json",
    )
    said = json.loads(done.output)
    assert said["rows"] == {"read": 4, "kept": 3, "repeated": 0, "skipped": 1}
    assert said["skipped"] == [{"reason": "future", "rows": 1, "first_lines": [5]}]
    assert said["periods"] == {"new": 2, "replaced": 0, "unchanged": 0, "left": 0}
    assert said["partial_weeks"] == [{"week": "2026-02-09", "days": "Monday to Tuesday"}]
    assert (said["source"], said["calls"], said["unmapped_share"]) == ("second", 3, 1.0)


def test_a_dry_run_stores_nothing(run_command: Run, export: Callable[..., str], database: Database) -> None:
    done = run_command("desk-calls", "import", export(WEEKS), "--preset", "servicenow", "--dry-run")
    assert "Would store: 2 new, 0 replaced, 0 unchanged. Nothing was stored (dry run)." in done.output
    with database.session() as session:
        assert series_queries.stored_periods(session) == ()


def test_ambiguous_dates_need_an_answer(run_command: Run, export: Callable[..., str]) -> None:
    file = export(csv_bytes(incident(1, "2/1/2026"), incident(2, "3/2/2026")))
    refused = run_command("desk-calls", "import", file, "--preset", "servicenow")
    assert refused.exit_code == 1
    assert "- day-first: 2 calls from 2026-01-02 to 2026-02-03" in refused.output
    done = run_command("desk-calls", "import", file, "--preset", "servicenow", "--dates", "day-first")
    assert done.exit_code == 0
    assert "Dates were read day-first." in done.output


@pytest.mark.parametrize(
    ("data", "name", "preset", "said"),
    [
        (b"\x89PNG\r\n", "photo.csv", "servicenow", "photo.csv: The file is a picture, not a table."),
        (b"a,b\n1,2\n", "x.csv", "servicenow", "x.csv, line 1: There is no column for “opened_at”."),
        (b"week,category,calls\n2026-W06,A,x\n", "x.csv", "generic-counts", "x.csv, line 2: “calls” is “x”"),
        (
            WEEKS,
            "x.csv",
            "servicenau",
            "No preset is called “servicenau”. Use one of: freshdesk, freshservice, generic-counts",
        ),
        (csv_bytes(incident(1, "someday")), "x.csv", "servicenow", "Nothing was stored: no row can be counted."),
    ],
)
def test_nothing_stored_exits_with_1(
    run_command: Run, export: Callable[..., str], database: Database, data: bytes, name: str, preset: str, said: str
) -> None:
    refused = run_command("desk-calls", "import", export(data, name), "--preset", preset)
    assert refused.exit_code == 1
    assert said in refused.output
    with database.session() as session:
        assert series_queries.stored_periods(session) == ()


def test_wrong_usage_exits_with_2(run_command: Run, export: Callable[..., str]) -> None:
    assert run_command("desk-calls", "import", export(WEEKS), "--dates", "backwards").exit_code == 2
    assert run_command("desk-calls", "import", "no-such-file.csv", "--preset", "servicenow").exit_code == 2


def test_presets_are_listed(run_command: Run) -> None:
    done = run_command("desk-calls", "presets")
    assert "generic-counts: Counts a week, from any product." in done.output
    assert {one["name"] for one in json.loads(run_command("desk-calls", "presets", "--json").output)} >= {"servicenow"}


MAP = """source,category,valid_from,valid_to,system,call_type,skill
,Category 1,,,spreadsheets,how-to,formulas
desk,Category 2,2026-01-05,2026-06-28,housing-system,,
"""


def test_a_map_goes_in_and_out(
    run_command: Run, export: Callable[..., str], tmp_path: Path, small_council: None
) -> None:
    done = run_command("desk-calls", "map", "import", export(MAP.encode(), "map.csv"))
    assert (done.exit_code, done.output) == (0, "2 rows new, 0 changed, 0 as before.\n")
    again = run_command("desk-calls", "map", "import", export(MAP.encode(), "map.csv"), "--json")
    assert json.loads(again.output) == {"added": 0, "changed": 0, "unchanged": 2}
    assert run_command("desk-calls", "map", "export").output == MAP
    written = tmp_path / "out.csv"
    assert "Wrote 2 rows" in run_command("desk-calls", "map", "export", "--output", str(written)).output
    assert written.read_text(encoding="utf-8") == MAP


def test_a_wrong_map_is_refused_whole(
    run_command: Run, export: Callable[..., str], database: Database, small_council: None
) -> None:
    wrong = MAP + ",Category 3,,,sheets,,\n,,,,spreadsheets,,\n,category 1,,,spreadsheets,,\n,D,,,spreadsheets,,chart\n"
    refused = run_command("desk-calls", "map", "import", export(wrong.encode(), "map.csv"))
    assert refused.exit_code == 1
    for said in (
        "Found 4 problems. Nothing was loaded.",
        "map.csv, line 4: system: No system has the key “sheets”.",
        "map.csv, line 5: category: The category is missing. Enter it",
        "map.csv, line 6: This row says the same as line 2.",
        "map.csv, line 7: skill: spreadsheets has no skill “chart”. Did you mean “charts”?",
    ):
        assert said in refused.output
    with database.session() as session:
        assert mapping_queries.mapping_rules(session) == ()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("category,system,colour\nA,spreadsheets,red\n", "line 1: The column “colour” isn't known."),
        ("system\nspreadsheets\n", "line 1: The column “category” is missing."),
        ("", "The column “category” is missing."),
        ("category,system\nA,spreadsheets\nB,spreadsheets,\xe9\n", "line 3: The file isn't UTF-8 text."),
        (f'category,system\n"{"x" * 200_000}', "A cell is too long, or a quotation mark is missing."),
        (f"category,system\n{'x' * 401},spreadsheets\n", "That category or source is too long."),
        (
            "category,system,valid_from,valid_to\nA,spreadsheets,2026-02-02,2026-01-01\n",
            "The last day is before the first.",
        ),
        ("category,system,call_type\nA,spreadsheets,howto\n", "Did you mean “how-to”?"),
    ],
)
def test_what_a_map_may_not_be(
    run_command: Run, export: Callable[..., str], small_council: None, text: str, said: str
) -> None:
    refused = run_command("desk-calls", "map", "import", export(text.encode("latin-1"), "map.csv"))
    assert refused.exit_code == 1
    assert said in refused.output


def test_a_map_with_semicolons_from_a_spreadsheet(
    run_command: Run, export: Callable[..., str], small_council: None
) -> None:
    data = "\ufeffcategory;system\r\nA > B;spreadsheets\r\n\r\n".encode()
    assert run_command("desk-calls", "map", "import", export(data, "map.csv")).exit_code == 0


@pytest.mark.parametrize(
    ("table", "text", "wrong"),
    [
        ("call-type", "source,type,call_type\n,Query,how-to\n", "No call type has the key “nonsense”."),
        ("closing-code", "source,closing_code,meaning\n,Fixed,fault\n", "A closing code can't mean “nonsense”."),
        ("department", "source,department,directorate\n,Homes,housing\n", "No directorate has the key “nonsense”."),
    ],
)
def test_the_small_tables_go_in_and_out(
    run_command: Run, export: Callable[..., str], small_council: None, table: str, text: str, wrong: str
) -> None:
    done = run_command("desk-calls", "map", "import", export(text.encode(), "words.csv"), "--table", table)
    assert done.exit_code == 0, done.output
    assert run_command("desk-calls", "map", "export", "--table", table).output == text
    spoilt = text.rsplit(",", 1)[0] + ",nonsense\n"
    refused = run_command("desk-calls", "map", "import", export(spoilt.encode(), "words.csv"), "--table", table)
    assert refused.exit_code == 1
    assert f"words.csv, line 2: meaning: {wrong}" in refused.output


def test_suggestions(run_command: Run, export: Callable[..., str], small_council: None) -> None:
    rows = [
        incident(1, "2026-02-02"),
        incident(2, "2026-02-08", "Category 26", ""),
        incident(3, "2026-02-08", "Excel", ""),
    ]
    run_command("desk-calls", "import", export(csv_bytes(*rows)), "--preset", "servicenow")
    said = run_command("desk-calls", "map", "suggest")
    assert "100% of 156 calls a year belong to no system yet." in said.output
    assert "     52  Category 26: no suggestion" in said.output
    assert "     52  Excel: spreadsheets, any type (“excel” is a word for Spreadsheets)" in said.output
    found = json.loads(run_command("desk-calls", "map", "suggest", "--json").output)
    assert {one["category"] for one in found["categories"]} == {"Software > Excel", "Category 26", "Excel"}


@pytest.mark.outside_data
def test_the_real_incidents(run_command: Run, outside_data: Path, small_council: None) -> None:
    file = str(outside_data / "uci-incidents" / "incidents_one_row_each.csv")
    done = run_command("desk-calls", "import", file, "--preset", "servicenow")
    assert done.exit_code == 0, done.output
    assert "Rows: 20,769 read, 20,769 kept, 0 skipped." in done.output
    assert "Calls: 20,769, 11 weeks, 2016-02-29 to 2016-05-09." in done.output
    assert "the week of 2016-05-09 (Monday to Friday), kept, not counted" in done.output
    again = run_command("desk-calls", "import", file, "--preset", "servicenow")
    assert "Nothing changed" in again.output
