"""Nothing about a person reaches the database or the logs, whatever a file holds and whatever becomes of it."""

import dataclasses
import io
import logging
from collections.abc import Callable
from pathlib import Path

import pytest
import structlog
from click.testing import Result
from sqlalchemy import select

from portal.desk_calls.models import DeskCount
from portal.desk_calls.rules.imports import CallLabels
from portal.storage.database import Base, Database
from tests.desk_calls.test_views import preview_of, send
from tests.pages import PageClient

PLANTED = ("Planted Person", "planted@example.com", "Cannot open my payslip", "INC7654321", "+44 20 7946 0000")
TITLES = "number,opened_at,caller_id,email,short_description,phone,category,subcategory,close_notes"


def row(opened: str, category: str = "Software") -> str:
    person, email, subject, number, phone = PLANTED
    return f'{number},{opened},{person},{email},"{subject}, {person}",{phone},{category},{email},{subject}'


def planted(*rows: str) -> bytes:
    return ("\n".join((TITLES, *rows)) + "\n").encode()


FILES = {
    "good": planted(row("2026-02-02"), row("2026-02-09")),
    "skipped": planted(row("2026-02-02"), row(PLANTED[0]), row("2031-01-01"), row("2026-02-03", "x" * 130)),
    "ambiguous": planted(row("1/2/2026"), row("3/2/2026")),
    "refused": planted(row("14/2/2026"), row("2/14/2026")),
    "no such column": planted(row("2026-02-02")).replace(b"opened_at", b"begun"),
}


def found_in_tables(database: Database) -> list[str]:
    with database.session() as session:
        tables = [table for table in Base.metadata.sorted_tables if table.name.startswith(("desk_", "audit", "job"))]
        text = "\n".join(repr(tuple(line)) for table in tables for line in session.execute(select(table)))
    return [one for one in PLANTED if one.casefold() in text.casefold()]


@pytest.fixture
def logged(caplog: pytest.LogCaptureFixture) -> Callable[[], list[str]]:
    """What of the planted words any log line holds, at any level, from any library."""
    caplog.set_level(logging.DEBUG)
    lines: list[str] = []

    def keep(_logger: object, _method: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
        lines.append(repr(event))
        return event

    structlog.configure(processors=[keep, structlog.processors.KeyValueRenderer()])

    def found() -> list[str]:
        text = "\n".join([*lines, caplog.text])
        return [one for one in PLANTED if one.casefold() in text.casefold()]

    return found


@pytest.mark.parametrize("name", FILES)
def test_the_page_keeps_no_person(
    name: str, analyst: PageClient, database: Database, logged: Callable[[], list[str]]
) -> None:
    expect = 422 if name == "refused" else 303
    sent = send(analyst, FILES[name], expect=expect)
    if expect == 303:
        assert found_in_tables(database) == []
        preview = analyst.get(sent.response.headers["Location"], expect=303 if name == "no such column" else 200)
        if name == "no such column":
            assert preview.response.headers["Location"].endswith("/columns")
            preview = analyst.get(preview.response.headers["Location"])
            assert "caller_id" in preview.text
            assert not [one for one in PLANTED if one in preview.html]
            return
        values = {**preview.form(1), "dates": "day-first", "include_partial": "y"}
        analyst.post(sent.response.headers["Location"], values)
        assert not [one for one in PLANTED if one in preview.html]
    assert found_in_tables(database) == []
    assert logged() == []


@pytest.mark.parametrize("name", FILES)
def test_the_command_keeps_no_person(
    name: str,
    run_command: Callable[..., Result],
    database: Database,
    tmp_path: Path,
    logged: Callable[[], list[str]],
    small_council: None,
) -> None:
    file = tmp_path / "export.csv"
    file.write_bytes(FILES[name])
    said = run_command("desk-calls", "import", str(file), "--preset", "servicenow", "--dates", "day-first")
    assert found_in_tables(database) == []
    assert logged() == []
    assert not [one for one in PLANTED if one in said.output]


def test_the_search_for_planted_words_finds_them_where_they_are(analyst: PageClient, database: Database) -> None:
    data = planted(row("2026-02-02", "Planted Person"))
    preview_of(analyst, data)
    assert found_in_tables(database) == ["Planted Person"]
    assert io.BytesIO(data).read().count(b"Planted Person") == 3


#: All that may be known of a call. A longer list is a decision to make on purpose.
KEPT = {"category", "call_type", "closing_code", "channel", "directorate", "calls", "guide"}


def test_only_these_things_are_kept_of_a_call() -> None:
    names = {column.name for column in DeskCount.__table__.columns}
    assert names - {"id", "part_id"} <= KEPT
    assert {one.name for one in dataclasses.fields(CallLabels)} <= KEPT - {"calls"}
