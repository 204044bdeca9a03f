"""What an attempt shows, said as tasks: what you can do, the next step, what to watch. No score, no rank."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from portal.skills_check.rules.adaptive import Verdict
from portal.skills_check.rules.marking import Answer, Outcome
from portal.skills_check.rules.questions import Kind, Question


class Shown(StrEnum):
    """What the answers say about one skill."""

    SHOWN = "shown"
    NOT_YET = "not-yet"
    NOT_YET_KNOWN = "not-yet-known"
    NOT_ASKED = "not-asked"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """A question with what was answered; ``outcome`` None where it wasn't reached."""

    position: int
    question: Question
    answer: Answer | None
    outcome: Outcome | None
    choice_order: tuple[int, ...]

    @property
    def in_words(self) -> tuple[str, ...]:
        """What was answered, for people."""
        if self.answer is None or self.answer.dont_know:
            return ()
        question, chosen = self.question, self.answer.choices
        texts = {
            Kind.HOTSPOT: [region.label for region in question.regions],
            Kind.ORDER: list(question.items),
        }.get(question.kind, [choice.text for choice in question.choices])
        if question.kind is Kind.MATCH:
            pairs = zip(question.lefts, chosen, strict=True)
            return tuple(f"{left}: {question.targets[index]}" for left, index in pairs)
        return tuple(texts[index] for index in chosen) or (self.answer.text,)


@dataclass(frozen=True, slots=True, kw_only=True)
class OneMore:
    """A single question after a guide was watched. ``key`` leads to it; ``outcome`` None while it is open."""

    key: str
    system: str
    skill: str
    question: str
    outcome: Outcome | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """An attempt that its person keeps in their account."""

    key: str
    systems: tuple[str, ...]
    finished_at: dt.datetime | None


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
    if len(right) >= 2 or any(one.question.kind.shows_alone for one in right):
        return Shown.SHOWN
    return Shown.NOT_YET_KNOWN


def skill_results(answered: Iterable[Answered]) -> tuple[SkillResult, ...]:
    """One result a skill that was asked about and reached, in order. Withdrawn questions say nothing."""
    by_skill: dict[tuple[str, str], list[Answered]] = {}
    for one in answered:
        if one.outcome not in (None, Outcome.NOT_COUNTED):
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


def not_asked(results: Iterable[SkillResult], skills: Mapping[str, Sequence[str]]) -> tuple[SkillResult, ...]:
    """The skills of these systems about which nothing was asked. ``skills``: system → its skills."""
    met = {(one.system, one.skill) for one in results}
    return tuple(
        SkillResult(system=system, skill=skill, shown=Shown.NOT_ASKED, missed=())
        for system, ones in skills.items()
        for skill in ones
        if (system, skill) not in met
    )


#: What is said of a system, in one sentence; {system} is its name.
SENTENCES = {
    Verdict.READY: "{system}: you are ready for everyday work.",
    Verdict.GUIDE: "{system}: you would gain from a guide.",
    Verdict.OPEN: "{system}: your answers lie near the line, so a short check can’t say more.",
}
