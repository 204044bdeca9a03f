"""A linear mixed model whose observation errors are known: z = Xβ + Zu + e + error.

N observations, P columns (fixed and random together), G groups of random columns.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import linalg, optimize

Floats = NDArray[np.float64]

#: Prior of every sd: Gamma(2, scale); it keeps an sd from sticking at 0 where few groups speak for it.
USUAL_SCALE = 0.5
_SMALLEST, _LARGEST = -5.0, 1.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Design:
    """What explains an observation. ``fixed``: N × F. ``random``: one N × Q matrix a group.

    ``fixed_precision``: F, 0 for a coefficient nobody knows anything about, 1/sd² for one with a normal prior of mean
    ``fixed_mean``. ``scales``: of the Gamma prior of each group's sd, the sd of cells last.
    """

    fixed: Floats
    random: Sequence[Floats]
    fixed_precision: Floats
    fixed_mean: Floats
    scales: Sequence[float]

    @property
    def columns(self) -> Floats:
        """N × P, fixed first."""
        return np.hstack([self.fixed, *self.random])

    @property
    def sizes(self) -> tuple[int, ...]:
        return tuple(one.shape[1] for one in self.random)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fitted:
    """``sds``: one a group of random columns, the sd of single observations (cells) last. ``mean``, ``covariance``: of
    the P coefficients given the sds. ``log_sd_covariance``: how well the logs of the sds are known."""

    sds: Floats
    mean: Floats
    covariance: Floats
    log_sd_covariance: Floats


def fit(z: Floats, variance: Floats, design: Design, *, start: Floats | None = None, spread: bool = True) -> Fitted:
    """The sds by penalised REML, the coefficients given them.

    ``z``, ``variance``: N, observations and the variances of their errors (above 0). ``start``: sds to begin from.
    ``spread``: also work out how well the sds are known.
    """
    columns = design.columns
    begin = np.log(start) if start is not None else np.full(len(design.sizes) + 1, np.log(0.3))

    def cost(log_sds: Floats) -> float:
        return -_criterion(log_sds, z, variance, columns, design)

    bounds = [(_SMALLEST, _LARGEST)] * len(begin)
    found = optimize.minimize(cost, begin, method="L-BFGS-B", bounds=bounds, options={"maxiter": 60, "ftol": 1e-7})
    log_sds: Floats = np.asarray(found.x, dtype=float)
    mean, covariance = coefficients(np.exp(log_sds), z, variance, design)
    known = _inverse_curvature(cost, log_sds) if spread else np.zeros((len(begin), len(begin)))
    return Fitted(sds=np.exp(log_sds), mean=mean, covariance=covariance, log_sd_covariance=known)


def coefficients(sds: Floats, z: Floats, variance: Floats, design: Design) -> tuple[Floats, Floats]:
    """Mean and covariance of the P coefficients for given sds."""
    columns = design.columns
    weight = 1 / (variance + sds[-1] ** 2)
    precision = (columns.T * weight) @ columns + np.diag(_prior_precision(sds, design))
    covariance = np.linalg.inv(precision)
    covariance = (covariance + covariance.T) / 2
    return covariance @ (columns.T @ (weight * z) + _pull(design)), covariance


def sd_draws(fitted: Fitted, draws: int, random: np.random.Generator) -> Floats:
    """Draws × sds from the Laplace approximation of their logs."""
    logs = random.multivariate_normal(np.log(fitted.sds), fitted.log_sd_covariance, draws, method="eigh")
    found: Floats = np.exp(np.clip(logs, _SMALLEST, _LARGEST))
    return found


def _criterion(log_sds: Floats, z: Floats, variance: Floats, columns: Floats, design: Design) -> float:
    sds = np.exp(log_sds)
    weight = 1 / (variance + sds[-1] ** 2)
    prior = _prior_precision(sds, design)
    precision = (columns.T * weight) @ columns + np.diag(prior)
    right = columns.T @ (weight * z) + _pull(design)
    try:
        factor = np.linalg.cholesky(precision)
    except np.linalg.LinAlgError:
        return -1e12
    half = linalg.solve_triangular(factor, right, lower=True, check_finite=False)
    square = float(z @ (weight * z) + design.fixed_mean @ (design.fixed_precision * design.fixed_mean) - half @ half)
    random_prior = prior[design.fixed.shape[1] :]
    likelihood = -0.5 * (
        -float(np.log(weight).sum())
        - float(np.log(random_prior).sum())
        + 2 * float(np.log(np.diag(factor)).sum())
        + square
    )
    return likelihood + float(np.sum(log_sds - sds / np.asarray(design.scales)))


def _prior_precision(sds: Floats, design: Design) -> Floats:
    parts = [design.fixed_precision]
    parts += [np.full(size, 1 / sd**2) for size, sd in zip(design.sizes, sds[:-1], strict=True)]
    return np.concatenate(parts)


def _pull(design: Design) -> Floats:
    """What the priors of the fixed coefficients add to the right-hand side; P."""
    return np.concatenate([design.fixed_precision * design.fixed_mean, np.zeros(sum(design.sizes))])


def _inverse_curvature(cost: Callable[[Floats], float], at: Floats, step: float = 0.1) -> Floats:
    """Inverse of the Hessian by differences; flat directions get a variance of at most 1."""
    count = len(at)
    hessian = np.empty((count, count))
    steps = np.eye(count) * step
    for row in range(count):
        for column in range(row + 1):
            hessian[row, column] = hessian[column, row] = (
                cost(at + steps[row] + steps[column])
                - cost(at + steps[row] - steps[column])
                - cost(at - steps[row] + steps[column])
                + cost(at - steps[row] - steps[column])
            ) / (4 * step**2)
    values, vectors = np.linalg.eigh(hessian)
    found: Floats = (vectors / np.maximum(values, 1.0)) @ vectors.T
    return found
