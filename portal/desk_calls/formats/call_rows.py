"""Files with one row a call, or one row an event of a call, made into counts a week.

A row becomes three small numbers as soon as it is read: which date, which labels, and a hash of the ticket number.
A million rows so take 16 MB, and nothing else of them is ever kept.
"""

import datetime as dt
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from portal.core.periods import WEEK, monday_of
from portal.desk_calls.formats.dates import Opened, OpenedReader, showable
from portal.desk_calls.formats.file_problems import unusable
from portal.desk_calls.formats.labels import LabelReader
from portal.desk_calls.formats.preset_yaml import Preset
from portal.desk_calls.formats.skips import LINES_SHOWN, Skips
from portal.desk_calls.formats.table import Row, Table
from portal.desk_calls.rules.days import days_mask
from portal.desk_calls.rules.imports import CallsPart, DateOrder, FirstRow, LabelledCalls, SkipReason

#: Dates further apart than this aren't one export: a stray date must not make the years between look covered.
LONGEST_GAP = dt.timedelta(days=28)
OLDEST = dt.date(2000, 1, 1)
_FIRST_ROWS = 5
_ALL_BITS = (1 << 64) - 1
Numbers = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tallied:
    """What one order of day and month makes of the rows."""

    parts: tuple[CallsPart, ...]
    rows_kept: int
    rows_repeated: int
    skips: Skips
    first_rows: tuple[FirstRow, ...]


class CallRows:
    """The rows of a file, read and made small."""

    def __init__(self, table: Table, preset: Preset, zone: dt.tzinfo) -> None:
        self.rows_read = 0
        self.skips = Skips()
        self._file = table.file
        self._date_lines: list[list[int]] = []
        self._deciding: dict[DateOrder, tuple[int, str]] = {}
        self._row_dates = array("i")
        self._row_labels = array("i")
        self._row_tickets = array("Q")
        self._row_lines = array("i")
        self._opened = OpenedReader(zone)
        self._opened_at = table.header.positions["opened_at"][0]
        self._labels = LabelReader(preset, table.header)
        for row in table.rows():
            self.rows_read += 1
            self._take(row)
        self.addresses = self._labels.addresses

    def orders(self, chosen: DateOrder | None) -> tuple[DateOrder | None, ...]:
        """The orders of day and month the dates allow: two where nothing decides, None alone where it doesn't matter.

        Raises InvalidFiles when some dates need the one order and some the other, or need what wasn't chosen.
        """
        if len(self._deciding) == 2:
            (first, shown), (second, other) = (self._deciding[order] for order in DateOrder)
            raise unusable(
                self._file, max(first, second),
                f"Some dates are day first (line {first}: {shown}), others month first (line {second}: {other}).",
                "Export the file again with one form of date, best 2026-03-14.",
            )  # fmt: skip
        if self._deciding:
            (order, (line, shown)) = next(iter(self._deciding.items()))
            if chosen not in (None, order):
                raise unusable(
                    self._file, line, f"The date {shown} can't be {chosen}.", f"Choose {order}, which this file needs."
                )
            return (order,)
        if all(opened.day_first == opened.month_first for opened in self._dates):
            return (None,)
        return (chosen,) if chosen is not None else tuple(DateOrder)

    def tallied(self, order: DateOrder | None, today: dt.date) -> Tallied:
        """The counts a week when the dates are read in this order (None: they read the same in both)."""
        days = [opened.read_as(order or DateOrder.DAY_FIRST) for opened in self._dates]
        skips = self.skips.copy()
        row_dates = np.frombuffer(self._row_dates, dtype=np.int32) if self._row_dates else np.empty(0, dtype=np.int32)
        row_counts = np.bincount(row_dates, minlength=len(days))
        usable = np.zeros(len(days), dtype=bool)
        for number, day in enumerate(days):
            reason = _reason(day, today)
            usable[number] = reason is None
            if reason is not None:
                skips.add_many(reason, int(row_counts[number]), self._date_lines[number])
        ordinals: Numbers = np.array([0 if day is None else day.toordinal() for day in days], dtype=np.int64)
        chosen = self._one_a_ticket(
            np.flatnonzero(usable[row_dates]) if len(row_dates) else np.empty(0, dtype=np.int64)
        )
        kept_days = ordinals[row_dates[chosen]]
        labels = np.frombuffer(self._row_labels, dtype=np.int32)[chosen] if len(chosen) else np.empty(0, dtype=np.int32)
        return Tallied(
            parts=tuple(self._parts(kept_days, labels)),
            rows_kept=len(chosen),
            rows_repeated=int(usable[row_dates].sum()) - len(chosen) if len(row_dates) else 0,
            skips=skips,
            first_rows=self._first_rows(chosen, kept_days),
        )

    @property
    def _dates(self) -> Sequence[Opened]:
        """The dates of rows that were taken; what comes after them stood in rows that were skipped."""
        return self._opened.distinct[: len(self._date_lines)]

    def _take(self, row: Row) -> None:
        cells = row.cells
        # Most dates were read before: then the cell needs no tidying either.
        number = self._opened.known(cells[self._opened_at]) if self._opened_at < len(cells) else None
        if number is None:
            text = row.cell("opened_at")
            if text is None:
                self.skips.add(SkipReason.NO_DATE, row.line)
                return
            number = self._opened.number(text)
            if number is None:
                self.skips.add(SkipReason.UNREADABLE_DATE, row.line)
                return
        labels = self._labels.number(row)
        if labels is None:
            self.skips.add(SkipReason.TOO_LONG, row.line)
            return
        if number >= len(self._date_lines):
            self._new_date(row, number)
        lines = self._date_lines[number]
        if len(lines) < LINES_SHOWN:
            lines.append(row.line)
        self._row_dates.append(number)
        self._row_labels.append(labels)
        self._row_tickets.append(_ticket_hash(row.cell("number")))
        if len(self._row_lines) < _FIRST_ROWS * 20:
            self._row_lines.append(row.line)

    def _new_date(self, row: Row, number: int) -> None:
        """Make room for the lines of a date, and note if it is the first that decides the order of day and month."""
        self._date_lines.extend([] for _ in range(number + 1 - len(self._date_lines)))
        decides = self._opened.distinct[number].decides
        if decides is not None and decides not in self._deciding:
            self._deciding[decides] = (row.line, showable(row.cell("opened_at") or "") or "a date")

    def _one_a_ticket(self, rows: Numbers) -> Numbers:
        """The last row of each ticket (a ticket's last event has its final category), in the order of the file."""
        if not len(rows):
            return rows
        tickets = np.frombuffer(self._row_tickets, dtype=np.uint64)[rows]
        numbered = np.flatnonzero(tickets)
        order = numbered[np.argsort(tickets[numbered], kind="stable")]
        ordered = tickets[order]
        last = np.append(ordered[1:] != ordered[:-1], True) if len(ordered) else np.empty(0, dtype=bool)
        return np.sort(np.concatenate([rows[np.flatnonzero(tickets == 0)], rows[order[last]]]))

    def _parts(self, days: Numbers, labels: npt.NDArray[np.int32]) -> Iterator[CallsPart]:
        names = self._labels.distinct
        mondays = days - (days - 1) % 7
        keys, calls = np.unique(mondays * max(len(names), 1) + labels, return_counts=True)
        counts: dict[int, list[LabelledCalls]] = {}
        for key, number in zip(keys.tolist(), calls.tolist(), strict=True):
            monday, label = divmod(key, len(names))
            counts.setdefault(monday, []).append(LabelledCalls(labels=names[label], calls=number))
        for first, last in _runs(days):
            monday = monday_of(first)
            while monday <= last:
                found = tuple(sorted(counts.get(monday.toordinal(), ()), key=_by_label))
                yield CallsPart(start=monday, days=days_mask(first, last, monday), counts=found)
                monday += WEEK

    def _first_rows(self, rows: Numbers, days: Numbers) -> tuple[FirstRow, ...]:
        names = self._labels.distinct
        return tuple(
            FirstRow(line=self._row_lines[row], opened=dt.date.fromordinal(day), labels=names[self._row_labels[row]])
            for row, day in zip(rows[:_FIRST_ROWS].tolist(), days[:_FIRST_ROWS].tolist(), strict=True)
            if row < len(self._row_lines)
        )


def _reason(day: dt.date | None, today: dt.date) -> SkipReason | None:
    if day is None:
        return SkipReason.UNREADABLE_DATE
    if day > today:
        return SkipReason.FUTURE
    return SkipReason.TOO_OLD if day < OLDEST else None


def _runs(days: Numbers) -> Iterator[tuple[dt.date, dt.date]]:
    """First and last day of each stretch without a gap of more than four weeks; two stretches share no week."""
    distinct = np.unique(days)
    if not len(distinct):
        return
    breaks = np.flatnonzero(np.diff(distinct) > LONGEST_GAP.days)
    starts = np.concatenate([[0], breaks + 1])
    ends = np.concatenate([breaks, [len(distinct) - 1]])
    for start, end in zip(starts.tolist(), ends.tolist(), strict=True):
        yield dt.date.fromordinal(int(distinct[start])), dt.date.fromordinal(int(distinct[end]))


def _by_label(count: LabelledCalls) -> tuple[str, ...]:
    labels = count.labels
    return (
        labels.category,
        labels.call_type or "",
        labels.closing_code or "",
        labels.channel or "",
        labels.directorate or "",
        labels.guide or "",
    )


def _ticket_hash(number: str | None) -> int:
    """64 bits of a ticket number, 0 for none: enough to tell a million apart, and gone when the file is read."""
    return 0 if number is None else hash(number) & _ALL_BITS or 1
