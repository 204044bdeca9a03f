"""Figures of the questions in the bank, from attempts that each asked only some of them.

As in ``statistics``, with one change: attempts have forms of different lengths, so the rest of an attempt is its share
of the marks on the other questions of the same system. Where everybody was asked everything, both give the same.
"""

import dataclasses
import functools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from portal.skills_check.rules.statistics import (
    SHORTEST_FLAG,
    SHORTEST_ITEM,
    Numbers,
    Range,
    correlation,
    drawn_weights,
    efficiency,
    middle_of,
    variance,
)

Whole = NDArray[np.int64]
#: Of more people than this, so many are drawn, and the range is narrowed to what all of them would give.
MOST_DRAWN = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Sittings:
    """Every question of every attempt, as columns of one length.

    ``sitting``: number of the attempt and system. ``item``: number of the question in ``items``. ``share`` from 0 to 1.
    ``reached``: False where it was left open. ``known``: False for “don't know”. ``seconds``: NaN where unknown.
    ``given``: number of the answer in ``answers``, −1 where none.
    """

    items: tuple[str, ...]
    sitting: Whole
    item: Whole
    share: Numbers
    reached: NDArray[np.bool_]
    known: NDArray[np.bool_]
    seconds: Numbers
    given: Whole
    answers: tuple[tuple[int, ...], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ChoiceFigures:
    """How often one choice was taken. ``rest``: mean share of the other questions among who took it."""

    index: int
    people: int
    rest: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionFigures:
    """Figures of one question. ``n``: attempts that were asked it; right + wrong + dont_know + not_reached = n."""

    n: int
    right: int
    wrong: int
    dont_know: int
    not_reached: int
    facility: float | None = None
    sd: float | None = None
    discrimination: float | None = None
    discrimination_range: Range | None = None
    efficiency: float | None = None
    median_seconds: float | None = None
    choices: tuple[ChoiceFigures, ...] = ()


def question_figures(sittings: Sittings, *, seed: int = 1, rounds: int = 200) -> Mapping[str, QuestionFigures]:
    """Question id → its figures; facility and what follows from it only from 20 attempts on."""
    rest = _rest(sittings)
    order = np.argsort(sittings.item, kind="stable")
    bounds = np.searchsorted(sittings.item[order], np.arange(len(sittings.items) + 1))
    found = {}
    for place, question in enumerate(sittings.items):
        rows = order[bounds[place] : bounds[place + 1]]
        if len(rows):
            found[question] = _question(sittings, rows, rest[rows], seed=seed + place, rounds=rounds)
    return found


def _rest(sittings: Sittings) -> Numbers:
    """The share of the other questions each sitting got right; NaN where there was no other."""
    count = int(sittings.sitting.max()) + 1 if len(sittings.sitting) else 0
    total = np.bincount(sittings.sitting, weights=sittings.share, minlength=count)
    asked = np.bincount(sittings.sitting, minlength=count)
    others = asked[sittings.sitting] - 1
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(others > 0, (total[sittings.sitting] - sittings.share) / others, np.nan)


def _question(sittings: Sittings, rows: Whole, rest: Numbers, *, seed: int, rounds: int) -> QuestionFigures:
    x, reached, known = sittings.share[rows], sittings.reached[rows], sittings.known[rows]
    right = int((x >= 0.5).sum())
    dont_know = int((reached & ~known).sum())
    not_reached = int((~reached).sum())
    choices = _choices(sittings, rows, rest)
    counted = QuestionFigures(
        n=len(rows),
        right=right,
        wrong=len(rows) - right - dont_know - not_reached,
        dont_know=dont_know,
        not_reached=not_reached,
        choices=choices,
    )
    if len(rows) < SHORTEST_ITEM:
        return counted
    usable = np.isfinite(rest)
    spread = variance(x)
    seconds = sittings.seconds[rows]
    seconds = seconds[np.isfinite(seconds)]
    return dataclasses.replace(
        counted,
        facility=float(x.mean()),
        sd=None if spread is None else math.sqrt(spread),
        discrimination=correlation(x[usable], rest[usable]),
        discrimination_range=_range(x[usable], rest[usable], seed=seed, rounds=rounds),
        efficiency=efficiency(x[usable], rest[usable]),
        median_seconds=float(np.median(seconds)) if len(seconds) else None,
    )


def _choices(sittings: Sittings, rows: Whole, rest: Numbers) -> tuple[ChoiceFigures, ...]:
    given = sittings.given[rows]
    people: dict[int, list[Numbers]] = {}
    for code in np.unique(given):
        if code >= 0:
            for index in sittings.answers[code]:
                people.setdefault(index, []).append(rest[given == code])
    found = []
    for index, parts in sorted(people.items()):
        own = np.concatenate(parts)
        usable = own[np.isfinite(own)]
        mean = float(usable.mean()) if len(usable) else None
        found.append(ChoiceFigures(index=index, people=len(own), rest=mean))
    return tuple(found)


def _range(x: Numbers, rest: Numbers, *, seed: int, rounds: int) -> Range | None:
    """The bootstrap interval of the item-rest correlation. Of many people a part is drawn, and the range narrowed."""
    middle = correlation(x, rest)
    if len(x) < SHORTEST_ITEM or middle is None:
        return None
    shrink = 1.0
    if len(x) > MOST_DRAWN:
        part = np.random.default_rng(seed).choice(len(x), MOST_DRAWN, replace=False)
        shrink, x, rest = math.sqrt(MOST_DRAWN / len(x)), x[part], rest[part]
    drawn = _drawn(len(x), rounds)
    sums = drawn @ np.column_stack((x, rest, x * x, rest * rest, x * rest)) / len(x)
    cross = sums[:, 4] - sums[:, 0] * sums[:, 1]
    spread = (sums[:, 2] - sums[:, 0] ** 2) * (sums[:, 3] - sums[:, 1] ** 2)
    with np.errstate(divide="ignore", invalid="ignore"):
        values = np.where(spread > 1e-12, cross / np.sqrt(np.maximum(spread, 1e-12)), np.nan)
    found = middle_of(values)
    if found is None or shrink == 1.0:
        return found
    centre = float(np.nanmedian(values))
    return Range(low=middle + (found.low - centre) * shrink, high=middle + (found.high - centre) * shrink)


@functools.lru_cache(maxsize=4)
def _drawn(n: int, rounds: int) -> Numbers:
    """The same draw for all questions with so many people: drawing is most of the work."""
    return drawn_weights(n, seed=1, rounds=rounds)


def upper_bound(discrimination: float, n: int) -> float:
    """Upper end of the 95 % interval of a correlation."""
    if n <= 3 or abs(discrimination) >= 1:
        return discrimination
    return math.tanh(math.atanh(discrimination) + 1.96 / math.sqrt(n - 3))


def flags(figures: QuestionFigures, right_choices: Sequence[int]) -> tuple[str, ...]:
    """“Check this question” in words; from 67 attempts on, so that a good question is hardly ever named."""
    if figures.n < SHORTEST_FLAG or figures.facility is None:
        return ()
    told = []
    if figures.facility > 0.95:
        told.append("Almost everybody gets it right, so it tells little. Is it too easy for its level?")
    if figures.facility < 0.20:
        told.append("Hardly anybody gets it right. Is it too hard, unclear, or is its answer wrong?")
    if figures.discrimination is not None and upper_bound(figures.discrimination, figures.n) < 0.15:
        weak = figures.efficiency is None or figures.efficiency < 0.15
        if weak:
            told.append("People who do well elsewhere do no better here. Is it clear what is asked?")
    told += _suspects(figures, right_choices)
    return tuple(told)


def _suspects(figures: QuestionFigures, right_choices: Sequence[int]) -> list[str]:
    """Wrong choices that people take who do better elsewhere than those who take the right one."""
    right = [one for one in figures.choices if one.index in right_choices and one.rest is not None]
    if len(right_choices) != 1 or not right or right[0].rest is None:
        return []
    told = []
    for one in figures.choices:
        if one.index in right_choices or one.rest is None or one.people < 10:
            continue
        error = 0.25 * math.sqrt(1 / one.people + 1 / max(right[0].people, 1))
        if one.rest - right[0].rest > 1.64 * error:
            letter = one.index + 1
            told.append(
                f"People who take answer {letter} do better elsewhere than those who take the right one. "
                "Perhaps the key is wrong."
            )
    return told
