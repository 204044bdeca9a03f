"""What an import found, what it skipped and why, and what became of it."""

import calendar
import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from portal.core.errors import Conflict, InvalidInput, NotFound
from portal.desk_calls.rules.days import WHOLE_WEEK, Granularity

#: How long a preview waits for its person before it is forgotten.
PREVIEW_KEPT = dt.timedelta(hours=24)


class DateOrder(StrEnum):
    """Which number of 3/4/2026 is the day."""

    DAY_FIRST = "day-first"
    MONTH_FIRST = "month-first"


class SkipReason(StrEnum):
    """Why a row of a file wasn't counted."""

    NO_DATE = "no-date"
    UNREADABLE_DATE = "unreadable-date"
    FUTURE = "future"
    TOO_OLD = "too-old"
    TOO_LONG = "too-long"
    UNFINISHED_MONTH = "unfinished-month"

    @property
    def words(self) -> str:
        """The reason as people read it."""
        return _SKIP_WORDS[self]


_SKIP_WORDS = {
    SkipReason.NO_DATE: "there is no opening date",
    SkipReason.UNREADABLE_DATE: "the opening date can’t be read",
    SkipReason.FUTURE: "the date is in the future",
    SkipReason.TOO_OLD: "the date is before 2000",
    SkipReason.TOO_LONG: "a category or label is too long to be one",
    SkipReason.UNFINISHED_MONTH: "the month isn’t over yet",
}


class PartFate(StrEnum):
    """What storing did with one period of a file."""

    NEW = "new"
    REPLACED = "replaced"
    UNCHANGED = "unchanged"
    #: What is stored covers more days than the file does.
    LEFT = "left"


@dataclass(frozen=True, slots=True, kw_only=True)
class CallLabels:
    """Everything that is kept of a call but its date. ``category``: a path joined with " > ".

    ``guide``: the code of a guide that the closing notes name.
    """

    category: str
    call_type: str | None = None
    closing_code: str | None = None
    channel: str | None = None
    directorate: str | None = None
    guide: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelledCalls:
    """A number of calls with the same labels in one period."""

    labels: CallLabels
    calls: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CallsPart:
    """The calls of a week (``start``: its Monday) or a month (``start``: its first), or of some days of a week.

    ``days``: bit mask of the days the file covers; always whole for months. ``counts``: distinct labels, may be empty.
    """

    start: dt.date
    granularity: Granularity = Granularity.WEEK
    days: int = WHOLE_WEEK
    counts: tuple[LabelledCalls, ...] = ()

    @property
    def whole(self) -> bool:
        return self.days == WHOLE_WEEK

    @property
    def days_words(self) -> str:
        """The days covered: “Monday to Friday”, “Sunday”."""
        covered = [name for number, name in enumerate(calendar.day_name) if self.days >> number & 1]
        return covered[0] if len(covered) == 1 else f"{covered[0]} to {covered[-1]}"

    @property
    def calls(self) -> int:
        return sum(count.calls for count in self.counts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Skipped:
    """Rows left out for one reason. ``lines``: the first ten of them, counted from 1."""

    reason: SkipReason
    rows: int
    lines: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstRow:
    """One of the first rows as it was understood."""

    line: int
    opened: dt.date
    labels: CallLabels
    calls: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedCounts:
    """A file as counts, ready to be stored. ``parts``: distinct periods in order.

    ``rows_repeated``: further rows of a ticket that was counted already. ``digest``: SHA-256 of the file, or None.
    """

    source: str
    preset: str
    parts: tuple[CallsPart, ...]
    dates: DateOrder | None = None
    include_partial: bool = False
    rows_read: int = 0
    rows_kept: int = 0
    rows_repeated: int = 0
    skipped: tuple[Skipped, ...] = ()
    notices: tuple[str, ...] = ()
    first_rows: tuple[FirstRow, ...] = ()
    digest: str | None = None

    @property
    def rows_skipped(self) -> int:
        return sum(skip.rows for skip in self.skipped)

    @property
    def calls(self) -> int:
        return sum(part.calls for part in self.parts)

    @property
    def partial(self) -> tuple[CallsPart, ...]:
        """The weeks of which the file covers only some days."""
        return tuple(part for part in self.parts if not part.whole)

    @property
    def categories(self) -> frozenset[str]:
        return frozenset(count.labels.category for part in self.parts for count in part.counts)

    def counting_partial(self, include_partial: bool) -> "ImportedCounts":
        """The same counts, with partial weeks counted in figures or not."""
        return replace(self, include_partial=include_partial)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredPart:
    """The fate of one period of a file."""

    start: dt.date
    granularity: Granularity
    fate: PartFate


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportOutcome:
    """What storing changed, or would change. ``parts``: one each period of the file, in order."""

    source: str
    parts: tuple[StoredPart, ...]
    calls: int

    def count(self, fate: PartFate) -> int:
        return sum(part.fate == fate for part in self.parts)

    @property
    def changed(self) -> bool:
        """Whether anything stored differs from before."""
        return any(part.fate in (PartFate.NEW, PartFate.REPLACED) for part in self.parts)


@dataclass(frozen=True, slots=True, kw_only=True)
class DateReading:
    """What one order of day and month would make of a file's dates."""

    order: DateOrder
    first: dt.date
    last: dt.date
    calls: int


class AmbiguousDates(InvalidInput):
    """No date of the file says whether the day or the month comes first."""

    def __init__(self, file: str, readings: Sequence[DateReading]) -> None:
        self.file = file
        self.readings = tuple(readings)
        lines = "\n".join(f"- {reading.order}: {_reading_words(reading)}" for reading in self.readings)
        super().__init__(
            f"{file}: the dates can be read in two ways, and none of them says which is right.\n{lines}\n"
            "Nothing was stored. Run it again with --dates day-first or --dates month-first."
        )


class UnknownPreset(NotFound):
    """No preset has this name."""

    def __init__(self, name: str, known: Sequence[str]) -> None:
        self.name = name
        self.known = tuple(known)
        super().__init__(f"No preset is called “{name}”. Use one of: {', '.join(known)}.")


class NotRecognised(InvalidInput):
    """No preset's columns are in the file."""

    def __init__(self, file: str, known: Sequence[str]) -> None:
        self.file = file
        super().__init__(
            f"{file}: no product is known by these columns. Nothing was stored. Name one with --preset, one of: "
            f"{', '.join(known)}; or choose the columns on the page “Import calls” and save them as a preset."
        )


class PreviewGone(NotFound):
    """The preview was stored, cancelled or is too old."""

    def __init__(self) -> None:
        super().__init__(
            "This preview isn’t here any more: it was stored, cancelled or left for a day. Send the file again."
        )


class WeeksAndMonths(Conflict):
    """The same time of one source would be counted by week and by month."""

    def __init__(self, source: str, month: str) -> None:
        self.source = source
        self.month = month
        super().__init__(
            f"Calls of {month} are in “{source}” by week and by month, and would be counted twice. Nothing was stored. "
            "Load weeks or months for it, or use another source name."
        )


def _reading_words(reading: DateReading) -> str:
    return f"{reading.calls:,} calls from {reading.first:%Y-%m-%d} to {reading.last:%Y-%m-%d}"
