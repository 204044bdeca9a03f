"""Calls of each category week by week."""

import datetime as dt

import numpy as np
from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from portal.core.periods import WEEK
from portal.desk_calls.models import DeskCount, DeskPart
from portal.desk_calls.queries.mapping import mapping_rules
from portal.desk_calls.rules.days import Granularity, is_counted
from portal.desk_calls.rules.mapping import CallMap
from portal.desk_calls.rules.weekly import CategoryOfSource, CategoryPlace, WeeklyCalls


def weekly_calls(session: Session, *, first: dt.date, last: dt.date) -> WeeklyCalls:
    """Calls of the whole weeks from ``first`` to ``last`` (days), by source and category path."""
    rows = session.execute(_totals().where(DeskPart.start.between(first, last))).all()
    parts: dict[tuple[str, dt.date], list[tuple[int, bool]]] = {}
    monthly = {row.source for row in rows if row.granularity is Granularity.MONTH}
    weekly = [row for row in rows if row.granularity is Granularity.WEEK]
    for row in weekly:
        parts.setdefault((row.source, row.start), []).append((row.days, row.counted))
    whole = {key for key, kept in parts.items() if is_counted([days for days, _ in kept], any(one for _, one in kept))}
    if not whole:
        return WeeklyCalls(weeks=(), covered={}, calls={}, places={}, monthly=tuple(sorted(monthly)))
    weeks = _mondays(min(start for _, start in whole), max(start for _, start in whole))
    index = {week: number for number, week in enumerate(weeks)}
    covered = {source: np.zeros(len(weeks), dtype=np.bool_) for source, _ in whole}
    for source, start in whole:
        covered[source][index[start]] = True
    calls: dict[CategoryOfSource, np.ndarray[tuple[int], np.dtype[np.int64]]] = {}
    for row in weekly:
        if row.category is None or (row.source, row.start) not in whole:
            continue
        key = CategoryOfSource(source=row.source, category=row.category)
        if key not in calls:
            calls[key] = np.zeros(len(weeks), dtype=np.int64)
        calls[key][index[row.start]] += int(row.calls)
    call_map = CallMap(mapping_rules(session), ())
    places = {key: _place(call_map, key, weeks[-1]) for key in calls}
    return WeeklyCalls(weeks=weeks, covered=covered, calls=calls, places=places, monthly=tuple(sorted(monthly)))


def _totals() -> Select[str, Granularity, dt.date, int, bool, str | None, int]:
    """A row a stored part and category; a part without calls has one row with neither."""
    columns = (DeskPart.source, DeskPart.granularity, DeskPart.start, DeskPart.days, DeskPart.counted)
    return (
        select(*columns, DeskCount.category, func.coalesce(func.sum(DeskCount.calls), 0).label("calls"))
        .outerjoin(DeskCount, DeskCount.part_id == DeskPart.id)
        .group_by(DeskPart.id, *columns, DeskCount.category)
    )


def _mondays(first: dt.date, last: dt.date) -> tuple[dt.date, ...]:
    return tuple(first + WEEK * number for number in range((last - first).days // 7 + 1))


def _place(call_map: CallMap, key: CategoryOfSource, monday: dt.date) -> CategoryPlace:
    rule = call_map.rule_for(key.source, key.category, monday)
    if rule is None:
        return CategoryPlace(system=None, skill=None, call_type=None)
    return CategoryPlace(system=rule.system, skill=rule.skill, call_type=rule.call_type)
