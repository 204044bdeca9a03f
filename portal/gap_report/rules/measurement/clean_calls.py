"""Calls without faults, season and bad months (measurement, D.2). C: categories, D: directorates, T: months."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from portal.gap_report.rules.measurement.mixed import Floats

#: A month is set aside when it lies so many robust sds over the category's middle month …
FAR_SDS = 3.0
#: … and so many times over it.
FAR_TIMES = 1.3


@dataclass(frozen=True, slots=True, kw_only=True)
class CleanCalls:
    """``calls``: C × D over the months kept. ``exposure``: C × D, users × months, a busy month counting more.
    ``season``: T, mean 1. ``kept``: C × T. ``faults``: C, calls left out because the desk called them faults."""

    calls: Floats
    exposure: Floats
    season: Floats
    kept: NDArray[np.bool_]
    faults: NDArray[np.int64]


def clean_calls(calls: NDArray[np.int64], faults: NDArray[np.int64], users: NDArray[np.int64]) -> CleanCalls:
    """``calls``, ``faults`` (those of the calls flagged as faults): C × D × T; ``users``: C × D.

    Where calls come without directorates, D is 1 and ``users`` are all users.
    """
    clean = (calls - faults).astype(float)
    monthly = clean.sum(axis=1)
    mean = np.maximum(monthly.mean(axis=1, keepdims=True), 1e-9)
    heard = monthly.sum(axis=1) > 0
    ratio = monthly / mean
    season = np.median(ratio[heard], axis=0) if heard.any() else np.ones(calls.shape[2])
    season = np.maximum(season, 0.05)
    season /= season.mean()
    plain = ratio / season
    middle = np.median(plain, axis=1, keepdims=True)
    robust = 1.4826 * np.median(np.abs(plain - middle), axis=1, keepdims=True)
    kept = (plain <= middle + FAR_SDS * robust) | (plain <= FAR_TIMES * middle)
    return CleanCalls(
        calls=(clean * kept[:, None, :]).sum(axis=2),
        exposure=users * (kept * season).sum(axis=1)[:, None],
        season=season,
        kept=kept,
        faults=faults.sum(axis=(1, 2)),
    )
