"""Atoms: the figures of closed groups, and what may be added up over them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum


class Audience(StrEnum):
    """Whose answers an atom holds. Applicants' answers never become figures."""

    STAFF = "staff"


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueKey:
    """Where answers wait. ``directorate`` None: several directorates, or none named; counts for the council only."""

    audience: Audience
    directorate: str | None
    system: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sums:
    """What may be added up over people: with x right answers of m a person, Σx is ``correct``, Σm ``answers``."""

    people: int
    answers: int
    correct: int
    sum_xx: int
    sum_xm: int
    sum_mm: int

    def __add__(self, other: "Sums") -> "Sums":
        return Sums(
            people=self.people + other.people,
            answers=self.answers + other.answers,
            correct=self.correct + other.correct,
            sum_xx=self.sum_xx + other.sum_xx,
            sum_xm=self.sum_xm + other.sum_xm,
            sum_mm=self.sum_mm + other.sum_mm,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class SkillVector:
    """The part of an atom that belongs to one skill. ``expected``: right answers expected at each of ``MEANS``."""

    skill: str
    sums: Sums
    expected: tuple[float, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Atom:
    """The figures of one closed queue: ten people or more, never of one mind, never changed.

    ``below``: people below the standard. ``skills`` may lack skills that too few people were asked about.
    """

    key: QueueKey
    sums: Sums
    below: int
    expected: tuple[float, ...]
    skills: tuple[SkillVector, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SystemSums:
    """Atoms of one system added up, in whole and a skill."""

    system: str
    sums: Sums
    skills: Mapping[str, Sums]


def added_up(parts: Iterable[SystemSums]) -> tuple[SystemSums, ...]:
    """The sums of several releases as one a system, in the order of keys."""
    wholes: dict[str, Sums] = {}
    skills: dict[str, dict[str, Sums]] = {}
    for part in parts:
        wholes[part.system] = wholes[part.system] + part.sums if part.system in wholes else part.sums
        known = skills.setdefault(part.system, {})
        for skill, sums in part.skills.items():
            known[skill] = known[skill] + sums if skill in known else sums
    return tuple(SystemSums(system=system, sums=wholes[system], skills=skills[system]) for system in sorted(wholes))
