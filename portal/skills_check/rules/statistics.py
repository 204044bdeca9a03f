"""Question and test statistics of a complete table of marks: classical test theory, every divisor n − 1.

Attempts are rows, questions columns; no answer is a mark of 0. What can't be computed is None and never a guess.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
#: Below this, relative to the size of the numbers, a variance is rounding and not a difference.
NOTHING = 1e-12
SHORTEST_ALPHA = 30
SHORTEST_ITEM = 20
SHORTEST_FLAG = 67


@dataclass(frozen=True, slots=True, kw_only=True)
class Marks:
    """``marks``: attempts × items. ``maxima``: the most an item can give."""

    items: tuple[str, ...]
    maxima: tuple[float, ...]
    marks: Numbers


@dataclass(frozen=True, slots=True, kw_only=True)
class Range:
    """A bootstrap interval of 90 %."""

    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemFigures:
    """Figures of one item; ``sd`` as a share of its maximum."""

    item: str
    facility: float | None
    sd: float | None
    intended_weight: float | None
    effective_weight: float | None
    discrimination: float | None
    efficiency: float | None
    discrimination_range: Range | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TestFigures:
    """Figures of the test; mean, median, sd and standard error in marks."""

    __test__ = False

    n: int
    mean: float | None
    median: float | None
    sd: float | None
    skewness: float | None
    kurtosis: float | None
    alpha: float | None
    error_ratio: float | None
    standard_error: float | None
    alpha_range: Range | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """Everything about one table."""

    n: int
    items: tuple[ItemFigures, ...]
    test: TestFigures


def figures(table: Marks, *, seed: int = 1, rounds: int = 400) -> Figures:
    """The figures of a table. ``seed`` and ``rounds`` of the bootstrap, which is the same each time."""
    n = len(table.marks)
    totals = table.marks.sum(axis=1)
    ranges, alpha_range = _ranges(table.marks, totals, seed=seed, rounds=rounds)
    contributions = _contributions(table.marks, totals)
    items = tuple(
        _item(table, place, totals, contributions, ranges[place] if n >= SHORTEST_ITEM else None)
        for place in range(len(table.items))
    )
    return Figures(n=n, items=items, test=_test(table.marks, totals, alpha_range if n >= SHORTEST_ALPHA else None))


def variance(values: Numbers) -> float | None:
    """With divisor n − 1; exactly 0 where all are the same but for rounding; None for fewer than two."""
    if len(values) < 2:
        return None
    found = float(values.var(ddof=1))
    return 0.0 if found <= NOTHING * max(1.0, float(np.abs(values).max()) ** 2) else found


def correlation(x: Numbers, y: Numbers) -> float | None:
    """None where one of them doesn't vary."""
    vx, vy = variance(x), variance(y)
    if not vx or not vy:
        return None
    return covariance(x, y) / math.sqrt(vx * vy)


def covariance(x: Numbers, y: Numbers) -> float:
    """With divisor n − 1, for two values or more."""
    return float(np.dot(x - x.mean(), y - y.mean()) / (len(x) - 1))


def efficiency(x: Numbers, y: Numbers) -> float | None:
    """The covariance as a share of the most it could be with the same two lists of values."""
    if len(x) < 2 or not variance(x) or not variance(y):
        return None
    most = covariance(np.sort(x), np.sort(y))
    return covariance(x, y) / most if most > NOTHING else None


def _contributions(marks: Numbers, totals: Numbers) -> list[float | None]:
    """C of each item, its covariance with the total."""
    if len(marks) < 2:
        return [None] * marks.shape[1]
    scale = NOTHING * max(1.0, float(np.abs(totals).max()) ** 2)
    found = [covariance(marks[:, place], totals) for place in range(marks.shape[1])]
    return [0.0 if abs(one) <= scale else one for one in found]


def _item(
    table: Marks, place: int, totals: Numbers, contributions: Sequence[float | None], within: Range | None
) -> ItemFigures:
    x, most, n = table.marks[:, place], table.maxima[place], len(table.marks)
    rest = totals - x
    spread = variance(x)
    facility = None if most == 0 else 0.0 if n == 0 else float(x.mean()) / most
    discrimination = correlation(x, rest)
    whole = sum(table.maxima)
    return ItemFigures(
        item=table.items[place],
        facility=facility,
        sd=None if spread is None or most == 0 else math.sqrt(spread) / most,
        intended_weight=most / whole if whole else None,
        effective_weight=_effective(place, contributions),
        discrimination=discrimination,
        efficiency=efficiency(x, rest),
        discrimination_range=within if discrimination is not None else None,
    )


def _effective(place: int, contributions: Sequence[float | None]) -> float | None:
    own = contributions[place]
    whole = sum(math.sqrt(one) for one in contributions if one is not None and one >= 0)
    return None if own is None or own < 0 or not whole else math.sqrt(own) / whole


def _test(marks: Numbers, totals: Numbers, alpha_range: Range | None) -> TestFigures:
    n = len(totals)
    k2 = variance(totals)
    sd = None if k2 is None else math.sqrt(k2)
    alpha = _alpha(marks, k2)
    ratio = None if alpha is None or alpha > 1 else math.sqrt(1 - alpha)
    return TestFigures(
        n=n,
        mean=float(totals.mean()) if n else None,
        median=float(np.median(totals)) if n else None,
        sd=sd,
        skewness=_skewness(totals, k2),
        kurtosis=_kurtosis(totals, k2),
        alpha=alpha,
        error_ratio=ratio,
        standard_error=None if ratio is None or sd is None else ratio * sd,
        alpha_range=alpha_range if alpha is not None else None,
    )


def _moment(totals: Numbers, power: int) -> float:
    return float(((totals - totals.mean()) ** power).mean())


def _skewness(totals: Numbers, k2: float | None) -> float | None:
    n = len(totals)
    if n <= 2 or not k2:
        return None
    k3 = n**2 * _moment(totals, 3) / ((n - 1) * (n - 2))
    return float(k3 / k2**1.5)


def _kurtosis(totals: Numbers, k2: float | None) -> float | None:
    n = len(totals)
    if n <= 3 or not k2:
        return None
    inner = (n + 1) * _moment(totals, 4) - 3 * (n - 1) * _moment(totals, 2) ** 2
    return float(n**2 * inner / ((n - 1) * (n - 2) * (n - 3)) / k2**2)


def _alpha(marks: Numbers, k2: float | None) -> float | None:
    n, p = marks.shape
    if n <= 2 or p <= 1 or not k2:
        return None
    return float(p / (p - 1) * (1 - float(marks.var(axis=0, ddof=1).sum()) / k2))


def _ranges(marks: Numbers, totals: Numbers, *, seed: int, rounds: int) -> tuple[list[Range | None], Range | None]:
    """Intervals of each discrimination and of alpha: people drawn again, with one product of matrices."""
    n, p = marks.shape
    if n < SHORTEST_ITEM or p < 1:
        return [None] * p, None
    rest = totals[:, None] - marks
    drawn = drawn_weights(n, seed=seed, rounds=rounds)
    found = _weighted_correlations(drawn, marks, rest)
    ranges = [middle_of(found[:, place]) for place in range(p)]
    mean_x, mean_t = drawn @ marks / n, drawn @ totals / n
    spread_x = (drawn @ marks**2 / n - mean_x**2).sum(axis=1)
    spread_t = drawn @ totals**2 / n - mean_t**2
    with np.errstate(divide="ignore", invalid="ignore"):
        alphas = p / (p - 1) * (1 - spread_x / spread_t) if p > 1 else np.full(rounds, np.nan)
    return ranges, middle_of(alphas)


def drawn_weights(n: int, *, seed: int, rounds: int) -> Numbers:
    """How often each of n people is drawn, a row a round."""
    generator = np.random.default_rng(seed)
    drawn = np.empty((rounds, n))
    for place in range(rounds):
        drawn[place] = np.bincount(generator.integers(0, n, n), minlength=n)
    return drawn


def _weighted_correlations(weights: Numbers, x: Numbers, y: Numbers) -> Numbers:
    n = x.shape[0]
    mean_x, mean_y = weights @ x / n, weights @ y / n
    cross = weights @ (x * y) / n - mean_x * mean_y
    spread = (weights @ x**2 / n - mean_x**2) * (weights @ y**2 / n - mean_y**2)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(spread > NOTHING, cross / np.sqrt(np.maximum(spread, NOTHING)), np.nan)


def middle_of(values: Numbers) -> Range | None:
    """The middle 90 % of what a bootstrap gave; None where most rounds gave nothing."""
    known = values[np.isfinite(values)]
    if len(known) < len(values) / 2 or not len(known):
        return None
    low, high = np.percentile(known, [5, 95])
    return Range(low=float(low), high=float(high))
