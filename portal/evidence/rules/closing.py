"""From answers to atoms: queues, and when they may close.

The answers come in by shape (the protocols below) and leave as sums: nothing here names the feature that keeps
them, so that a reader of figures can't reach a person's answers through this package.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from portal.core.periods import quarter_of
from portal.core.privacy import MINIMUM_PEOPLE, band
from portal.evidence.rules.ability import GRID, abilities, expected_right, probability_right
from portal.evidence.rules.atoms import Atom, Audience, QueueKey, SkillVector, Sums
from portal.evidence.rules.releases import ClosedGroup, ClosedRelease, Release, WaitingGroups

#: After this many releases a set that still waits no longer counts for its directorate, only for the council.
RELEASES_IN_DIRECTORATE = 2


class Answered(Protocol):
    """One marked answer. ``a``, ``b``, ``c``: slope, difficulty and guessing of the question."""

    @property
    def skill(self) -> str: ...
    @property
    def a(self) -> float: ...
    @property
    def b(self) -> float: ...
    @property
    def c(self) -> float: ...
    @property
    def right(self) -> bool: ...


class Answers(Protocol):
    """What one person answered about one system in one attempt, with consent. ``person`` is a keyed hash."""

    @property
    def id(self) -> int: ...
    @property
    def person(self) -> str: ...
    @property
    def directorate(self) -> str | None: ...
    @property
    def system(self) -> str: ...
    @property
    def answered_on(self) -> dt.date: ...
    @property
    def answers(self) -> Sequence[Answered]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Closing:
    """What one release does to the queues. ``closed`` and ``waiting`` are ids of sets; repeats close with the rest."""

    atoms: tuple[Atom, ...]
    closed: tuple[int, ...]
    waiting: tuple[int, ...]
    waiting_groups: tuple[QueueKey, ...]


def close_queues(sets: Iterable[Answers], waited: Mapping[int, int]) -> Closing:
    """Sort sets into queues and close those that may become figures.

    ``sets`` in the order answered; ``waited`` says at how many earlier releases a set (by id) waited, 0 where it is
    missing. Of a person's sets in one queue and calendar quarter the first counts, the others close uncounted with
    it. A queue of fewer than ten people, or of people all alike, stays as it is.
    """
    queues: dict[QueueKey, list[Answers]] = defaultdict(list)
    for one in sets:
        queues[_key(one, waited.get(one.id, 0))].append(one)
    atoms: list[Atom] = []
    closed: list[int] = []
    waiting: list[int] = []
    waiting_groups: list[QueueKey] = []
    for key in sorted(queues, key=lambda key: (key.system, key.directorate or "")):
        ids = [one.id for one in queues[key]]
        atom = _atom(key, queues[key])
        if atom is None:
            waiting += ids
            waiting_groups.append(key)
        else:
            closed += ids
            atoms.append(atom)
    return Closing(
        atoms=tuple(atoms), closed=tuple(closed), waiting=tuple(waiting), waiting_groups=tuple(waiting_groups)
    )


def closed_release(release: Release, closing: Closing) -> ClosedRelease:
    """What may be told about a release: bands of people, and never the size of a group that waits."""
    groups: dict[str, int] = defaultdict(int)
    for key in closing.waiting_groups:
        groups[key.system] += 1
    closed = tuple(
        ClosedGroup(system=atom.key.system, directorate=atom.key.directorate, people=people)
        for atom in closing.atoms
        if (people := band(atom.sums.people)) is not None
    )
    waiting = tuple(WaitingGroups(system=system, groups=count) for system, count in sorted(groups.items()))
    return ClosedRelease(release=release, closed=closed, waiting=waiting)


def kept_skills(counts: NDArray[np.int64], correct: NDArray[np.int64]) -> tuple[int, ...]:
    """Which skills of an atom may stand on their own, as column numbers.

    ``counts``: people × skills, questions answered; ``correct``: right answers a skill. Skills are taken from the one
    most people answered. One is kept when everybody stays hidden among at least ten people who were asked about
    exactly the same kept skills, and its answers aren't all right or all wrong. The same must hold for the skills
    left out taken together, since whoever holds the whole and the kept parts can subtract.
    """
    asked = counts > 0
    answers = counts.sum(axis=0)
    possible = [skill for skill in range(counts.shape[1]) if 0 < correct[skill] < answers[skill]]
    possible.sort(key=lambda skill: (-int(asked[:, skill].sum()), skill))
    kept: list[int] = []
    for skill in possible:
        if _hidden(asked[:, [*kept, skill]]):
            kept.append(skill)
    while kept and not _rest_hidden(asked, answers, correct, kept):
        kept.pop()
    return tuple(sorted(kept))


def _rest_hidden(
    asked: NDArray[np.bool_], answers: NDArray[np.int64], correct: NDArray[np.int64], kept: list[int]
) -> bool:
    rest = [skill for skill in range(asked.shape[1]) if skill not in kept]
    if not rest:
        return True
    if not 0 < correct[rest].sum() < answers[rest].sum():
        return False
    return _hidden(np.column_stack([asked[:, kept], asked[:, rest].any(axis=1)]))


def _hidden(asked: NDArray[np.bool_]) -> bool:
    _, sizes = np.unique(asked, axis=0, return_counts=True)
    return int(sizes.min()) >= MINIMUM_PEOPLE


def _key(one: Answers, waited: int) -> QueueKey:
    directorate = one.directorate if waited < RELEASES_IN_DIRECTORATE else None
    return QueueKey(audience=Audience.STAFF, directorate=directorate, system=one.system)


def _atom(key: QueueKey, sets: Sequence[Answers]) -> Atom | None:
    """The atom of a queue, or None when it must wait. A person's sets of several quarters are one person's answers."""
    firsts = {(one.person, quarter_of(one.answered_on)): one for one in reversed(sets)}
    counted = [one for one in firsts.values() if one.answers]
    people = {person: number for number, person in enumerate(dict.fromkeys(one.person for one in counted))}
    if len(people) < MINIMUM_PEOPLE:
        return None
    table = _table(counted, people)
    answers, correct = table.counts, table.right
    below = int((abilities(correct, answers - correct, table.chance) < 0).sum())
    whole = _sums(correct.sum(axis=1), answers.sum(axis=1))
    if below in (0, whole.people) or whole.correct in (0, whole.answers):
        return None
    return Atom(
        key=key,
        sums=whole,
        below=below,
        expected=_expected(table, answers),
        skills=_skill_vectors(table),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Table:
    """A queue as arrays. ``counts`` and ``right``: people × questions; ``skill_of``: the skill a question is of."""

    counts: NDArray[np.float64]
    right: NDArray[np.float64]
    chance: NDArray[np.float64]
    expected: NDArray[np.float64]
    skills: tuple[str, ...]
    skill_of: NDArray[np.int64]


def _table(sets: Sequence[Answers], people: Mapping[str, int]) -> _Table:
    questions: dict[tuple[str, float, float, float], int] = {}
    cells: list[int] = []
    rights: list[bool] = []
    persons: list[int] = []
    for one in sets:
        person = people[one.person]
        for answer in one.answers:
            question = (answer.skill, answer.a, answer.b, answer.c)
            cells.append(questions.setdefault(question, len(questions)))
            rights.append(answer.right)
            persons.append(person)
    shape = (len(people), len(questions))
    flat = np.asarray(persons) * shape[1] + np.asarray(cells)
    size = shape[0] * shape[1]
    counts = np.bincount(flat, minlength=size).reshape(shape).astype(np.float64)
    right = np.bincount(flat[np.asarray(rights)], minlength=size).reshape(shape).astype(np.float64)
    skills = tuple(sorted({question[0] for question in questions}))
    a, b, c = (np.array([question[place] for question in questions], dtype=float) for place in (1, 2, 3))
    return _Table(
        counts=counts,
        right=right,
        chance=probability_right(GRID, a, b, c),
        expected=expected_right(a, b, c),
        skills=skills,
        skill_of=np.array([skills.index(question[0]) for question in questions]),
    )


def _skill_vectors(table: _Table) -> tuple[SkillVector, ...]:
    belongs = (table.skill_of[:, None] == np.arange(len(table.skills))).astype(float)
    counts = np.rint(table.counts @ belongs).astype(np.int64)
    right = np.rint(table.right @ belongs).astype(np.int64)
    vectors = []
    for number in kept_skills(counts, right.sum(axis=0)):
        asked = counts[:, number] > 0
        of_skill = table.counts[:, table.skill_of == number]
        vectors.append(
            SkillVector(
                skill=table.skills[number],
                sums=_sums(right[asked, number], counts[asked, number]),
                expected=tuple(_rounded(of_skill.sum(axis=0) @ table.expected[table.skill_of == number])),
            )
        )
    return tuple(vectors)


def _expected(table: _Table, counts: NDArray[np.float64]) -> tuple[float, ...]:
    return tuple(_rounded(counts.sum(axis=0) @ table.expected))


def _rounded(values: NDArray[np.float64]) -> list[float]:
    """To the millionth of an answer: the same on every machine."""
    return [round(float(value), 6) for value in values]


def _sums(x: NDArray[np.float64] | NDArray[np.int64], m: NDArray[np.float64] | NDArray[np.int64]) -> Sums:
    """``x`` right of ``m`` answers, one a person."""
    return Sums(
        people=len(x),
        answers=round(float(m.sum())),
        correct=round(float(x.sum())),
        sum_xx=round(float(x @ x)),
        sum_xm=round(float(x @ m)),
        sum_mm=round(float(m @ m)),
    )
