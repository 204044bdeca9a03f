"""Weeks, months and quarters. A week starts on Monday and belongs to the month of its Thursday (settled: "Time")."""

import datetime as dt
from dataclasses import dataclass

DAYS_A_MONTH = 365.25 / 12
WEEK = dt.timedelta(days=7)


def monday_of(day: dt.date) -> dt.date:
    """The Monday of the ISO week that holds ``day``."""
    return day - dt.timedelta(days=day.weekday())


def month_of_week(monday: dt.date) -> tuple[int, int]:
    """(year, month) a week belongs to: that of its Thursday."""
    thursday = monday + dt.timedelta(days=3)
    return thursday.year, thursday.month


def quarter_of(day: dt.date) -> str:
    """The calendar quarter as ``2026-Q1``."""
    return f"{day.year}-Q{(day.month - 1) // 3 + 1}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Months:
    """A run of whole months, both ends included. ``first`` and ``last`` are (year, month)."""

    first: tuple[int, int]
    last: tuple[int, int]

    @classmethod
    def parse(cls, first: str, last: str) -> "Months":
        """From ``2026-01`` and ``2026-12``. Raises ValueError, in words for people, when they aren't such."""
        months = cls(first=_month(first), last=_month(last))
        if months.last < months.first:
            raise ValueError(f"The period ends ({last}) before it starts ({first}). Swap the two months.")
        return months

    @property
    def count(self) -> int:
        return (self.last[0] - self.first[0]) * 12 + self.last[1] - self.first[1] + 1

    @property
    def start(self) -> dt.date:
        """The first day of the first month."""
        return dt.date(*self.first, 1)

    @property
    def end(self) -> dt.date:
        """The day after the last day of the last month."""
        year, month = self.last
        return dt.date(year + month // 12, month % 12 + 1, 1)

    def holds_week(self, monday: dt.date) -> bool:
        return self.first <= month_of_week(monday) <= self.last

    def mondays(self) -> tuple[dt.date, ...]:
        """The Mondays of the weeks that belong to these months, in order."""
        monday = monday_of(self.start)
        found = []
        while monday < self.end:
            if self.holds_week(monday):
                found.append(monday)
            monday += WEEK
        return tuple(found)

    def keys(self) -> tuple[str, str]:
        """The ends as ``2026-01`` and ``2026-12``."""
        return f"{self.first[0]:04}-{self.first[1]:02}", f"{self.last[0]:04}-{self.last[1]:02}"


def _month(text: str) -> tuple[int, int]:
    try:
        day = dt.date.fromisoformat(f"{text}-01")
    except ValueError:
        raise ValueError(f"“{text}” isn't a month. Write it as year-month, like 2026-03.") from None
    return day.year, day.month
