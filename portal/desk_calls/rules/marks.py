"""Weeks that are not like others: major incidents, relabelled categories, a new release of a system."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from portal.core.errors import InvalidInput, NotFound
from portal.core.periods import WEEK, monday_of
from portal.desk_calls.rules.labels import folded_segments
from portal.desk_calls.rules.weekly import CategoryOfSource, WeeklyCalls

#: A week is suspected when it is so many robust deviations, and so many times, above the category's median.
DEVIATIONS = 3.0
TIMES = 1.3
#: From so many calls a week on a category can raise a suspicion; under it chance does.
CALLS_A_WEEK = 5.0
#: Relabelling: one category loses this share of its calls for good, while one beside it gains at least half of them.
LOST = 0.8
GAINED = 0.5
#: Weeks on each side of a suspected relabelling.
AROUND = 4
#: Turns a median absolute deviation into a standard deviation, for the normal distribution.
_ROBUST = 1.4826

Floats = npt.NDArray[np.float64]


class MarkKind(StrEnum):
    """Why a week isn't like others."""

    MAJOR_INCIDENT = "major-incident"
    RELABELLED = "relabelled"
    NEW_RELEASE = "new-release"

    @property
    def words(self) -> str:
        return {
            MarkKind.MAJOR_INCIDENT: "Major incident",
            MarkKind.RELABELLED: "Calls were labelled anew",
            MarkKind.NEW_RELEASE: "New release of the system",
        }[self]


class UnknownMark(NotFound):
    """The mark isn't there any more."""

    def __init__(self, mark_id: int) -> None:
        self.mark_id = mark_id
        super().__init__("This mark is gone. The list shows those that are left.")


class UnusableMark(InvalidInput):
    """A mark that can't be. ``field``: its name on the form."""

    def __init__(self, field: str, text: str) -> None:
        self.field = field
        super().__init__(text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """Weeks of the categories under a prefix. ``source`` and ``category`` "": any. ``first``, ``last``: Mondays."""

    source: str
    category: str
    first: dt.date
    last: dt.date
    kind: MarkKind
    why: str
    id: int | None = None
    account_id: int | None = None

    def covers(self, key: CategoryOfSource) -> bool:
        if self.source and self.source != key.source:
            return False
        prefix = folded_segments(self.category) if self.category else ()
        return folded_segments(key.category)[: len(prefix)] == prefix

    @property
    def weeks(self) -> tuple[dt.date, ...]:
        return tuple(self.first + WEEK * number for number in range((self.last - self.first).days // 7 + 1))


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspicion:
    """A mark that the series itself suggests; ``reason`` says what was seen. A person decides."""

    mark: Mark
    reason: str


def checked_mark(mark: Mark) -> Mark:
    """The mark on whole weeks. Raises UnusableMark."""
    if mark.last < mark.first:
        raise UnusableMark("last", "The last week is before the first. Swap them")
    if (mark.last - mark.first).days > 366:
        raise UnusableMark("last", "A mark covers a year at most. Make several")
    return Mark(
        id=mark.id,
        source=mark.source,
        category=mark.category,
        first=monday_of(mark.first),
        last=monday_of(mark.last),
        kind=mark.kind,
        why=mark.why,
        account_id=mark.account_id,
    )


def suspicions(calls: WeeklyCalls, marks: Sequence[Mark] = ()) -> tuple[Suspicion, ...]:
    """What the series suggests and nobody has marked, newest first; may be empty."""
    found = [*_incidents(calls), *_relabelled(calls)]
    left = [one for one in found if not _marked(one, marks)]
    return tuple(sorted(left, key=lambda one: (one.mark.first, one.mark.category), reverse=True))


def _marked(one: Suspicion, marks: Iterable[Mark]) -> bool:
    key = CategoryOfSource(source=one.mark.source, category=one.mark.category)
    return any(mark.covers(key) and mark.first <= one.mark.first <= mark.last for mark in marks)


def _incidents(calls: WeeklyCalls) -> list[Suspicion]:
    """Weeks far above a category's own median (measurement, section D.2)."""
    found = []
    for key, numbers in calls.calls.items():
        stored = calls.covered[key.source]
        series = numbers[stored].astype(np.float64)
        if len(series) < 2 * AROUND or series.mean() < CALLS_A_WEEK:
            continue
        middle = float(np.median(series))
        deviation = _ROBUST * float(np.median(np.abs(series - middle)))
        high = max(middle + DEVIATIONS * max(deviation, middle**0.5), TIMES * middle)
        weeks = [int(number) for number in np.flatnonzero(stored & (numbers > high))]
        for first, last in _runs(weeks):
            if last - first >= AROUND:
                continue  # a month or more of it is a new level, not an incident
            most = int(numbers[first : last + 1].max())
            mark = Mark(
                source=key.source,
                category=key.category,
                first=calls.weeks[first],
                last=calls.weeks[last],
                kind=MarkKind.MAJOR_INCIDENT,
                why="",
            )
            found.append(Suspicion(mark=mark, reason=f"{most:,} calls a week, where {middle:.0f} are usual"))
    return found


def _relabelled(calls: WeeklyCalls) -> list[Suspicion]:
    """A category that loses its calls from one week to the next while one beside it gains them."""
    found = []
    families: dict[tuple[str, tuple[str, ...]], list[CategoryOfSource]] = {}
    for key in calls.calls:
        families.setdefault((key.source, folded_segments(key.category)[:-1]), []).append(key)
    for (source, _), family in families.items():
        if len(family) < 2:
            continue
        stored = np.flatnonzero(calls.covered[source])
        rows = np.array([calls.calls[key][stored] for key in family], dtype=np.float64)
        for number in range(AROUND, len(stored) - AROUND + 1):
            before = rows[:, number - AROUND : number].mean(axis=1)
            after = rows[:, number : number + AROUND].mean(axis=1)
            last_week, this_week = rows[:, number - 1], rows[:, number]
            lost = (before >= CALLS_A_WEEK) & (after <= (1 - LOST) * before) & (this_week <= (1 - LOST) * last_week)
            for index in np.flatnonzero(lost):
                gains = after - before
                gains[index] = 0
                winner = int(gains.argmax())
                if gains[winner] < GAINED * (before[index] - after[index]):
                    continue
                monday = calls.weeks[int(stored[number])]
                for member in (int(index), winner):
                    mark = Mark(
                        source=source,
                        category=family[member].category,
                        first=monday,
                        last=monday,
                        kind=MarkKind.RELABELLED,
                        why="",
                    )
                    other = family[winner if member == index else int(index)].category
                    moved = "lost its calls to" if member == index else "took over the calls of"
                    found.append(Suspicion(mark=mark, reason=f"It {moved} “{other}” from one week to the next"))
    return found


def _runs(numbers: Sequence[int]) -> list[tuple[int, int]]:
    """First and last of each run of consecutive numbers."""
    runs: list[tuple[int, int]] = []
    for number in numbers:
        if runs and runs[-1][1] == number - 1:
            runs[-1] = (runs[-1][0], int(number))
        else:
            runs.append((int(number), int(number)))
    return runs
