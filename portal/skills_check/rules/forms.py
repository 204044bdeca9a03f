"""Which questions an attempt asks: a fixed form, balanced over skills, drawn by the attempt's own seed."""

import random
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from portal.core.errors import Conflict, InvalidInput
from portal.skills_check.rules.questions import Kind, Question

MOST_SYSTEMS = 3
MOST_QUESTIONS = 20
LEAST_A_SYSTEM = 6
#: Questions a system, by the number of systems in an attempt: never over 20 in all, never under 6 each.
A_SYSTEM = {1: 12, 2: 10, 3: LEAST_A_SYSTEM}


class NoSystemChosen(InvalidInput):
    """A check needs at least one system."""

    def __init__(self) -> None:
        super().__init__("Tick at least one system you use")


@dataclass(frozen=True, slots=True, kw_only=True)
class FormItem:
    """One question of a form, with its choices in the order they are shown: indexes into the version's own order."""

    question: str
    choice_order: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """``short``: systems for which the bank has fewer than six questions. ``later``: chosen, for another attempt."""

    items: tuple[FormItem, ...]
    systems: tuple[str, ...]
    later: tuple[str, ...]
    short: tuple[str, ...]


def build_form(bank: Mapping[str, Sequence[Question]], systems: Sequence[str], *, seed: str) -> Form:
    """A form over the first three systems of the choice; the others wait for another attempt.

    ``bank``: system key → its questions. Raises NoSystemChosen when none of the systems has questions.
    """
    wanted = [system for system in dict.fromkeys(systems) if bank.get(system)]
    if not wanted:
        raise NoSystemChosen
    taken, later = wanted[:MOST_SYSTEMS], wanted[MOST_SYSTEMS:]
    draw = random.Random(seed)  # noqa: S311 (it must be repeatable, not secret)
    items: list[FormItem] = []
    for system in taken:
        chosen = _balanced(bank[system], A_SYSTEM[len(taken)], draw)
        items += [FormItem(question=question.id, choice_order=shown_order(question, draw)) for question in chosen]
    short = tuple(system for system in taken if len(bank[system]) < LEAST_A_SYSTEM)
    return Form(items=tuple(items), systems=tuple(taken), later=tuple(later), short=short)


def _balanced(questions: Sequence[Question], count: int, draw: random.Random) -> list[Question]:
    """Round after round one question of each skill, until there are enough; shown from easy to hard."""
    by_skill: dict[str, list[Question]] = {}
    for question in sorted(questions, key=lambda one: one.id):
        by_skill.setdefault(question.skill, []).append(question)
    skills = sorted(by_skill)
    draw.shuffle(skills)
    # Skills with two questions or more go first: two right answers show a skill, one could be luck.
    skills.sort(key=lambda skill: len(by_skill[skill]) < 2)
    for skill in skills:
        draw.shuffle(by_skill[skill])
    chosen: list[Question] = []
    for skill in skills[: max(1, count // 2)]:
        chosen += by_skill[skill][:2]
        by_skill[skill] = by_skill[skill][2:]
    while len(chosen) < count and any(by_skill.values()):
        for skill in skills:
            if by_skill[skill]:
                chosen.append(by_skill[skill].pop())
    return sorted(chosen[:count], key=lambda one: one.level)


def shown_order(question: Question, draw: random.Random) -> tuple[int, ...]:
    """Indexes into the version's own order, in the order they are shown."""
    order = list(range(question.shown_parts))
    # Regions keep their place on the picture; an order that is shown as it belongs would answer itself.
    if question.kind is not Kind.HOTSPOT and question.shuffle:
        draw.shuffle(order)
    if question.kind is Kind.ORDER and order == sorted(order):
        order = order[1:] + order[:1]
    return tuple(order)


class NoParallelQuestion(Conflict):
    """Every question of the skill was asked already."""

    def __init__(self) -> None:
        super().__init__("You have met every question there is for this. Start a new check later to see what changed.")


def parallel_question(
    questions: Sequence[Question], *, skill: str, met: Collection[str], levels: Sequence[int]
) -> Question:
    """A question of this skill that was not met, nearest in level to those that were. Raises NoParallelQuestion."""
    fresh = [one for one in questions if one.skill == skill and one.id not in met]
    if not fresh:
        raise NoParallelQuestion
    return min(fresh, key=lambda one: (min((abs(one.level - level) for level in levels), default=0), one.id))
