"""What outsiders read: JSON keys and CSV tables."""

import csv
import io
import json

from portal.gap_report.formats.report_json import report_json
from portal.gap_report.formats.tables_csv import categories_csv, skills_csv, systems_csv
from tests.gap_report.reports import answered, report, sums

ROW_KEYS = [
    "system",
    "skill",
    "category",
    "asked",
    "shown_share",
    "calls",
    "calls_per_100_users_a_month",
    "teachable_calls_a_year",
    "design_calls_a_year",
    "verdict",
    "both",
    "probability",
    "suppressed",
    "why",
]


def test_the_json_holds_the_promised_keys() -> None:
    made = json.loads(json.dumps(report_json(report(answered("spreadsheets", 60, 0.4, formulas=sums(30, 0.8))))))

    assert {"period", "release", "rows", "skills", "unmapped_share", "method"} <= set(made)
    assert made["period"] == {"from": "2026-01", "to": "2026-03"}
    assert made["release"]["title"] == "Spring 2026"
    assert made["unmapped_share"] == 0.03
    assert {"name", "version", "lines", "minimums", "words"} <= set(made["method"])
    for row in made["rows"]:
        assert list(row) == ROW_KEYS


def test_a_row_of_the_json() -> None:
    made = report_json(report(answered("spreadsheets", 60, 0.4, formulas=sums(30, 0.8))))

    row = made["rows"][0]
    assert (row["system"], row["skill"], row["category"], row["asked"]) == ("spreadsheets", None, None, "50-99")
    assert row["shown_share"] == {"low": 0.36, "mid": 0.4, "high": 0.44}
    assert set(row["calls_per_100_users_a_month"]) == {"low", "mid", "high"}
    assert (row["verdict"], row["both"], row["suppressed"]) == ("training-gap", False, False)
    assert (row["teachable_calls_a_year"], row["design_calls_a_year"], row["probability"]) == (None, None, None)


def test_a_withheld_row_holds_no_number_about_people() -> None:
    made = report_json(report(answered("spreadsheets", 60, 0.4)))

    row = next(row for row in made["rows"] if row["system"] == "housing-system")
    assert (row["asked"], row["shown_share"], row["suppressed"]) == (None, None, True)


def test_each_category_has_a_row_after_the_systems() -> None:
    rows = report_json(report())["rows"]

    assert [row["category"] is None for row in rows] == [True] * 3 + [False] * 4


def test_the_table_of_systems() -> None:
    rows = list(csv.DictReader(io.StringIO(systems_csv(report(answered("spreadsheets", 60, 0.4)).systems))))

    assert (rows[0]["name"], rows[0]["people"], rows[0]["share_right"]) == ("Spreadsheets", "50-99", "0.4")
    assert (rows[1]["people"], rows[1]["share_right"]) == ("", "")


def test_cells_that_a_spreadsheet_would_run_are_neutralised() -> None:
    found = report(weekly={("spreadsheets", None, "=HYPERLINK(1)"): 5, ("spreadsheets", None, "@risk"): 5})

    rows = list(csv.DictReader(io.StringIO(categories_csv(found.categories))))

    assert [row["category"] for row in rows] == ["'=HYPERLINK(1)", "'@risk"]


def test_the_table_of_skills_leaves_withheld_cells_empty() -> None:
    found = report(answered("spreadsheets", 60, 0.4, formulas=sums(30, 0.8)))

    rows = list(csv.DictReader(io.StringIO(skills_csv(found.skills))))

    assert [(row["skill"], row["people"], row["share_right"]) for row in rows] == [
        ("formulas", "20-49", "0.8"),
        ("charts", "", ""),
    ]
