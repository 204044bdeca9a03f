"""The newest year of calls by category: what the mapping is judged on, and what a change of it would do."""

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.core.periods import WEEK
from portal.desk_calls.models import DeskCount, DeskPart
from portal.desk_calls.queries.mapping import mapping_rules
from portal.desk_calls.queries.series import StoredPeriod, stored_periods, weeks_of
from portal.desk_calls.rules.changes import CategoryCalls
from portal.desk_calls.rules.mapping import CallMap, MappingRule
from portal.desk_calls.rules.tree import Leaf

WEEKS_A_YEAR = 52


@dataclass(frozen=True, slots=True, kw_only=True)
class YearOfCalls:
    """The counted calls of the newest year stored. ``unmapped``: path → calls a year of what no rule maps."""

    calls: int
    unmapped_calls: int
    unmapped: Mapping[str, int]

    @property
    def unmapped_share(self) -> float:
        return self.unmapped_calls / self.calls if self.calls else 0.0


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

    def summed(self, rules: Sequence[MappingRule]) -> YearOfCalls:
        """All calls, and those that no rule maps in their week."""
        call_map = CallMap(rules, ())
        unmapped: Counter[str] = Counter()
        for row in self.rows:
            if call_map.rule_for(row.source, row.category, row.monday) is None:
                unmapped[row.category] += row.calls
        return YearOfCalls(
            calls=round(sum(row.calls for row in self.rows) * self.scale),
            unmapped_calls=round(unmapped.total() * self.scale),
            unmapped={category: round(calls * self.scale) for category, calls in unmapped.items()},
        )


def category_year(session: Session, periods: Sequence[StoredPeriod] | None = None) -> CategoryYear:
    """Calls by source, category and period of the newest year stored; empty without any.

    ``periods`` saves a statement where the caller has them already.
    """
    counted = [one for one in (stored_periods(session) if periods is None else periods) if one.counted]
    if not counted:
        return CategoryYear(rows=(), scale=1.0)
    oldest = max(one.start for one in counted) - (WEEKS_A_YEAR - 1) * WEEK
    kept = {(one.source, one.granularity, one.start) for one in counted if one.start >= oldest}
    weeks = {week for _, granularity, start in kept for week in weeks_of((granularity, start))}
    columns = (DeskPart.source, DeskPart.granularity, DeskPart.start, DeskCount.category)
    totals = (
        select(*columns, func.sum(DeskCount.calls).label("calls"))
        .join(DeskCount, DeskCount.part_id == DeskPart.id)
        .where(DeskPart.start >= oldest)
        .group_by(*columns)
    )
    rows = tuple(
        CategoryCalls(
            source=row.source,
            category=row.category,
            monday=weeks_of((row.granularity, row.start))[0],
            calls=int(row.calls),
        )
        for row in session.execute(totals)
        if (row.source, row.granularity, row.start) in kept
    )
    return CategoryYear(rows=rows, scale=WEEKS_A_YEAR / min(len(weeks), WEEKS_A_YEAR))


def year_of_calls(
    session: Session, periods: Sequence[StoredPeriod] | None = None, rules: Sequence[MappingRule] | None = None
) -> YearOfCalls:
    """The newest 52 counted weeks. Fewer are scaled up, so that numbers read as calls a year.

    ``periods`` and ``rules`` save their statements where the caller has them already.
    """
    return category_year(session, periods).summed(mapping_rules(session) if rules is None else rules)
