"""Skill against calls: the mixed model beside an independent one, clean calls, and verdicts beside a simulated truth."""

from dataclasses import replace

import numpy as np
import pytest
import statsmodels.api as sm
from numpy.typing import NDArray
from scipy import stats

from portal.demo.rules.observer import observed, true_labels, without_directorates
from portal.demo.rules.simulator import Council, simulate
from portal.evidence.rules.ability import MEANS
from portal.evidence.rules.atoms import Sums
from portal.gap_report.rules.measurement.clean_calls import clean_calls
from portal.gap_report.rules.measurement.judgement import Effects, Thresholds, judged, shortest_half
from portal.gap_report.rules.measurement.mixed import Design, fit
from portal.gap_report.rules.measurement.skill import ability_of, design_effect
from portal.gap_report.rules.measurement.skill_against_calls import Judged, Observed, skill_against_calls
from portal.gap_report.rules.verdicts import Verdict

Floats = NDArray[np.float64]


@pytest.fixture(scope="module")
def council() -> Council:
    return simulate(3)


@pytest.fixture(scope="module")
def seen(council: Council) -> Observed:
    return observed(council)


@pytest.fixture(scope="module")
def found(seen: Observed) -> Judged:
    judged = skill_against_calls(seen, draws=1_000)
    assert judged is not None
    return judged


def test_the_mixed_model_agrees_with_statsmodels_where_priors_hardly_speak() -> None:
    random = np.random.default_rng(5)
    groups = np.repeat(np.arange(60), 8)
    slope = random.normal(0, 1, len(groups))
    z = 1.0 + 0.5 * slope + random.normal(0, 0.6, 60)[groups] + random.normal(0, 0.4, len(groups))
    fixed = np.column_stack([np.ones(len(groups)), slope])
    design = Design(
        fixed=fixed,
        random=(np.eye(60)[groups],),
        fixed_precision=np.zeros(2),
        fixed_mean=np.zeros(2),
        scales=(1e6, 1e6),
    )

    ours = fit(z, np.full(len(z), 1e-9), design)
    theirs = sm.MixedLM(z, fixed, groups).fit(reml=True)

    assert ours.mean[:2] == pytest.approx(theirs.fe_params, abs=0.002)
    assert ours.sds[0] == pytest.approx(np.sqrt(theirs.cov_re[0, 0]), rel=0.03)
    assert ours.sds[1] == pytest.approx(np.sqrt(theirs.scale), rel=0.01)


def test_a_group_that_answers_as_its_curve_expects_has_that_ability() -> None:
    expected = np.linspace(20, 80, len(MEANS))
    people = 10
    sums = Sums(people=people, answers=100, correct=62, sum_xx=400, sum_xm=620, sum_mm=1000)

    ability, variance = ability_of(sums, expected, 1.5)

    assert ability == pytest.approx(np.interp(62, expected, MEANS))
    assert variance == pytest.approx(1.5 * 100 * 0.62 * 0.38 / 12**2, rel=0.01)


def test_answers_of_one_person_that_go_together_raise_the_design_effect() -> None:
    alike = Sums(people=10, answers=100, correct=50, sum_xx=500, sum_xm=500, sum_mm=1000)
    spread = Sums(people=10, answers=100, correct=50, sum_xx=250, sum_xm=500, sum_mm=1000)

    assert design_effect([alike]) == pytest.approx(10 / 9 * 10)
    assert design_effect([spread]) == 1.0
    assert design_effect([]) == 1.0


def test_clean_calls_lose_faults_and_outages_and_keep_the_season() -> None:
    season = 1 + 0.3 * np.cos(2 * np.pi * np.arange(12) / 12)
    calls = np.rint(100 * np.arange(1, 7)[:, None, None] * season).astype(np.int64)
    faults = np.zeros_like(calls)
    calls[2, 0, 5] *= 4
    calls[3, 0, 7] += 50
    faults[3, 0, 7] = 50

    clean = clean_calls(calls, faults, np.full((6, 1), 10))

    assert clean.season == pytest.approx(season / season.mean(), abs=0.01)
    assert np.argwhere(~clean.kept).tolist() == [[2, 5]]
    assert clean.faults.tolist() == [0, 0, 0, 50, 0, 0]
    assert clean.calls[3, 0] == pytest.approx(100 * 4 * season.sum(), rel=0.01)
    assert clean.exposure[2, 0] == pytest.approx(10 * (12 - clean.season[5]))


def test_the_shortest_half_isnt_drawn_up_by_a_few_high_ones() -> None:
    assert shortest_half(np.array([[0.0, 0.1, 0.2, 0.3, 2.0, 3.0]])) == pytest.approx(0.15, abs=0.06)


def test_a_verdict_needs_its_probability_and_both_its_shares() -> None:
    sure = _effects(training=[50.0] * 8 + [10.0] * 2, design=[20.0] * 10)
    unsure = _effects(training=[50.0] * 6 + [10.0] * 4, design=[20.0] * 10)

    (first,), (second,) = judged(sure, Thresholds()), judged(unsure, Thresholds())

    assert (first.verdict, first.both) == (Verdict.TRAINING_GAP, True)
    assert first.probability == (0.8, 0.2, 0.0, 0.0)
    assert (second.verdict, second.likeliest) == (Verdict.NOT_ENOUGH_EVIDENCE, Verdict.TRAINING_GAP)
    assert first.training.mid == 600


def _effects(*, training: list[float], design: list[float]) -> Effects:
    def column(values: list[float]) -> Floats:
        return np.array(values)[:, None]

    draws = len(training)
    return Effects(
        calls=column([130.0] * draws),
        usual=column([60.0] * draws),
        training=column(training),
        design=column(design),
        ability=column([0.0] * draws),
    )


def test_the_same_seed_gives_the_same_council_and_another_one_doesnt(council: Council) -> None:
    again, other = simulate(3), simulate(4)

    assert (again.calls == council.calls).all()
    assert len(again.answers) == len(council.answers)
    assert other.calls.shape == council.calls.shape
    assert (other.calls != council.calls).any()


def test_the_simulated_council_is_as_large_as_it_says(council: Council) -> None:
    clean = (council.calls - council.faults).sum() / council.size.months
    people = len({one.person for one in council.answers})

    assert clean == pytest.approx(6_500, rel=0.15)
    assert people / council.headcounts.sum() == pytest.approx(0.25, abs=0.05)


def test_only_groups_of_ten_reach_the_verdicts(seen: Observed) -> None:
    assert min(atom.sums.people for atom in seen.atoms) >= 10


def test_verdicts_tell_training_from_design_in_a_simulated_council(council: Council, found: Judged) -> None:
    truth = true_labels(council)
    chances = np.array([one.probability for one in found.categories])

    assert chances.sum(axis=1) == pytest.approx(np.ones(40))
    for label in (0, 1):
        is_so = truth == label
        assert stats.mannwhitneyu(chances[is_so, label], chances[~is_so, label]).pvalue < 0.01
    assert ((chances - np.eye(4)[truth]) ** 2).sum(axis=1).mean() < 0.5


def test_more_friction_makes_a_design_problem_likelier(council: Council, seen: Observed, found: Judged) -> None:
    row = int(np.argmin(np.abs(np.array([one.times_usual.mid for one in found.categories]) - 1)))
    more = seen.calls.copy()
    more[row] *= 3
    again = skill_against_calls(replace(seen, calls=more), draws=1_000)

    assert again is not None
    assert again.categories[row].probability[1] > found.categories[row].probability[1] + 0.3
    assert again.categories[row].design.mid > found.categories[row].design.mid


def test_a_system_is_the_sum_of_its_categories(found: Judged) -> None:
    system = found.systems["system-1"]

    assert system.design.mid == pytest.approx(sum(one.design.mid for one in found.categories[:2]), rel=0.35, abs=60)


def test_without_directorates_the_slope_is_as_unsure_as_before(seen: Observed, found: Judged) -> None:
    plain = skill_against_calls(without_directorates(seen), draws=1_000)

    assert plain is not None
    assert not plain.rates.by_directorate
    low, _, high = plain.rates.slope_range
    narrow = found.rates.slope_range[2] - found.rates.slope_range[0]
    assert high - low > 2 * narrow


def test_nothing_is_judged_without_groups_or_with_too_few_categories(seen: Observed) -> None:
    assert skill_against_calls(replace(seen, atoms=()), draws=1_000) is None
    assert (
        skill_against_calls(replace(seen, calls=seen.calls * (np.arange(40) < 4)[:, None, None]), draws=1_000) is None
    )
