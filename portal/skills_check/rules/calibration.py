"""How hard each question is, learned from answers: penalised EM on the marginal likelihood.

Ability is N(0, 1) with 0 the agreed standard, on a grid of 61 points from −4 to 4. A question begins at the difficulty
of its author's level (−1, 0, 1; sd 0.8) with slope 1. What may move depends on the answers a question has on average:
under 60 only difficulties, from 60 slopes around 1, from 150 a common slope too. Anchors never move.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from portal.skills_check.rules.statistics import Numbers

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

GRID = np.linspace(-4.0, 4.0, 61)
ABILITY = np.exp(-(GRID**2) / 2) / np.exp(-(GRID**2) / 2).sum()
DIFFICULTY_SD = 0.8
SLOPE_SD = 0.3
SLOPES_FROM = 60
COMMON_FROM = 150
ANCHOR_FROM = 200
ROUNDS = 60
ENOUGH = 1e-3


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """Answers as columns of one length: number of the person, number of the question, right or not."""

    person: NDArray[np.int64]
    item: NDArray[np.int64]
    right: NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameters:
    """One value a question: slope, difficulty, guessing."""

    a: Numbers
    b: Numbers
    c: Numbers


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibrated:
    """``answers``: of each question. ``stage``: what was free to move, in words."""

    parameters: Parameters
    answers: NDArray[np.int64]
    stage: str


def calibrate(start: Parameters, answers: Answers, *, anchored: NDArray[np.bool_]) -> Calibrated:
    """Difficulties (and slopes) that fit the answers, held near where they start; anchors stay as they are."""
    count = len(start.b)
    per_item = np.bincount(answers.item, minlength=count)
    q = float(per_item[per_item > 0].mean()) if (per_item > 0).any() else 0.0
    movable = ~anchored & (per_item > 0)
    people = int(answers.person.max()) + 1 if len(answers.person) else 0
    shape = (people, count)
    from scipy.sparse import csr_matrix  # loaded when difficulties are worked out: the web process never does

    right = csr_matrix((answers.right.astype(float), (answers.person, answers.item)), shape=shape)
    wrong = csr_matrix(((~answers.right).astype(float), (answers.person, answers.item)), shape=shape)
    a, b = start.a.copy(), start.b.copy()
    common = 0.0
    for _ in range(ROUNDS if people else 0):
        expected_right, expected_wrong = _expected(right, wrong, Parameters(a=a, b=b, c=start.c))
        fresh_a, fresh_b = _step(a, b, start, common, expected_right, expected_wrong, slopes=q >= SLOPES_FROM)
        moved = max(
            float(np.abs(fresh_b - b)[movable].max(initial=0)), float(np.abs(fresh_a - a)[movable].max(initial=0))
        )
        a, b = np.where(movable, fresh_a, a), np.where(movable, fresh_b, b)
        if q >= COMMON_FROM and movable.any():
            common = float(np.log(a[movable]).mean())
        if moved < ENOUGH:
            break
    stage = "difficulties" if q < SLOPES_FROM else "difficulties and slopes"
    stage += " and a common slope" if q >= COMMON_FROM else ""
    return Calibrated(parameters=Parameters(a=a, b=b, c=start.c), answers=per_item, stage=stage)


def chances(parameters: Parameters) -> Numbers:
    """Chance of a right answer, questions × grid."""
    logit = parameters.a[:, None] * (GRID[None, :] - parameters.b[:, None])
    logistic = 1 / (1 + np.exp(-np.clip(logit, -35, 35)))
    found: Numbers = parameters.c[:, None] + (1 - parameters.c[:, None]) * logistic
    return np.clip(found, 1e-9, 1 - 1e-9)


def _expected(right: "csr_matrix", wrong: "csr_matrix", parameters: Parameters) -> tuple[Numbers, Numbers]:
    """Right and wrong answers expected at each point of the grid, questions × grid."""
    chance = chances(parameters)
    fit = right @ np.log(chance) + wrong @ np.log(1 - chance) + np.log(ABILITY)[None, :]
    fit = np.exp(fit - fit.max(axis=1, keepdims=True))
    fit /= fit.sum(axis=1, keepdims=True)
    return right.T @ fit, wrong.T @ fit


def _step(
    a: Numbers, b: Numbers, start: Parameters, common: float, right: Numbers, wrong: Numbers, *, slopes: bool
) -> tuple[Numbers, Numbers]:
    """A few steps of Fisher scoring on (difficulty, log slope) of every question at once."""
    log_a = np.log(a)
    for _ in range(4):
        slope = np.exp(log_a)
        chance = chances(Parameters(a=slope, b=b, c=start.c))
        logistic = (chance - start.c[:, None]) / (1 - start.c[:, None])
        push = (right / chance - wrong / (1 - chance)) * (1 - start.c[:, None]) * logistic * (1 - logistic)
        information = (
            (right + wrong) * ((1 - start.c[:, None]) * logistic * (1 - logistic)) ** 2 / (chance * (1 - chance))
        )
        away = GRID[None, :] - b[:, None]
        grad_b = -(push * slope[:, None]).sum(axis=1) - (b - start.b) / DIFFICULTY_SD**2
        info_bb = (information * slope[:, None] ** 2).sum(axis=1) + 1 / DIFFICULTY_SD**2
        if not slopes:
            b = b + np.clip(grad_b / info_bb, -0.5, 0.5)
            continue
        lean = slope[:, None] * away
        grad_a = (push * lean).sum(axis=1) - (log_a - np.log(start.a) - common) / SLOPE_SD**2
        info_aa = (information * lean**2).sum(axis=1) + 1 / SLOPE_SD**2
        info_ab = -(information * slope[:, None] * lean).sum(axis=1)
        whole = info_aa * info_bb - info_ab**2
        b = b + np.clip((info_aa * grad_b - info_ab * grad_a) / whole, -0.5, 0.5)
        log_a = log_a + np.clip((info_bb * grad_a - info_ab * grad_b) / whole, -0.3, 0.3)
    return np.exp(log_a), np.clip(b, -5, 5)
