"""From draws to verdicts (measurement, D.4 and D.5)."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from portal.gap_report.rules.estimates import Range
from portal.gap_report.rules.measurement.mixed import Floats
from portal.gap_report.rules.measurement.rate import Rates
from portal.gap_report.rules.verdicts import Verdict

#: The order of the columns of probabilities.
LABELS = (Verdict.TRAINING_GAP, Verdict.DESIGN_PROBLEM, Verdict.HIDDEN_GAP, Verdict.HEALTHY)
MONTHS_A_YEAR = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """Agreed with the council. ``many``: times the usual calls from which there are many. ``low_ability``: mean
    ability (logits, 0 is the standard) from which a group that seldom calls has a hidden gap. ``ordinary``: sd of
    ordinary differences between categories, in logs of calls. ``sure``: probability from which a verdict is given.
    ``both``: share of calls from which training and mending are each worth naming."""

    many: float = 1.3
    low_ability: float = -0.3
    ordinary: float = 0.25
    sure: float = 0.70
    both: float = 0.15


@dataclass(frozen=True, slots=True, kw_only=True)
class Effects:
    """Draws × rows, calls a month: all, at the usual level, avoidable by training, above the usual and not avoidable by
    training. ``ability``: mean of the users."""

    calls: Floats
    usual: Floats
    training: Floats
    design: Floats
    ability: Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """``probability``: one a label of ``LABELS``, summing to 1. ``verdict``: the likeliest where it is likely enough.

    ``training``, ``design``: calls a year that training, and a mended system, could save; never below 0.
    """

    probability: tuple[float, ...]
    verdict: Verdict
    likeliest: Verdict
    both: bool
    times_usual: Range
    training: Range
    design: Range


def effects(
    abilities: Floats, rates: Rates, users: NDArray[np.int64], limits: Thresholds, random: np.random.Generator
) -> Effects:
    """What each draw says of every category. ``abilities``: draws × C × D; ``users``: C × D."""
    usual_level = shortest_half(rates.level)
    excess = rates.level - usual_level[:, None]
    kept = max(0.0, 1 - limits.ordinary**2 / rates.between**2) if rates.between else 0.0
    friction = kept * excess + np.sqrt(kept) * limits.ordinary * random.normal(0, 1, excess.shape)
    base = users * np.exp(usual_level[:, None, None] + rates.culture[:, None, :])
    slope = rates.slope[:, :, None]
    raised = np.exp(excess)
    now = (base * np.exp(-slope * abilities)).sum(axis=2) * raised
    trained = (base * np.exp(-slope * np.maximum(abilities, 0))).sum(axis=2) * raised
    return Effects(
        calls=now,
        usual=base.sum(axis=2),
        training=now - trained,
        design=now * -np.expm1(-np.maximum(friction, 0)),
        ability=(abilities * users).sum(axis=2) / np.maximum(users.sum(axis=1), 1),
    )


def summed(found: Effects, rows: Sequence[int], users: NDArray[np.int64]) -> Effects:
    """Several categories as one: their calls added up, their ability weighted by ``users`` (one a category)."""
    weights = np.asarray(users, dtype=float)[list(rows)]
    weights = weights / weights.sum() if weights.sum() else np.full(len(rows), 1 / len(rows))
    return Effects(
        calls=found.calls[:, rows].sum(axis=1, keepdims=True),
        usual=found.usual[:, rows].sum(axis=1, keepdims=True),
        training=found.training[:, rows].sum(axis=1, keepdims=True),
        design=found.design[:, rows].sum(axis=1, keepdims=True),
        ability=(found.ability[:, rows] @ weights)[:, None],
    )


def labels(found: Effects, limits: Thresholds) -> NDArray[np.int64]:
    """Draws × rows, places in ``LABELS``."""
    many = found.calls >= limits.many * found.usual
    chosen: NDArray[np.int64] = np.where(
        many,
        np.where(found.training > found.design, 0, 1),
        np.where(found.ability <= limits.low_ability, 2, 3),
    )
    return chosen


def judged(found: Effects, limits: Thresholds) -> tuple[Judgement, ...]:
    """One judgement a row."""
    chosen = labels(found, limits)
    shares = np.stack([(chosen == place).mean(axis=0) for place in range(len(LABELS))], axis=1)
    times = _ranges(found.calls / found.usual)
    training = _ranges(np.maximum(found.training, 0) * MONTHS_A_YEAR)
    design = _ranges(np.maximum(found.design, 0) * MONTHS_A_YEAR)
    calls = np.median(found.calls, axis=0) * MONTHS_A_YEAR
    return tuple(
        _judgement(shares[row], float(calls[row]), times[row], training[row], design[row], limits)
        for row in range(shares.shape[0])
    )


def _judgement(
    shares: Floats, calls: float, times: Range, training: Range, design: Range, limits: Thresholds
) -> Judgement:
    likeliest = LABELS[int(shares.argmax())]
    return Judgement(
        probability=tuple(float(share) for share in shares),
        verdict=likeliest if shares.max() >= limits.sure else Verdict.NOT_ENOUGH_EVIDENCE,
        likeliest=likeliest,
        both=min(training.mid, design.mid) >= limits.both * calls > 0,
        times_usual=times,
        training=training,
        design=design,
    )


def shortest_half(values: Floats) -> Floats:
    """Middle of the shortest stretch that holds half of each row; draws from draws × C."""
    ordered = np.sort(values, axis=1)
    half = ordered.shape[1] // 2
    widths = ordered[:, half:] - ordered[:, : ordered.shape[1] - half]
    start = widths.argmin(axis=1)
    rows = np.arange(len(ordered))
    found: Floats = (ordered[rows, start] + ordered[rows, start + half]) / 2
    return found


def _ranges(values: Floats) -> tuple[Range, ...]:
    """Middle and 95 % range of each column."""
    found = np.quantile(values, (0.025, 0.5, 0.975), axis=0)
    return tuple(Range(low=float(low), mid=float(middle), high=float(high)) for low, middle, high in found.T)
