"""The before and after test: its arithmetic, and when it may speak."""

import datetime as dt
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import optimize, stats

from portal.core.periods import WEEK
from portal.desk_calls.rules.weekly import CategoryOfSource
from portal.gap_report.rules.impact.charts import impact_rows, strip, weeks_chart
from portal.gap_report.rules.impact.expectations import (
    GRACE,
    Expectation,
    UnusableExpectation,
    check_expectation,
    may_be_said,
)
from portal.gap_report.rules.impact.interventions import Intervention, Kind, categories_of_guide
from portal.gap_report.rules.impact.spread import (
    BeforeAfter,
    dispersion_of,
    effect_of,
    shared_pattern,
    spread_of,
    usable_controls,
)
from portal.gap_report.rules.impact.verdicts import ImpactOptions, ImpactVerdict, Marks, assess
from portal.gap_report.rules.impact.words import calls_range, headline, said_words, share_change, standing
from tests.gap_report.calls_by_week import FORMULAS, OTHERS, START, WEEKS, weekly

SAID = Expectation(
    categories=(FORMULAS,),
    fall=0.3,
    by=START + 30 * WEEK,
    said_at=dt.datetime(2024, 12, 20, 9, tzinfo=dt.UTC),
    account_id=None,
)


def guide(
    *, started: dt.date = START, categories: tuple[CategoryOfSource, ...] = (FORMULAS,), said: Expectation | None = None
) -> Intervention:
    return Intervention(
        kind=Kind.GUIDE,
        code="G-101",
        name="Add up a column",
        system="spreadsheets",
        started=started,
        categories=categories,
        said=said,
    )


def sides(before: int, after: int, weeks: int = 52) -> BeforeAfter:
    return BeforeAfter(calls_before=before, weeks_before=weeks, calls_after=after, weeks_after=weeks)


def controls(count: int = 12, *, tau: float = 0.1, seed: int = 3) -> list[BeforeAfter]:
    random = np.random.default_rng(seed)
    before = random.poisson(random.uniform(80, 900, count))
    after = random.poisson(before * np.exp(random.normal(-0.05, tau, count)))
    return [sides(int(first), int(last)) for first, last in zip(before, after, strict=True)]


def test_a_change_adds_half_a_call_and_has_counting_error() -> None:
    one = BeforeAfter(calls_before=100, weeks_before=50, calls_after=40, weeks_after=25)
    assert one.log_change == pytest.approx(math.log(40.5 / 25) - math.log(100.5 / 50))
    assert one.variance == pytest.approx(1 / 100.5 + 1 / 40.5)


@pytest.mark.parametrize("seed", range(5))
def test_the_spread_is_what_a_general_optimiser_finds(seed: int) -> None:
    """The same restricted likelihood, written as the density of contrasts and left to scipy."""
    found = controls(seed=seed)
    changes = np.array([one.log_change for one in found])
    variances = np.array([one.variance for one in found])
    contrast = np.linalg.svd(np.ones((1, len(changes))))[2][1:]

    def misfit(tau: float) -> float:
        covariance = contrast @ np.diag(tau**2 + variances) @ contrast.T
        return -float(stats.multivariate_normal.logpdf(contrast @ changes, cov=covariance))

    best = optimize.minimize_scalar(misfit, bounds=(0, 1.5), method="bounded", options={"xatol": 1e-6})
    spread = spread_of(found)
    assert spread.tau == pytest.approx(best.x, abs=0.0051)
    weights = 1 / (spread.tau**2 + variances)
    assert spread.mean == pytest.approx(np.average(changes, weights=weights))
    assert spread.mean_variance == pytest.approx(1 / weights.sum())


def test_an_effect_is_against_the_mean_with_all_three_variances() -> None:
    found = controls()
    spread, one = spread_of(found), sides(400, 250)
    effect = effect_of([one], spread)
    assert effect.log_effect == pytest.approx(one.log_change - spread.mean)
    assert effect.se == pytest.approx(math.sqrt(spread.tau**2 + one.variance + spread.mean_variance))
    reach = stats.t.ppf(0.975, len(found) - 1) * effect.se
    assert effect.change.low == pytest.approx(math.exp(effect.log_effect - reach) - 1)
    assert effect.change.high == pytest.approx(math.exp(effect.log_effect + reach) - 1)
    assert effect.smallest_fall == pytest.approx(1 - math.exp(-(stats.t.ppf(0.975, 11) + 0.86) * effect.se))


def test_several_categories_are_pooled_by_inverse_variance() -> None:
    spread, pair = spread_of(controls()), (sides(400, 250), sides(90, 80))
    weights = [1 / (spread.tau**2 + one.variance) for one in pair]
    effect = effect_of(pair, spread)
    assert effect.log_effect == pytest.approx(
        sum(weight * one.log_change for weight, one in zip(weights, pair, strict=True)) / sum(weights) - spread.mean
    )
    assert effect.se < effect_of(pair[:1], spread).se


@given(st.lists(st.tuples(st.integers(0, 4000), st.integers(0, 4000)), min_size=5, max_size=30), st.integers(0, 500))
def test_any_counts_give_an_ordered_range(pairs: list[tuple[int, int]], after: int) -> None:
    spread = spread_of([sides(*pair) for pair in pairs])
    change = effect_of([sides(120, after)], spread).change
    assert -1 <= change.low <= change.mid <= change.high
    assert math.isfinite(change.high)


def test_controls_need_sixty_calls_and_weeks_on_both_sides() -> None:
    empty = BeforeAfter(calls_before=90, weeks_before=52, calls_after=0, weeks_after=0)
    assert usable_controls([sides(30, 29), sides(30, 30), empty]) == (sides(30, 30),)


def test_a_real_fall_is_found_and_no_fall_is_not() -> None:
    fell = assess(guide(), weekly(after=0.6))
    assert fell.verdict is ImpactVerdict.FELL
    assert fell.change is not None
    assert fell.change.low < -0.4 < fell.change.high < 0
    assert fell.calls_a_year is not None
    assert fell.calls_a_year.mid == pytest.approx(-0.4 * 40 * 52, rel=0.2)
    same = assess(guide(), weekly())
    assert same.verdict is ImpactVerdict.NO_CLEAR_CHANGE
    rose = assess(guide(), weekly(after=1.5))
    assert rose.verdict is ImpactVerdict.ROSE


def test_a_fall_that_everything_shares_is_no_effect() -> None:
    found = assess(guide(), weekly(everywhere=0.6))
    assert found.verdict is ImpactVerdict.NO_CLEAR_CHANGE
    assert found.elsewhere == pytest.approx(-0.4, abs=0.03)


def test_the_week_it_began_in_is_on_neither_side() -> None:
    midweek = assess(guide(started=START + dt.timedelta(days=2)), weekly())
    assert (midweek.totals.weeks_before, midweek.totals.weeks_after) == (52, 51)
    monday = assess(guide(), weekly())
    assert (monday.totals.weeks_before, monday.totals.weeks_after) == (52, 52)


@pytest.mark.parametrize(
    ("started", "says"),
    [
        (START - 30 * WEEK, "Only 22 whole weeks are stored from before; 26 are needed."),
        (START + 47 * WEEK, "Only 5 whole weeks are stored from after."),
    ],
)
def test_too_few_weeks_say_nothing(started: dt.date, says: str) -> None:
    found = assess(guide(started=started), weekly())
    assert found.verdict is ImpactVerdict.TOO_LITTLE
    assert found.why[0].startswith(says)
    assert found.change is None
    assert found.smallest_fall is None


def test_from_eight_weeks_on_there_is_a_first_look_only() -> None:
    found = assess(guide(started=START + 40 * WEEK), weekly())
    assert found.totals.weeks_after == 12
    assert found.preview
    assert "not for publishing yet" in standing(found)[-1]
    assert not assess(guide(started=START + 26 * WEEK), weekly()).preview


def test_few_calls_or_few_controls_say_nothing() -> None:
    assert "calls a week; under 5" in assess(guide(), weekly(a_week=4)).why[0]
    own = tuple(sorted((FORMULAS, *OTHERS[:5])))
    assert "Only 4 untouched categories" in assess(guide(categories=own), weekly()).why[0]
    assert "No call category belongs to it yet" in assess(guide(categories=()), weekly()).why[0]


def test_what_others_touched_in_these_weeks_is_no_control() -> None:
    other = guide(started=START + 3 * WEEK, categories=OTHERS[:2])
    long_ago = guide(started=START - 60 * WEEK, categories=OTHERS[2:4])
    assert len(assess(guide(), weekly()).controls) == 9
    assert len(assess(guide(), weekly(), others=[other, long_ago]).controls) == 7


def test_marked_weeks_are_left_out_on_both_sides() -> None:
    outage = {START - 2 * WEEK, START + 5 * WEEK}
    calls = weekly()
    for week in outage:
        calls.calls[FORMULAS][calls.weeks.index(week)] = 4000
    marks = Marks(left_out={FORMULAS: frozenset(outage)}, broken={})
    assert assess(guide(), calls).verdict is ImpactVerdict.NO_CLEAR_CHANGE
    found = assess(guide(), calls, marks=marks)
    assert (found.totals.weeks_before, found.totals.weeks_after, found.left_out) == (51, 51, 2)
    assert found.totals.calls < 5000


def test_relabelled_calls_are_not_compared() -> None:
    marks = Marks(left_out={}, broken={FORMULAS: ((START + WEEK, "Its calls were relabelled in January 2025."),)})
    found = assess(guide(), weekly(after=0.5), marks=marks)
    assert found.verdict is ImpactVerdict.NOT_COMPARABLE
    assert headline(found) == "Its calls were relabelled in January 2025."
    as_control = Marks(left_out={}, broken={OTHERS[0]: ((START + WEEK, "Relabelled."),)})
    assert len(assess(guide(), weekly(), marks=as_control).controls) == 8


def test_weeks_that_are_not_stored_are_no_zeros() -> None:
    calls = weekly()
    calls.covered["desk"][60:70] = False
    for numbers in calls.calls.values():
        numbers[60:70] = 0
    found = assess(guide(), calls)
    assert found.totals.weeks_after == 42
    assert found.verdict is ImpactVerdict.NO_CLEAR_CHANGE
    assert [week.calls for week in found.weeks[60:70]] == [None] * 10


def test_calls_that_collapsed_long_before_are_no_credit() -> None:
    """A new label emptied the category in its third week of 52: nothing a guide did in week 52."""
    calls = weekly()
    calls.calls[FORMULAS][:2] = 900
    calls.calls[FORMULAS][2:] = np.random.default_rng(1).poisson(3, WEEKS - 2)
    found = assess(guide(), calls)
    assert found.totals.calls_before > 5 * found.totals.calls_after
    assert found.verdict is ImpactVerdict.NO_CLEAR_CHANGE


def test_restlessness_is_chi_square_beside_the_shared_pattern() -> None:
    season = np.array([1.0, 2.0, 1.0, 2.0])
    assert dispersion_of([(np.array([10.0, 20.0, 10.0, 20.0]), season)]) == 1
    calls = np.array([4.0, 26.0, 16.0, 14.0])
    expected = calls.sum() * season / season.sum()
    by_hand = float(((calls - expected) ** 2 / expected).sum()) / 3
    assert dispersion_of([(calls, season)]) == pytest.approx(by_hand)
    assert by_hand > 1
    assert dispersion_of([(np.zeros(4), season), (np.ones(1), np.ones(1))]) == 1


def test_the_pattern_is_what_categories_share() -> None:
    season = np.array([0.5, 1.5, 1.0, 1.0])
    rows = np.array([season * size for size in (10, 40, 80, 200, 1000)])
    rows[0, 2] = 500  # one category's outage is no season
    assert shared_pattern(rows) == pytest.approx(season, abs=0.01)
    assert shared_pattern(rows[:3]) == pytest.approx(np.ones(4))


def test_a_gate_can_be_lowered_for_a_trial() -> None:
    options = ImpactOptions(weeks_before=4, weeks_after=4, preview_after=4)
    found = assess(guide(started=START + 47 * WEEK), weekly(), options=options)
    assert found.verdict is not ImpactVerdict.TOO_LITTLE
    assert not found.preview


def test_a_guide_stands_for_the_categories_of_its_skills() -> None:
    calls = weekly()
    assert categories_of_guide(calls, system="spreadsheets", skills=("formulas",)) == (FORMULAS,)
    assert categories_of_guide(calls, system="spreadsheets", skills=("charts",)) == ()
    assert categories_of_guide(calls, system="housing", skills=("formulas",)) == ()


def test_words_read_like_sentences() -> None:
    found = assess(guide(said=SAID), weekly(after=0.6))
    assert headline(found).startswith("Calls fell by ")
    assert "Before: " in standing(found)[0]
    assert said_words(found).startswith("Said beforehand, on 20 December 2024: a fall of 30% by ")
    assert "counts for less" in said_words(assess(guide(), weekly()))
    assert share_change(-0.004) == "0%"
    assert share_change(-0.124) == "−12%"
    change = assess(guide(), weekly()).calls_a_year
    assert change is not None
    assert " fewer to " in calls_range(change)
    assert calls_range(None) == "–"


def test_an_expectation_has_a_category_a_size_and_a_day_to_come() -> None:
    today = dt.date(2026, 3, 2)
    check_expectation(categories=(FORMULAS,), fall=0.2, by=dt.date(2026, 9, 1), today=today)
    for categories, fall, by, field in (
        ((), 0.2, dt.date(2026, 9, 1), "categories"),
        ((FORMULAS,), 0.0, dt.date(2026, 9, 1), "fall"),
        ((FORMULAS,), 0.96, dt.date(2026, 9, 1), "fall"),
        ((FORMULAS,), 0.2, today, "by"),
    ):
        with pytest.raises(UnusableExpectation) as caught:
            check_expectation(categories=categories, fall=fall, by=by, today=today)
        assert caught.value.field == field


def test_four_weeks_after_the_start_it_is_too_late_to_say() -> None:
    assert may_be_said(started=START, today=START + GRACE)
    assert not may_be_said(started=START, today=START + GRACE + dt.timedelta(days=1))


def test_the_charts_hold_every_end_inside_the_plot() -> None:
    found = [assess(guide(), weekly(after=share, seed=seed)) for seed, share in enumerate((0.6, 1.0, 1.4))]
    rows = impact_rows(found)
    assert rows is not None
    assert [row.clear for row in rows.rows] == [True, False, True]
    for row in rows.rows:
        assert rows.plot.left <= row.left < row.x < row.right <= rows.plot.right
    for one in found:
        drawn, line = strip(one), weeks_chart(one)
        assert drawn is not None
        assert line is not None
        assert len(drawn.controls) == 9
        assert drawn.plot.left <= drawn.left < drawn.x < drawn.right <= drawn.plot.right
        assert line.before is not None
        assert line.after is not None
        assert line.before.right == line.started == line.after.left
    assert impact_rows([assess(guide(categories=()), weekly())]) is None
