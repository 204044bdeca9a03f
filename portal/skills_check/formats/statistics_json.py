"""The figures as JSON: a promise to outsiders (docs/formats.md). Plain ratios, nothing rounded, undefined is null."""

from collections.abc import Mapping, Sequence
from typing import Any

from portal.skills_check.rules.bank_figures import QuestionFigures
from portal.skills_check.rules.fairness import Difference
from portal.skills_check.rules.statistics import Figures, Range


def figures_data(found: Figures, differences: Sequence[Difference], notes: Sequence[str]) -> Mapping[str, Any]:
    """Figures of a file of marks."""
    test = found.test
    return {
        "n": found.n,
        "items": [
            {
                "item": one.item,
                "facility": one.facility,
                "sd": one.sd,
                "effective_weight": one.effective_weight,
                "discrimination": one.discrimination,
                "efficiency": one.efficiency,
            }
            for one in found.items
        ],
        "test": {
            "mean": test.mean,
            "median": test.median,
            "sd": test.sd,
            "skewness": test.skewness,
            "kurtosis": test.kurtosis,
            "alpha": test.alpha,
            "error_ratio": test.error_ratio,
            "standard_error": test.standard_error,
        },
        "ranges": {
            "alpha": _range(test.alpha_range),
            "discrimination": {one.item: _range(one.discrimination_range) for one in found.items},
        },
        "intended_weights": {one.item: one.intended_weight for one in found.items},
        "differences": [
            {
                "item": one.item,
                "group": one.group,
                "against": one.against,
                "odds": one.odds,
                "low": one.low,
                "high": one.high,
                "words": one.words,
            }
            for one in differences
        ],
        "notes": list(notes),
    }


def question_data(question_id: str, found: QuestionFigures, flags: Sequence[str]) -> Mapping[str, Any]:
    """Figures of one question of the bank."""
    return {
        "question": question_id,
        "n": found.n,
        "right": found.right,
        "wrong": found.wrong,
        "dont_know": found.dont_know,
        "not_reached": found.not_reached,
        "facility": found.facility,
        "sd": found.sd,
        "discrimination": found.discrimination,
        "discrimination_range": _range(found.discrimination_range),
        "efficiency": found.efficiency,
        "median_seconds": found.median_seconds,
        "choices": [{"choice": one.index + 1, "people": one.people} for one in found.choices],
        "flags": list(flags),
    }


def _range(found: Range | None) -> Mapping[str, float] | None:
    return None if found is None else {"low": found.low, "high": found.high}
