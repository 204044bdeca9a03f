"""``python -m portal.desk_calls.jobs.read_upload``: reads its standard input, a large upload, into a preview."""

import datetime as dt
import os
import time
from collections.abc import Callable
from typing import BinaryIO
from zoneinfo import ZoneInfo

import structlog

from portal.core.documents import InvalidFiles
from portal.core.errors import ShowhowError
from portal.desk_calls.clients.reader import Order, order_given
from portal.desk_calls.formats.desk_file import read_desk_file
from portal.desk_calls.formats.preset_yaml import preset_of
from portal.desk_calls.operations import previews as operations
from portal.desk_calls.rules.imports import ImportedCounts, PreviewGone
from portal.storage.database import Database

log = structlog.get_logger()
_SAID_EVERY_SECONDS = 1.0
_UNFORESEEN = "The file can’t be read. Export it again; if this stays so, send a smaller part of it."


def main() -> int:
    """Exit code: 0 read or refused with a reason, 1 stopped because the person cancelled."""
    order = order_given()
    database = Database(order.database_url)
    try:
        with os.fdopen(0, "rb", closefd=False) as stream:
            read(order, stream, database)
    except PreviewGone:
        return 1
    finally:
        database.close()
    return 0


def read(order: Order, stream: BinaryIO, database: Database) -> None:
    """Read the file and keep its counts, or why it can't be used. Raises PreviewGone when nobody waits any more."""
    preset = preset_of(order.preset.encode(), "preset")
    readings: tuple[ImportedCounts, ...] = ()
    problem = ""
    try:
        readings = read_desk_file(
            stream,
            order.file,
            preset,
            source=order.source,
            zone=ZoneInfo(order.zone),
            today=dt.date.fromisoformat(order.today),
            progress=_progress(order, database),
        ).readings
    except PreviewGone:
        raise
    except InvalidFiles as error:
        problem = "\n".join(str(one) for one in error.problems)
    except ShowhowError as error:
        problem = str(error)
    except Exception as error:  # noqa: BLE001 (a person waits: whatever happened, the page must say that it ended)
        log.error("reading failed", kind=type(error).__name__)
        problem = _UNFORESEEN
    with database.transaction() as session:
        operations.finish_reading(session, order.preview_id, readings, problem=problem, now=_now())


def _progress(order: Order, database: Database) -> Callable[[int], None]:
    said_at = 0.0

    def say(rows: int) -> None:
        nonlocal said_at
        if time.monotonic() - said_at < _SAID_EVERY_SECONDS:
            return
        said_at = time.monotonic()
        with database.transaction() as session:
            operations.note_progress(session, order.preview_id, rows=rows, now=_now())

    return say


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


if __name__ == "__main__":
    raise SystemExit(main())
