"""Every preset reads a file of its product's shape, and a file tells which product it is from."""

import csv
import datetime as dt
import io
import zipfile
from collections import Counter
from dataclasses import replace

import pytest

from portal.core.documents import InvalidFiles, Problems
from portal.desk_calls.formats import open_document
from portal.desk_calls.formats.desk_file import read_desk_file
from portal.desk_calls.formats.preset_yaml import built_in_preset, built_in_presets, preset_to_yaml, read_preset
from portal.desk_calls.formats.recognition import chosen_columns, columns_used, guessed_columns, recognise
from portal.desk_calls.rules.imports import AmbiguousDates
from tests.desk_calls.exports import ADDRESS, CALLER, EXPORTS, SUBJECT, Export, lines, ods_bytes
from tests.desk_calls.files import workbook_bytes
from tests.desk_calls.test_formats import LONDON, TODAY, by_category, counts, reading, refusal

UNCONFIRMED = {"haloitsm", "hornbill", "ivanti", "topdesk", "znuny"}


def test_each_preset_has_its_file() -> None:
    assert {preset.name for preset in built_in_presets()} == set(EXPORTS)


def test_labels_nobody_saw_are_called_unconfirmed() -> None:
    assert {preset.name for preset in built_in_presets() if not preset.labels_confirmed} == UNCONFIRMED


@pytest.mark.parametrize("name", EXPORTS)
def test_each_products_file_gives_the_right_counts(name: str) -> None:
    export = EXPORTS[name]
    found = counts(export.data, name, export.file)
    assert by_category(found) == export.calls
    assert {part.start.isoformat(): part.calls for part in found.parts} == export.weeks
    assert (found.rows_read, found.skipped, found.dates) == (export.rows, (), export.dates)
    first = found.first_rows[0].labels
    assert (first.call_type, first.closing_code, first.channel, first.directorate) == export.first
    assert all(part.whole for part in found.parts)


@pytest.mark.parametrize("name", EXPORTS)
def test_no_file_leaves_a_word_about_a_person(name: str) -> None:
    export = EXPORTS[name]
    held = repr(reading(export.data, name, export.file))
    assert not [word for word in (CALLER, ADDRESS, SUBJECT, "INC1", "I 2602") if word in held]


@pytest.mark.parametrize("name", EXPORTS)
def test_a_file_tells_which_product_it_is_from(name: str) -> None:
    export = EXPORTS[name]
    found = recognise(io.BytesIO(export.data), export.file, built_in_presets())
    assert found.preset is not None
    assert found.preset.name == name
    assert CALLER not in repr(found.columns)


@pytest.mark.parametrize("name", EXPORTS)
def test_a_preset_can_be_written_and_read_back(name: str) -> None:
    problems = Problems()
    preset = built_in_preset(name)
    assert read_preset(preset_to_yaml(preset).encode(), "x.yaml", problems) == preset
    assert not list(problems)


@pytest.mark.parametrize("name", [name for name in EXPORTS if EXPORTS[name].file.endswith(".csv")])
def test_dates_that_nothing_decides_are_shown_in_both_readings(name: str) -> None:
    """Each product, with every date rewritten so that day and month could change places."""
    export = undecided(EXPORTS[name], name)
    with pytest.raises(AmbiguousDates) as caught:
        counts(export.data, name, export.file)
    said = str(caught.value)
    assert "day-first: 2 calls from 2026-01-02 to 2026-02-03" in said
    assert "month-first: 2 calls from 2026-02-01 to 2026-03-02" in said
    assert "Nothing was stored" in said


def undecided(export: Export, name: str) -> Export:
    preset = built_in_preset(name)
    found = recognise(io.BytesIO(export.data), export.file, [preset])
    used = columns_used(found.columns, preset)
    titles = [used["opened_at"], used["category"]]
    return replace(export, data=lines(",".join(titles), "2/1/2026,Software", "3/2/2026,Software"))


def test_a_path_takes_a_column_once() -> None:
    found = counts(lines("CreatedDateTime,Category,Subcategory", "2026-02-02,Software,Excel"), "ivanti")
    assert by_category(found) == {"Software > Excel": 1}
    found = counts(lines("CreatedDateTime,Service,Category,Subcategory", "2026-02-02,Email,Mailbox,Full"), "ivanti")
    assert by_category(found) == {"Email > Mailbox > Full": 1}


def test_ten_thousand_rows_are_said_to_be_cut_off_for_every_product() -> None:
    rows = [f"IT-{number},2026-02-02,A" for number in range(10_000)]
    found = counts(lines("Issue key,Created,Custom field (Request Category)", *rows), "jira")
    assert any("cut off" in notice for notice in found.notices)


# What isn't one of ours: columns to choose from.


def test_columns_of_a_file_no_preset_knows() -> None:
    data = lines("Desk export;;", "When;What;Who", f"02/02/2026;Software;{CALLER}")
    found = recognise(io.BytesIO(data), "x.csv", built_in_presets())
    assert (found.preset, found.columns) == (None, ("When", "What", "Who"))


def test_a_row_of_calls_is_never_taken_for_the_names() -> None:
    for data in (
        lines(f"INC1234,2026-02-02,{CALLER},Software", f"INC1235,2026-02-02,{CALLER},Software"),
        lines(f"{ADDRESS},{CALLER}", f"{ADDRESS},{CALLER}"),
        lines(f"Report by {CALLER}", "1,2,3", "2,3,4"),
    ):
        with pytest.raises(InvalidFiles) as caught:
            recognise(io.BytesIO(data), "x.csv", built_in_presets())
        assert "There is no row with the names of the columns." in str(caught.value)
        assert CALLER not in str(caught.value)


def test_guesses_for_columns() -> None:
    guessed = guessed_columns(("Ref", "Opened", "Caller", "Category", "Sub-Category", "Source"), built_in_presets())
    assert guessed["opened_at"] == "Opened"
    assert guessed["category"] == "Category"
    assert guessed["channel"] == "Source"
    assert "Caller" not in guessed.values()


def test_chosen_columns_are_read() -> None:
    chosen = {
        "opened_at": "When",
        "category": "What",
        "category level 2": "",
        "category level 3": "Detail",
        "number": "",
    }
    preset = chosen_columns(built_in_preset("servicenow"), chosen, separator="")
    data = lines("When,What,Detail,Who", f"2026-02-02,Software,Excel,{CALLER}")
    found = read_desk_file(io.BytesIO(data), "x.csv", preset, source="s", zone=LONDON, today=TODAY).decided()
    assert by_category(found) == {"Software > Excel": 1}


# OpenDocument sheets.


def test_an_open_document_with_dates_formulas_and_repeated_cells() -> None:
    rows = [
        ["Calls"],
        ["opened_at", "category", "n"],
        ["2026-02-02T09:30:00", "Software", "=1+1"],
        ["2026-02-08", "A & B", ""],
    ]
    found = counts(ods_bytes(rows), file="export.ods")
    assert by_category(found) == {"Software": 1, "A & B": 1}
    assert "the first is in C3" in found.notices[0]


def test_a_formula_in_our_own_format_is_refused_in_an_open_document_too() -> None:
    said = refusal(ods_bytes([["week", "category", "calls"], ["2026-W06", "A", "=1+1"]]), "generic-counts", "x.ods")
    assert "x.ods, line 2: Cell C2 holds a formula." in said


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (ods_bytes([["a"]], before='<!DOCTYPE x [<!ENTITY a "aaaa">]>'), "damaged or locked with a password"),
        (ods_bytes([["a"]])[:-30], "damaged or locked with a password"),
        (workbook_bytes([["a"]]), "a zip file but not a workbook"),
        (b"PK\x03\x04" + bytes(40), "damaged or locked with a password"),
    ],
)
def test_what_is_no_open_document_is_refused(data: bytes, said: str) -> None:
    assert said in refusal(data, file="export.ods")


def test_a_locked_open_document_is_refused() -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("content.xml", b"\x8a\x01\xfe not xml at all")
    assert "locked with a password" in refusal(stream.getvalue(), file="export.ods")


def test_rows_repeated_without_end_are_not_unrolled(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(open_document, "MOST_ROWS", 5)
    bomb = (
        '<table:table-row table:number-rows-repeated="99999999"><table:table-cell table:number-columns-repeated="99999999" '
        'office:value-type="string"><text:p>x</text:p></table:table-cell></table:table-row>'
    )
    assert "more than 5 rows" in refusal(ods_bytes([["opened_at", "category"]], after=bomb), file="export.ods")


def test_counts_are_the_same_in_csv_and_workbooks() -> None:
    rows = [["opened_at", "category"], ["2026-02-02 09:00", "Software"], ["2026-02-04 10:00", "Hardware"]]
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    found = [
        counts(text.getvalue().encode()).parts,
        counts(workbook_bytes(rows), file="x.xlsx").parts,
        counts(ods_bytes(rows), file="x.ods").parts,
    ]
    assert found[0] == found[1] == found[2]
    assert Counter(part.start for part in found[0]) == {dt.date(2026, 2, 2): 1}
