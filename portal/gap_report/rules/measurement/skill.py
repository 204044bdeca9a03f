"""How well each directorate knows what each category is about, from closed groups alone (measurement, D.1).

C: categories, D: directorates, N: groups with a figure. Ability is in logits, 0 the agreed standard.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from portal.evidence.rules.ability import MEANS
from portal.evidence.rules.atoms import Atom, Sums
from portal.gap_report.rules.measurement.mixed import USUAL_SCALE, Design, Floats, coefficients, fit, sd_draws

#: Whom the sds are drawn for: so many Laplace draws stand for what isn't known of them.
SD_DRAWS = 40
#: A system's figure stands in for a skill's; skills of a system differ by about this sd.
WHOLE_FOR_SKILL_SD = 0.4
#: A question's difficulty is known this well, so a category's level by this over the root of its questions.
QUESTION_SD = 0.35
#: Those who take part are better by about this much, give or take.
WILLING_MEAN, WILLING_SD = 0.10, 0.15
#: Beyond these means a curve says only “more” or “less”.
_FURTHEST = 2.3


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a category's calls are about. ``skill`` None: the system as a whole. ``questions``: in the bank for it."""

    system: str
    skill: str | None
    questions: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SkillFigures:
    """N figures. ``category``, ``directorate``: places, the latter -1 for a group of several directorates.

    ``ability`` with its error ``variance``; ``shares``: N × D, whom the figure speaks of, rows summing to 1.
    """

    category: NDArray[np.int64]
    directorate: NDArray[np.int64]
    ability: Floats
    variance: Floats
    shares: Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class Abilities:
    """``draws``: draws × C × D, as plausible as one another. ``mean``: C × D, before allowing for who takes part.
    ``within``: C × D, variance of a directorate's ability about its category's."""

    draws: Floats
    mean: Floats
    within: Floats


def design_effect(parts: Sequence[Sums]) -> float:
    """How much more the answers of groups vary than independent ones would, pooled over groups; at least 1.

    Groups of five or more count, where answers were neither all right nor all wrong.
    """
    above = below = 0.0
    for sums in parts:
        if sums.people < 5 or not 0 < sums.correct < sums.answers:
            continue
        share = sums.correct / sums.answers
        residual = sums.sum_xx - 2 * share * sums.sum_xm + share**2 * sums.sum_mm
        above += sums.people / (sums.people - 1) * residual
        below += sums.answers * share * (1 - share)
    return max(1.0, above / below) if below else 1.0


def ability_of(sums: Sums, expected: Floats, effect: float) -> tuple[float, float]:
    """A group's mean ability and the variance of its error.

    ``expected``: right answers expected at each of ``MEANS``; ``effect``: the design effect. The curve is followed to
    where it gives the answers seen; beyond its ends in a straight line.
    """
    means = np.asarray(MEANS)
    at = float(np.clip(np.interp(sums.correct, expected, means), -_FURTHEST, _FURTHEST))
    here, rise = _curve(sums, expected, at)
    return at + (sums.correct - here) / rise, error_variance(sums, expected, effect, at)


def error_variance(sums: Sums, expected: Floats, effect: float, at: float) -> float:
    """Variance of the error of a group's ability if that were ``at``.

    Taken where the category's groups lie together: at its own place a group that did well or badly by chance would
    count as less sure for that, and the differences between groups would seem smaller than they are.
    """
    here, rise = _curve(sums, expected, at)
    share = np.clip(here / sums.answers, 0.02, 0.98)
    return float(effect * sums.answers * share * (1 - share) / rise**2)


def _curve(sums: Sums, expected: Floats, at: float) -> tuple[float, float]:
    """Right answers expected at an ability, and how many more a logit."""
    means, step = np.asarray(MEANS), 0.1
    rise = float(np.interp(at + step, means, expected) - np.interp(at - step, means, expected)) / (2 * step)
    return float(np.interp(at, means, expected)), max(rise, 1e-3 * sums.answers)


def _middle(parts: Iterable[tuple[Sums, Floats, float]]) -> float:
    """Ability of all groups of a category together."""
    kept = list(parts)
    if not kept:
        return 0.0
    total, expected = kept[0][0], np.sum([one[1] for one in kept], axis=0)
    for one in kept[1:]:
        total = total + one[0]
    return float(np.clip(ability_of(total, expected, 1.0)[0], -_FURTHEST, _FURTHEST))


def skill_figures(
    atoms: Iterable[Atom], asked: Sequence[Asked], directorates: Sequence[str], users: NDArray[np.int64]
) -> SkillFigures:
    """The figures of every category that has any. ``users``: C × D."""
    wholes = _added_up(atoms)
    rows: list[tuple[int, int, float, float, Floats]] = []
    for category, one in enumerate(asked):
        of_system = {place: found for (system, place), found in wholes.items() if system == one.system}
        parts = {place: _part(found, one.skill) for place, found in of_system.items()}
        effect = design_effect([sums for sums, _, _ in parts.values()])
        middle = _middle(parts.values())
        named = [place for place in parts if place in directorates]
        for place in sorted(parts, key=lambda key: key or ""):
            if place is not None and place not in directorates:
                continue
            sums, expected, borrowed = parts[place]
            ability, _ = ability_of(sums, expected, effect)
            variance = error_variance(sums, expected, effect, middle)
            number = directorates.index(place) if place is not None else -1
            shares = _shares(place, named, directorates, users[category])
            rows.append((category, number, ability, variance + borrowed, shares))
    return SkillFigures(
        category=np.array([row[0] for row in rows], dtype=np.int64),
        directorate=np.array([row[1] for row in rows], dtype=np.int64),
        ability=np.array([row[2] for row in rows], dtype=float),
        variance=np.array([row[3] for row in rows], dtype=float),
        shares=np.array([row[4] for row in rows], dtype=float).reshape(len(rows), len(directorates)),
    )


def ability_draws(
    figures: SkillFigures, asked: Sequence[Asked], users: NDArray[np.int64], draws: int, random: np.random.Generator
) -> Abilities:
    """Ability of every category × directorate: those without a figure borrow from their category and directorate.

    ``draws``: a multiple of ``SD_DRAWS``. A category without any figure gets what is usual in the council, widely.
    """
    design = _design(figures, users.shape)
    fitted = fit(figures.ability, figures.variance, design)
    mean, within = _cells(fitted.sds, fitted.mean, figures, users.shape)
    parts = [
        _drawn(sds, figures, design, users.shape, draws // SD_DRAWS, random)
        for sds in sd_draws(fitted, SD_DRAWS, random)
    ]
    found = np.concatenate(parts)
    questions = np.maximum(np.array([one.questions for one in asked], dtype=float), 1)
    level = random.normal(0, 1, (draws, len(asked))) * QUESTION_SD / np.sqrt(questions)
    willing = random.normal(WILLING_MEAN, WILLING_SD, draws)
    return Abilities(draws=found + level[:, :, None] - willing[:, None, None], mean=mean, within=within)


def _added_up(atoms: Iterable[Atom]) -> dict[tuple[str, str | None], list[Atom]]:
    found: dict[tuple[str, str | None], list[Atom]] = defaultdict(list)
    for atom in atoms:
        found[(atom.key.system, atom.key.directorate)].append(atom)
    return found


def _part(atoms: Sequence[Atom], skill: str | None) -> tuple[Sums, Floats, float]:
    """Sums and curve of a skill over atoms; the whole system's, less surely, where no atom tells the skill apart."""
    vectors = [one for atom in atoms for one in atom.skills if one.skill == skill]
    sums = [one.sums for one in vectors] or [atom.sums for atom in atoms]
    curves = [one.expected for one in vectors] or [atom.expected for atom in atoms]
    total = sums[0]
    for one in sums[1:]:
        total = total + one
    borrowed = 0.0 if skill is None or vectors else WHOLE_FOR_SKILL_SD**2
    return total, np.asarray(curves, dtype=float).sum(axis=0), borrowed


def _shares(
    place: str | None, named: Sequence[str | None], directorates: Sequence[str], users: NDArray[np.int64]
) -> Floats:
    """Whom a figure speaks of; D. A group of several directorates stands for those that have no group of their own."""
    if place is not None:
        return np.array([float(one == place) for one in directorates])
    alone = np.array([one in named for one in directorates])
    weights = np.where(alone, 0.0, users) if not alone.all() and users[~alone].sum() else users.astype(float)
    total = weights.sum()
    found: Floats = weights / total if total else np.full(len(directorates), 1 / len(directorates))
    return found


def _design(figures: SkillFigures, shape: tuple[int, ...]) -> Design:
    return Design(
        fixed=np.ones((len(figures.ability), 1)),
        random=(np.eye(shape[0])[figures.category], figures.shares),
        fixed_precision=np.array([0.01]),
        fixed_mean=np.zeros(1),
        scales=(USUAL_SCALE, USUAL_SCALE, USUAL_SCALE),
    )


def _level(coefficient: Floats, shape: tuple[int, ...]) -> Floats:
    """… × C × D from … × (1 + C + D)."""
    middle, own, directorate = np.split(coefficient, [1, 1 + shape[0]], axis=-1)
    found: Floats = middle[..., :, None] + own[..., :, None] + directorate[..., None, :]
    return found


def _cells(sds: Floats, mean: Floats, figures: SkillFigures, shape: tuple[int, ...]) -> tuple[Floats, Floats]:
    """Mean and variance of each cell, given the coefficients."""
    level = _level(mean, shape)
    within = np.full(shape, sds[-1] ** 2)
    single = figures.directorate >= 0
    place = (figures.category[single], figures.directorate[single])
    weight = sds[-1] ** 2 / (sds[-1] ** 2 + figures.variance[single])
    level[place] += weight * (figures.ability[single] - level[place])
    within[place] = weight * figures.variance[single]
    return level, within


def _drawn(
    sds: Floats,
    figures: SkillFigures,
    design: Design,
    shape: tuple[int, ...],
    draws: int,
    random: np.random.Generator,
) -> Floats:
    mean, covariance = coefficients(sds, figures.ability, figures.variance, design)
    level = _level(random.multivariate_normal(mean, covariance, draws, method="cholesky"), shape)
    noise = random.normal(0, 1, level.shape)
    single = figures.directorate >= 0
    rows, columns = figures.category[single], figures.directorate[single]
    weight = sds[-1] ** 2 / (sds[-1] ** 2 + figures.variance[single])
    spread = np.full(shape, sds[-1])
    spread[rows, columns] = np.sqrt(weight * figures.variance[single])
    level[:, rows, columns] += weight * (figures.ability[single] - level[:, rows, columns])
    found: Floats = level + noise * spread
    return found
