"""A short check that is precise: which question next, when to stop, and what may be said (measurement A).

Ability is a number whose average is 0 and whose spread is 1 among staff; 0 is the agreed standard. What is known of it
is kept as weights on a grid; an answer multiplies them by its chance at each point.
"""

import math
import random
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

GRID: Floats = np.linspace(-4.0, 4.0, 61)
CUT = 0.0
SURE = 0.9
LEAST = 6
MOST = 20
#: Answers a question, on average over a system, from which difficulties are known well enough to choose by them.
ENOUGH_ANSWERS = 70
#: Share of attempts that may meet a question, in systems with enough questions to spread them over.
MOST_EXPOSURE = 0.30
CAPPED_FROM = 40
KEPT_CANDIDATES = 4
DRAWN_FROM = 2
_ABOVE: Floats = (GRID > CUT + 1e-9) + 0.5 * (np.abs(GRID - CUT) <= 1e-9)
_PRIOR: Floats = -(GRID**2) / 2


class Stop(StrEnum):
    """Why no further question of a system is asked."""

    READY = "ready"
    GUIDE = "guide"
    MOST = "most"
    BANK = "bank"


class Verdict(StrEnum):
    """What may be said of one system, in one sentence."""

    READY = "ready"
    GUIDE = "guide"
    OPEN = "open"


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """An answered question: its parameters as they were when it was chosen, and whether the answer was right."""

    a: float
    b: float
    c: float
    right: bool


@dataclass(frozen=True, kw_only=True)
class Posterior:
    """What the answers say. ``weights`` on ``GRID``, summing to 1."""

    weights: Floats

    @cached_property
    def score(self) -> float:
        """The mean (EAP)."""
        return float(GRID @ self.weights)

    @cached_property
    def sd(self) -> float:
        return math.sqrt(float((GRID - self.score) ** 2 @ self.weights))

    @cached_property
    def above(self) -> float:
        """Probability of an ability above the standard."""
        return float(_ABOVE @ self.weights)

    @property
    def verdict(self) -> Verdict:
        if self.above >= SURE:
            return Verdict.READY
        return Verdict.GUIDE if self.above <= 1 - SURE else Verdict.OPEN


@dataclass(frozen=True, kw_only=True)
class Pool:
    """The questions of a system that can be chosen, side by side in arrays. ``answers``: on average a question."""

    ids: tuple[str, ...]
    skills: tuple[str, ...]
    a: Floats
    b: Floats
    c: Floats
    answers: float

    @cached_property
    def by_skill(self) -> Mapping[str, NDArray[np.int64]]:
        return {skill: np.flatnonzero(np.array(self.skills) == skill) for skill in sorted(set(self.skills))}

    @cached_property
    def place(self) -> Mapping[str, int]:
        return {question: place for place, question in enumerate(self.ids)}

    @property
    def known_well(self) -> bool:
        """Whether questions may be chosen by their difficulty."""
        return bool(self.ids) and self.answers >= ENOUGH_ANSWERS


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """A question and what led to it. ``among``: the candidates it was drawn from, most informative first."""

    question: str
    skill: str
    among: tuple[str, ...]
    score: float
    sd: float


def chances(theta: Floats | float, a: Floats | float, b: Floats | float, c: Floats | float) -> Floats:
    """Chance of a right answer."""
    return np.asarray(c + (1 - c) / (1 + np.exp(-a * (theta - b))), dtype=np.float64)


def posterior(responses: Sequence[Response]) -> Posterior:
    """What is known after these answers; before any, what is known of everybody."""
    logs = _PRIOR.copy()
    if responses:
        a, b, c = (np.array([getattr(one, name) for one in responses])[:, None] for name in ("a", "b", "c"))
        right = np.array([one.right for one in responses])[:, None]
        chance = np.clip(chances(GRID[None, :], a, b, c), 1e-9, 1 - 1e-9)
        logs += np.where(right, np.log(chance), np.log1p(-chance)).sum(axis=0)
    weights = np.exp(logs - logs.max())
    return Posterior(weights=weights / weights.sum())


def information(theta: float, a: Floats, b: Floats, c: Floats) -> Floats:
    """Fisher information of questions at one ability."""
    chance = chances(theta, a, b, c)
    return np.asarray(a**2 * (1 - chance) / chance * ((chance - c) / (1 - c)) ** 2, dtype=np.float64)


def choose(
    pool: Pool, known: Posterior, *, asked: Sequence[str], over: Collection[str], draw: random.Random
) -> Chosen | None:
    """The next question of a system, None when none is left.

    The skill with fewest questions so far; of its questions those not asked and not over exposure (at least four are
    kept); one of the two most informative at the score, at random.
    """
    gone = {pool.place[one] for one in asked if one in pool.place}
    counts = dict.fromkeys(pool.by_skill, 0)
    for place in gone:
        counts[pool.skills[place]] += 1
    left = {
        skill: [int(place) for place in places if int(place) not in gone] for skill, places in pool.by_skill.items()
    }
    open_skills = [skill for skill in counts if left[skill]]
    if not open_skills:
        return None
    fewest = min(counts[skill] for skill in open_skills)
    skill = draw.choice([one for one in open_skills if counts[one] == fewest])
    candidates = _kept(pool, left[skill], over)
    worth = information(known.score, pool.a[candidates], pool.b[candidates], pool.c[candidates])
    best = [candidates[place] for place in np.argsort(-worth, kind="stable")[:DRAWN_FROM]]
    return Chosen(
        question=pool.ids[draw.choice(best)],
        skill=skill,
        among=tuple(pool.ids[place] for place in best),
        score=known.score,
        sd=known.sd,
    )


def _kept(pool: Pool, left: list[int], over: Collection[str]) -> list[int]:
    """Those not over exposure, filled up to four with others: a skill is never left without a choice."""
    fresh = [place for place in left if pool.ids[place] not in over]
    if len(fresh) >= KEPT_CANDIDATES:
        return fresh
    return (fresh + [place for place in left if pool.ids[place] in over])[: max(KEPT_CANDIDATES, len(fresh))]


def stops(known: Posterior, *, asked: int, most: int = MOST) -> Stop | None:
    """Whether enough is known, or enough was asked. ``most``: what the attempt leaves to this system."""
    if asked >= most:
        return Stop.MOST
    if asked < LEAST or known.verdict is Verdict.OPEN:
        return None
    return Stop.READY if known.verdict is Verdict.READY else Stop.GUIDE


def over_exposed(met: Mapping[str, int], attempts: int, questions: int) -> frozenset[str]:
    """Questions that too many have met. ``met``: question → attempts that asked it, of ``attempts`` in all."""
    if questions < CAPPED_FROM or attempts < 1:
        return frozenset()
    return frozenset(question for question, count in met.items() if count >= MOST_EXPOSURE * attempts)


def most_of(system: int, *, systems: int, asked_before: int, most: int) -> int:
    """Questions that system number ``system`` (from 0) may have: each later one keeps its least."""
    return max(LEAST, most - asked_before - LEAST * (systems - system - 1))


def seeded(seed: str, position: object) -> random.Random:
    """The draw for one position of an attempt: the same again from what is stored."""
    return random.Random(f"{seed}:{position}")  # noqa: S311 (it must be repeatable, not secret)
