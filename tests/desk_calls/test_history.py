"""The import history, and undoing an import: the weeks are as they were, or it says why not."""

import datetime as dt
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.desk_calls.formats.preset_yaml import built_in_preset
from portal.desk_calls.models import DeskCount, DeskPart, DeskPreview, DeskReplaced
from portal.desk_calls.operations import history as operations
from portal.desk_calls.operations import imports as imports_operations
from portal.desk_calls.operations import previews as previews_operations
from portal.desk_calls.queries import history as queries
from portal.desk_calls.queries import imports as imports_queries
from portal.desk_calls.queries import previews as previews_queries
from portal.desk_calls.rules.history import CannotUndo, ImportWay, LeftReason, ReadingState, UnknownImport
from portal.desk_calls.rules.imports import CallLabels, CallsPart, LabelledCalls, PartFate, PreviewGone
from portal.storage.database import Database
from tests.desk_calls.files import csv_bytes, incident
from tests.desk_calls.test_operations import MONDAY, NOW, WEEK, counts, month, part, store, stored
from tests.desk_calls.test_views import preview_of
from tests.pages import Page, PageClient
from tests.people import DESK_ANALYST


def newest(session: Session) -> int:
    return queries.past_imports(session, most=1)[0].id


def everything(session: Session) -> list[tuple[object, ...]]:
    """All that is stored of calls, without the numbers of rows."""
    query = (
        select(DeskPart.source, DeskPart.start, DeskPart.days, DeskPart.counted, DeskPart.import_id,
               DeskCount.category, DeskCount.call_type, DeskCount.channel, DeskCount.calls)
        .outerjoin(DeskCount, DeskCount.part_id == DeskPart.id)
    )  # fmt: skip
    return sorted((tuple(row) for row in session.execute(query)), key=repr)


def undo(session: Session, import_id: int) -> tuple[int, int, list[LeftReason]]:
    done = operations.undo_import(session, import_id, account_id=3, now=NOW)
    return len(done.restored), len(done.removed), [one.reason for one in done.left]


def test_weeks_that_were_replaced_come_back_as_they_were(session: Session) -> None:
    store(session, part(0, 5), part(1, 6), part(2, 7, days=0b11), include_partial=True)
    before = everything(session)
    store(session, part(1, 60, category="Hardware"), part(2, 70), part(3, 80))
    assert undo(session, newest(session)) == (2, 1, [])
    assert everything(session) == before
    assert not session.scalar(select(func.count()).select_from(DeskReplaced))


def test_guides_named_come_back_with_an_undo(session: Session) -> None:
    def named(code: str | None, calls: int) -> CallsPart:
        labels = CallLabels(category="Software", guide=code)
        return CallsPart(start=MONDAY, counts=(LabelledCalls(labels=labels, calls=calls),))

    store(session, named("G-101", 5))
    store(session, named("G-102", 7))
    assert imports_queries.guides_named(session, since=MONDAY) == (("G-102", 7),)
    undo(session, newest(session))
    assert imports_queries.guides_named(session, since=MONDAY) == (("G-101", 5),)
    assert imports_queries.guides_named(session, since=MONDAY + WEEK) == ()
    assert store(session, named("G-101", 5)) == [PartFate.UNCHANGED]
    assert store(session, named(None, 5)) == [PartFate.REPLACED]


def test_an_undone_import_says_who_and_cannot_be_undone_again(session: Session) -> None:
    store(session, part(0, 5))
    number = newest(session)
    undo(session, number)
    past = queries.past_import(session, number)
    assert (past.undone_at, past.undone_by) == (NOW, 3)
    assert stored(session) == {}
    with pytest.raises(CannotUndo, match="it is undone already"):
        undo(session, number)
    with pytest.raises(UnknownImport):
        undo(session, 999)


def test_weeks_that_a_later_import_stored_again_stay_and_are_named(session: Session) -> None:
    store(session, part(0, 1), part(1, 1))
    store(session, part(0, 2), part(1, 2))
    second = newest(session)
    store(session, part(1, 3))
    third = newest(session)
    plan = queries.undo_plan(session, second, now=NOW).outcome
    assert [(one.start, one.reason) for one in plan.left] == [(MONDAY + WEEK, LeftReason.REPLACED_LATER)]
    assert undo(session, second) == (1, 0, [LeftReason.REPLACED_LATER])
    assert stored(session) == {("desk", MONDAY): (1, True), ("desk", MONDAY + WEEK): (3, True)}
    # Once the later one is undone, the rest of the earlier one can be, too.
    assert undo(session, third) == (1, 0, [])
    assert undo(session, second) == (1, 0, [])
    assert stored(session) == {("desk", MONDAY): (1, True), ("desk", MONDAY + WEEK): (1, True)}


def test_an_import_whose_weeks_were_all_stored_again_cannot_be_undone(session: Session) -> None:
    store(session, part(0, 1))
    first = newest(session)
    store(session, part(0, 2))
    with pytest.raises(CannotUndo, match="later imports stored all of its weeks again"):
        undo(session, first)
    assert stored(session) == {("desk", MONDAY): (2, True)}


def test_days_that_came_later_are_not_counted_twice(session: Session) -> None:
    store(session, part(0, 4, days=0b0001111))
    store(session, part(0, 5, days=0b1111100))
    second = newest(session)
    assert store(session, part(0, 2, days=0b0000011)) == [PartFate.NEW]
    with pytest.raises(CannotUndo):
        undo(session, second)
    assert stored(session) == {("desk", MONDAY): (7, True)}


def test_months_and_other_sources(session: Session) -> None:
    store(session, part(0, 9), source="other")
    store(session, month(1, 5))
    store(session, month(1, 6))
    assert undo(session, newest(session)) == (1, 0, [])
    assert stored(session) == {("desk", dt.date(2026, 1, 1)): (5, True), ("other", MONDAY): (9, True)}


def test_after_ninety_days_it_is_too_late(session: Session) -> None:
    store(session, part(0, 1))
    store(session, part(0, 2))
    later = NOW + dt.timedelta(days=90)
    operations.forget_replaced(session, now=later - dt.timedelta(seconds=1))
    assert session.scalar(select(func.count()).select_from(DeskReplaced)) == 1
    operations.forget_replaced(session, now=later)
    assert not session.scalar(select(func.count()).select_from(DeskReplaced))
    with pytest.raises(CannotUndo, match="more than 90 days old"):
        operations.undo_import(session, newest(session), account_id=None, now=later)
    assert stored(session) == {("desk", MONDAY): (2, True)}


def test_the_history_knows_the_way_and_the_reasons(session: Session) -> None:
    imports_operations.import_counts(session, counts(part(0, 5)), account_id=7, now=NOW, way=ImportWay.FEED)
    assert queries.past_imports(session, most=1)[0].way is ImportWay.FEED
    assert queries.count_imports(session) == 1


# On the page.

FIRST = csv_bytes(*(incident(number, f"2026-02-0{number}") for number in range(2, 9)), incident(9, "someday"))
SECOND = csv_bytes(*(incident(number, f"2026-02-0{number}", "Hardware") for number in range(2, 9)))


def newest_link(listed: Page) -> str:
    return next(link for text, link in listed.links.items() if text.startswith("Import ") and text[7:].isdigit())


def send_and_store(analyst: PageClient, data: bytes) -> None:
    address, preview = preview_of(analyst, data)
    analyst.post(address, preview.form(1))


def test_the_page_lists_imports_and_undoes_one(analyst: PageClient, database: Database) -> None:
    assert "Nothing was imported yet." in analyst.get("/desk/imports/").text
    send_and_store(analyst, FIRST)
    with database.session() as session:
        before = everything(session)
    send_and_store(analyst, SECOND)
    listed = analyst.get("/desk/imports/")
    assert DESK_ANALYST.name in listed.text
    address = newest_link(listed)
    one = analyst.get(address)
    assert "1 week or month goes back to what was stored before." in one.text
    assert "read as servicenow" in one.text
    assert "SHA-256" in one.text
    done = analyst.follow(address, one.form(1))
    assert "Undone: 1 restored, 0 taken out." in done.text
    assert "Undo this import" not in done.text
    with database.session() as session:
        assert everything(session) == before
    assert "Undone" in analyst.get("/desk/imports/").text
    analyst.post(address, one.form(1), expect=409)
    analyst.get("/desk/imports/999/", expect=404)


def test_skips_are_kept_with_their_reasons(analyst: PageClient) -> None:
    send_and_store(analyst, FIRST)
    listed = analyst.get("/desk/imports/")
    address = newest_link(listed)
    assert "1 skipped: the opening date can’t be read" in analyst.get(address).text


# By command.


def test_the_command_undoes(run_command: Callable[..., Result], tmp_path: Path, small_council: None) -> None:
    assert "Nothing was imported yet." in run_command("desk-calls", "history").output
    for data in (FIRST, SECOND):
        (tmp_path / "export.csv").write_bytes(data)
        run_command("desk-calls", "import", str(tmp_path / "export.csv"), "--preset", "servicenow")
    listed = json.loads(run_command("desk-calls", "history", "--json").output)
    assert [(one["new"], one["replaced"], one["way"]) for one in listed] == [(0, 1, "command"), (1, 0, "command")]
    number = str(listed[0]["id"])
    assert "Would undo: 1 week or month restored" in run_command("desk-calls", "undo", number, "--dry-run").output
    assert "Undone: 1 week or month restored, 0 taken out." in run_command("desk-calls", "undo", number).output
    refused = run_command("desk-calls", "undo", number)
    assert refused.exit_code == 1
    assert "it is undone already" in refused.output
    assert ", undone" in run_command("desk-calls", "history").output


@pytest.mark.outside_data
def test_the_real_incidents_twice_and_undone(
    run_command: Callable[..., Result], outside_data: Path, database: Database, small_council: None
) -> None:
    file = str(outside_data / "uci-incidents" / "incidents_one_row_each.csv")
    run_command("desk-calls", "import", file, "--preset", "servicenow")
    with database.session() as session:
        before, number = everything(session), newest(session)
    assert "Nothing changed" in run_command("desk-calls", "import", file, "--preset", "servicenow").output
    counted = run_command("desk-calls", "import", file, "--preset", "servicenow", "--include-partial")
    assert "1 replaced" in counted.output
    with database.session() as session:
        assert everything(session) != before
        changed = newest(session)
    run_command("desk-calls", "undo", str(changed))
    with database.session() as session:
        assert everything(session) == before
    run_command("desk-calls", "undo", str(number))
    with database.session() as session:
        assert everything(session) == []


# Files that wait.

SERVICENOW = built_in_preset("servicenow")


def keep(session: Session) -> str:
    return previews_operations.keep_preview(
        session, [counts(part(0, 5))], source="desk", preset=SERVICENOW, columns=("a", "b"), now=NOW
    )


def test_a_preview_waits_a_day(session: Session) -> None:
    preview_id = keep(session)
    waiting = previews_queries.preview(session, preview_id, now=NOW + dt.timedelta(hours=23))
    assert (waiting.readings, waiting.columns, waiting.preset) == ((counts(part(0, 5)),), ("a", "b"), SERVICENOW)
    with pytest.raises(PreviewGone):
        previews_queries.preview(session, preview_id, now=NOW + dt.timedelta(hours=24))
    previews_operations.forget_old_previews(session, now=NOW + dt.timedelta(hours=25))
    assert not session.scalar(select(func.count()).select_from(DeskPreview))


def test_a_dropped_preview_is_gone(session: Session) -> None:
    preview_id = keep(session)
    previews_operations.drop_preview(session, preview_id)
    previews_operations.drop_preview(session, preview_id)
    for gone in (
        lambda: previews_queries.preview(session, preview_id, now=NOW),
        lambda: previews_operations.note_progress(session, preview_id, rows=1, now=NOW),
        lambda: previews_operations.finish_reading(session, preview_id, [], now=NOW),
    ):
        with pytest.raises(PreviewGone):
            gone()


def test_a_reading_that_falls_silent_has_failed(session: Session) -> None:
    begun = previews_operations.begin_reading(session, source="desk", preset=SERVICENOW, columns=(), now=NOW)
    previews_operations.note_progress(session, begun, rows=40_000, now=NOW + dt.timedelta(minutes=1))
    soon = previews_queries.preview(session, begun, now=NOW + dt.timedelta(minutes=3))
    assert (soon.state, soon.rows_read) == (ReadingState.READING, 40_000)
    late = previews_queries.preview(session, begun, now=NOW + dt.timedelta(minutes=4))
    assert late.state is ReadingState.FAILED
    assert "Send the file again" in late.problem
