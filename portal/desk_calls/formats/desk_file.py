"""A desk export as counts: opened, read row by row, added up. The only door from a file to ``ImportedCounts``."""

import datetime as dt
import hashlib
from dataclasses import dataclass
from typing import BinaryIO

from portal.desk_calls.formats.call_rows import CallRows, Tallied
from portal.desk_calls.formats.count_rows import CountRows
from portal.desk_calls.formats.file_problems import unusable
from portal.desk_calls.formats.preset_yaml import Preset, Rows
from portal.desk_calls.formats.table import Progress, Table
from portal.desk_calls.rules.imports import AmbiguousDates, CallsPart, DateOrder, DateReading, ImportedCounts

#: Several products cut an export off at this many rows without a word.
CUT_OFF = 10_000
_BLOCK = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class FileReading:
    """A file as counts. Two readings, day first and month first, where the file can't say which is right."""

    file: str
    readings: tuple[ImportedCounts, ...]

    def decided(self) -> ImportedCounts:
        """The counts. Raises AmbiguousDates, with both readings, when a person has to choose."""
        if len(self.readings) > 1:
            raise AmbiguousDates(self.file, [date_reading(counts) for counts in self.readings])
        return self.readings[0]


def read_desk_file(
    stream: BinaryIO,
    file: str,
    preset: Preset,
    *,
    source: str,
    zone: dt.tzinfo,
    today: dt.date,
    dates: DateOrder | None = None,
    progress: Progress | None = None,
) -> FileReading:
    """Read an export. ``today``: the day in the council's zone. ``progress``: told of every 20,000 rows.

    Raises:
        InvalidFiles: naming file, line, what is wrong and what to do. Nothing of such a file may be used.
    """
    digest = _digest(stream)
    table = Table(stream, file, preset, progress)
    if preset.rows is Rows.COUNTS:
        return FileReading(file=file, readings=(_from_counts(table, preset, source, today, digest),))
    rows = CallRows(table, preset, zone)
    if not rows.rows_read:
        raise unusable(
            file, table.header.line, "There is no row below the column names.", "Export it again with its rows."
        )
    orders = rows.orders(dates)
    if len(orders) > 1:
        # A reading that leaves nothing to count isn't one a person could choose.
        tallied = {order: rows.tallied(order, today) for order in orders}
        readable = {order: tally for order, tally in tallied.items() if tally.rows_kept} or tallied
    else:
        readable = {orders[0]: rows.tallied(orders[0], today)}
    notices = _notices(table, preset, rows.rows_read, rows.addresses)
    return FileReading(
        file=file,
        readings=tuple(
            _counts(
                preset, source, digest, order,
                rows_read=rows.rows_read, notices=notices, tally=tally,
            )
            for order, tally in readable.items()
        ),
    )  # fmt: skip


def date_reading(counts: ImportedCounts) -> DateReading:
    """The period that counts cover, as one of two readings. Counts without a call cover today's nothing."""
    first = counts.parts[0].start
    last = counts.parts[-1]
    return DateReading(
        order=counts.dates or DateOrder.DAY_FIRST,
        first=first + dt.timedelta(days=_first_day(counts.parts[0])),
        last=last.start + dt.timedelta(days=_last_day(last)),
        calls=counts.calls,
    )


def _from_counts(table: Table, preset: Preset, source: str, today: dt.date, digest: str) -> ImportedCounts:
    rows = CountRows(table, preset, today)
    if not rows.rows_read:
        raise unusable(
            table.file,
            table.header.line,
            "There is no row below the column names.",
            "Add a row for each week and category.",
        )
    tally = Tallied(
        parts=rows.parts(), rows_kept=rows.rows_kept, rows_repeated=0, skips=rows.skips, first_rows=rows.first_rows
    )
    notices = _notices(table, preset, rows.rows_read, rows.addresses)
    return _counts(preset, source, digest, None, rows_read=rows.rows_read, notices=notices, tally=tally)


def _counts(
    preset: Preset,
    source: str,
    digest: str,
    order: DateOrder | None,
    *,
    rows_read: int,
    notices: tuple[str, ...],
    tally: Tallied,
) -> ImportedCounts:
    return ImportedCounts(
        source=source,
        preset=preset.name,
        parts=tally.parts,
        dates=order,
        rows_read=rows_read,
        rows_kept=tally.rows_kept,
        rows_repeated=tally.rows_repeated,
        skipped=tally.skips.found(),
        notices=notices,
        first_rows=tally.first_rows,
        digest=digest,
    )


def _notices(table: Table, preset: Preset, rows_read: int, addresses: int) -> tuple[str, ...]:
    found = list(table.notices)
    if rows_read == CUT_OFF:
        found.append(
            f"The file has exactly {CUT_OFF:,} rows: the export was probably cut off. Export a shorter period."
        )
    if addresses:
        found.append(f"{addresses:,} cells held an e-mail address and were left out.")
    if not preset.labels_confirmed:
        found.append(
            "The column names of this preset are unconfirmed: compare the first rows with your desk's own list."
        )
    return tuple(found)


def _digest(stream: BinaryIO) -> str:
    stream.seek(0)
    digest = hashlib.sha256()
    while block := stream.read(_BLOCK):
        digest.update(block)
    return digest.hexdigest()


def _first_day(part: CallsPart) -> int:
    return next((number for number in range(7) if part.days >> number & 1), 0)


def _last_day(part: CallsPart) -> int:
    return max((number for number in range(7) if part.days >> number & 1), default=6)
