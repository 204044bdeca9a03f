"""Streams of releases with late answers, repeats, moves and erasures: whoever adds, subtracts or solves finds nobody."""

import datetime as dt
from collections import Counter
from dataclasses import dataclass, replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from portal.core.periods import quarter_of
from portal.evidence.rules.atoms import Atom
from portal.evidence.rules.closing import RELEASES_IN_DIRECTORATE, close_queues

SKILLS = ("formulas", "charts", "pivot")
DIRECTORATES = ("housing", "planning", None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Marked:
    skill: str
    right: bool
    a: float = 1.0
    b: float = 0.0
    c: float = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    id: int
    person: str
    directorate: str | None
    system: str
    answered_on: dt.date
    answers: tuple[Marked, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Closed:
    """An atom, and the sets that an observer knows to be in it."""

    release: int
    atom: Atom
    sets: tuple[Given, ...]

    def answered(self) -> dict[str, Counter[str]]:
        """Questions answered a person and skill; of a person's sets of one quarter the first counts."""
        firsts = {(one.person, quarter_of(one.answered_on)): one for one in reversed(self.sets)}
        found: dict[str, Counter[str]] = {}
        for one in firsts.values():
            found.setdefault(one.person, Counter()).update(answer.skill for answer in one.answers)
        return found


def stream(seed: int, *, releases: int = 4, busy: int = 45) -> list[Closed]:
    """Quarterly releases over answers that come in by chance, some late, some twice, some erased while they wait."""
    draw = np.random.default_rng(seed)
    waiting: list[Given] = []
    waited: dict[int, int] = {}
    closed: list[Closed] = []
    number = 0
    for release in range(releases):
        for _ in range(int(draw.integers(0, busy))):
            number += 1
            waiting.append(_given(number, release, draw))
        if draw.random() < 0.5:
            waiting = [one for one in waiting if draw.random() < 0.9]
        waiting.sort(key=lambda one: (one.answered_on, one.id))
        closing = close_queues(waiting, waited)
        gone = set(closing.closed)
        for atom in closing.atoms:
            sets = tuple(one for one in waiting if one.id in gone and _place(one, waited) == atom.key.directorate)
            closed.append(Closed(release=release, atom=atom, sets=sets))
        waiting = [one for one in waiting if one.id not in gone]
        waited = {one: waited.get(one, 0) + 1 for one in closing.waiting}
    return closed


def _given(number: int, release: int, draw: np.random.Generator) -> Given:
    late = int(draw.integers(0, 100)) if draw.random() < 0.2 else 0
    day = dt.date(2026, 1, 1) + dt.timedelta(days=91 * release + int(draw.integers(90)) - late)
    asked = [skill for skill in SKILLS if draw.random() < 0.85] or [SKILLS[0]]
    chance = draw.choice([0.05, 0.5, 0.95])
    return Given(
        id=number,
        person=f"person-{draw.integers(60)}",
        directorate=DIRECTORATES[int(draw.choice(3, p=[0.5, 0.35, 0.15]))],
        system="spreadsheets",
        answered_on=day,
        answers=tuple(Marked(skill=skill, right=bool(draw.random() < chance)) for skill in asked for _ in range(2)),
    )


def _place(one: Given, waited: dict[int, int]) -> str | None:
    return one.directorate if waited.get(one.id, 0) < RELEASES_IN_DIRECTORATE else None


def smallest_class(closed: Closed) -> int:
    """Of the people whom the same published figures contain, the fewest."""
    kept = {vector.skill for vector in closed.atom.skills}
    rest = set(SKILLS) - kept
    signatures = Counter(
        (frozenset(kept & skills.keys()), bool(rest & skills.keys()) and bool(kept))
        for skills in closed.answered().values()
    )
    return min(signatures.values())


@given(st.integers(0, 10**6))
@settings(max_examples=30, deadline=None)
def test_no_stream_leaves_anybody_in_a_class_under_ten(seed: int) -> None:
    for closed in stream(seed):
        assert len(closed.answered()) == closed.atom.sums.people >= 10
        assert smallest_class(closed) >= 10


@given(st.integers(0, 10**6))
@settings(max_examples=20, deadline=None)
def test_no_group_of_one_mind_becomes_a_figure(seed: int) -> None:
    for closed in stream(seed):
        atom = closed.atom
        assert 0 < atom.below < atom.sums.people
        for sums in (atom.sums, *(vector.sums for vector in atom.skills)):
            assert 0 < sums.correct < sums.answers


@given(st.integers(0, 10**6))
@settings(max_examples=20, deadline=None)
def test_what_a_release_adds_to_any_figure_is_ten_people_or_nothing(seed: int) -> None:
    closed = stream(seed, releases=8)
    figures: dict[tuple[str | None, ...], Counter[int]] = {}
    for one in closed:
        for place in ("all", one.atom.key.directorate):
            figures.setdefault((place, None), Counter())[one.release] += one.atom.sums.people
            for vector in one.atom.skills:
                figures.setdefault((place, vector.skill), Counter())[one.release] += vector.sums.people
    for added in figures.values():
        assert min(added.values()) >= 10


def test_streams_do_close_and_do_leave_groups_waiting() -> None:
    """The properties above speak of something."""
    atoms = [closed.atom for seed in range(30) for closed in stream(seed)]

    assert len(atoms) > 30
    assert any(atom.skills for atom in atoms)
    assert any(atom.key.directorate is None for atom in atoms)
    assert any(atom.key.directorate == "housing" for atom in atoms)


def test_an_attacker_who_knows_who_was_asked_what_works_out_nobodys_answers() -> None:
    """Linear programming over all figures of a stream: every person's right answers stay open, in each skill."""
    tried = 0
    for seed in range(12):
        for closed in stream(seed, releases=2):
            tried += _attack(closed)
    assert tried > 50


def test_a_planted_figure_on_fewer_people_would_be_found_by_the_same_measure() -> None:
    """The measure itself can fail: with a skill that nine people were asked about, a class is under ten."""
    closed = next(one for seed in range(50) for one in stream(seed) if not one.atom.skills)
    vector = next(one for seed in range(50) for two in stream(seed) for one in two.atom.skills)
    planted = [replace(closed, atom=replace(closed.atom, skills=(replace(vector, skill=skill),))) for skill in SKILLS]

    assert min(smallest_class(one) for one in planted) < 10


def _attack(closed: Closed) -> int:
    """Bounds of each person's right answers a skill, given every sum published; the number of bounds tried."""
    cells = [(person, skill, count) for person, skills in closed.answered().items() for skill, count in skills.items()]
    rows = [np.ones(len(cells))]
    totals = [closed.atom.sums.correct]
    for vector in closed.atom.skills:
        rows.append(np.array([float(skill == vector.skill) for _, skill, _ in cells]))
        totals.append(vector.sums.correct)
    bounds = [(0, count) for *_, count in cells]
    for place in range(0, len(cells), 7):
        aim = np.zeros(len(cells))
        aim[place] = 1
        least, most = (linprog(sign * aim, A_eq=np.array(rows), b_eq=totals, bounds=bounds) for sign in (1, -1))
        assert least.status == most.status == 0
        assert -most.fun - least.fun >= 1 - 1e-9
    return len(range(0, len(cells), 7))
