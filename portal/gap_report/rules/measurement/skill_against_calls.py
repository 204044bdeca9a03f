"""The whole of section D: closed groups and calls in, a judgement a category and a system out."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from portal.evidence.rules.atoms import Atom
from portal.gap_report.rules.measurement.clean_calls import CleanCalls, clean_calls
from portal.gap_report.rules.measurement.judgement import Judgement, Thresholds, effects, judged, summed
from portal.gap_report.rules.measurement.rate import Rates, rates_by_directorate, rates_of_council
from portal.gap_report.rules.measurement.skill import Abilities, Asked, ability_draws, skill_figures

DRAWS = 4_000
#: Fewer categories with calls than this show no usual level to compare with.
LEAST_CATEGORIES = 5
SEED = 20_260_101


@dataclass(frozen=True, slots=True, kw_only=True)
class Observed:
    """What is known of a council. ``asked``: C, one a category. ``users``: C × D. ``calls`` and ``faults`` (those of
    the calls that the desk flagged): C × D × T months, or C × 1 × T where calls come without directorates."""

    atoms: Sequence[Atom]
    asked: Sequence[Asked]
    directorates: Sequence[str]
    users: NDArray[np.int64]
    calls: NDArray[np.int64]
    faults: NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """``categories``: one a category, in their order; ``systems``: by key, of the sums of their categories."""

    categories: tuple[Judgement, ...]
    systems: dict[str, Judgement]
    clean: CleanCalls
    abilities: Abilities
    rates: Rates


def skill_against_calls(
    seen: Observed, limits: Thresholds | None = None, *, draws: int = DRAWS, seed: int = SEED
) -> Judged | None:
    """Judge every category and system; None where no group is closed or too few categories have calls.

    The same for the same input: the draws are seeded.
    """
    limits = limits or Thresholds()
    figures = skill_figures(seen.atoms, seen.asked, seen.directorates, seen.users)
    heard = (seen.calls - seen.faults).sum(axis=(1, 2)) > 0
    if not len(figures.ability) or heard.sum() < LEAST_CATEGORIES:
        return None
    random = np.random.default_rng(seed)
    by_directorate = seen.calls.shape[1] == len(seen.directorates) > 1
    users = seen.users if by_directorate else seen.users.sum(axis=1, keepdims=True)
    clean = clean_calls(seen.calls, seen.faults, users)
    abilities = ability_draws(figures, seen.asked, seen.users, draws, random)
    how = rates_by_directorate if by_directorate else rates_of_council
    rates = how(clean, seen.users, abilities, draws, random)
    found = effects(abilities.draws, rates, seen.users, limits, random)
    systems = {
        system: judged(
            summed(found, [row for row, one in enumerate(seen.asked) if one.system == system], seen.users.sum(axis=1)),
            limits,
        )[0]
        for system in dict.fromkeys(one.system for one in seen.asked)
    }
    return Judged(categories=judged(found, limits), systems=systems, clean=clean, abilities=abilities, rates=rates)
