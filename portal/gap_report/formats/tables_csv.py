"""Each chart's numbers as CSV. Text that a spreadsheet would run is neutralised; withheld figures are empty cells."""

from collections.abc import Iterable

from portal.core.tables import Cell, csv_text
from portal.gap_report.rules.estimates import Range
from portal.gap_report.rules.report import Line, SkillLine

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
    return csv_text(head, rows)


def categories_csv(lines: Iterable[Line]) -> str:
    """One row a category and skill of a system."""
    head = ("system", "category", "skill", *SHARE, *CALLS, "verdict")
    rows = (
        (one.system, one.category, one.skill, one.asked, *_share(one.share), one.calls, *_rate(one.rate), one.verdict)
        for one in lines
    )
    return csv_text(head, rows)


def skills_csv(lines: Iterable[SkillLine]) -> str:
    """One row a skill of a system."""
    rows = ((one.system, one.skill, one.name, one.asked, *_share(one.share)) for one in lines)
    return csv_text(("system", "skill", "name", *SHARE), rows)


def _share(share: Range | None) -> tuple[Cell, Cell, Cell]:
    return (None, None, None) if share is None else (share.mid, share.low, share.high)


def _rate(rate: Range | None) -> tuple[Cell, Cell, Cell]:
    return (None, None, None) if rate is None else (rate.mid, rate.low, rate.high)
