"""Calls by month, system and type: sums over mapped calls, and the layout of their chart."""

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from portal.core.drawing import Scale, Tick, nice_top
from portal.core.periods import Months, month_of_week
from portal.desk_calls.rules.mapping import MappedCalls, MappedRow

MONTHS_SHOWN = 24
WEEKS_A_YEAR = 52
NO_SYSTEM = "no-system"
NO_TYPE = "no-type"
WIDTH = 960.0
HEIGHT = 330.0


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskOptions:
    """``benchmark_calls``: calls a user a year to compare with."""

    benchmark_calls: float = 5.8


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthSum:
    """Calls of a month. ``weeks`` are stored of ``of_weeks``."""

    month: tuple[int, int]
    calls: int
    weeks: int
    of_weeks: int

    @property
    def start(self) -> dt.date:
        return dt.date(*self.month, 1)

    @property
    def whole(self) -> bool:
        return self.weeks == self.of_weeks


@dataclass(frozen=True, slots=True, kw_only=True)
class SystemSum:
    """Calls of a system in the newest 52 weeks stored and in the 52 before. ``system`` None: in none.

    ``before`` None: fewer than 52 weeks are stored from before. ``rate``: per 100 users a month, None without users.
    ``largest_type``: key of the type that most of its calls have, None where none is known.
    """

    system: str | None
    calls: int
    before: int | None
    rate: float | None
    largest_type: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CategorySum:
    """A category that no guide answers, with its calls in the newest 52 weeks."""

    category: str
    system: str
    skill: str | None
    calls: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """A month's bar in drawing units. ``whole`` False: weeks are missing, drawn hatched."""

    x: float
    y: float
    width: float
    height: float
    whole: bool
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Bars:
    """Calls a month. Ticks: a label at each January, and at the first month."""

    width: float
    height: float
    left: float
    top: float
    right: float
    bottom: float
    x_ticks: tuple[Tick, ...]
    y_ticks: tuple[Tick, ...]
    bars: tuple[Bar, ...]
    description: str


def months_up_to(newest: dt.date, *, most: int = MONTHS_SHOWN) -> Months:
    """The months that end with a week's own month."""
    year, month = month_of_week(newest)
    first = year * 12 + month - most
    return Months(first=(first // 12, first % 12 + 1), last=(year, month))


def chosen_rows(calls: MappedCalls, *, system: str, call_type: str) -> tuple[MappedRow, ...]:
    """The rows of a system and a type; "" is any, NO_SYSTEM and NO_TYPE are those without."""
    return tuple(
        row
        for row in calls.rows
        if system in ("", row.system or NO_SYSTEM) and call_type in ("", row.call_type or NO_TYPE)
    )


def by_month(rows: Sequence[MappedRow], weeks: Sequence[dt.date], months: Months) -> tuple[MonthSum, ...]:
    """A line a month from the first that has a stored week, oldest first."""
    calls: Counter[tuple[int, int]] = Counter()
    for row in rows:
        calls[month_of_week(row.week)] += row.calls
    stored = Counter(month_of_week(week) for week in weeks)
    possible = Counter(month_of_week(monday) for monday in months.mondays())
    found = [
        MonthSum(month=month, calls=calls[month], weeks=stored[month], of_weeks=possible[month])
        for month in sorted(possible)
    ]
    while found and not found[0].weeks:
        found.pop(0)
    return tuple(found)


def by_system(calls: MappedCalls, users: Mapping[str, int]) -> tuple[SystemSum, ...]:
    """A line a system, most calls first; what no rule maps has the line without a system."""
    newest = set(calls.weeks[-WEEKS_A_YEAR:])
    earlier = set(calls.weeks[-2 * WEEKS_A_YEAR : -WEEKS_A_YEAR])
    now: Counter[str | None] = Counter()
    before: Counter[str | None] = Counter()
    types: dict[str | None, Counter[str]] = {}
    for row in calls.rows:
        if row.week in newest:
            now[row.system] += row.calls
            if row.call_type:
                types.setdefault(row.system, Counter())[row.call_type] += row.calls
        elif row.week in earlier:
            before[row.system] += row.calls
    months = len(newest) * 12 / WEEKS_A_YEAR
    found = [
        SystemSum(
            system=system,
            calls=number,
            before=before[system] if len(earlier) == WEEKS_A_YEAR else None,
            rate=_rate(number, months, users.get(system or "", 0)),
            largest_type=types[system].most_common(1)[0][0] if system in types else None,
        )
        for system, number in now.items()
    ]
    return tuple(sorted(found, key=lambda one: (-one.calls, one.system or "")))


def _rate(calls: int, months: float, users: int) -> float | None:
    return calls / months / users * 100 if users and months else None


def calls_a_user(calls: MappedCalls, staff: int) -> float | None:
    """Calls a user a year, as if the year were like the newest weeks stored, 52 at most; None without either."""
    newest = set(calls.weeks[-WEEKS_A_YEAR:])
    if not newest or not staff:
        return None
    return sum(row.calls for row in calls.rows if row.week in newest) * WEEKS_A_YEAR / len(newest) / staff


def without_guide(
    calls: MappedCalls, guided: Mapping[str, frozenset[str]], teachable: frozenset[str]
) -> tuple[CategorySum, ...]:
    """Categories whose skill no guide teaches, most calls first; one without a skill counts where its system has no
    guide at all. ``guided``: skills with a guide by system. Types a guide can't help with are left out.
    """
    newest = set(calls.weeks[-WEEKS_A_YEAR:])
    totals: Counter[tuple[str, str, str | None]] = Counter()
    for row in calls.rows:
        if row.week not in newest or row.system is None or row.call_type not in (None, *teachable):
            continue
        skills = guided.get(row.system, frozenset())
        if row.skill in skills or (row.skill is None and skills):
            continue
        totals[row.category, row.system, row.skill] += row.calls
    return tuple(
        CategorySum(category=category, system=system, skill=skill, calls=number)
        for (category, system, skill), number in sorted(totals.items(), key=lambda item: (-item[1], str(item[0])))
    )


def bars(months: Sequence[MonthSum]) -> Bars | None:
    """The chart of months; None without any."""
    if not months:
        return None
    left, top, right, bottom = 70.0, 16.0, WIDTH - 12, HEIGHT - 46
    step, highest = nice_top(max(month.calls for month in months) or 1)
    up = Scale(low=0, high=highest, start=bottom, end=top)
    wide = (right - left) / len(months)
    drawn = tuple(
        Bar(
            x=round(left + wide * number + wide * 0.12, 1),
            y=up.at(month.calls),
            width=round(wide * 0.76, 1),
            height=round(bottom - up.at(month.calls), 1),
            whole=month.whole,
            words=f"{month.start:%B %Y}: {month.calls:,} calls" + ("" if month.whole else ", weeks are missing"),
        )
        for number, month in enumerate(months)
    )
    return Bars(
        width=WIDTH,
        height=HEIGHT,
        left=left,
        top=top,
        right=right,
        bottom=bottom,
        x_ticks=tuple(
            Tick(
                at=round(left + wide * (number + 0.5), 1),
                text=f"{month.start:%b %Y}" if _labelled(number, month) else "",
            )
            for number, month in enumerate(months)
            if _labelled(number, month)
        ),
        y_ticks=tuple(Tick(at=up.at(step * n), text=f"{step * n:,.0f}") for n in range(round(highest / step) + 1)),
        bars=drawn,
        description="; ".join(bar.words for bar in drawn) + ".",
    )


def _labelled(number: int, month: MonthSum) -> bool:
    return month.month[1] in (1, 7) or (number == 0 and month.month[1] in (2, 3, 4, 8, 9, 10))
