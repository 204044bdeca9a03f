"""The two-by-two: skill against calls, and the words for it."""

from enum import StrEnum

from portal.gap_report.rules.estimates import Range


class Verdict(StrEnum):
    """What a system's skill and calls say together. In the order in which a reader wants them."""

    TRAINING_GAP = "training-gap"
    DESIGN_PROBLEM = "design-problem"
    HIDDEN_GAP = "hidden-gap"
    NOT_ENOUGH_EVIDENCE = "not-enough-evidence"
    HEALTHY = "healthy"

    @property
    def words(self) -> str:
        """The verdict as a heading."""
        return self.value.replace("-", " ").capitalize()

    @property
    def meaning(self) -> str:
        """What it means, in a sentence or two."""
        return MEANINGS[self]


MEANINGS = {
    Verdict.TRAINING_GAP: "Staff know it less well and call about it a lot. "
    "Guides and practice should lower the calls.",
    Verdict.DESIGN_PROBLEM: "Staff know it well and still call about it a lot. "
    "Training will change little: look at the system or the process.",
    Verdict.HIDDEN_GAP: "Staff know it less well but seldom call. They may be working around it, slowly or wrongly.",
    Verdict.NOT_ENOUGH_EVIDENCE: "The figures can’t say yet on which side of the lines it lies.",
    Verdict.HEALTHY: "Staff know it well and seldom call.",
}


def verdict(share: Range | None, rate: Range | None, *, skill_line: float, calls_line: float | None) -> Verdict:
    """The verdict of a share of answers right and a rate of calls.

    Not enough evidence where either is withheld or missing, or where either range holds its line inside it.
    """
    if share is None or rate is None or calls_line is None:
        return Verdict.NOT_ENOUGH_EVIDENCE
    sides = (share.side(skill_line), rate.side(calls_line))
    return {
        (-1, 1): Verdict.TRAINING_GAP,
        (1, 1): Verdict.DESIGN_PROBLEM,
        (-1, -1): Verdict.HIDDEN_GAP,
        (1, -1): Verdict.HEALTHY,
    }.get(sides, Verdict.NOT_ENOUGH_EVIDENCE)
