"""Calls by period, category and system, under the mapping of their time."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session

from portal.core.periods import Months, monday_of, month_of_week
from portal.desk_calls.models import DeskCount, DeskPart
from portal.desk_calls.queries.mapping import call_mapping
from portal.desk_calls.rules.days import Granularity, is_counted
from portal.desk_calls.rules.imports import (
    CallLabels,
)
from portal.desk_calls.rules.mapping import (
    MappedCalls,
    MappedRow,
)

Period = tuple[Granularity, dt.date]


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredPeriod:
    """A week or month of one source as it is stored. ``counted``: it is in the figures."""

    source: str
    start: dt.date
    granularity: Granularity
    counted: bool
    calls: int

    @property
    def month(self) -> tuple[int, int]:
        """(year, month) it belongs to."""
        return month_of_start(self.granularity, self.start)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredSource:
    """What one source has. ``first``, ``last``: starts of its periods. ``incomplete``: weeks that aren't counted."""

    source: str
    first: dt.date
    last: dt.date
    weeks: int
    months: int
    incomplete: int
    calls: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthOfCalls:
    """The counted calls of all sources in a month (``start``: its first), and its weeks that aren't counted."""

    start: dt.date
    calls: int
    incomplete: int


def mapped_calls(session: Session, months: Months) -> MappedCalls:
    """The counted calls of these months, each week under the rules valid on its Monday.

    A month that is stored as one number counts for all its weeks and stands at the first of them.
    """
    mondays = months.mondays()
    in_months = or_(
        and_(DeskPart.granularity == Granularity.WEEK, DeskPart.start.between(mondays[0], mondays[-1])),
        and_(DeskPart.granularity == Granularity.MONTH, DeskPart.start >= months.start, DeskPart.start < months.end),
    )
    counted = _counted_periods(session, in_months)
    weeks = {week for _, period in counted for week in weeks_of(period)}
    call_map = call_mapping(session)
    totals: Counter[MappedRow] = Counter()
    for row in session.execute(_label_totals(in_months)):
        if (row.source, (row.granularity, row.start)) not in counted:
            continue
        labels = CallLabels(category=row.category, call_type=row.call_type, closing_code=row.closing_code)
        monday = weeks_of((row.granularity, row.start))[0]
        totals[call_map.mapped(row.source, monday, labels, 0)] += row.calls
    rows = tuple(
        MappedRow(
            week=row.week,
            category=row.category,
            system=row.system,
            skill=row.skill,
            call_type=row.call_type,
            fault=row.fault,
            calls=calls,
        )
        for row, calls in totals.items()
    )
    return MappedCalls(weeks=tuple(sorted(weeks)), rows=rows)


def newest_week(session: Session) -> dt.date | None:
    """The Monday of the newest week stored, or of the week a newest month begins in; None without calls."""
    newest = session.scalar(select(func.max(DeskPart.start)))
    return None if newest is None else monday_of(newest)


def stored_periods(session: Session) -> tuple[StoredPeriod, ...]:
    """Every week and month of every source, by source and time."""
    calls = func.coalesce(func.sum(DeskCount.calls), 0).label("calls")
    query = (
        select(DeskPart.source, DeskPart.granularity, DeskPart.start, DeskPart.days, DeskPart.counted, calls)
        .outerjoin(DeskCount, DeskCount.part_id == DeskPart.id)
        .group_by(DeskPart.id)
        .order_by(DeskPart.source, DeskPart.start, DeskPart.days)
    )
    days: dict[tuple[str, Period], list[int]] = {}
    included: set[tuple[str, Period]] = set()
    totals: Counter[tuple[str, Period]] = Counter()
    for row in session.execute(query):
        key = (row.source, (row.granularity, row.start))
        days.setdefault(key, []).append(row.days)
        totals[key] += row.calls
        if row.counted:
            included.add(key)
    return tuple(
        StoredPeriod(
            source=source,
            start=start,
            granularity=granularity,
            counted=is_counted(masks, (source, (granularity, start)) in included),
            calls=totals[source, (granularity, start)],
        )
        for (source, (granularity, start)), masks in days.items()
    )


def stored_sources(periods: Iterable[StoredPeriod]) -> tuple[StoredSource, ...]:
    """The periods summed up, a line a source, by name."""
    by_source: dict[str, list[StoredPeriod]] = {}
    for period in periods:
        by_source.setdefault(period.source, []).append(period)
    return tuple(
        StoredSource(
            source=source,
            first=min(one.start for one in found),
            last=max(one.start for one in found),
            weeks=sum(one.granularity is Granularity.WEEK for one in found),
            months=sum(one.granularity is Granularity.MONTH for one in found),
            incomplete=sum(not one.counted for one in found),
            calls=sum(one.calls for one in found),
        )
        for source, found in sorted(by_source.items())
    )


def months_of_calls(periods: Iterable[StoredPeriod]) -> tuple[MonthOfCalls, ...]:
    """The periods summed up, a line a month, newest first."""
    calls: Counter[tuple[int, int]] = Counter()
    incomplete: Counter[tuple[int, int]] = Counter()
    for period in periods:
        calls[period.month] += period.calls if period.counted else 0
        incomplete[period.month] += not period.counted
    return tuple(
        MonthOfCalls(start=dt.date(*month, 1), calls=calls[month], incomplete=incomplete[month])
        for month in sorted(calls, reverse=True)
    )


def _counted_periods(session: Session, where: ColumnElement[bool]) -> set[tuple[str, Period]]:
    """(source, period) of everything that counts in figures."""
    days: dict[tuple[str, Period], list[int]] = {}
    included: set[tuple[str, Period]] = set()
    query = select(DeskPart.source, DeskPart.granularity, DeskPart.start, DeskPart.days, DeskPart.counted).where(where)
    for row in session.execute(query):
        key = (row.source, (row.granularity, row.start))
        days.setdefault(key, []).append(row.days)
        if row.counted:
            included.add(key)
    return {key for key, masks in days.items() if is_counted(masks, key in included)}


def _label_totals(where: ColumnElement[bool]) -> Select[str, Granularity, dt.date, str, str | None, str | None, int]:
    columns = (DeskPart.source, DeskPart.granularity, DeskPart.start, DeskCount.category)
    labels = (DeskCount.call_type, DeskCount.closing_code)
    total = func.sum(DeskCount.calls).label("calls")
    return (
        select(*columns, *labels, total)
        .join(DeskCount, DeskCount.part_id == DeskPart.id)
        .where(where)
        .group_by(*columns, *labels)
    )


def month_of_start(granularity: Granularity, start: dt.date) -> tuple[int, int]:
    """(year, month) a period belongs to."""
    return month_of_week(start) if granularity is Granularity.WEEK else (start.year, start.month)


def weeks_of(period: Period) -> tuple[dt.date, ...]:
    """The Mondays a period stands for."""
    granularity, start = period
    if granularity is Granularity.WEEK:
        return (start,)
    return Months(first=(start.year, start.month), last=(start.year, start.month)).mondays()
