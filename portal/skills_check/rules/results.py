"""What an attempt shows, said as tasks: what you can do, the next step, what to watch. No score, no rank."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from portal.skills_check.rules.marking import Answer, Outcome
from portal.skills_check.rules.questions import Question


class Shown(StrEnum):
    """What the answers say about one skill."""

    SHOWN = "shown"
    NOT_YET = "not-yet"
    NOT_YET_KNOWN = "not-yet-known"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """A question with what was answered; ``outcome`` None where it wasn't reached."""

    position: int
    question: Question
    answer: Answer | None
    outcome: Outcome | None
    choice_order: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SkillResult:
    """One skill of one system. ``missed``: the questions to look at again."""

    system: str
    skill: str
    shown: Shown
    missed: tuple[Question, ...]


def shown(answered: Sequence[Answered]) -> Shown:
    """What a skill's questions show: two right and none wrong; one suffices where it can't be guessed."""
    if any(one.outcome in (Outcome.WRONG, Outcome.DONT_KNOW) for one in answered):
        return Shown.NOT_YET
    right = [one for one in answered if one.outcome is Outcome.RIGHT]
    if len(right) >= 2 or any(not one.question.kind.is_choice for one in right):
        return Shown.SHOWN
    return Shown.NOT_YET_KNOWN


def skill_results(answered: Iterable[Answered]) -> tuple[SkillResult, ...]:
    """One result a skill that was asked about and reached, in the order of the check."""
    by_skill: dict[tuple[str, str], list[Answered]] = {}
    for one in answered:
        if one.outcome is not None:
            by_skill.setdefault((one.question.system, one.question.skill), []).append(one)
    return tuple(
        SkillResult(
            system=system,
            skill=skill,
            shown=shown(ones),
            missed=tuple(one.question for one in ones if one.outcome is not Outcome.RIGHT),
        )
        for (system, skill), ones in by_skill.items()
    )
