"""The desk's tables as CSV. Text that a spreadsheet would run is neutralised."""

from collections import Counter
from collections.abc import Iterable, Mapping

from portal.core.periods import month_of_week
from portal.core.tables import csv_text
from portal.desk_calls.rules.mapping import MappedRow
from portal.desk_calls.rules.overview import CategorySum, SystemSum


def months_csv(rows: Iterable[MappedRow]) -> str:
    """A row a month, system and type of call; empty where there is none."""
    totals: Counter[tuple[str, str, str]] = Counter()
    for row in rows:
        year, month = month_of_week(row.week)
        totals[f"{year:04}-{month:02}", row.system or "", row.call_type or ""] += row.calls
    return csv_text(
        ("month", "system", "call_type", "calls"), ((*key, number) for key, number in sorted(totals.items()))
    )


def systems_csv(systems: Iterable[SystemSum], names: Mapping[str, str]) -> str:
    """A row a system, as on the page."""
    rows = (
        (
            one.system,
            names.get(one.system or "", ""),
            one.calls,
            one.before,
            None if one.rate is None else round(one.rate, 2),
            one.largest_type,
        )
        for one in systems
    )
    head = ("system", "name", "calls", "calls_the_year_before", "calls_per_100_users_a_month", "largest_call_type")
    return csv_text(head, rows)


def categories_csv(categories: Iterable[CategorySum]) -> str:
    """A row a category without a guide."""
    rows = ((one.category, one.system, one.skill, one.calls) for one in categories)
    return csv_text(("category", "system", "skill", "calls"), rows)
