"""When a call was opened, from what a file says: one cell at a time, with both readings where two are possible."""

import datetime as dt
import re
from dataclasses import dataclass

from portal.desk_calls.rules.imports import DateOrder

_MONTHS = {
    name: number
    for number, names in enumerate(
        ("jan january", "feb february", "mar march", "apr april", "may", "jun june", "jul july", "aug august",
         "sep sept september", "oct october", "nov november", "dec december"),
        start=1,
    )
    for name in names.split()
}  # fmt: skip
_TIME = (
    r"(?:[T\s,]+(?P<hour>\d{1,2})[:.](?P<minute>\d{2})(?:[:.](?P<second>\d{2})(?:[.,]\d+)?)?"
    r"\s*(?P<half>[AaPp]\.?[Mm]\.?)?\s*(?P<zone>Z|UTC|GMT|[+-]\d{2}(?::?\d{2})?)?)?"
)
_YEAR_FIRST = re.compile(r"(?P<year>\d{4})(?P<mark>[-/.])(?P<month>\d{1,2})(?P=mark)(?P<day>\d{1,2})" + _TIME)
_NUMBERS = re.compile(r"(?P<one>\d{1,2})(?P<mark>[-/.])(?P<two>\d{1,2})(?P=mark)(?P<year>\d{4}|\d{2})" + _TIME)
_DAY_NAME = re.compile(r"(?P<day>\d{1,2})[-/.\s]+(?P<name>[A-Za-z]{3,9})[-/.,\s]+(?P<year>\d{4}|\d{2})" + _TIME)
_NAME_DAY = re.compile(r"(?P<name>[A-Za-z]{3,9})\.?\s+(?P<day>\d{1,2}),?\s+(?P<year>\d{4})" + _TIME)
#: A time of day without an offset: whatever it is, it doesn't move the day.
_LOCAL_TIME = re.compile(r"\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?(?: [AaPp][Mm])?")
_MOST_KNOWN = 100_000
_SHOWABLE = re.compile(r"[0-9TZ\s:/.,+-]{1,40}")


@dataclass(frozen=True, slots=True)
class Opened:
    """A date read in both orders; None where that reading isn't a date. ``decides``: the only order it can have."""

    day_first: dt.date | None
    month_first: dt.date | None
    decides: DateOrder | None = None

    def read_as(self, order: DateOrder) -> dt.date | None:
        return self.day_first if order is DateOrder.DAY_FIRST else self.month_first


def read_opened(text: str, zone: dt.tzinfo) -> Opened | None:
    """The date a cell holds, in the council's zone; None when it holds none. Times without an offset are local."""
    for pattern, reader in _READERS:
        match = pattern.fullmatch(text)
        if match is not None:
            return reader(match, zone)
    return None


class OpenedReader:
    """Reads the dates of a column. Days and times of day repeat, so that most cells cost two look-ups.

    ``distinct``: every date found, each once; ``number`` says which of them a cell holds.
    """

    def __init__(self, zone: dt.tzinfo) -> None:
        self.distinct: list[Opened] = []
        self._zone = zone
        self._numbers: dict[Opened, int] = {}
        self._days: dict[str, int] = {}
        self._times: set[str] = {""}

    def known(self, text: str) -> int | None:
        """The number of a date that is known already, None where it isn't."""
        day, _, time = text.partition(" ")
        return self._days.get(day) if time in self._times else None

    def number(self, text: str) -> int | None:
        """Which date ``read_opened`` finds in the cell, None where it finds none."""
        known = self.known(text)
        if known is not None:
            return known
        day, _, time = text.partition(" ")
        opened = read_opened(text, self._zone)
        if opened is None:
            return None
        number = self._numbers.setdefault(opened, len(self.distinct))
        if number == len(self.distinct):
            self.distinct.append(opened)
        if not time or (_LOCAL_TIME.fullmatch(time) and read_opened(day, self._zone) == opened):
            self._remember(day, time, number)
        return number

    def _remember(self, day: str, time: str, number: int) -> None:
        if len(self._days) < _MOST_KNOWN:
            self._days[day] = number
        if len(self._times) < _MOST_KNOWN:
            self._times.add(time)


def showable(text: str) -> str | None:
    """The cell if it is made of digits and date signs, or None: anything else may be about a person."""
    return text if _SHOWABLE.fullmatch(text) else None


def _year_first(match: re.Match[str], zone: dt.tzinfo) -> Opened | None:
    return _certain(_moved(match, zone, int(match["year"]), int(match["month"]), int(match["day"])))


def _numbers(match: re.Match[str], zone: dt.tzinfo) -> Opened | None:
    year, one, two = _full_year(match["year"]), int(match["one"]), int(match["two"])
    day_first = _moved(match, zone, year, two, one)
    month_first = _moved(match, zone, year, one, two)
    if day_first is None and month_first is None:
        return None
    decides = None
    if one > 12:
        decides = DateOrder.DAY_FIRST
    elif two > 12:
        decides = DateOrder.MONTH_FIRST
    return Opened(day_first, month_first, decides)


def _named(match: re.Match[str], zone: dt.tzinfo) -> Opened | None:
    month = _MONTHS.get(match["name"].lower())
    return None if month is None else _certain(_moved(match, zone, _full_year(match["year"]), month, int(match["day"])))


_READERS = ((_YEAR_FIRST, _year_first), (_NUMBERS, _numbers), (_DAY_NAME, _named), (_NAME_DAY, _named))


def _certain(day: dt.date | None) -> Opened | None:
    return None if day is None else Opened(day, day)


def _full_year(digits: str) -> int:
    return int(digits) if len(digits) == 4 else 2000 + int(digits)


def _moved(match: re.Match[str], zone: dt.tzinfo, year: int, month: int, day: int) -> dt.date | None:
    """The date in the council's zone; None when the numbers aren't a date and time."""
    hour = match["hour"]
    try:
        if hour is None:
            return dt.date(year, month, day)
        moment = dt.datetime(  # noqa: DTZ001 (local until the offset says otherwise)
            year, month, day, _hour(int(hour), match["half"]), int(match["minute"]), int(match["second"] or 0)
        )
        offset = match["zone"]
        return moment.date() if offset is None else moment.replace(tzinfo=_offset(offset)).astimezone(zone).date()
    except (ValueError, OverflowError):
        return None


def _hour(hour: int, half: str | None) -> int:
    if half is None:
        return hour
    if not 1 <= hour <= 12:
        raise ValueError
    return hour % 12 + (12 if half[0] in "pP" else 0)


def _offset(text: str) -> dt.timezone:
    if text[0] not in "+-":
        return dt.UTC
    digits = text[1:].replace(":", "")
    span = dt.timedelta(hours=int(digits[:2]), minutes=int(digits[2:] or 0))
    return dt.timezone(span if text[0] == "+" else -span)
