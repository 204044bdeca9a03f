"""What became of imports: who brought calls in, what an undo would do, and how far a reading has come."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from portal.core.errors import Conflict, NotFound
from portal.desk_calls.rules.days import Granularity
from portal.desk_calls.rules.imports import SkipReason

#: How long the counts that an import replaced are kept, so that it can be undone.
UNDO_KEPT = dt.timedelta(days=90)
#: A reading that hasn't been heard of for so long has died with its process.
READING_SILENT = dt.timedelta(minutes=3)


class ImportWay(StrEnum):
    """How calls came in."""

    PAGE = "page"
    COMMAND = "command"
    API = "api"
    FEED = "feed"

    @property
    def words(self) -> str:
        """As people read it."""
        return _WAY_WORDS[self]


_WAY_WORDS = {
    ImportWay.PAGE: "File",
    ImportWay.COMMAND: "Command",
    ImportWay.API: "JSON interface",
    ImportWay.FEED: "Live feed",
}


class ReadingState(StrEnum):
    """How far the reading of a file has come."""

    READING = "reading"
    #: The columns have to be chosen first.
    COLUMNS = "columns"
    READY = "ready"
    FAILED = "failed"

    @property
    def words(self) -> str:
        """As people read it."""
        return _STATE_WORDS[self]


_STATE_WORDS = {
    ReadingState.READING: "Being read",
    ReadingState.COLUMNS: "Waits for its columns",
    ReadingState.READY: "Waits to be stored",
    ReadingState.FAILED: "Can’t be used",
}


class LeftReason(StrEnum):
    """Why an undo leaves a week as it is."""

    REPLACED_LATER = "replaced-later"
    OTHER_DAYS_LATER = "other-days-later"

    @property
    def words(self) -> str:
        """The reason as people read it."""
        return {
            LeftReason.REPLACED_LATER: "a later import stored it again: undo that one first",
            LeftReason.OTHER_DAYS_LATER: "a later import brought days that the earlier counts had, too",
        }[self]


@dataclass(frozen=True, slots=True, kw_only=True)
class PastImport:
    """A line of the import history. ``first``, ``last``: starts of the first and last period.

    ``skipped``: rows left out, by reason. ``account_id`` None: no person sent it.
    """

    id: int
    at: dt.datetime
    account_id: int | None
    way: ImportWay
    source: str
    preset: str
    digest: str | None
    rows_read: int
    rows_kept: int
    rows_repeated: int
    rows_skipped: int
    skipped: Mapping[SkipReason, int]
    calls: int
    first: dt.date
    last: dt.date
    parts_new: int
    parts_replaced: int
    undone_at: dt.datetime | None
    undone_by: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftPeriod:
    """A week or month that an undo can't bring back."""

    start: dt.date
    granularity: Granularity
    reason: LeftReason


@dataclass(frozen=True, slots=True, kw_only=True)
class UndoOutcome:
    """What an undo does, or would do, to the periods of one import.

    ``removed``: starts of periods that go, because the source had nothing before. ``restored``: starts of those that
    get their earlier counts back.
    """

    import_id: int
    source: str
    removed: tuple[dt.date, ...]
    restored: tuple[dt.date, ...]
    left: tuple[LeftPeriod, ...]

    @property
    def possible(self) -> bool:
        return bool(self.removed or self.restored)


class UnknownImport(NotFound):
    """No import has this number."""

    def __init__(self, import_id: int) -> None:
        self.import_id = import_id
        super().__init__(f"There is no import {import_id}. The import history lists them.")


class CannotUndo(Conflict):
    """Nothing of an import can be undone."""

    def __init__(self, import_id: int, why: str) -> None:
        self.import_id = import_id
        super().__init__(f"Import {import_id} can’t be undone: {why}. Nothing was changed.")


class UnknownOwnPreset(NotFound):
    """The council has no preset of its own with this name."""

    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(f"The council has no preset of its own called “{name}”. It may have been deleted.")


class PresetNameTaken(Conflict):
    """A preset that comes with Showhow has this name."""

    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(f"A preset that comes with Showhow is called “{name}”. Use another name.")
