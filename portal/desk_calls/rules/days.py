"""Weeks, the days of them a file covers, and when parts make a whole."""

import datetime as dt
from collections.abc import Iterable, Sequence
from enum import StrEnum

from portal.core.periods import monday_of

#: Monday is bit 0, Sunday bit 6.
WHOLE_WEEK = 0b1111111

#: Calls dated before 2000 are skipped, so a rule from this Monday holds for everything stored.
BEGINNING = dt.date(1999, 12, 27)


class Granularity(StrEnum):
    """How long the period of a count is. ``MONTH`` serves the skill gap, never a before-and-after test."""

    WEEK = "week"
    MONTH = "month"


def days_mask(first: dt.date, last: dt.date, monday: dt.date) -> int:
    """The days of a week that lie from ``first`` to ``last``, both included."""
    days = (monday + dt.timedelta(days=number) for number in range(7))
    return sum(1 << number for number, day in enumerate(days) if first <= day <= last)


def parts_replaced(stored: Sequence[int], new: int) -> tuple[int, ...] | None:
    """Which stored parts of a week (by their days) a new part takes the place of; None: the new one adds nothing.

    Parts that share no day add up. A part that shares days replaces, unless the week would then know fewer days than
    it does now: an overlapping file that begins on a Thursday must not undo a whole week.
    """
    overlapping = tuple(days for days in stored if days & new)
    known = _union(stored)
    afterwards = _union([days for days in stored if not days & new]) | new
    return None if afterwards.bit_count() < known.bit_count() else overlapping


def is_counted(days: Sequence[int], included: bool) -> bool:
    """Whether a week counts in figures: all seven days are covered, or a person said to count it as it is."""
    return included or _union(days) == WHOLE_WEEK


def effective_monday(day: dt.date) -> dt.date:
    """The first Monday at which a rule from ``day`` holds."""
    monday = monday_of(day)
    return monday if monday == day else monday + dt.timedelta(days=7)


def _union(days: Iterable[int]) -> int:
    union = 0
    for mask in days:
        union |= mask
    return union
