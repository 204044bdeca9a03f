"""Simulated councils: what is true of one, and what an observer would get to see of it (measurement, section D).

Everything follows from a seed. The truth is kept beside what is seen, so that a method can be tried against it.
C: categories, D: directorates, S: systems, T: months, Q: questions, P: people who took part.
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from portal.core.periods import Months

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]

#: How many systems one person answers about, and how many questions of each: sixteen in all.
SYSTEMS_A_PERSON = 2
QUESTIONS_A_SYSTEM = 8
#: Questions the bank holds for a category.
QUESTIONS_A_CATEGORY = 8
#: Share of a person's variance that is the same in all systems.
SHARED_ABILITY = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """How large a council is, and how its calls and people behave. sds and slopes in logs of calls or in logits."""

    staff: int = 4_500
    directorates: int = 9
    systems: int = 20
    categories: int = 40
    months: int = 12
    calls_a_month: int = 6_500
    outages: float = 0.05
    flagged: float = 0.7
    noise: float = 0.05
    season: float = 0.15
    culture: float = 0.15
    usual_difference: float = 0.25
    friction_share: float = 0.3
    friction: float = 0.8
    slope: float = 0.6
    slope_sd: float = 0.15
    part: float = 0.25
    part_by_ability: float = 0.4
    mean_ability: float = 0.15
    between_categories: float = 0.6
    between_directorates: float = 0.25
    between_cells: float = 0.35


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    """What is true and never seen. ``ability``: C × D, the mean of everybody who uses it; 0 is the standard.

    ``log_rate``: C × D, calls a user a month without season and outages; ``usual``: its level in a category without
    friction whose users meet the standard. ``friction``, ``slope``: C. ``culture``: D.
    """

    ability: Floats
    log_rate: Floats
    usual: float
    friction: Floats
    slope: Floats
    culture: Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class Bank:
    """The questions. ``category``: Q; ``b``: difficulty the authors believe in; ``true_b``, ``true_a``: what holds."""

    category: Whole
    b: Floats
    true_a: Floats
    true_b: Floats
    guessing: float


@dataclass(frozen=True, slots=True, kw_only=True)
class SimulatedAnswers:
    """One attempt of one person about one system. ``questions``: rows of the bank, ``right``: one each."""

    person: int
    directorate: int
    system: int
    month: int
    questions: Whole
    right: NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class Council:
    """A simulated council. ``system_of``: C. ``users``: S × D. ``calls``, ``faults``: C × D × T, the second those of
    the first that the desk flagged as faults. ``headcounts``: D."""

    size: Size
    truth: Truth
    headcounts: Whole
    system_of: Whole
    users: Whole
    bank: Bank
    calls: Whole
    faults: Whole
    answers: tuple[SimulatedAnswers, ...]

    @property
    def users_of_categories(self) -> Whole:
        """C × D."""
        found: Whole = self.users[self.system_of]
        return found


def simulate(seed: int, size: Size | None = None) -> Council:
    """One council; the same for the same seed and size."""
    size = size or Size()
    draw = np.random.default_rng([2_026, seed])
    headcounts = _headcounts(size, draw)
    use = draw.uniform(0.15, 0.95, (size.systems, 1)) * draw.uniform(0.4, 1.0, (size.systems, size.directorates))
    users = np.maximum(np.rint(headcounts * use), 10).astype(np.int64)
    system_of = np.arange(size.categories) * size.systems // size.categories
    truth = _truth(size, users[system_of], draw)
    calls, faults = _calls(size, users[system_of], truth, draw)
    bank = _bank(size, draw)
    return Council(
        size=size,
        truth=truth,
        headcounts=headcounts,
        system_of=system_of,
        users=users,
        bank=bank,
        calls=calls,
        faults=faults,
        answers=tuple(_answers(size, headcounts, use, system_of, truth, bank, draw)),
    )


def period(size: Size, first: tuple[int, int] = (2025, 1)) -> Months:
    """The months simulated, from a month on."""
    last = first[0] * 12 + first[1] - 1 + size.months - 1
    return Months(first=first, last=(last // 12, last % 12 + 1))


def day_of(month: int, first: tuple[int, int] = (2025, 1)) -> dt.date:
    """The middle of a simulated month, counted from 0."""
    number = first[0] * 12 + first[1] - 1 + month
    return dt.date(number // 12, number % 12 + 1, 15)


def _headcounts(size: Size, draw: np.random.Generator) -> Whole:
    shares = draw.dirichlet(np.full(size.directorates, 6.0))
    return np.maximum(np.rint(size.staff * shares), 20).astype(np.int64)


def _truth(size: Size, users: Whole, draw: np.random.Generator) -> Truth:
    shape = users.shape
    ability = (
        size.mean_ability
        + draw.normal(0, size.between_categories, (shape[0], 1))
        + draw.normal(0, size.between_directorates, (1, shape[1]))
        + draw.normal(0, size.between_cells, shape)
    )
    culture: Floats = np.asarray(draw.normal(0, size.culture, shape[1]))
    slope = np.maximum(draw.normal(size.slope, size.slope_sd, shape[0]), 0.05)
    rough = draw.random(shape[0]) < size.friction_share
    friction = np.where(rough, draw.gamma(8, size.friction / 8, shape[0]), 0.0)
    own: Floats = np.asarray(draw.normal(0, size.usual_difference, shape[0]))
    relative = own[:, None] + friction[:, None] + culture - slope[:, None] * ability
    usual = float(np.log(size.calls_a_month / (users * np.exp(relative)).sum()))
    return Truth(
        ability=ability, log_rate=usual + relative, usual=usual, friction=friction, slope=slope, culture=culture
    )


def _calls(size: Size, users: Whole, truth: Truth, draw: np.random.Generator) -> tuple[Whole, Whole]:
    months = np.arange(size.months)
    season = 1 + size.season * np.cos(2 * np.pi * (months - draw.uniform(0, 12)) / 12)
    mean = (users * np.exp(truth.log_rate))[:, :, None] * season
    shape = 1 / size.noise
    usual = draw.poisson(mean * draw.gamma(shape, 1 / shape, mean.shape))
    out = draw.random((size.categories, 1, size.months)) < size.outages
    broken = draw.poisson(mean * out * draw.uniform(0.8, 2.5, (size.categories, 1, size.months)))
    flagged = draw.binomial(broken, size.flagged)
    return (usual + broken).astype(np.int64), flagged.astype(np.int64)


def _bank(size: Size, draw: np.random.Generator) -> Bank:
    category = np.repeat(np.arange(size.categories), QUESTIONS_A_CATEGORY)
    b = draw.choice([-1.0, 0.0, 1.0], len(category), p=[0.3, 0.4, 0.3])
    return Bank(
        category=category,
        b=b,
        true_a=np.exp(draw.normal(0, 0.2, len(category))),
        true_b=b + draw.normal(0, 0.35, len(category)),
        guessing=0.05,
    )


def _answers(
    size: Size,
    headcounts: Whole,
    use: Floats,
    system_of: Whole,
    truth: Truth,
    bank: Bank,
    draw: np.random.Generator,
) -> Iterator[SimulatedAnswers]:
    """One attempt a person who takes part, about systems of their directorate; the able take part sooner."""
    person = 0
    of_system = [np.flatnonzero(system_of[bank.category] == system) for system in range(size.systems)]
    for directorate, people in enumerate(headcounts):
        general = draw.normal(0, 1, int(people))
        odds = size.part / (1 - size.part) * np.exp(size.part_by_ability * general)
        weights = use[:, directorate] / use[:, directorate].sum()
        for own in general[draw.random(int(people)) < odds / (1 + odds)]:
            month = int(draw.integers(size.months))
            for system in draw.choice(size.systems, SYSTEMS_A_PERSON, replace=False, p=weights):
                special = draw.normal(0, np.sqrt(1 - SHARED_ABILITY))
                questions = _asked(of_system[system], bank, draw)
                ability = truth.ability[bank.category[questions], directorate]
                logit = bank.true_a[questions] * (
                    ability + np.sqrt(SHARED_ABILITY) * own + special - bank.true_b[questions]
                )
                chance = bank.guessing + (1 - bank.guessing) / (1 + np.exp(-logit))
                yield SimulatedAnswers(
                    person=person,
                    directorate=directorate,
                    system=int(system),
                    month=month,
                    questions=questions,
                    right=draw.random(len(questions)) < chance,
                )
            person += 1


def _asked(questions: Whole, bank: Bank, draw: np.random.Generator) -> Whole:
    """As many of each category of the system, at random."""
    categories = np.unique(bank.category[questions])
    each = QUESTIONS_A_SYSTEM // len(categories)
    chosen = [draw.permutation(questions[bank.category[questions] == one])[:each] for one in categories]
    found: Whole = np.concatenate(chosen)
    return found
