"""One person's ability from marked answers, and what groups of a given ability would answer (measurement A and B)."""

import numpy as np
from numpy.typing import NDArray

#: Group means at which the expected number of right answers is kept.
MEANS = tuple(step / 2 for step in range(-5, 6))
#: 61 points of ability from -4 to 4 and the weights of N(0, 1) on them (measurement A).
GRID: NDArray[np.float64] = np.linspace(-4, 4, 61)
PRIOR: NDArray[np.float64] = np.exp(-(GRID**2) / 2) / np.exp(-(GRID**2) / 2).sum()
#: No answer is taken as surer than this, in logits: one slip must not outweigh all else a person answered.
MOST_CERTAIN = 12.0


def probability_right(
    ability: NDArray[np.float64], a: NDArray[np.float64], b: NDArray[np.float64], c: NDArray[np.float64]
) -> NDArray[np.float64]:
    """P = c + (1 - c) / (1 + exp(-a (t - b))); ``a, b, c`` one a question, result questions × abilities."""
    slope, difficulty, guessing = a[:, None], b[:, None], c[:, None]
    logit = np.clip(slope * (ability[None, :] - difficulty), -MOST_CERTAIN, MOST_CERTAIN)
    chance: NDArray[np.float64] = guessing + (1 - guessing) / (1 + np.exp(-logit))
    return chance


def expected_right(a: NDArray[np.float64], b: NDArray[np.float64], c: NDArray[np.float64]) -> NDArray[np.float64]:
    """Chance of a right answer in groups of ability N(μ, 1) for μ in ``MEANS``; questions × means."""
    columns = [probability_right(GRID + mean, a, b, c) @ PRIOR for mean in MEANS]
    return np.stack(columns, axis=1)


def abilities(
    right: NDArray[np.float64], wrong: NDArray[np.float64], chance: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Each person's expected ability given the answers (EAP, measurement A).

    ``right`` and ``wrong``: people × questions, how often answered so; ``chance``: questions × grid points.
    """
    log_posterior = right @ np.log(chance) + wrong @ np.log1p(-chance) - GRID**2 / 2
    weights = np.exp(log_posterior - log_posterior.max(axis=1, keepdims=True))
    means: NDArray[np.float64] = (weights @ GRID) / weights.sum(axis=1)
    return means
