"""The statistics against plain arithmetic written a second time, with nothing of theirs used."""

import math
import random
import statistics

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from portal.skills_check.rules.statistics import Marks, figures

#: 25 attempts of a test of six questions, out of 1, 1, 2, 1, 3 and 1.
MAXIMA = (1.0, 1.0, 2.0, 1.0, 3.0, 1.0)


def worked_example() -> list[list[float]]:
    draw = random.Random(7)
    rows = []
    for _ in range(25):
        ability = draw.gauss(0, 1)
        rows.append(
            [round(most * (draw.random() < 0.5 + ability / 5) * draw.choice([0.5, 1, 1]), 4) for most in MAXIMA]
        )
    return rows


def table(rows: list[list[float]], maxima: tuple[float, ...] = MAXIMA) -> Marks:
    marks = np.array(rows, dtype=float).reshape(len(rows), len(maxima))
    return Marks(items=tuple(f"q{place}" for place in range(1, len(maxima) + 1)), maxima=maxima, marks=marks)


def cov(x: list[float], y: list[float]) -> float:
    mean_x, mean_y = math.fsum(x) / len(x), math.fsum(y) / len(y)
    return math.fsum((a - mean_x) * (b - mean_y) for a, b in zip(x, y, strict=True)) / (len(x) - 1)


def second_opinion(rows: list[list[float]]) -> tuple[list[dict[str, float]], dict[str, float]]:
    """The page of formulas once more, number by number."""
    n, p = len(rows), len(rows[0])
    totals = [math.fsum(row) for row in rows]
    columns = [[row[place] for row in rows] for place in range(p)]
    roots = [math.sqrt(cov(column, totals)) if cov(column, totals) >= 0 else 0 for column in columns]
    items = []
    for place, x in enumerate(columns):
        rest = [total - mark for total, mark in zip(totals, x, strict=True)]
        items.append(
            {
                "facility": statistics.fmean(x) / MAXIMA[place],
                "sd": statistics.stdev(x) / MAXIMA[place],
                "effective_weight": roots[place] / math.fsum(roots),
                "discrimination": statistics.correlation(x, rest),
                "efficiency": cov(x, rest) / cov(sorted(x), sorted(rest)),
            }
        )
    m = {k: math.fsum((total - statistics.fmean(totals)) ** k for total in totals) / n for k in (2, 3, 4)}
    k2 = n * m[2] / (n - 1)
    k3 = n**2 * m[3] / ((n - 1) * (n - 2))
    k4 = n**2 * ((n + 1) * m[4] - 3 * (n - 1) * m[2] ** 2) / ((n - 1) * (n - 2) * (n - 3))
    alpha = p / (p - 1) * (1 - math.fsum(statistics.variance(column) for column in columns) / k2)
    test = {
        "mean": statistics.fmean(totals),
        "median": statistics.median(totals),
        "sd": math.sqrt(k2),
        "skewness": k3 / k2**1.5,
        "kurtosis": k4 / k2**2,
        "alpha": alpha,
        "error_ratio": math.sqrt(1 - alpha),
        "standard_error": math.sqrt(1 - alpha) * math.sqrt(k2),
    }
    return items, test


def test_the_worked_example_to_a_millionth() -> None:
    rows = worked_example()
    found = figures(table(rows))
    items, test = second_opinion(rows)
    assert found.n == 25
    for one, wanted in zip(found.items, items, strict=True):
        for name, value in wanted.items():
            assert getattr(one, name) == pytest.approx(value, abs=1e-6), (one.item, name)
    for name, value in test.items():
        assert getattr(found.test, name) == pytest.approx(value, abs=1e-6), name
    assert math.fsum(one.intended_weight or 0 for one in found.items) == pytest.approx(1)


def test_by_hand() -> None:
    """Four attempts, two questions: every figure can be checked with a pencil."""
    found = figures(table([[1, 1], [1, 0], [0, 1], [0, 0]], (1.0, 1.0)))
    first = found.items[0]
    assert (first.facility, first.sd) == (0.5, pytest.approx(math.sqrt(1 / 3)))
    assert (first.discrimination, first.efficiency, first.effective_weight) == (0, 0, pytest.approx(0.5))
    assert (found.test.mean, found.test.median, found.test.alpha) == (1, 1, pytest.approx(0))
    assert found.test.error_ratio == pytest.approx(1)


def test_nobody_and_one_person() -> None:
    nobody = figures(table([]))
    assert nobody.items[0].facility == 0
    assert nobody.items[0].sd is None
    assert nobody.test.mean is None
    one = figures(table([[1, 0, 2, 1, 3, 1]]))
    assert one.items[0].facility == 1
    assert (one.items[0].sd, one.items[0].discrimination, one.test.sd, one.test.alpha) == (None, None, None, None)


def test_an_item_worth_nothing_and_one_all_got_right() -> None:
    found = figures(table([[0, 1, 1], [0, 1, 0], [0, 1, 1], [0, 1, 0]], (0.0, 1.0, 1.0)))
    worthless, easy, other = found.items
    assert (worthless.facility, worthless.sd) == (None, None)
    assert (easy.facility, easy.sd, easy.discrimination, easy.efficiency) == (1, 0, None, None)
    assert easy.effective_weight == 0
    assert other.effective_weight == 1


def test_a_negative_contribution_has_no_weight() -> None:
    found = figures(table([[1, 0, 0], [1, 0, 0], [0, 2, 3], [0, 2, 3], [1, 0, 3]], (1.0, 2.0, 3.0)))
    assert found.items[0].effective_weight is None
    assert math.fsum(one.effective_weight or 0 for one in found.items) == pytest.approx(1)


def test_rounding_is_not_a_difference() -> None:
    found = figures(table([[1 / 3, 0.1], [1 / 3, 0.2], [1 / 3, 0.7]] * 3, (1.0, 1.0)))
    assert found.items[0].sd == 0
    assert found.items[0].discrimination is None


def test_ranges_only_from_the_minimum_on_and_around_the_figure() -> None:
    rows = worked_example()
    assert figures(table(rows[:19])).items[0].discrimination_range is None
    found = figures(table(rows)).items[2]
    assert found.discrimination_range is not None
    assert found.discrimination is not None
    assert found.discrimination_range.low < found.discrimination < found.discrimination_range.high
    assert figures(table(rows)).test.alpha_range is None
    assert figures(table(rows + rows[:5])).test.alpha_range is not None


@settings(max_examples=60, deadline=None)
@given(some.lists(some.lists(some.sampled_from([0.0, 0.5, 1.0]), min_size=3, max_size=3), min_size=4, max_size=30))
def test_what_is_defined_agrees_with_plain_arithmetic(rows: list[list[float]]) -> None:
    found = figures(table(rows, (1.0, 1.0, 1.0)), rounds=5)
    totals = [math.fsum(row) for row in rows]
    for place, one in enumerate(found.items):
        x = [row[place] for row in rows]
        rest = [total - mark for total, mark in zip(totals, x, strict=True)]
        assert one.facility == pytest.approx(statistics.fmean(x))
        if len(set(x)) > 1 and len(set(rest)) > 1:
            assert one.discrimination == pytest.approx(statistics.correlation(x, rest), abs=1e-9)
            assert one.efficiency is not None
            assert one.efficiency <= 1 + 1e-9
        else:
            assert one.discrimination is None
