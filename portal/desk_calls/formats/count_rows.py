"""Files of the generic counts: a row is a number of calls in a week or month. Mistakes are refused."""

import datetime as dt
import re
from collections import Counter

from portal.core.documents import InvalidFiles, Problem
from portal.core.periods import monday_of
from portal.desk_calls.formats.labels import LabelReader
from portal.desk_calls.formats.preset_yaml import Preset
from portal.desk_calls.formats.skips import Skips
from portal.desk_calls.formats.table import Row, Table
from portal.desk_calls.rules.days import WHOLE_WEEK, Granularity, days_mask
from portal.desk_calls.rules.imports import CallLabels, CallsPart, FirstRow, LabelledCalls, SkipReason

MOST_CALLS = 10_000_000
_MOST_PROBLEMS = 50
_FIRST_ROWS = 5
_OLDEST = 2000
_ISO_WEEK = re.compile(r"(\d{4})-?W(\d{1,2})", re.IGNORECASE)
_MONTH = re.compile(r"(\d{4})-(\d{2})")
_DAY = re.compile(r"(\d{4}-\d{2}-\d{2})(?: 00:00:00)?")
_Period = tuple[dt.date, Granularity]


class CountRows:
    """The rows of a file of counts, added up by period and labels."""

    def __init__(self, table: Table, preset: Preset, today: dt.date) -> None:
        """Raises InvalidFiles that lists the lines that can't be read (the first fifty)."""
        self.rows_read = 0
        self.rows_kept = 0
        self.skips = Skips()
        self._today = today
        self._file = table.file
        self._problems: list[Problem] = []
        self._calls: dict[_Period, Counter[CallLabels]] = {}
        self._first_rows: list[FirstRow] = []
        reader = LabelReader(preset, table.header)
        for row in table.rows():
            self.rows_read += 1
            self._take(row, reader)
            if len(self._problems) >= _MOST_PROBLEMS:
                break
        self.addresses = reader.addresses
        if self._problems:
            raise InvalidFiles(self._problems)

    @property
    def first_rows(self) -> tuple[FirstRow, ...]:
        return tuple(self._first_rows)

    def parts(self) -> tuple[CallsPart, ...]:
        """The counts in order of time; the week that is not over yet covers its days up to today."""
        return tuple(
            CallsPart(
                start=start,
                granularity=granularity,
                days=WHOLE_WEEK if granularity is Granularity.MONTH else days_mask(start, self._today, start),
                counts=tuple(LabelledCalls(labels=labels, calls=calls) for labels, calls in counter.items() if calls),
            )
            for (start, granularity), counter in sorted(self._calls.items())
        )

    def _take(self, row: Row, reader: LabelReader) -> None:
        period = self._period(row)
        calls = self._number(row)
        labels = reader.read(row)
        if period is None or calls is None:
            return
        if labels is None:
            self._problem(row, "A category or label is longer than 120 characters.", "Shorten it.")
            return
        reason = self._reason(period)
        if reason is not None:
            self.skips.add(reason, row.line)
            return
        self.rows_kept += 1
        self._calls.setdefault(period, Counter())[labels] += calls
        if len(self._first_rows) < _FIRST_ROWS:
            self._first_rows.append(FirstRow(line=row.line, opened=period[0], labels=labels, calls=calls))

    def _reason(self, period: _Period) -> SkipReason | None:
        start, granularity = period
        if start > self._today:
            return SkipReason.FUTURE
        if start.year < _OLDEST:
            return SkipReason.TOO_OLD
        unfinished = granularity is Granularity.MONTH and (start.year, start.month) == (
            self._today.year,
            self._today.month,
        )
        return SkipReason.UNFINISHED_MONTH if unfinished else None

    def _number(self, row: Row) -> int | None:
        text = row.cell("calls") or ""
        if text.isascii() and text.isdigit() and int(text) <= MOST_CALLS:
            return int(text)
        self._problem(
            row, f"“calls” is {_quoted(text)}, not a whole number.", f"Write 0 to {MOST_CALLS:,}, without commas."
        )
        return None

    def _period(self, row: Row) -> _Period | None:
        text = row.cell("week") or ""
        try:
            return _period_of(text)
        except _NotMonday as error:
            self._problem(row, f"{text} isn't a Monday.", f"That week's Monday is {error.monday}.")
        except ValueError:
            what = f"The week {_quoted(text)} can't be read."
            self._problem(row, what, "Write its Monday (2026-02-02), the week (2026-W06) or a month (2026-02).")
        return None

    def _problem(self, row: Row, what: str, do: str) -> None:
        self._problems.append(Problem(file=self._file, line=row.line, what=what, do=do))


class _NotMonday(Exception):
    def __init__(self, monday: dt.date) -> None:
        self.monday = monday
        super().__init__()


def _period_of(text: str) -> _Period:
    """Raises ValueError when the text is no period, _NotMonday when it is a day within a week."""
    week = _ISO_WEEK.fullmatch(text)
    if week is not None:
        return dt.date.fromisocalendar(int(week[1]), int(week[2]), 1), Granularity.WEEK
    month = _MONTH.fullmatch(text)
    if month is not None:
        return dt.date(int(month[1]), int(month[2]), 1), Granularity.MONTH
    day = _DAY.fullmatch(text)
    if day is None:
        raise ValueError(text)
    date = dt.date.fromisoformat(day[1])
    if monday_of(date) != date:
        raise _NotMonday(monday_of(date))
    return date, Granularity.WEEK


def _quoted(text: str) -> str:
    return f"“{text[:40]}”" if text else "missing"
