"""Shares and rates with ranges, against values worked out elsewhere."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.evidence.rules.atoms import Sums
from portal.gap_report.rules.estimates import (
    Range,
    calls_per_100_users_a_month,
    design_effect,
    jeffreys,
    share_right,
    spread,
    wilson,
)


def sums(*people: tuple[int, int]) -> Sums:
    """One (right, answered) a person."""
    return Sums(
        people=len(people),
        answers=sum(m for _, m in people),
        correct=sum(x for x, _ in people),
        sum_xx=sum(x * x for x, _ in people),
        sum_xm=sum(x * m for x, m in people),
        sum_mm=sum(m * m for _, m in people),
    )


@pytest.mark.parametrize(
    ("right", "answered", "low", "high"),
    [
        # Newcombe (1998), Statistics in Medicine 17, table I, method 3
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_wilson_matches_published_values(right: int, answered: int, low: float, high: float) -> None:
    assert wilson(right, answered) == pytest.approx((low, high), abs=1e-4)


@pytest.mark.parametrize(("right", "answered"), [(3, 20), (12.5, 31.7), (0.4, 9), (28, 30)])
def test_jeffreys_holds_95_percent_of_its_beta_distribution(right: float, answered: float) -> None:
    low, high = jeffreys(right, answered)

    at = np.linspace(0, 1, 2_000_001)[1:-1]
    density = np.exp((right - 0.5) * np.log(at) + (answered - right - 0.5) * np.log1p(-at))
    total = density.sum()
    assert density[at < low].sum() / total == pytest.approx(0.025, abs=2e-3)
    assert density[at > high].sum() / total == pytest.approx(0.025, abs=2e-3)


def test_jeffreys_reaches_the_ends_when_nobody_or_everybody_is_right() -> None:
    assert jeffreys(0, 12)[0] == 0
    assert jeffreys(12, 12)[1] == 1


@pytest.mark.parametrize(
    ("people", "effect"),
    [
        pytest.param([(10, 10)] * 5 + [(0, 10)] * 5, 10 / 9 * 10, id="answers of a person are all alike"),
        pytest.param([(5, 10)] * 10, 1.0, id="less spread than chance counts as chance"),
        pytest.param([(3, 4), (1, 4)] * 6, 1.0909, id="by hand: r = 1, -1; 12/11 · 12 / (48 · 1/4)"),
        pytest.param([(4, 4)] * 12, 1.0, id="all right"),
        pytest.param([(2, 4)], 1.0, id="one person"),
    ],
)
def test_design_effect(people: list[tuple[int, int]], effect: float) -> None:
    assert design_effect(sums(*people)) == pytest.approx(effect, rel=1e-4)


@given(st.lists(st.integers(1, 12).flatmap(lambda m: st.tuples(st.integers(0, m), st.just(m))), min_size=10))
def test_the_design_effect_from_sums_is_that_from_residuals(people: list[tuple[int, int]]) -> None:
    whole = sums(*people)
    share = whole.correct / whole.answers
    if 0 < share < 1:
        residual = sum((x - share * m) ** 2 for x, m in people)
        n = len(people)
        expected = max(1.0, n / (n - 1) * residual / (whole.answers * share * (1 - share)))
        assert design_effect(whole) == pytest.approx(expected, rel=1e-9)


def test_nothing_is_said_of_nine_people() -> None:
    assert share_right(sums(*[(5, 10)] * 9)) is None
    assert share_right(sums(*[(5, 10)] * 10)) is not None


def test_few_people_get_jeffreys_and_many_get_wilson() -> None:
    few, many = share_right(sums(*[(5, 10)] * 39)), share_right(sums(*[(5, 10)] * 40))

    low, high = jeffreys(195, 390)
    assert few == Range(low=round(low, 2), mid=0.5, high=round(high, 2))
    low, high = wilson(200, 400)
    assert many == Range(low=round(low, 2), mid=0.5, high=round(high, 2))


def test_alike_answers_widen_the_range() -> None:
    alike = share_right(sums(*[(10, 10)] * 20, *[(0, 10)] * 20))
    mixed = share_right(sums(*[(5, 10)] * 40))

    assert alike is not None
    assert mixed is not None
    assert alike.high - alike.low > 2.5 * (mixed.high - mixed.low)


def test_ends_are_coded() -> None:
    assert share_right(sums(*[(1, 100)] * 30)) == Range(low=0.05, mid=0.05, high=0.05)
    assert share_right(sums(*[(99, 100)] * 30)) == Range(low=0.95, mid=0.95, high=0.95)


@given(
    st.lists(st.integers(1, 12).flatmap(lambda m: st.tuples(st.integers(0, m), st.just(m))), min_size=10, max_size=60)
)
def test_a_published_share_is_a_whole_per_cent_within_its_range(people: list[tuple[int, int]]) -> None:
    share = share_right(sums(*people))

    assert share is not None
    assert 0.05 <= share.low <= share.mid <= share.high <= 0.95
    for figure in (share.low, share.mid, share.high):
        assert figure * 100 == pytest.approx(round(figure * 100))


@pytest.mark.parametrize(
    ("figure", "line", "side"),
    [
        ((0.2, 0.3, 0.4), 0.4, -1),
        ((0.2, 0.3, 0.4), 0.39, 0),
        ((0.2, 0.3, 0.4), 0.3, 0),
        ((0.2, 0.3, 0.4), 0.21, 0),
        ((0.2, 0.3, 0.4), 0.2, 1),
    ],
)
def test_the_side_of_a_line(figure: tuple[float, float, float], line: float, side: int) -> None:
    assert Range(low=figure[0], mid=figure[1], high=figure[2]).side(line) == side


def test_a_steady_rate_has_the_range_of_counting_error_alone() -> None:
    """Ten calls in all: the exact Poisson interval (Garwood 1936) is 4.80 to 18.39."""
    rate = calls_per_100_users_a_month([2, 2, 2, 2, 2], 100)

    months = 5 * 7 / (365.25 / 12)
    assert rate is not None
    assert (rate.low * months, rate.mid * months, rate.high * months) == pytest.approx((4.80, 10, 18.39), abs=0.02)


def test_uneven_weeks_widen_the_range() -> None:
    steady = calls_per_100_users_a_month([20] * 10, 500)
    uneven = calls_per_100_users_a_month([0, 60, 5, 0, 70, 2, 3, 50, 10, 0], 500)

    assert steady is not None
    assert uneven is not None
    assert uneven.mid == steady.mid
    assert uneven.high - uneven.low > 4 * (steady.high - steady.low)


def test_spread_is_measured_from_four_weeks_on() -> None:
    assert spread([3, 9, 3, 9]) == pytest.approx(12 / 6)
    assert spread([5, 5, 5, 5]) == 1
    assert spread([0, 0, 0, 0]) == 1
    assert spread([3, 9, 3]) == 3


def test_no_weeks_or_no_users_give_no_rate() -> None:
    assert calls_per_100_users_a_month([], 100) is None
    assert calls_per_100_users_a_month([3], 0) is None


@given(st.lists(st.integers(0, 400), min_size=1, max_size=60), st.integers(1, 6000))
def test_a_rate_lies_within_its_range(weekly: list[int], users: int) -> None:
    rate = calls_per_100_users_a_month(weekly, users)

    assert rate is not None
    assert 0 <= rate.low <= rate.mid <= rate.high
    assert math.isfinite(rate.high)
