"""Calls of the newest year by category, for the mapping's tree and for what a change would do."""

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.core.periods import WEEK
from portal.desk_calls.models import DeskCount, DeskPart
from portal.desk_calls.queries.series import WEEKS_A_YEAR, weeks_of
from portal.desk_calls.rules.changes import CategoryCalls
from portal.desk_calls.rules.days import Granularity, is_counted
from portal.desk_calls.rules.mapping import CallMap, MappingRule
from portal.desk_calls.rules.tree import Leaf


@dataclass(frozen=True, slots=True, kw_only=True)
class CategoryYear:
    """The newest 52 counted weeks. ``scale``: what makes fewer weeks a year."""

    rows: tuple[CategoryCalls, ...]
    scale: float

    def leaves(self, rules: Sequence[MappingRule]) -> tuple[Leaf, ...]:
        """Every whole path with its calls a year and the system its newest calls belong to."""
        call_map = CallMap(rules, ())
        totals: Counter[tuple[str, str]] = Counter()
        newest: dict[tuple[str, str], dt.date] = {}
        for row in self.rows:
            key = (row.source, row.category)
            totals[key] += row.calls
            newest[key] = max(row.monday, newest.get(key, row.monday))
        found = []
        for (source, category), calls in totals.items():
            rule = call_map.rule_for(source, category, newest[source, category])
            system = None if rule is None else rule.system
            found.append(Leaf(source=source, category=category, calls=round(calls * self.scale), system=system))
        return tuple(found)


def category_year(session: Session) -> CategoryYear:
    """Calls by source, category and period of the newest year stored; empty without any."""
    newest = select(func.max(DeskPart.start)).scalar_subquery()
    columns = (DeskPart.source, DeskPart.granularity, DeskPart.start, DeskPart.days, DeskPart.counted)
    query = (
        select(*columns, DeskCount.category, func.sum(DeskCount.calls).label("calls"), newest.label("newest"))
        .join(DeskCount, DeskCount.part_id == DeskPart.id)
        .group_by(DeskPart.id, *columns, DeskCount.category)
    )
    rows = session.execute(query).all()
    if not rows:
        return CategoryYear(rows=(), scale=1.0)
    oldest = rows[0].newest - (WEEKS_A_YEAR - 1) * WEEK
    parts: dict[tuple[str, Granularity, dt.date], dict[int, bool]] = {}
    for row in rows:
        parts.setdefault((row.source, row.granularity, row.start), {})[row.days] = row.counted
    counted = {key for key, days in parts.items() if key[2] >= oldest and is_counted(list(days), any(days.values()))}
    weeks = {week for _, granularity, start in counted for week in weeks_of((granularity, start))}
    return CategoryYear(
        rows=tuple(
            CategoryCalls(
                source=row.source,
                category=row.category,
                monday=weeks_of((row.granularity, row.start))[0],
                calls=int(row.calls),
            )
            for row in rows
            if (row.source, row.granularity, row.start) in counted
        ),
        scale=WEEKS_A_YEAR / min(len(weeks), WEEKS_A_YEAR) if weeks else 1.0,
    )
