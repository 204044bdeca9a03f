"""The arithmetic: how far calls changed, and how far they change anyway (measurement, section E)."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from portal.gap_report.rules.estimates import Range

#: A control has at least so many calls, before and after together.
CONTROL_CALLS = 60
CONTROLS_NEEDED = 5
#: Calls a week from which a category's weeks show the shared pattern rather than chance.
PATTERN_CALLS = 5.0
#: Normal quantile of 80 % power.
POWER_Z = 0.86
#: Spreads tried for τ, in logs; beyond 1.5 calls would change fivefold from year to year.
_GRID = np.linspace(0.0, 1.5, 301)

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class BeforeAfter:
    """Calls of one category in the weeks before and after a day. Weeks that are left out are in neither number.

    ``dispersion``: how many times more its weeks vary inside a side than plain counting error would; at least 1.
    """

    calls_before: int
    weeks_before: int
    calls_after: int
    weeks_after: int
    dispersion: float = 1.0

    @property
    def calls(self) -> int:
        return self.calls_before + self.calls_after

    @property
    def calls_a_week(self) -> float:
        """Over all weeks of both sides; 0 without weeks."""
        weeks = self.weeks_before + self.weeks_after
        return self.calls / weeks if weeks else 0.0

    @property
    def log_change(self) -> float:
        """log of the rate after less log of the rate before; half a call is added to each side."""
        after = (self.calls_after + 0.5) / self.weeks_after
        return math.log(after) - math.log((self.calls_before + 0.5) / self.weeks_before)

    @property
    def variance(self) -> float:
        """Counting error of ``log_change``, widened by the category's own restlessness."""
        return self.dispersion * (1 / (self.calls_before + 0.5) + 1 / (self.calls_after + 0.5))


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """How untouched categories changed. ``mean``: log change; ``tau``: sd between them beyond counting error."""

    mean: float
    tau: float
    mean_variance: float
    controls: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """A log change beside the controls' mean; ``se`` its standard error, ``df`` its degrees of freedom."""

    log_effect: float
    se: float
    df: int

    @property
    def change(self) -> Range:
        """Share by which calls changed against elsewhere, with its 95 % range: −0.2 is a fifth fewer."""
        reach = self._t * self.se
        low, high = self.log_effect - reach, self.log_effect + reach
        return Range(low=math.expm1(low), mid=math.expm1(self.log_effect), high=math.expm1(high))

    @property
    def smallest_fall(self) -> float:
        """Share, 0 to 1: the smallest fall that would have been seen four times in five."""
        return -math.expm1(-(self._t + POWER_Z) * self.se)

    @property
    def _t(self) -> float:
        from scipy.special import stdtrit  # loaded when a comparison is made: a server that makes none stays small

        return float(stdtrit(self.df, 0.975))


def dispersion_of(sides: Sequence[tuple[Floats, Floats]]) -> float:
    """Pearson's chi-square over its degrees of freedom, at least 1. ``sides``: calls a week, and the shared pattern.

    A category that collapsed or burst inside one side, by an outage or a new label, gets a wide range by this: its
    weeks say themselves that their mean means little. The shared pattern (season, holidays) is no restlessness.
    """
    misfit, freedom = 0.0, 0
    for calls, pattern in sides:
        total = float(pattern.sum())
        if len(calls) < 2 or total <= 0 or not calls.sum():
            continue
        expected = np.maximum(float(calls.sum()) * pattern / total, 1e-9)
        misfit += float(((calls - expected) ** 2 / expected).sum())
        freedom += len(calls) - 1
    return max(1.0, misfit / freedom) if freedom else 1.0


def shared_pattern(categories: Floats) -> Floats:
    """What all categories do together, week by week, around 1: the median of calls over each one's own mean.

    ``categories``: a row a category, a column a week. Flat where there are too few to tell, and never 0.
    """
    kept = categories[categories.mean(axis=1) >= PATTERN_CALLS] if categories.size else categories
    if len(kept) < CONTROLS_NEEDED:
        return np.ones(categories.shape[1])
    found: Floats = np.maximum(np.median(kept / kept.mean(axis=1)[:, None], axis=0), 0.05)
    return found


def usable_controls(categories: Sequence[BeforeAfter]) -> tuple[BeforeAfter, ...]:
    """Those with weeks on both sides and enough calls to say anything."""
    return tuple(one for one in categories if one.weeks_before and one.weeks_after and one.calls >= CONTROL_CALLS)


def spread_of(controls: Sequence[BeforeAfter]) -> Spread:
    """Fit d ~ N(m, τ² + v) by restricted maximum likelihood over a grid of τ. ``controls``: at least two."""
    changes = np.array([one.log_change for one in controls])
    variances = np.array([one.variance for one in controls])
    weights = 1 / (_GRID[:, None] ** 2 + variances)
    total = weights.sum(axis=1)
    means = (weights * changes).sum(axis=1) / total
    misfit = (weights * (changes - means[:, None]) ** 2).sum(axis=1)
    likelihood: Floats = 0.5 * (np.log(weights).sum(axis=1) - np.log(total) - misfit)
    best = int(likelihood.argmax())
    return Spread(
        mean=float(means[best]), tau=float(_GRID[best]), mean_variance=float(1 / total[best]), controls=len(controls)
    )


def effect_of(categories: Sequence[BeforeAfter], spread: Spread) -> Effect:
    """The effect on one category, or on several pooled by inverse variance; at least one."""
    changes = np.array([one.log_change for one in categories])
    weights = 1 / (spread.tau**2 + np.array([one.variance for one in categories]))
    pooled = float((weights * changes).sum() / weights.sum())
    variance = float(1 / weights.sum()) + spread.mean_variance
    return Effect(log_effect=pooled - spread.mean, se=math.sqrt(variance), df=spread.controls - 1)
