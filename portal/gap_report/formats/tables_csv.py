"""Each chart's numbers as CSV. Text that a spreadsheet would run is neutralised; withheld figures are empty cells."""

import csv
import io
from collections.abc import Iterable, Sequence

from portal.core.privacy import neutral_cell
from portal.gap_report.rules.estimates import Range
from portal.gap_report.rules.report import Line, SkillLine

Cell = str | int | float | None
SHARE = ("people", "share_right", "share_right_low", "share_right_high")
CALLS = ("calls", "calls_per_100_users_a_month", "calls_low", "calls_high")


def systems_csv(lines: Iterable[Line]) -> str:
    """One row a system."""
    head = ("system", "name", "users", *SHARE, *CALLS, "verdict")
    rows = (
        (
            one.system,
            one.system_name,
            one.users,
            one.asked,
            *_share(one.share),
            one.calls,
            *_rate(one.rate),
            one.verdict,
        )
        for one in lines
    )
    return table_text(head, rows)


def categories_csv(lines: Iterable[Line]) -> str:
    """One row a category and skill of a system."""
    head = ("system", "category", "skill", *SHARE, *CALLS, "verdict")
    rows = (
        (one.system, one.category, one.skill, one.asked, *_share(one.share), one.calls, *_rate(one.rate), one.verdict)
        for one in lines
    )
    return table_text(head, rows)


def skills_csv(lines: Iterable[SkillLine]) -> str:
    """One row a skill of a system."""
    rows = ((one.system, one.skill, one.name, one.asked, *_share(one.share)) for one in lines)
    return table_text(("system", "skill", "name", *SHARE), rows)


def _share(share: Range | None) -> tuple[Cell, Cell, Cell]:
    return (None, None, None) if share is None else (share.mid, share.low, share.high)


def _rate(rate: Range | None) -> tuple[Cell, Cell, Cell]:
    return (None, None, None) if rate is None else (rate.mid, rate.low, rate.high)


def table_text(head: Sequence[str], rows: Iterable[Sequence[Cell]]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(head)
    for row in rows:
        writer.writerow([neutral_cell(cell) if isinstance(cell, str) else cell for cell in row])
    return out.getvalue()
