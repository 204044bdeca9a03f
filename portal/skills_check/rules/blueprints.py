"""The same number of questions of the same levels for everybody, other ones each time: how recruiting asks."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from portal.core.errors import InvalidInput
from portal.skills_check.rules.forms import Form, FormItem, shown_order
from portal.skills_check.rules.questions import LEVELS, Question


class NotEnoughQuestions(InvalidInput):
    """The bank has too few questions for a part of a blueprint."""

    def __init__(self, part: "Part", found: int) -> None:
        self.part = part
        self.found = found
        super().__init__(
            f"{part.system}, {part.skill}, {LEVELS[part.level]}: {part.count} questions are wanted and {found} are "
            "there. Add questions, or ask for fewer."
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """So many questions of one skill at one level."""

    system: str
    skill: str
    level: int
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Blueprint:
    """What every attempt of a campaign asks."""

    parts: tuple[Part, ...]

    @property
    def systems(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(part.system for part in self.parts))


def blueprint_form(bank: Mapping[str, Sequence[Question]], blueprint: Blueprint, *, seed: str) -> Form:
    """A form of a blueprint: as many of each skill and level as it says, drawn by ``seed``, from easy to hard.

    Raises NotEnoughQuestions.
    """
    draw = random.Random(seed)  # noqa: S311 (it must be repeatable, not secret)
    chosen: list[Question] = []
    for part in blueprint.parts:
        fitting = [
            one
            for one in sorted(bank.get(part.system, ()), key=lambda one: one.id)
            if one.skill == part.skill and one.level == part.level and one not in chosen
        ]
        if len(fitting) < part.count:
            raise NotEnoughQuestions(part, len(fitting))
        chosen += draw.sample(fitting, part.count)
    chosen.sort(key=lambda one: (blueprint.systems.index(one.system), one.level))
    items = tuple(FormItem(question=one.id, choice_order=shown_order(one, draw)) for one in chosen)
    return Form(items=items, systems=blueprint.systems, later=(), short=())
