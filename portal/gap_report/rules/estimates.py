"""Shares and rates with their 95 % ranges, from sums alone (docs/decisions: the first, simple method)."""

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass

from portal.core.periods import DAYS_A_MONTH
from portal.core.privacy import MINIMUM_PEOPLE, published_share
from portal.evidence.rules.atoms import Sums

#: Two-sided 95 % of the normal distribution.
Z = 1.959964
TAIL = 0.025
#: From so many people on Wilson's interval is good; under it Jeffreys' is better (measurement B).
WILSON_FROM = 40
#: Weeks from which their spread is measured; with fewer, plain counting error alone would promise too much.
WEEKS_FOR_SPREAD = 4
#: Spread taken where weeks are too few to measure it, in multiples of plain counting error's variance.
USUAL_SPREAD = 3.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Range:
    """A figure and its 95 % range: ``low`` ≤ ``mid`` ≤ ``high``."""

    low: float
    mid: float
    high: float

    def side(self, line: float) -> int:
        """1 above the line, -1 below it, 0 where the range holds the line inside it."""
        if self.low >= line:
            return 1
        return -1 if self.high <= line else 0


def design_effect(sums: Sums) -> float:
    """How many times wider than for independent answers the variance of p = X/A is; at least 1.

    Answers of one person resemble each other. With r = x - p m a person, Σr² follows from the sums alone.
    """
    if sums.people < 2 or not 0 < sums.correct < sums.answers:
        return 1.0
    share = sums.correct / sums.answers
    residual = sums.sum_xx - 2 * share * sums.sum_xm + share**2 * sums.sum_mm
    effect = sums.people / (sums.people - 1) * residual / (sums.answers * share * (1 - share))
    return max(1.0, effect)


def wilson(correct: float, answers: float) -> tuple[float, float]:
    """Wilson's 95 % interval of a share; ``answers`` above 0, need not be whole."""
    share = correct / answers
    centre = share + Z**2 / (2 * answers)
    half = Z * math.sqrt(share * (1 - share) / answers + Z**2 / (4 * answers**2))
    scale = 1 + Z**2 / answers
    return max(0.0, (centre - half) / scale), min(1.0, (centre + half) / scale)


def beta_quantile(first: float, second: float, at: float) -> float:
    """The quantile of Beta(first, second)."""
    from scipy.special import betaincinv  # loaded when a report is made: a server that makes none stays small

    return float(betaincinv(first, second, at))


def gamma_quantile(shape: float, at: float) -> float:
    """The quantile of Gamma(shape, 1)."""
    from scipy.special import gammaincinv  # loaded when a report is made, as above

    return float(gammaincinv(shape, at))


def jeffreys(correct: float, answers: float) -> tuple[float, float]:
    """Jeffreys' 95 % interval of a share: quantiles of Beta(X + ½, A - X + ½)."""
    wrong = answers - correct
    low = 0.0 if correct <= 0 else beta_quantile(correct + 0.5, wrong + 0.5, TAIL)
    high = 1.0 if wrong <= 0 else beta_quantile(correct + 0.5, wrong + 0.5, 1 - TAIL)
    return low, high


def share_right(sums: Sums) -> Range | None:
    """The share of answered questions right, as it may be published; None where fewer than ten people were asked."""
    if sums.people < MINIMUM_PEOPLE or sums.answers == 0:
        return None
    effect = design_effect(sums)
    interval = wilson if sums.people >= WILSON_FROM else jeffreys
    low, high = interval(sums.correct / effect, sums.answers / effect)
    return Range(low=published_share(low), mid=published_share(sums.correct / sums.answers), high=published_share(high))


def spread(weekly: Sequence[int]) -> float:
    """Variance of weekly counts over their mean, at least 1: what plain counting error would give."""
    if len(weekly) < WEEKS_FOR_SPREAD:
        return USUAL_SPREAD
    mean = statistics.fmean(weekly)
    return 1.0 if mean == 0 else max(1.0, statistics.variance(weekly) / mean)


def calls_per_100_users_a_month(weekly: Sequence[int], users: int) -> Range | None:
    """Rate of calls with the range their week-to-week spread allows (overdispersed Poisson, exact in form).

    ``weekly``: calls in each whole week, zeros included. None without weeks or users. Rounded to 0.01.
    """
    if not weekly or users <= 0:
        return None
    calls = sum(weekly)
    times = spread(weekly)
    low = 0.0 if calls == 0 else times * gamma_quantile(calls / times, TAIL)
    high = times * gamma_quantile(calls / times + 1, 1 - TAIL)
    unit = 100 / users / months_of(len(weekly))
    return Range(low=round(low * unit, 2), mid=round(calls * unit, 2), high=round(high * unit, 2))


def months_of(weeks: int) -> float:
    """Weeks as months, by days."""
    return weeks * 7 / DAYS_A_MONTH
