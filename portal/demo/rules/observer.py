"""What an observer of a simulated council gets to see, and how the truth would be judged."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from portal.demo.rules.simulator import QUESTIONS_A_CATEGORY, Council, SimulatedAnswers, day_of
from portal.evidence.rules.atoms import Atom
from portal.evidence.rules.closing import close_queues
from portal.gap_report.rules.measurement.judgement import LABELS, Thresholds
from portal.gap_report.rules.measurement.skill import Asked
from portal.gap_report.rules.measurement.skill_against_calls import Observed

MONTHS_A_RELEASE = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class _Marked:
    skill: str
    a: float
    b: float
    c: float
    right: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _Given:
    id: int
    person: str
    directorate: str | None
    system: str
    answered_on: dt.date
    answers: Sequence[_Marked]


def directorate_key(number: int) -> str:
    return f"directorate-{number + 1}"


def system_key(number: int) -> str:
    return f"system-{number + 1}"


def skill_key(category: int) -> str:
    return f"skill-{category + 1}"


def released_atoms(council: Council) -> tuple[Atom, ...]:
    """The atoms of quarterly releases: answers close, wait and move up as they do in the portal."""
    given = {number: _given(council, number, one) for number, one in enumerate(council.answers, start=1)}
    atoms: list[Atom] = []
    waited: dict[int, int] = {}
    for end in range(MONTHS_A_RELEASE, council.size.months + 1, MONTHS_A_RELEASE):
        ready = [one for number, one in given.items() if council.answers[number - 1].month < end]
        closing = close_queues(sorted(ready, key=lambda one: one.answered_on), waited)
        atoms += closing.atoms
        for number in closing.closed:
            del given[number]
        waited = {number: waited.get(number, 0) + 1 for number in closing.waiting}
    return tuple(atoms)


def observed(council: Council) -> Observed:
    """What the verdicts are made from: atoms, users, calls."""
    return Observed(
        atoms=released_atoms(council),
        asked=tuple(
            Asked(system=system_key(int(system)), skill=skill_key(category), questions=QUESTIONS_A_CATEGORY)
            for category, system in enumerate(council.system_of)
        ),
        directorates=tuple(directorate_key(number) for number in range(council.size.directorates)),
        users=council.users_of_categories,
        calls=council.calls,
        faults=council.faults,
    )


def without_directorates(seen: Observed) -> Observed:
    """The same, as a desk sees it that doesn't ask where people work."""
    return replace(seen, calls=seen.calls.sum(axis=1, keepdims=True), faults=seen.faults.sum(axis=1, keepdims=True))


def true_labels(council: Council, limits: Thresholds | None = None) -> NDArray[np.int64]:
    """The label each category deserves, by the rule of the verdicts applied to the truth; C places in ``LABELS``."""
    limits = limits or Thresholds()
    truth, users = council.truth, council.users_of_categories
    rate = users * np.exp(truth.log_rate)
    calls = rate.sum(axis=1)
    usual = (users * np.exp(truth.usual + truth.culture)).sum(axis=1)
    trained = (rate * np.exp(truth.slope[:, None] * np.minimum(truth.ability, 0))).sum(axis=1)
    training, design = calls - trained, calls * -np.expm1(-truth.friction)
    ability = (truth.ability * users).sum(axis=1) / users.sum(axis=1)
    low = np.where(ability <= limits.low_ability, LABELS[2], LABELS[3])
    named = np.where(calls >= limits.many * usual, np.where(training > design, LABELS[0], LABELS[1]), low)
    return np.array([LABELS.index(one) for one in named], dtype=np.int64)


def _given(council: Council, number: int, one: SimulatedAnswers) -> _Given:
    bank = council.bank
    return _Given(
        id=number,
        person=f"person-{one.person}",
        directorate=directorate_key(one.directorate),
        system=system_key(one.system),
        answered_on=day_of(one.month),
        answers=tuple(
            _Marked(
                skill=skill_key(int(bank.category[question])),
                a=1.0,
                b=float(bank.b[question]),
                c=bank.guessing,
                right=bool(right),
            )
            for question, right in zip(one.questions, one.right, strict=True)
        ),
    )
