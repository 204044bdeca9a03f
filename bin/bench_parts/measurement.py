"""Sections B to D on simulated councils: how well the verdicts do beside the truth. Seeded."""

import time
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from bin.bench_parts.rows import Row
from portal.demo.rules.observer import observed, true_labels, without_directorates
from portal.demo.rules.simulator import simulate
from portal.gap_report.rules.measurement.judgement import LABELS, Thresholds
from portal.gap_report.rules.measurement.skill_against_calls import Judged, Observed, skill_against_calls

COUNCILS = 100
FIRST = 5
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Scores:
    """One method on all councils. ``chances``: rows × labels; ``truth``: rows; ``council``: rows."""

    chances: Floats
    truth: NDArray[np.int64]
    council: NDArray[np.int64]

    def auc(self, label: int) -> float:
        return area(self.chances[:, label], self.truth == label)

    def first(self, label: int) -> float:
        """Of the five likeliest of each council, the share that are so."""
        hits = []
        for number in np.unique(self.council):
            rows = np.flatnonzero(self.council == number)
            order = rows[np.argsort(-self.chances[rows, label], kind="stable")[:FIRST]]
            hits.append((self.truth[order] == label).mean())
        return float(np.mean(hits))

    def brier(self) -> float:
        return float(((self.chances - np.eye(len(LABELS))[self.truth]) ** 2).sum(axis=1).mean())

    def printed(self, sure: float) -> tuple[float, float]:
        """Share of rows with a verdict, and share of those verdicts that are right."""
        said = self.chances.max(axis=1) >= sure
        right = self.chances.argmax(axis=1) == self.truth
        return float(said.mean()), float(right[said].mean()) if said.any() else 0.0


def area(score: Floats, positive: NDArray[np.bool_]) -> float:
    """Area under the curve: how often a true one scores over another one."""
    ranks = stats.rankdata(score)
    count = positive.sum()
    return float((ranks[positive].sum() - count * (count + 1) / 2) / (count * (~positive).sum()))


def hard_quadrant(seen: Observed) -> Floats:
    """The two-by-two on raw shares right and calls a user, as certain as it pretends to be; rows × labels."""
    right: dict[tuple[str, str], list[int]] = {}
    for atom in seen.atoms:
        for vector in atom.skills:
            sums = right.setdefault((atom.key.system, vector.skill), [0, 0])
            sums[0] += vector.sums.correct
            sums[1] += vector.sums.answers
    shares = np.array([_share(right.get((one.system, one.skill or ""))) for one in seen.asked])
    rate = seen.calls.sum(axis=(1, 2)) / seen.users.sum(axis=1)
    low, many = shares < np.median(shares), rate > np.median(rate)
    place = np.where(many, np.where(low, 0, 1), np.where(low, 2, 3))
    found: Floats = np.eye(len(LABELS))[place]
    return found


def _share(sums: list[int] | None) -> float:
    return sums[0] / sums[1] if sums else 0.5


@dataclass(frozen=True)
class Tried:
    """Scores of the verdicts with and without directorates in the calls, of ranking by volume and of the hard quadrant;
    CPU-seconds a council (median)."""

    found: Scores
    plain: Scores
    volume: Scores
    quadrant: Scores
    seconds: float


def tried(councils: int = COUNCILS) -> Tried:
    """Every method on the same councils, from released atoms only."""
    chances: dict[str, list[Floats]] = {"found": [], "plain": [], "volume": [], "quadrant": []}
    truths, numbers, seconds = [], [], []
    for number in range(councils):
        council = simulate(number)
        seen = observed(council)
        start = time.process_time()
        chances["found"].append(_chances(skill_against_calls(seen)))
        seconds.append(time.process_time() - start)
        chances["plain"].append(_chances(skill_against_calls(without_directorates(seen))))
        volume = seen.calls.sum(axis=(1, 2)).astype(float)
        chances["volume"].append(np.repeat(volume[:, None] / volume.max(), len(LABELS), axis=1))
        chances["quadrant"].append(hard_quadrant(seen))
        truths.append(true_labels(council))
        numbers.append(np.full(len(volume), number))
    truth, where = np.concatenate(truths), np.concatenate(numbers)
    scores = {name: Scores(chances=np.concatenate(rows), truth=truth, council=where) for name, rows in chances.items()}
    return Tried(**scores, seconds=float(np.median(seconds)))


def _chances(judged: Judged | None) -> Floats:
    assert judged is not None
    return np.array([one.probability for one in judged.categories])


def verdict_rows() -> list[Row]:
    """V1 to V6."""
    all_of_them = tried()
    found, plain, volume, quadrant = (
        all_of_them.found,
        all_of_them.plain,
        all_of_them.volume,
        all_of_them.quadrant,
    )
    seconds = all_of_them.seconds
    said, right = found.printed(Thresholds().sure)
    said_plain, right_plain = plain.printed(Thresholds().sure)
    base = np.bincount(found.truth, minlength=len(LABELS)) / len(found.truth)
    shares = ", ".join(f"{label.words.lower()} {share:.0%}" for label, share in zip(LABELS, base, strict=True))
    auc = [one.auc(0) for one in (found, volume, quadrant, plain)]
    auc_design = [one.auc(1) for one in (found, volume, quadrant, plain)]
    first, first_design = found.first(0), found.first(1)
    brier = found.brier()
    return [
        Row(
            "V1",
            f"verdicts, {COUNCILS} simulated councils (seeds 0 to {COUNCILS - 1}; {shares}): AUC of training gaps",
            "0.92",
            "",
            f"{auc[0]:.3f} (by volume {auc[1]:.2f}, hard quadrant {auc[2]:.2f}, calls without directorates {auc[3]:.3f})",
            auc[0] >= 0.92,
        ),
        Row(
            "V2",
            "AUC of design problems",
            "0.955",
            "",
            f"{auc_design[0]:.3f} (by volume {auc_design[1]:.2f}, hard quadrant {auc_design[2]:.2f}, "
            f"calls without directorates {auc_design[3]:.3f})",
            auc_design[0] >= 0.955,
        ),
        Row(
            "V3",
            "right among the first five: training gaps, design problems",
            "0.68 and 0.90",
            "",
            f"{first:.2f} and {first_design:.2f}",
            first >= 0.68 and first_design >= 0.90,
        ),
        Row(
            "V4",
            "Brier score over the four labels",
            "0.31",
            "",
            f"{brier:.3f} (hard quadrant {quadrant.brier():.2f}, always the usual shares "
            f"{1 - float((base**2).sum()):.2f}, calls without directorates {plain.brier():.3f})",
            brier <= 0.31,
        ),
        Row(
            "V5",
            "printed verdicts that are right",
            "85%",
            "",
            f"{right:.0%} of the {said:.0%} that get one (without directorates {right_plain:.0%} of {said_plain:.0%})",
            right >= 0.85,
        ),
        Row("V6", "CPU-seconds a council, from its atoms", "1", "", f"{seconds:.2f}", seconds <= 1),
    ]


PARTS = ((("V1", "V2", "V3", "V4", "V5", "V6"), verdict_rows),)
