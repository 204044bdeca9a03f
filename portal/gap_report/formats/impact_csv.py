"""Impact as tables and JSON."""

from collections.abc import Sequence
from typing import Any

from portal.core.tables import csv_text
from portal.gap_report.rules.estimates import Range
from portal.gap_report.rules.impact.verdicts import Impact
from portal.gap_report.rules.impact.words import headline, said_words, standing

COLUMNS = (
    "kind", "code", "name", "system", "started", "verdict", "preview", "change_low", "change_mid", "change_high",
    "calls_a_year_low", "calls_a_year_mid", "calls_a_year_high", "smallest_fall", "calls_before", "weeks_before",
    "calls_after", "weeks_after", "controls", "elsewhere", "said_fall", "said_by",
)  # fmt: skip


def impacts_csv(impacts: Sequence[Impact]) -> str:
    """A header and a row a guide or fix. Shares from −1 up, rounded to 0.001; calls to whole ones."""
    return csv_text(COLUMNS, [tuple(_row(one).values()) for one in impacts])


def weeks_csv(impact: Impact) -> str:
    """A header and a row a week; ``calls`` empty where the week isn't stored."""
    rows = [(week.monday.isoformat(), week.calls, week.after, week.counted) for week in impact.weeks]
    return csv_text(("week", "calls", "after", "counted"), rows)


def impact_json(impact: Impact) -> dict[str, Any]:
    """One guide or fix as the command prints it."""
    categories = [{"source": one.source, "category": one.category} for one in impact.intervention.categories]
    return {
        **_row(impact),
        "categories": categories,
        "said": said_words(impact),
        "what": headline(impact),
        "why": list(impact.why or standing(impact)),
    }


def _row(impact: Impact) -> dict[str, Any]:
    one, totals = impact.intervention, impact.totals
    values = (
        one.kind.value, one.code, one.name, one.system, one.started.isoformat(), impact.verdict.value, impact.preview,
        *_ends(impact.change, 3), *_ends(impact.calls_a_year, 0), _rounded(impact.smallest_fall),
        totals.calls_before, totals.weeks_before, totals.calls_after, totals.weeks_after,
        len(impact.controls), _rounded(impact.elsewhere),
        one.said.fall if one.said else None, one.said.by.isoformat() if one.said else None,
    )  # fmt: skip
    return dict(zip(COLUMNS, values, strict=True))


def _ends(found: Range | None, places: int) -> tuple[float | None, ...]:
    if found is None:
        return None, None, None
    return tuple(round(end, places) if places else round(end) for end in (found.low, found.mid, found.high))


def _rounded(share: float | None) -> float | None:
    return None if share is None else round(share, 3)
