"""How calls follow from skill (measurement, D.3): log rate = level of the category + culture - slope × ability."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from portal.gap_report.rules.measurement.clean_calls import CleanCalls
from portal.gap_report.rules.measurement.mixed import USUAL_SCALE, Design, Fitted, Floats, fit
from portal.gap_report.rules.measurement.skill import Abilities

Places = NDArray[np.int_]

#: What is believed of the slope before any call is seen, in logs of calls a logit of ability.
SLOPE_MEAN, SLOPE_SD = 0.5, 0.5
#: Scale of the prior of how slopes differ between categories.
SLOPE_SCALE = 0.15
#: A directorate's calls are used from so many users and so many calls on.
LEAST = 10
ROUNDS = 4
#: Sd of counting noise beyond Poisson, where only one figure a category exists to judge it by.
USUAL_NOISE = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class Rates:
    """Draws of the rate model, log calls a user a month. ``level``, ``slope``: draws × C. ``culture``: draws × D.

    ``between``: sd of levels between categories. ``by_directorate``: whether directorates told the slope.
    ``slope_range``: low, middle and high of the common slope, 95 %.
    """

    level: Floats
    slope: Floats
    culture: Floats
    between: float
    by_directorate: bool
    slope_range: tuple[float, float, float]


def rates_by_directorate(
    clean: CleanCalls, users: Places, abilities: Abilities, draws: int, random: np.random.Generator
) -> Rates:
    """With calls by directorate: categories × directorates with ten users and ten calls tell the slope.

    Levels go with the draws of ability: what was heard stays, so where people know less, less is left to the level.
    """
    rows, columns = np.nonzero((users >= LEAST) & (clean.calls >= LEAST) & (clean.exposure > 0))
    ability = abilities.mean[rows, columns]
    design = _design(rows, columns, ability, users.shape)
    fitted = _quasi_likelihood(clean, rows, columns, abilities, design)
    found = random.multivariate_normal(fitted.mean, fitted.covariance, draws, method="cholesky")
    categories, directorates = users.shape
    level = found[:, :1] + found[:, 2 : 2 + categories]
    culture = found[:, 2 + categories : 2 + categories + directorates]
    slope = found[:, 1:2] + found[:, 2 + categories + directorates :]
    return Rates(
        level=level + slope * _moved(users, abilities),
        slope=slope,
        culture=culture,
        between=float(fitted.sds[0]),
        by_directorate=True,
        slope_range=_range(found[:, 1]),
    )


def rates_of_council(
    clean: CleanCalls, users: Places, abilities: Abilities, draws: int, random: np.random.Generator
) -> Rates:
    """Where calls come without directorates: the slope is what is usually found, and the split is weaker.

    ``clean``: C × 1; ``users``: C × D.
    """
    calls = clean.calls[:, 0]
    heard = np.log((calls + 0.5) / np.maximum(clean.exposure[:, 0], 1e-9))
    error = np.sqrt(1 / (calls + 0.5) + USUAL_NOISE**2 / 12)
    common = random.normal(SLOPE_MEAN, SLOPE_SD, (draws, 1))
    slope = common + random.normal(0, SLOPE_SCALE, (draws, len(calls)))
    level = heard + error * random.normal(0, 1, slope.shape) + slope * _weighted(abilities.draws, users)
    return Rates(
        level=level,
        slope=slope,
        culture=np.zeros((draws, users.shape[1])),
        between=float(np.std(np.median(level, axis=0))),
        by_directorate=False,
        slope_range=_range(common[:, 0]),
    )


def _design(rows: Places, columns: Places, ability: Floats, shape: tuple[int, ...]) -> Design:
    of_category = np.eye(shape[0])[rows]
    return Design(
        fixed=np.column_stack([np.ones(len(rows)), -ability]),
        random=(of_category, np.eye(shape[1])[columns], -ability[:, None] * of_category),
        fixed_precision=np.array([0.01, 1 / SLOPE_SD**2]),
        fixed_mean=np.array([0.0, SLOPE_MEAN]),
        scales=(USUAL_SCALE, USUAL_SCALE, SLOPE_SCALE, USUAL_SCALE),
    )


def _quasi_likelihood(clean: CleanCalls, rows: Places, columns: Places, abilities: Abilities, design: Design) -> Fitted:
    """Penalised quasi-likelihood: the mixed model on the working response, a few times over."""
    calls, exposure = clean.calls[rows, columns], clean.exposure[rows, columns]
    unsure = abilities.within[rows, columns] * SLOPE_MEAN**2
    linear = np.log(calls / exposure)
    fitted: Fitted | None = None
    for turn in range(ROUNDS):
        mean = np.maximum(exposure * np.exp(linear), 0.5)
        working = linear + (calls - mean) / mean
        variance = 1 / mean + unsure
        fitted = fit(working, variance, design, start=None if fitted is None else fitted.sds, spread=turn == ROUNDS - 1)
        smooth = design.columns @ fitted.mean
        weight = fitted.sds[-1] ** 2 / (fitted.sds[-1] ** 2 + variance)
        linear = smooth + weight * (working - smooth)
    if fitted is None:
        raise ValueError("at least one round")
    return fitted


def _moved(users: Places, abilities: Abilities) -> Floats:
    """Draws × C: how far the mean ability of a category's users lies from the one the model was fitted with."""
    return _weighted(abilities.draws, users) - _weighted(abilities.mean[None], users)


def _weighted(ability: Floats, users: Places) -> Floats:
    """… × C from … × C × D, weighted by users."""
    found: Floats = (ability * users).sum(axis=-1) / np.maximum(users.sum(axis=-1), 1e-9)
    return found


def _range(values: Floats) -> tuple[float, float, float]:
    low, middle, high = np.quantile(values, (0.025, 0.5, 0.975))
    return float(low), float(middle), float(high)
