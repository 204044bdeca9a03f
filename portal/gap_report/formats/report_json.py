"""The report as the JSON that councils script against. Its keys are a promise: see docs/file-formats."""

from collections.abc import Mapping
from typing import Any

from portal.core.periods import Months
from portal.core.privacy import MINIMUM_PEOPLE
from portal.evidence.rules.releases import Release
from portal.gap_report.rules.estimates import WEEKS_FOR_SPREAD, WILSON_FROM, Range
from portal.gap_report.rules.report import METHOD, METHOD_VERSION, Line, Report, SkillLine

SHARE_WORDS = (
    "Share of answered questions right among volunteers, from closed groups of ten people or more; 95 % range widened "
    "by the design effect (Wilson from 40 people, Jeffreys under it), whole per cents, 0.05 and 0.95 stand for “or "
    "less” and “or more”."
)
CALLS_WORDS = (
    "Calls of whole weeks that the mapping gives to the system, per 100 users a month; 95 % range from the spread of "
    "the weeks (overdispersed Poisson). Calls about faults are counted like the others."
)
VERDICT_WORDS = (
    "Verdict by two lines; not-enough-evidence where a range holds its line inside it or a figure is withheld. A "
    "category is compared with the middle of all categories, a system with the middle of all systems or the line set."
)
NULL_WORDS = "This first method splits no calls: teachable_calls_a_year, design_calls_a_year and probability are null."


def report_json(report: Report) -> Mapping[str, Any]:
    """The whole report, ready for ``json.dumps``."""
    return {
        "period": _period(report.months),
        "release": _release(report.releases),
        "rows": [_row(line) for line in (*report.systems, *report.categories)],
        "skills": [_skill(line) for line in report.skills],
        "unmapped_share": _two_places(report.unmapped_share),
        "calls": report.calls,
        "calls_a_user_a_year": _two_places(report.calls_a_user_a_year),
        "weeks": {"with_calls": report.weeks, "in_period": report.weeks_in_period},
        "method": {
            "name": METHOD,
            "version": METHOD_VERSION,
            "lines": {
                "skill": report.lines.skill,
                "calls_per_100_users_a_month": report.lines.calls,
                "calls_line_set_by_council": report.lines.calls_set,
                "category_calls_per_100_users_a_month": report.lines.category_calls,
            },
            "minimums": {"people": MINIMUM_PEOPLE, "wilson_from_people": WILSON_FROM, "weeks": WEEKS_FOR_SPREAD},
            "words": [SHARE_WORDS, CALLS_WORDS, VERDICT_WORDS, NULL_WORDS],
        },
    }


def _period(months: Months) -> Mapping[str, str]:
    first, last = months.keys()
    return {"from": first, "to": last}


def _release(releases: tuple[Release, ...]) -> Mapping[str, Any]:
    """The newest release and, with it, all whose answers are in the figures."""
    newest = releases[-1]
    return {
        "title": newest.title,
        "closed_on": newest.closed_at.date().isoformat(),
        "holds": [{"title": one.title, **_period(one.months)} for one in releases],
    }


def _row(line: Line) -> Mapping[str, Any]:
    return {
        "system": line.system,
        "skill": line.skill,
        "category": line.category,
        "asked": None if line.asked is None else line.asked.value,
        "shown_share": _range(line.share),
        "calls": line.calls,
        "calls_per_100_users_a_month": _range(line.rate),
        "teachable_calls_a_year": None,
        "design_calls_a_year": None,
        "verdict": line.verdict.value,
        "both": False,
        "probability": None,
        "suppressed": line.suppressed,
        "why": list(line.why),
    }


def _skill(line: SkillLine) -> Mapping[str, Any]:
    return {
        "system": line.system,
        "skill": line.skill,
        "asked": None if line.asked is None else line.asked.value,
        "shown_share": _range(line.share),
        "suppressed": line.share is None,
    }


def _range(figure: Range | None) -> Mapping[str, float] | None:
    if figure is None:
        return None
    return {"low": round(figure.low, 2), "mid": round(figure.mid, 2), "high": round(figure.high, 2)}


def _two_places(number: float | None) -> float | None:
    return None if number is None else round(number, 2)
