"""Large files are read beside the server, in bounded memory, with their progress shown."""

import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import Result

from portal.desk_calls.clients import reader
from portal.desk_calls.formats.preset_yaml import built_in_preset
from portal.desk_calls.operations import previews as operations
from portal.desk_calls.queries import previews as queries
from portal.desk_calls.rules.history import ReadingState
from portal.storage.database import Database
from tests.conftest import START, Clock
from tests.desk_calls.files import csv_bytes, incident
from tests.desk_calls.test_privacy import PLANTED, TITLES, found_in_tables, row
from tests.desk_calls.test_views import periods, preview_of, send
from tests.pages import PageClient

ROWS = 12_000
SECONDS = 90


def large(*more: str) -> bytes:
    """Long enough for the server to keep it in a file of its own, as it does with any large upload."""
    rows = [incident(number, f"2026-02-{2 + number % 7:02}", f"Category {number % 9}") for number in range(ROWS)]
    return csv_bytes(*rows, *more)


@pytest.fixture(autouse=True)
def everything_is_large(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr("portal.desk_calls.views.imports.LARGE_FILE", 100)
    yield
    reader.wait_for_readings(SECONDS)


def test_a_large_file_is_read_shown_and_stored(analyst: PageClient, database: Database) -> None:
    sent = send(analyst, large())
    address = sent.response.headers["Location"]
    reader.wait_for_readings(SECONDS)
    preview = analyst.get(address)
    assert f"{ROWS:,} read, {ROWS:,} kept, 0 skipped" in preview.text
    assert "Opening date opened_at" in preview.text
    analyst.post(address, preview.form(1))
    assert periods(database) == [("servicenow", ROWS, True)]


def test_progress_is_shown_while_it_is_read(analyst: PageClient, database: Database) -> None:
    with database.transaction() as session:
        begun = operations.begin_reading(
            session, source="desk", preset=built_in_preset("servicenow"), columns=(), now=START
        )
        operations.note_progress(session, begun, rows=240_000, now=START)
    page = analyst.get(f"/desk/import/{begun}/")
    assert page.h1 == "Reading the file"
    assert "240,000 rows read so far" in page.text
    assert page.links["Look again"] == f"/desk/import/{begun}/"
    assert "Cancelled. Nothing was stored." in analyst.follow(f"/desk/import/{begun}/cancel", page.form(1)).text


def test_what_is_wrong_with_a_large_file_is_said(analyst: PageClient, database: Database) -> None:
    sent = send(analyst, large(incident(1, "14/2/2026"), incident(2, "2/14/2026")))
    reader.wait_for_readings(SECONDS)
    page = analyst.get(sent.response.headers["Location"])
    assert page.h1 == "The file can’t be used"
    assert "Some dates are day first" in page.text
    assert periods(database) == []


def test_a_reading_that_is_killed_leaves_nothing_and_says_so(
    analyst: PageClient, database: Database, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reader, "PROGRAM", "this.module.is.not.there")
    sent = send(analyst, large())
    reader.wait_for_readings(SECONDS)
    address = sent.response.headers["Location"]
    assert analyst.get(address).h1 == "Reading the file"
    clock.forward(minutes=4)
    assert "The reading stopped before its end. Send the file again." in analyst.get(address).text
    assert periods(database) == []
    assert analyst.get("/desk/import/").status == 200


def test_a_cancelled_reading_stores_nothing(analyst: PageClient, database: Database) -> None:
    sent = send(analyst, large())
    address = sent.response.headers["Location"]
    form = analyst.get("/desk/import/").form(1)
    analyst.post(f"{address}cancel", form)
    reader.wait_for_readings(SECONDS)
    analyst.get(address, expect=404)


def test_a_large_file_leaves_no_word_about_a_person(analyst: PageClient, database: Database) -> None:
    rows = [row(f"2026-02-{2 + number % 7:02}") for number in range(6_000)]
    sent = send(analyst, "\n".join((TITLES, *rows, "")).encode())
    assert found_in_tables(database) == []
    reader.wait_for_readings(SECONDS)
    assert found_in_tables(database) == []
    page = analyst.get(sent.response.headers["Location"])
    assert not [word for word in PLANTED if word in page.html]


def test_no_upload_stays_on_the_disk(analyst: PageClient, shared_instance: Path) -> None:
    send(analyst, large())
    reader.wait_for_readings(SECONDS)
    kept = [path for path in shared_instance.rglob("*") if path.is_file() and b"INC0000001" in path.read_bytes()]
    assert kept == []


def test_a_reader_that_dies_takes_nobody_along(analyst: PageClient, database: Database) -> None:
    sent = send(analyst, large())
    for process in reader.readings_at_work():
        os.kill(process, signal.SIGKILL)
    reader.wait_for_readings(SECONDS)
    assert analyst.get(sent.response.headers["Location"]).status == 200
    with database.session() as session:
        waiting = queries.preview(session, sent.response.headers["Location"].split("/")[-2], now=START)
    assert waiting.state in (ReadingState.READING, ReadingState.READY)


def test_the_command_tells_how_far_it_is(
    run_command: Callable[..., Result], tmp_path: Path, small_council: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("portal.desk_calls.commands.imports._SAID_EVERY", 5_000)
    monkeypatch.setattr("portal.desk_calls.formats.table.PROGRESS_EVERY", 5_000)
    (tmp_path / "large.csv").write_bytes(large())
    done = run_command("desk-calls", "import", str(tmp_path / "large.csv"), "--json")
    assert done.stderr.splitlines() == ["5,000 rows read", "10,000 rows read"]
    assert '"read": 12000' in done.stdout


def test_a_small_file_is_read_at_once(analyst: PageClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("portal.desk_calls.views.imports.LARGE_FILE", 20 * 1024 * 1024)
    _, preview = preview_of(analyst, large())
    assert f"{ROWS:,} read" in preview.text
