"""The two-by-two."""

import pytest

from portal.gap_report.rules.estimates import Range
from portal.gap_report.rules.verdicts import Verdict, verdict

LOW_SKILL, SKILL_OVER_LINE, HIGH_SKILL = (Range(low=m - 0.05, mid=m, high=m + 0.05) for m in (0.4, 0.6, 0.8))
FEW, CALLS_OVER_LINE, MANY = (Range(low=m - 1, mid=m, high=m + 1) for m in (3.0, 8.0, 14.0))


@pytest.mark.parametrize(
    ("share", "rate", "expected"),
    [
        (LOW_SKILL, MANY, "training-gap"),
        (HIGH_SKILL, MANY, "design-problem"),
        (LOW_SKILL, FEW, "hidden-gap"),
        (HIGH_SKILL, FEW, "healthy"),
        (SKILL_OVER_LINE, MANY, "not-enough-evidence"),
        (LOW_SKILL, CALLS_OVER_LINE, "not-enough-evidence"),
        (SKILL_OVER_LINE, CALLS_OVER_LINE, "not-enough-evidence"),
        (None, MANY, "not-enough-evidence"),
        (HIGH_SKILL, None, "not-enough-evidence"),
    ],
)
def test_verdicts(share: Range | None, rate: Range | None, expected: str) -> None:
    assert verdict(share, rate, skill_line=0.6, calls_line=8.0) == expected


def test_without_a_line_of_calls_nothing_is_judged() -> None:
    assert verdict(LOW_SKILL, MANY, skill_line=0.6, calls_line=None) is Verdict.NOT_ENOUGH_EVIDENCE


def test_every_verdict_has_words_and_a_meaning() -> None:
    assert [verdict.words for verdict in Verdict] == [
        "Training gap",
        "Design problem",
        "Hidden gap",
        "Not enough evidence",
        "Healthy",
    ]
    assert all(verdict.meaning.endswith(".") for verdict in Verdict)
