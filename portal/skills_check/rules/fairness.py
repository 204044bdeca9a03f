"""Whether a question is harder for one group than for another with the same total: Mantel–Haenszel."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from portal.skills_check.rules.statistics import Marks, Numbers

SMALLEST_GROUP = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One item between a group and the largest one. ``odds``: how much easier it is for the group, at the same total.

    ``low``, ``high``: the 95 % range of the odds ratio. None where the totals never overlap.
    """

    item: str
    group: str
    against: str
    odds: float | None
    low: float | None
    high: float | None
    words: str


def differences(table: Marks, groups: Sequence[str]) -> tuple[tuple[Difference, ...], tuple[str, ...]]:
    """Differences of every group of 100 or more to the largest; and why groups were left out."""
    sizes: dict[str, int] = {}
    for group in groups:
        if group:
            sizes[group] = sizes.get(group, 0) + 1
    enough = sorted((name for name, size in sizes.items() if size >= SMALLEST_GROUP), key=lambda name: -sizes[name])
    left = tuple(
        f"{name} has {size} attempts; groups are compared from {SMALLEST_GROUP} on."
        for name, size in sizes.items()
        if size < SMALLEST_GROUP
    )
    if len(enough) < 2:
        return (), (*left, f"Two groups of {SMALLEST_GROUP} or more are needed to compare.")
    named = np.array(groups)
    totals = np.round(table.marks.sum(axis=1), 6)
    right = table.marks >= np.array(table.maxima) / 2
    found = [
        _difference(table.items[place], right[:, place], totals, named, group, enough[0])
        for group in enough[1:]
        for place in range(len(table.items))
    ]
    return tuple(found), left


def _difference(
    item: str,
    right: "np.ndarray[tuple[int], np.dtype[np.bool_]]",
    totals: Numbers,
    named: object,
    group: str,
    against: str,
) -> Difference:
    names = np.asarray(named)
    tables = []
    for total in np.unique(totals):
        here = totals == total
        one, other = here & (names == group), here & (names == against)
        a, b = int((right & one).sum()), int((~right & one).sum())
        c, d = int((right & other).sum()), int((~right & other).sum())
        if a + b and c + d:
            tables.append((a, b, c, d))
    odds, error = mantel_haenszel(tables)
    if odds is None or error is None:
        return Difference(item=item, group=group, against=against, odds=None, low=None, high=None, words=_SILENT)
    low, high = odds * math.exp(-1.96 * error), odds * math.exp(1.96 * error)
    return Difference(
        item=item, group=group, against=against, odds=odds, low=low, high=high, words=_words(odds, low, high, group)
    )


_SILENT = "The totals of the two groups don’t overlap, so they can’t be compared."


def mantel_haenszel(tables: Sequence[tuple[int, int, int, int]]) -> tuple[float | None, float | None]:
    """The pooled odds ratio of 2 × 2 tables (right, wrong of one group; right, wrong of the other), and the standard
    error of its logarithm (Robins, Breslow and Greenland). None, None where it can't be computed."""
    r = s = pr = qs = cross = 0.0
    for a, b, c, d in tables:
        n = a + b + c + d
        own_r, own_s = a * d / n, b * c / n
        p, q = (a + d) / n, (b + c) / n
        r, s = r + own_r, s + own_s
        pr, qs, cross = pr + p * own_r, qs + q * own_s, cross + p * own_s + q * own_r
    if r <= 0 or s <= 0:
        return None, None
    return r / s, math.sqrt(pr / (2 * r * r) + cross / (2 * r * s) + qs / (2 * s * s))


def _words(odds: float, low: float, high: float, group: str) -> str:
    """In the steps that are usual: 2.35 times the logarithm under 1 is negligible, from 1.5 on large."""
    size = abs(2.35 * math.log(odds))
    if low <= 1 <= high or size < 1:
        return "No difference that matters."
    strength = "Much" if size >= 1.5 else "Somewhat"
    return f"{strength} {'easier' if odds > 1 else 'harder'} for {group} at the same total. Read the question again."
