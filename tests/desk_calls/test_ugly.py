"""Ugly input by the page, the command and the JSON interface: a clear refusal, nothing stored, the server alive."""

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import func, select

from portal.desk_calls.models import DeskCount, DeskImport, DeskPart, DeskPreview
from portal.storage.database import Database
from tests.desk_calls.exports import EXPORTS, ods_bytes
from tests.desk_calls.files import csv_bytes, incident, workbook_bytes
from tests.desk_calls.test_privacy import found_in_tables, logged  # noqa: F401 (a fixture)
from tests.desk_calls.test_views import preview_of, send
from tests.pages import PageClient

ZIP = zipfile.ZIP_DEFLATED


def bomb() -> bytes:
    stream = io.BytesIO(workbook_bytes([["opened_at", "category"]]))
    with zipfile.ZipFile(stream, "a", ZIP) as archive:
        archive.writestr("xl/worksheets/sheet2.xml", b" " * (30 * 1024 * 1024))
    return stream.getvalue()


def ods_bomb() -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", ZIP) as archive:
        archive.writestr("content.xml", b" " * (30 * 1024 * 1024))
    return stream.getvalue()


WIDE = ",".join(f"column {number}" for number in range(5_000))
UGLY: dict[str, tuple[str, bytes, str]] = {
    "empty": ("export.csv", b"", "The file is empty."),
    "only lines": ("export.csv", b"\n\n\n", "The file is empty."),
    "one column": ("export.csv", b"just words\nmore words\n", "There is no row with the names of the columns."),
    "photo named .csv": ("export.csv", b"\xff\xd8\xff\xe0\x00\x10JFIF" + bytes(range(256)) * 40, "The file is a picture"),
    "5,000 columns": ("export.csv", f"{WIDE}\n{WIDE}\n".encode(), "The file has 5,000 columns"),
    "2 MB cell": ("export.csv", csv_bytes(incident(1, "2026-02-02"), f'I2,2026-02-03,"{"x" * 2_000_000}"'), "A cell is longer than"),
    "nulls": ("export.csv", b"opened_at,category\n2026-02-02,A\x00B\x01\x00\x02\n" * 30, "The file holds NUL bytes"),
    "workbook bomb": ("export.xlsx", bomb(), "more than is safe to open"),
    "sheet bomb": ("export.ods", ods_bomb(), "more than is safe to open"),
    "entities": ("export.ods", ods_bytes([["a"]], before='<!DOCTYPE a [<!ENTITY b "bb">]>'), "damaged or locked"),
    "locked workbook": ("export.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(4_000), "locked with a password"),
    "torn workbook": ("export.xlsx", workbook_bytes([["a", "b"]] * 90)[:-300], "damaged or locked"),
    "formula in our own format": ("counts.xlsx", workbook_bytes([["week", "category", "calls"], ["2026-W06", "A", "=1+1"]]), "holds a formula"),
    "no names of columns": ("export.csv", b"1,2,3\n4,5,6\n", "There is no row with the names of the columns."),
}  # fmt: skip


def stored(database: Database) -> int:
    with database.session() as session:
        return sum(
            session.scalar(select(func.count()).select_from(table)) or 0
            for table in (DeskImport, DeskPart, DeskCount, DeskPreview)
        )


@pytest.mark.parametrize("name", UGLY)
def test_the_page_refuses_and_lives(name: str, analyst: PageClient, database: Database) -> None:
    file, data, said = UGLY[name]
    refused = send(analyst, data, file, preset="", expect=422)
    assert said in refused.text
    assert stored(database) == 0
    assert analyst.get("/desk/import/").status == 200


@pytest.mark.parametrize("name", UGLY)
def test_the_command_refuses(
    name: str, run_command: Callable[..., Result], tmp_path: Path, database: Database, small_council: None
) -> None:
    file, data, said = UGLY[name]
    (tmp_path / file).write_bytes(data)
    refused = run_command("desk-calls", "import", str(tmp_path / file))
    assert refused.exit_code == 1
    assert said in refused.output
    assert stored(database) == 0


@pytest.mark.parametrize("name", UGLY)
def test_the_json_interface_refuses(name: str, analyst: PageClient, database: Database) -> None:
    file, data, said = UGLY[name]
    token = analyst.get("/desk/import/").form(1)["csrf_token"]
    answer = analyst.client.post(
        "/api/desk/imports", data={"file": (io.BytesIO(data), file)}, headers={"X-CSRFToken": token}
    )
    answer.request.environ["wsgi.input"].close()
    assert answer.status_code == 422
    assert said in answer.get_json()["error"]
    assert stored(database) == 0


def test_formulas_in_an_export_never_run_and_never_reach_a_spreadsheet(analyst: PageClient) -> None:
    """Values of formulas are read; a label that looks like one is neutralised when it leaves."""
    rows = [incident(number, f"2026-02-0{number}", "=cmd|'/c calc'!A1", "@SUM(A1)") for number in range(2, 9)]
    address, preview = preview_of(analyst, csv_bytes(*rows))
    assert "7 read, 7 kept" in preview.text
    analyst.post(address, preview.form(1))


@pytest.mark.parametrize("name", EXPORTS)
def test_no_products_file_leaves_a_word_about_a_person(
    name: str,
    app: Flask,
    analyst: PageClient,
    run_command: Callable[..., Result],
    database: Database,
    tmp_path: Path,
    logged: Callable[[], list[str]],  # noqa: F811
) -> None:
    """By the page (stored), the command and the JSON interface: neither the tables nor any log line."""
    export = EXPORTS[name]
    address, preview = preview_of(analyst, export.data, export.file, preset="")
    assert found_in_tables(database) == []
    analyst.post(address, {**preview.form(1), "include_partial": "y"})
    (tmp_path / export.file).write_bytes(export.data)
    said = run_command("desk-calls", "import", str(tmp_path / export.file), "--source", "again")
    assert said.exit_code == 0, said.output
    token = analyst.get("/desk/import/").form(1)["csrf_token"]
    answer = analyst.client.post(
        "/api/desk/imports",
        data={"file": (io.BytesIO(export.data), export.file), "source": "third"},
        headers={"X-CSRFToken": token},
    )
    answer.request.environ["wsgi.input"].close()
    assert answer.status_code == 200
    assert stored(database) > 0
    assert found_in_tables(database) == []
    assert logged() == []
    for text in (said.output, answer.get_data(as_text=True), analyst.get("/desk/imports/").html, preview.html):
        assert "Planted Person" not in text
