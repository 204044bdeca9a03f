"""Releases: their titles, their periods, and which of them a report stands on."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from portal.core.errors import Conflict, InvalidInput
from portal.core.periods import Months
from portal.core.privacy import Band
from portal.evidence.rules.atoms import SystemSums

LONGEST_TITLE = 100
#: How far back the first release may reach.
MONTHS_BACK = 36
MONTH_NAMES = tuple(dt.date(2000, month, 1).strftime("%B") for month in range(1, 13))


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """A frozen set of atoms. ``months``: the period it was closed for; it holds no answer given after its end."""

    id: int
    title: str
    months: Months
    closed_at: dt.datetime

    @property
    def period(self) -> str:
        """The months in words."""
        return period_words(self.months)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleasedFigures:
    """A release and its atoms added up, one a system, in the order of keys; empty where nothing closed."""

    release: Release
    systems: tuple[SystemSums, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosedGroup:
    """A group that closed, as it may be told."""

    system: str
    directorate: str | None
    people: Band


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingGroups:
    """How many groups of a system wait for the next release; how many people are in them is never told."""

    system: str
    groups: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosedRelease:
    """A release and what it left behind, in the order of systems."""

    release: Release
    closed: tuple[ClosedGroup, ...]
    waiting: tuple[WaitingGroups, ...]


class TitleTaken(Conflict):
    """A release has this title."""

    def __init__(self, title: str) -> None:
        self.title = title
        super().__init__(f"There is a release “{title}” already. Give this one another title.")


class PeriodTaken(Conflict):
    """The period starts before the newest release ends. Releases go forward in time and never change."""

    def __init__(self, newest: Release) -> None:
        self.newest = newest
        super().__init__(
            f"The release “{newest.title}” holds the answers up to the end of {month_words(newest.months.last)} and "
            "never changes. "
            "Start the new one in a later month."
        )


class UnusableTitle(InvalidInput):
    """The title is empty or too long."""

    def __init__(self) -> None:
        super().__init__(f"Give the release a title of 1 to {LONGEST_TITLE} characters, like “Spring 2026”.")


class PeriodNotBegun(InvalidInput):
    """The period lies in the future."""

    def __init__(self, months: Months) -> None:
        self.months = months
        super().__init__(
            f"The period starts in {month_words(months.first)}, which hasn’t begun. Choose an earlier month."
        )


def usable_title(title: str) -> str:
    """The title without white space around it. Raises UnusableTitle."""
    title = title.strip()
    if not 1 <= len(title) <= LONGEST_TITLE:
        raise UnusableTitle
    return title


def covering(releases: Sequence[Release], months: Months) -> tuple[Release, ...]:
    """The releases that hold the answers of a period, in order; empty when they leave a month of it uncovered.

    An atom can't be cut, so a release that overlaps the period counts whole. ``releases`` in the order of time.
    """
    chosen = tuple(one for one in releases if one.months.last >= months.first and one.months.first <= months.last)
    covered_to = months.start
    for one in chosen:
        if one.months.start > covered_to:
            return ()
        covered_to = max(covered_to, one.months.end)
    return chosen if covered_to >= months.end else ()


def open_months(releases: Sequence[Release], today: dt.date) -> tuple[tuple[int, int], ...]:
    """The months (year, month) a new release may start or end in, in order: after the newest one, up to today's.

    Without any release the last ``MONTHS_BACK``; empty when the newest release holds this month already.
    """
    last = today.year * 12 + today.month - 1
    first = last - MONTHS_BACK + 1
    if releases:
        year, month = releases[-1].months.last
        first = year * 12 + month
    return tuple((number // 12, number % 12 + 1) for number in range(first, last + 1))


def usual_period(releases: Sequence[Release], months: Sequence[tuple[int, int]], today: dt.date) -> Months:
    """The period to suggest for the next release, of the months open to it (at least one).

    From the first open month, or a year for the first release, to the last month that is over where there is one.
    """
    over = [month for month in months if month < (today.year, today.month)] or [months[0]]
    return Months(first=months[0] if releases else over[-12:][0], last=over[-1])


def month_words(month: tuple[int, int]) -> str:
    """“October 2025”."""
    return f"{MONTH_NAMES[month[1] - 1]} {month[0]}"


def period_words(months: Months) -> str:
    """“October 2025 to September 2026”, or the one month."""
    if months.first == months.last:
        return month_words(months.first)
    return f"{month_words(months.first)} to {month_words(months.last)}"
