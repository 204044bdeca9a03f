"""The desk's tables as CSV. Text that a spreadsheet would run is neutralised."""

import csv
import io
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from portal.core.periods import month_of_week
from portal.core.privacy import neutral_cell
from portal.desk_calls.rules.mapping import MappedRow
from portal.desk_calls.rules.overview import CategorySum, SystemSum

Cell = str | int | float | None


def months_csv(rows: Iterable[MappedRow]) -> str:
    """A row a month, system and type of call; empty where there is none."""
    totals: Counter[tuple[str, str, str]] = Counter()
    for row in rows:
        year, month = month_of_week(row.week)
        totals[f"{year:04}-{month:02}", row.system or "", row.call_type or ""] += row.calls
    return _text(("month", "system", "call_type", "calls"), ((*key, number) for key, number in sorted(totals.items())))


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
    return _text(head, rows)


def categories_csv(categories: Iterable[CategorySum]) -> str:
    """A row a category without a guide."""
    rows = ((one.category, one.system, one.skill, one.calls) for one in categories)
    return _text(("category", "system", "skill", "calls"), rows)


def _text(head: Sequence[str], rows: Iterable[Sequence[Cell]]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(head)
    writer.writerows([neutral_cell(cell) if isinstance(cell, str) else cell for cell in row] for row in rows)
    return out.getvalue()
