"""Why a line has its verdict, in plain sentences with the numbers."""

from dataclasses import dataclass

from portal.core.privacy import Band
from portal.gap_report.rules.estimates import Range
from portal.gap_report.rules.verdicts import Verdict
from portal.gap_report.rules.words import (
    people_of_users,
    people_words,
    rate_range,
    rate_words,
    share_range,
    share_words,
)

ABOVE, WITHIN, BELOW = 1, 0, -1


@dataclass(frozen=True, slots=True, kw_only=True)
class Lines:
    """Where the chart is cut. ``calls`` and ``category_calls``: per 100 users a month, None without any calls.

    ``calls_set``: the council chose the line of calls itself; otherwise it is the middle of all systems.
    """

    skill: float
    calls: float | None
    calls_set: bool
    category_calls: float | None

    @property
    def calls_words(self) -> str:
        return "set by the council" if self.calls_set else "the middle of all systems"


def system_reasons(
    judged: Verdict, *, asked: Band | None, users: int, share: Range | None, rate: Range | None, lines: Lines
) -> tuple[str, ...]:
    """The reasons of a system's verdict."""
    told = (f"{people_of_users(asked, users)}.",) if asked else ()
    return (
        _share_reason(share, lines.skill, of="of answered questions"),
        *told,
        _rate_reason(rate, lines.calls, of=lines.calls_words),
        _conclusion(judged, share, rate, lines.skill, lines.calls),
    )


def category_reasons(
    judged: Verdict,
    *,
    asked: Band | None,
    skill_name: str | None,
    share: Range | None,
    rate: Range | None,
    lines: Lines,
) -> tuple[str, ...]:
    """The reasons of a category's verdict."""
    of = f"of answered questions about “{skill_name}”" if skill_name else "of answered questions about this system"
    told = (f"{people_words(asked)} answered, all volunteers.",) if asked else ()
    return (
        _share_reason(share, lines.skill, of=of),
        *told,
        _rate_reason(rate, lines.category_calls, of="the middle of all categories"),
        _conclusion(judged, share, rate, lines.skill, lines.category_calls),
    )


def _share_reason(share: Range | None, line: float, *, of: str) -> str:
    if share is None:
        return f"Fewer than 10 people are in a release with answers, so the share right {of} is withheld."
    where = {
        ABOVE: f"above the line of {share_words(line)}",
        BELOW: f"below the line of {share_words(line)}",
        WITHIN: f"with the line of {share_words(line)} inside that range",
    }[share.side(line)]
    return f"{share_words(share.mid)} {of} were right (95% range {share_range(share)}), {where}."


def _rate_reason(rate: Range | None, line: float | None, *, of: str) -> str:
    if rate is None or line is None:
        return "No call of the period is mapped to it: nobody called, or the mapping table doesn’t know it yet."
    named = f"the line of {rate_words(line)} ({of})"
    where = {ABOVE: f"above {named}", BELOW: f"below {named}", WITHIN: f"with {named} inside that range"}
    return (
        f"{rate_words(rate.mid)} calls per 100 users a month (95% range {rate_range(rate)}), {where[rate.side(line)]}."
    )


def _conclusion(
    judged: Verdict, share: Range | None, rate: Range | None, skill_line: float, calls_line: float | None
) -> str:
    if judged is not Verdict.NOT_ENOUGH_EVIDENCE:
        return judged.meaning
    needs = []
    if share is None or share.side(skill_line) == WITHIN:
        needs.append("more people who take the check and add their answers")
    if rate is None or calls_line is None:
        needs.append("calls that are mapped to it")
    elif rate.side(calls_line) == WITHIN:
        needs.append("more weeks of calls")
    return f"What would settle it: {' and '.join(needs)}."
