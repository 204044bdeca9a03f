"""Desk files in: every trap an export is known to set, and a clear refusal for what can't be read."""

import contextlib
import csv
import datetime as dt
import io
import zipfile
from collections import Counter
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.core.documents import InvalidFiles, Problems
from portal.core.errors import InvalidInput
from portal.desk_calls.formats import workbook
from portal.desk_calls.formats.counts_json import counts_from_json, counts_to_json
from portal.desk_calls.formats.desk_file import FileReading, read_desk_file
from portal.desk_calls.formats.preset_yaml import built_in_preset, built_in_presets, read_preset
from portal.desk_calls.rules.days import Granularity
from portal.desk_calls.rules.imports import (
    AmbiguousDates,
    CallLabels,
    DateOrder,
    ImportedCounts,
    SkipReason,
    UnknownPreset,
)
from tests.desk_calls.files import TITLES, csv_bytes, incident, workbook_bytes

LONDON = ZoneInfo("Europe/London")
TODAY = dt.date(2026, 3, 4)
MONDAY = dt.date(2026, 2, 2)


def reading(data: bytes, preset: str = "servicenow", file: str = "export.csv", **named: object) -> FileReading:
    values: dict[str, object] = {"source": "desk", "zone": LONDON, "today": TODAY, **named}
    return read_desk_file(io.BytesIO(data), file, built_in_preset(preset), **values)  # type: ignore[arg-type]


def counts(data: bytes, preset: str = "servicenow", file: str = "export.csv", **named: object) -> ImportedCounts:
    return reading(data, preset, file, **named).decided()


def refusal(data: bytes, preset: str = "servicenow", file: str = "export.csv", **named: object) -> str:
    with pytest.raises(InvalidInput) as caught:
        counts(data, preset, file, **named)
    return str(caught.value)


def by_category(found: ImportedCounts) -> dict[str, int]:
    total: Counter[str] = Counter()
    for part in found.parts:
        for count in part.counts:
            total[count.labels.category] += count.calls
    return dict(total)


def test_a_plain_export() -> None:
    found = counts(
        csv_bytes(incident(1, "2026-02-02 09:00"), incident(2, "2026-02-08 23:59"), incident(3, "2026-02-09"))
    )
    assert [(part.start, part.days, part.calls) for part in found.parts] == [
        (MONDAY, 127, 2),
        (dt.date(2026, 2, 9), 1, 1),
    ]
    assert found.parts[0].counts[0].labels == CallLabels(
        category="Software > Excel", channel="Phone", closing_code="Solved"
    )
    assert (found.rows_read, found.rows_kept, found.rows_skipped, found.dates) == (3, 3, 0, None)
    assert (found.first_rows[0].line, found.first_rows[0].opened) == (2, MONDAY)


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "windows-1252", "utf-16", "utf-16-le", "utf-16-be", "utf-32"]
)
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_encodings_and_delimiters(encoding: str, delimiter: str) -> None:
    text = csv_bytes(incident(1, "2026-02-02", "Café £"), end="\r\n").decode().replace(",", delimiter)
    assert by_category(counts(text.encode(encoding))) == {"Café £ > Excel": 1}


def test_a_mark_before_a_title_in_quotation_marks() -> None:
    data = '\ufeff"opened_at","category"\n"2026-02-02","A, B"\n'.encode()
    assert by_category(counts(data)) == {"A, B": 1}


def test_a_guessed_encoding_is_said() -> None:
    found = counts(csv_bytes(incident(1, "2026-02-02", "Café"), encoding="windows-1252"))
    assert found.notices == ("The file isn't UTF-8; it was read as windows-1252.",)


@pytest.mark.parametrize(
    "titles",
    [
        "Number,Opened,Category,Subcategory,Configuration item,Contact type,Close code",
        "NUMBER,Opened_At,CATEGORY,sub category,cmdb ci,Contact_Type,closed_code",
        "number,opened at, category ,subcategory,cmdb_ci,Channel,Resolution code",
    ],
)
def test_titles_in_any_dress(titles: str) -> None:
    found = counts(csv_bytes("I1,2026-02-02,Software,Excel,PC,Phone,Solved", titles=titles))
    assert found.parts[0].counts[0].labels == CallLabels(
        category="Software > Excel > PC", channel="Phone", closing_code="Solved"
    )


def test_titles_in_another_order_with_only_the_required_ones() -> None:
    assert by_category(counts(csv_bytes("Software,2026-02-02", titles="category,opened_at"))) == {"Software": 1}


def test_title_rows_above_the_titles_and_lines_that_span_lines() -> None:
    above = 'Incidents;;\n"Made 4 March, by ""System""\nfor all";;\n\n'
    data = above + 'opened_at;category;notes\n2026-02-02;A;"one\ntwo"\nbad;B;\n'
    found = counts(data.encode())
    assert by_category(found) == {"A": 1}
    assert found.first_rows[0].line == 6
    assert [(skip.reason, skip.lines) for skip in found.skipped] == [(SkipReason.UNREADABLE_DATE, (8,))]


def test_repeated_titles_give_the_first_that_says_something() -> None:
    found = counts(
        csv_bytes("2026-02-02,,Late,x", "2026-02-02,First,Late,x", titles="opened_at,category,category,watchers")
    )
    assert by_category(found) == {"Late": 1, "First": 1}


@pytest.mark.parametrize("missing", ["", "?", "NULL", "none", " None "])
def test_missing_words_and_missing_categories(missing: str) -> None:
    found = counts(csv_bytes(f"I1,2026-02-02,{missing},Excel,{missing},{missing},?"))
    assert found.parts[0].counts[0].labels == CallLabels(category="(none) > Excel")
    assert by_category(counts(csv_bytes(f"I1,2026-02-02,{missing},,,,"))) == {"(none)": 1}


def test_short_rows_and_empty_rows() -> None:
    found = counts(csv_bytes("I1,2026-02-02,Software", ",,,,,,", "", "I2"))
    assert (found.rows_read, found.rows_kept) == (2, 1)
    assert found.skipped[0].reason is SkipReason.NO_DATE


def test_an_event_log_counts_each_ticket_once_with_its_last_category() -> None:
    rows = [
        incident(7, "2026-02-02", "First guess"),
        incident(8, "2026-02-03"),
        incident(7, "2026-02-02", "In the end"),
    ]
    found = counts(csv_bytes(*rows, ",2026-02-02,No number,,,,", ",2026-02-02,No number,,,,"))
    assert by_category(found) == {"In the end > Excel": 1, "Software > Excel": 1, "No number": 2}
    assert (found.rows_read, found.rows_kept, found.rows_repeated) == (5, 4, 1)


def test_day_first_is_decided_by_the_whole_column() -> None:
    found = counts(csv_bytes(incident(1, "2/2/2026"), incident(2, "3/2/2026"), incident(3, "13/2/2026")))
    assert found.dates is DateOrder.DAY_FIRST
    assert [part.calls for part in found.parts] == [2, 1]


def test_month_first_is_decided_by_the_whole_column() -> None:
    found = counts(csv_bytes(incident(1, "2/3/2026"), incident(2, "2/13/2026")))
    assert found.dates is DateOrder.MONTH_FIRST
    assert [part.start for part in found.parts] == [MONDAY, dt.date(2026, 2, 9)]


def test_both_in_one_file_is_refused_with_both_lines() -> None:
    said = refusal(csv_bytes(incident(1, "2/2/2026"), incident(2, "2/13/2026"), incident(3, "14/2/2026")))
    assert "line 4: 14/2/2026" in said
    assert "line 3: 2/13/2026" in said


AMBIGUOUS = csv_bytes(incident(1, "2/1/2026"), incident(2, "3/2/2026"))


def test_dates_nothing_decides_are_refused_with_both_readings() -> None:
    with pytest.raises(AmbiguousDates) as caught:
        counts(AMBIGUOUS)
    assert "day-first: 2 calls from 2026-01-02 to 2026-02-03" in str(caught.value)
    assert "month-first: 2 calls from 2026-02-01 to 2026-03-02" in str(caught.value)
    assert "--dates" in str(caught.value)


def test_both_readings_are_there_to_choose_from() -> None:
    found = reading(AMBIGUOUS)
    assert [one.dates for one in found.readings] == [DateOrder.DAY_FIRST, DateOrder.MONTH_FIRST]
    assert counts(AMBIGUOUS, dates=DateOrder.MONTH_FIRST) == found.readings[1]


def test_a_choice_against_the_file_is_refused() -> None:
    said = refusal(csv_bytes(incident(1, "14/2/2026")), dates=DateOrder.MONTH_FIRST)
    assert "line 2: The date 14/2/2026 can't be month-first." in said


def test_dates_that_read_the_same_in_both_orders_are_not_ambiguous() -> None:
    assert counts(csv_bytes(incident(1, "2/2/2026"), incident(2, "2026-01-05"))).dates is None


def test_dates_in_the_future_before_2000_and_unreadable_ones_are_skipped_with_their_lines() -> None:
    rows = ["2026-02-02", "2026-03-05", "1999-12-31", "Jane Doe", "", "2026-03-04"]
    found = counts(csv_bytes(*(incident(number, text) for number, text in enumerate(rows))))
    assert {skip.reason: skip.lines for skip in found.skipped} == {
        SkipReason.FUTURE: (3,),
        SkipReason.TOO_OLD: (4,),
        SkipReason.UNREADABLE_DATE: (5,),
        SkipReason.NO_DATE: (6,),
    }
    assert found.rows_kept == 2
    assert "Jane" not in repr(found)


def test_only_the_first_ten_lines_are_listed() -> None:
    found = counts(csv_bytes(incident(1, "2026-02-02"), *(incident(number, "2027-01-01") for number in range(30))))
    assert (found.skipped[0].rows, found.skipped[0].lines) == (30, tuple(range(3, 13)))


def test_partial_weeks_are_decided_by_the_first_and_last_date_not_by_gaps() -> None:
    days = ["2026-02-05", "2026-02-09", "2026-02-13", "2026-02-16", "2026-02-22"]
    found = counts(csv_bytes(*(incident(number, day) for number, day in enumerate(days))))
    assert [(part.start, part.days) for part in found.parts] == [
        (MONDAY, 0b1111000),
        (dt.date(2026, 2, 9), 127),
        (dt.date(2026, 2, 16), 127),
    ]
    assert [part.start for part in found.partial] == [MONDAY]


def test_a_stray_date_does_not_make_the_years_between_look_covered() -> None:
    found = counts(csv_bytes(incident(1, "2016-02-02"), incident(2, "2026-02-11"), incident(3, "2026-02-17")))
    assert [(part.start, part.days) for part in found.parts] == [
        (dt.date(2016, 2, 1), 0b10),
        (dt.date(2026, 2, 9), 0b1111100),
        (dt.date(2026, 2, 16), 0b11),
    ]


def test_a_week_without_calls_between_others_is_there() -> None:
    found = counts(csv_bytes(incident(1, "2026-02-02"), incident(2, "2026-02-22")))
    assert [part.calls for part in found.parts] == [1, 0, 1]


def test_exactly_ten_thousand_rows_warn() -> None:
    rows = [f"I{number},2026-02-02,A" for number in range(10_000)]
    assert any("cut off" in notice for notice in counts(csv_bytes(*rows)).notices)
    assert counts(csv_bytes(*rows[:-1])).notices == ()


def test_an_address_in_a_kept_column_is_left_out_and_a_long_label_skipped() -> None:
    found = counts(csv_bytes("I1,2026-02-02,jane.doe@example.com,Excel", f"I2,2026-02-02,{'x' * 121}"))
    assert by_category(found) == {"(none) > Excel": 1}
    assert found.notices == ("1 cells held an e-mail address and were left out.",)
    assert found.skipped[0].reason is SkipReason.TOO_LONG


def test_control_characters_never_reach_a_label() -> None:
    assert by_category(counts(csv_bytes("I1,2026-02-02,So\x07ft\xa0 ware"))) == {"So ft ware": 1}


@pytest.mark.parametrize(
    ("data", "file", "said"),
    [
        (b"", "export.csv", "export.csv: The file is empty."),
        (b"\n\n  \n", "export.csv", "The file is empty."),
        (b"\x89PNG\r\n\x1a\n" + bytes(50), "photo.csv", "photo.csv: The file is a picture, not a table."),
        (b"PK\x03\x04" + bytes(50), "calls.csv", "The file is a workbook or zip file, not CSV. Give it its right name"),
        (b"\xd0\xcf\x11\xe0" + bytes(50), "calls.xlsx", "an old workbook (.xls) or one locked with a password"),
        (b"opened_at,category\n", "calls.xlsx", "named as a workbook but isn't one"),
        (b"opened_at,category\n2026-02-02,A\x00B\x01\n", "export.csv", "export.csv, line 2: The file holds NUL bytes"),
        (csv_bytes(), "export.csv", "export.csv, line 1: There is no row below the column names."),
        (b"PK\x03\x04" + bytes(50), "calls.xlsx", "The workbook can't be opened"),
    ],
)
def test_what_is_no_table_is_refused(data: bytes, file: str, said: str) -> None:
    assert said in refusal(data, file=file)


def test_a_missing_column_is_named_with_what_was_found() -> None:
    said = refusal(csv_bytes("I1,2026-02-02,A", titles="number,opened_on,category"))
    assert "export.csv, line 1: There is no column for “opened_at”." in said
    assert "Looked for opened_at or opened; found number, opened_on, category." in said
    assert "Is it “opened_on”?" in said


def test_a_file_of_something_else_names_every_missing_column() -> None:
    said = refusal(b"name;age\nJane;4\n")
    assert said.startswith("Found 2 problems. Nothing was loaded.")
    assert "found name, age" in said


def test_one_column_and_five_thousand_columns() -> None:
    assert "There is no column" in refusal(b"just words\nmore words\n")
    wide = ",".join(f"c{number}" for number in range(5_000))
    assert "The file has 5,000 columns" in refusal(csv_bytes("x", titles=wide))


def test_a_cell_that_never_ends() -> None:
    said = refusal(csv_bytes(incident(1, "2026-02-02"), f'I2,2026-02-02,"{"x" * 200_000}'))
    assert "A cell is longer than 131,072 characters" in said


def test_a_workbook() -> None:
    rows = [
        ["Incidents of February"],
        ["Number", "Opened", "Category", "Subcategory"],
        ["I1", dt.datetime(2026, 2, 2, 9, 30), "Software", 365],  # noqa: DTZ001 (as workbooks hold it)
        [],
        ["I2", dt.date(2026, 2, 8), "Software", None],
    ]
    found = counts(workbook_bytes(rows), file="export.xlsx")
    assert by_category(found) == {"Software > 365": 1, "Software": 1}
    assert [row.line for row in found.first_rows] == [3, 5]


def test_formulas_are_values_with_a_notice_in_exports_and_refused_in_our_own_format() -> None:
    exported = workbook_bytes([["opened_at", "category", "x"], ["2026-02-02", "A", "=1+1"]])
    assert "the first is in C2" in counts(exported, file="export.xlsx").notices[0]
    ours = workbook_bytes([["week", "category", "calls"], ["2026-02-02", "A", 1], ["2026-02-09", "A", "=B2*2"]])
    said = refusal(ours, "generic-counts", "counts.xlsx")
    assert "counts.xlsx, line 3: Cell C3 holds a formula." in said


def test_a_long_workbook_goes_to_csv(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "MOST_ROWS", 3)
    rows = [["opened_at", "category"], *([["2026-02-02", "A"]] * 3)]
    assert "Save it as CSV" in refusal(workbook_bytes(rows), file="export.xlsx")


def test_a_workbook_bomb_is_not_opened() -> None:
    stream = io.BytesIO(workbook_bytes([["opened_at", "category"]]))
    with zipfile.ZipFile(stream, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet2.xml", b" " * (30 * 1024 * 1024))
    assert "unpacks to 30 MB" in refusal(stream.getvalue(), file="export.xlsx")


def test_a_zip_that_is_no_workbook() -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("notes.txt", "hello")
    assert "a zip file but not a workbook" in refusal(stream.getvalue(), file="export.xlsx")


GENERIC = "week,category,calls,call_type,closure_code,channel,directorate"


def test_generic_counts() -> None:
    rows = [
        "2026-02-02,Software > Excel,12,Query,Solved,Phone,Housing",
        "2026-W06,Software>Excel,3,Query,Solved,Phone,Housing",
    ]
    found = counts(csv_bytes(*rows, "2026-01,Other,7", titles=GENERIC), "generic-counts")
    assert [(part.start, part.granularity, part.calls) for part in found.parts] == [
        (dt.date(2026, 1, 1), Granularity.MONTH, 7),
        (MONDAY, Granularity.WEEK, 15),
    ]
    assert found.parts[1].counts[0].labels == CallLabels(
        category="Software > Excel", call_type="Query", closing_code="Solved", channel="Phone", directorate="Housing"
    )


def test_generic_counts_take_a_month_column_and_skip_what_is_to_come() -> None:
    found = counts(
        csv_bytes("2026-01,A,7", "2026-03,A,1", "2026-05,A,2", "1999-05,A,2", titles="month,category,calls"),
        "generic-counts",
    )
    assert {skip.reason: skip.lines for skip in found.skipped} == {
        SkipReason.UNFINISHED_MONTH: (3,),
        SkipReason.FUTURE: (4,),
        SkipReason.TOO_OLD: (5,),
    }
    assert found.calls == 7


def test_the_week_that_is_not_over_covers_its_days_so_far() -> None:
    found = counts(csv_bytes("2026-03-02,A,7", titles="week,category,calls"), "generic-counts")
    assert found.parts[0].days == 0b111


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("2026-02-02,A,-1", "line 2: “calls” is “-1”, not a whole number."),
        ("2026-02-02,A,1.5", "“calls” is “1.5”"),
        ("2026-02-02,A,", "“calls” is missing"),
        ("2026-02-02,A,²", "“calls” is “²”"),
        ("2026-02-04,A,1", "line 2: 2026-02-04 isn't a Monday. That week's Monday is 2026-02-02."),
        ("2026-W60,A,1", "The week “2026-W60” can't be read."),
        ("02/02/2026,A,1", "Write its Monday (2026-02-02), the week (2026-W06) or a month (2026-02)."),
        (",A,1", "The week missing can't be read."),
    ],
)
def test_mistakes_in_generic_counts_are_refused_with_their_line(row: str, said: str) -> None:
    assert said in refusal(csv_bytes(row, titles="week,category,calls"), "generic-counts")


def test_all_mistakes_are_listed_up_to_fifty() -> None:
    said = refusal(csv_bytes(*["x,A,x"] * 40, titles="week,category,calls"), "generic-counts")
    assert said.startswith("Found 50 problems.")


def test_presets_come_ready() -> None:
    assert {preset.name for preset in built_in_presets()} >= {"generic-counts", "servicenow"}
    with pytest.raises(UnknownPreset, match="generic-counts, glpi, haloitsm"):
        built_in_preset("servicenau")


def test_only_the_opening_date_and_the_category_are_required() -> None:
    required = {column.role for column in built_in_preset("servicenow").wanted if column.required}
    assert required == {"opened_at", "category"}
    names = {name for column in built_in_preset("servicenow").wanted for name in column.names}
    assert not any("updated" in name or "resolved_at" in name for name in names)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("opend_at: [opened]", "desk.yaml, line 8: The key “opend_at” isn't known. Did you mean “opened_at”?"),
        ("rows: events", "“rows” can't be “events”"),
        ("delimiter: x", "The delimiter can't be “x”"),
        ("name: Big Desk", "has a character it can't have"),
        ("week: [week]", "“week” has no use where rows are calls"),
        ("opened_at: []", "“opened_at” names no column"),
        ("category_path: []", "The path has no level"),
    ],
)
def test_mistakes_in_a_preset(change: str, said: str) -> None:
    lines = {
        "name": "name: desk",
        "title": "title: Desk",
        "how": "how: Export it",
        "rows": "rows: calls",
        "labels_confirmed": "labels_confirmed: false",
        "opened_at": "opened_at: [opened]",
        "category_path": "category_path: [{names: [category]}]",
    }
    lines[change.split(":")[0]] = change
    problems = Problems()
    read_preset("\n".join(lines.values()).encode(), "desk.yaml", problems)
    assert any(said in str(problem) for problem in problems), [str(problem) for problem in problems]


def test_an_unconfirmed_preset_says_so() -> None:
    problems = Problems()
    data = (
        b"name: d\ntitle: D\nhow: x\nrows: calls\nlabels_confirmed: false\n"
        b"opened_at: [o]\ncategory_path: [{names: [c]}]\n"
    )
    preset = read_preset(data, "d.yaml", problems)
    assert preset is not None
    assert not list(problems)
    found = read_desk_file(io.BytesIO(b"o,c\n2026-02-02,A\n"), "x.csv", preset, source="s", zone=LONDON, today=TODAY)
    assert "unconfirmed" in found.decided().notices[0]


def test_counts_wait_as_json_and_come_back_the_same() -> None:
    found = reading(csv_bytes(incident(1, "2/1/2026"), incident(2, "1/2/2026", "£ > é"), incident(3, "")))
    assert counts_from_json(counts_to_json(found.readings)) == found.readings


@pytest.mark.parametrize(
    ("notes", "code"),
    [
        ("Sent her guide G-101, solved", "G-101"),
        ("see g-12345.", "G-12345"),
        ("G-101 and G-102", "G-101"),
        ("(G-142)", "G-142"),
        ("G-12, XG-101, G-1234567, G-101-7", None),
        ("", None),
    ],
)
def test_of_closing_notes_only_the_code_of_a_guide_is_kept(notes: str, code: str | None) -> None:
    found = counts(csv_bytes(f'I1,2026-02-02,A,"{notes}"', titles="number,opened_at,category,close_notes"))
    assert found.parts[0].counts[0].labels == CallLabels(category="A", guide=code)
    assert counts_from_json(counts_to_json([found])) == (found,)
    assert "solved" not in repr(found)


CELLS = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=12)


@settings(max_examples=60)
@given(st.lists(st.tuples(st.dates(dt.date(2000, 1, 3), TODAY), CELLS, CELLS), min_size=1, max_size=40))
def test_no_row_is_ever_lost(rows: list[tuple[dt.date, str, str]]) -> None:
    stream = io.StringIO(newline="")
    writer = csv.writer(stream)
    writer.writerow(["opened_at", "category", "subcategory"])
    for day, category, sub in rows:
        writer.writerow([day.isoformat(), category, sub])
    found = counts(stream.getvalue().encode())
    assert found.rows_read == found.rows_kept + found.rows_skipped + found.rows_repeated == len(rows)
    assert found.calls == found.rows_kept
    starts = [part.start for part in found.parts]
    assert starts == sorted(set(starts))
    assert all(start.weekday() == 0 for start in starts)
    assert counts_from_json(counts_to_json([found])) == (found,)


@settings(max_examples=100)
@given(st.binary(max_size=400), st.sampled_from(["export.csv", "export.xlsx"]))
def test_any_bytes_are_read_or_refused(data: bytes, file: str) -> None:
    with contextlib.suppress(InvalidFiles):
        reading(data, file=file)


@pytest.mark.outside_data
def test_real_incidents_give_the_counts_that_were_counted_by_hand(outside_data: Path) -> None:
    folder = outside_data / "uci-incidents"
    with (folder / "incidents_one_row_each.csv").open("rb") as file:
        found = read_desk_file(
            file, "incidents.csv", built_in_preset("servicenow"), source="servicenow", zone=LONDON, today=TODAY
        ).decided()
    assert (found.rows_read, found.rows_kept, found.skipped) == (20_769, 20_769, ())
    assert found.dates is DateOrder.DAY_FIRST
    whole = [part for part in found.parts if part.whole]
    assert [part.start for part in whole] == [dt.date(2016, 2, 29) + week * dt.timedelta(days=7) for week in range(10)]
    assert [part.start for part in found.partial] == [dt.date(2016, 5, 9)]
    ours: Counter[tuple[str, str]] = Counter()
    for part in whole:
        for count in part.counts:
            ours[part.start.isoformat(), count.labels.category.split(" > ")[0]] += count.calls
    with (folder / "weekly_counts_by_category.csv").open(encoding="utf-8", newline="") as file:
        theirs = {
            (row["week_starting"], row["category"].replace("?", "(none)")): int(row["incidents"])
            for row in csv.DictReader(file)
            if row["week_starting"] != "2016-05-09"
        }
    assert ours == theirs


def test_titles_used_by_the_tests_are_those_of_the_preset() -> None:
    names = {name for column in built_in_preset("servicenow").wanted for name in column.names}
    assert set(TITLES.split(",")) <= names
