"""Figures of the bank, flags, differences between groups, and calibration."""

import numpy as np
import pytest
from scipy.stats import norm
from statsmodels.stats.contingency_tables import StratifiedTable

from portal.skills_check.rules.bank_figures import (
    ChoiceFigures,
    QuestionFigures,
    Sittings,
    flags,
    question_figures,
    upper_bound,
)
from portal.skills_check.rules.calibration import Answers, Parameters, calibrate, chances
from portal.skills_check.rules.fairness import differences, mantel_haenszel
from portal.skills_check.rules.statistics import Marks, figures


def sittings(marks: np.ndarray) -> Sittings:
    """A complete table as sittings."""
    n, p = marks.shape
    return Sittings(
        items=tuple(f"q{place}" for place in range(p)),
        sitting=np.repeat(np.arange(n), p),
        item=np.tile(np.arange(p), n),
        share=marks.reshape(-1).astype(float),
        reached=np.ones(n * p, dtype=bool),
        known=np.ones(n * p, dtype=bool),
        seconds=np.tile(np.arange(p) + 10.0, n),
        given=np.where(marks.reshape(-1) >= 0.5, 0, 1),
        answers=((0,), (1,)),
    )


def simulated(people: int, items: int, seed: int = 3) -> np.ndarray:
    draw = np.random.default_rng(seed)
    ability, difficulty = draw.normal(size=people), draw.normal(size=items) * 0.8
    chance = 1 / (1 + np.exp(-(ability[:, None] - difficulty[None, :])))
    return (draw.random((people, items)) < chance).astype(float)


def test_where_everybody_was_asked_everything_both_give_the_same() -> None:
    marks = simulated(80, 10)
    bank = question_figures(sittings(marks))
    whole = figures(Marks(items=tuple(f"q{place}" for place in range(10)), maxima=(1.0,) * 10, marks=marks))
    for one in whole.items:
        found = bank[one.item]
        assert found.facility == pytest.approx(one.facility, abs=1e-9)
        assert found.discrimination == pytest.approx(one.discrimination, abs=1e-9)
        assert found.efficiency == pytest.approx(one.efficiency, abs=1e-9)
    assert bank["q3"].median_seconds == 13


def test_dont_know_wrong_and_not_reached_are_counted_apart() -> None:
    plain = sittings(simulated(30, 4))
    share = plain.share.copy()
    known, reached, given = plain.known.copy(), plain.reached.copy(), plain.given.copy()
    known[:4], share[:4], given[:4] = False, 0, -1
    reached[4:8], share[4:8], given[4:8] = False, 0, -1
    found = question_figures(
        Sittings(
            items=plain.items, sitting=plain.sitting, item=plain.item, share=share, reached=reached, known=known,
            seconds=plain.seconds, given=given, answers=plain.answers,
        )
    )["q0"]  # fmt: skip
    assert (found.dont_know, found.not_reached, found.n) == (1, 1, 30)
    assert found.right + found.wrong == 28
    assert sum(one.people for one in found.choices) == 28


def test_under_20_attempts_there_are_counts_and_nothing_else() -> None:
    found = question_figures(sittings(simulated(19, 4)))["q0"]
    assert found.n == 19
    assert (found.facility, found.discrimination, found.median_seconds) == (None, None, None)


def known(**parts: object) -> QuestionFigures:
    values = {"n": 100, "right": 60, "wrong": 40, "dont_know": 0, "not_reached": 0, "facility": 0.6, **parts}
    return QuestionFigures(**{"discrimination": 0.4, "efficiency": 0.5, **values})  # type: ignore[arg-type]


def test_flags_in_words() -> None:
    assert flags(known(), (0,)) == ()
    assert "too easy" in flags(known(facility=0.96), (0,))[0]
    assert "too hard" in flags(known(facility=0.1), (0,))[0]
    assert "do no better here" in flags(known(discrimination=-0.1, efficiency=-0.1), (0,))[0]
    suspect = (ChoiceFigures(index=0, people=60, rest=0.5), ChoiceFigures(index=1, people=40, rest=0.7))
    assert "key is wrong" in flags(known(choices=suspect), (0,))[0]
    assert flags(known(n=66, facility=0.96), (0,)) == ()


def test_good_questions_are_hardly_ever_flagged() -> None:
    marks = simulated(67 * 10, 15)
    flagged = asked = 0
    for part in range(10):
        for one in question_figures(sittings(marks[part * 67 : part * 67 + 67]), rounds=10).values():
            asked += 1
            flagged += any("do no better" in told for told in flags(one, (0,)))
    assert flagged / asked <= 0.03


def test_upper_bound_is_that_of_fisher() -> None:
    assert upper_bound(0.1, 67) == pytest.approx(np.tanh(np.arctanh(0.1) + norm.ppf(0.975) / 8), abs=1e-4)


def test_mantel_haenszel_against_another_library() -> None:
    tables = [(20, 10, 30, 25), (12, 18, 20, 22), (5, 25, 9, 31), (28, 3, 40, 9)]
    odds, error = mantel_haenszel(tables)
    other = StratifiedTable([np.array([[a, b], [c, d]]) for a, b, c, d in tables])
    assert odds == pytest.approx(other.oddsratio_pooled, abs=1e-6)
    assert error == pytest.approx(other.logodds_pooled_se, abs=1e-6)


def test_groups_are_compared_from_100_on() -> None:
    marks = simulated(260, 8)
    marks[:120, 2] = (np.random.default_rng(1).random(120) < 0.1).astype(float)
    table = Marks(items=tuple("abcdefgh"), maxima=(1.0,) * 8, marks=marks)
    found, left = differences(table, ["new"] * 120 + ["old"] * 130 + ["few"] * 10)
    assert [one.group for one in found] == ["new"] * 8
    assert "harder for new" in next(one.words for one in found if one.item == "c")
    assert "few has 10 attempts" in left[0]
    assert differences(table, ["new"] * 60 + ["old"] * 200)[0] == ()


def start(count: int) -> Parameters:
    return Parameters(a=np.ones(count), b=np.zeros(count), c=np.zeros(count))


def answers(marks: np.ndarray) -> Answers:
    n, p = marks.shape
    return Answers(person=np.repeat(np.arange(n), p), item=np.tile(np.arange(p), n), right=marks.reshape(-1) > 0)


def test_difficulties_come_back() -> None:
    draw = np.random.default_rng(5)
    truth = draw.normal(size=20) * 0.8
    chance = 1 / (1 + np.exp(-(draw.normal(size=800)[:, None] - truth[None, :])))
    found = calibrate(start(20), answers((draw.random((800, 20)) < chance) * 1.0), anchored=np.zeros(20, dtype=bool))
    assert np.sqrt(((found.parameters.b - truth) ** 2).mean()) < 0.15
    assert found.stage == "difficulties and slopes and a common slope"


def test_anchors_stay_and_questions_without_answers_too() -> None:
    marks = simulated(50, 6)
    anchored = np.array([True, False, False, False, False, False])
    found = calibrate(start(7), answers(marks), anchored=np.append(anchored, False))
    assert found.parameters.b[0] == 0
    assert found.parameters.b[6] == 0
    assert abs(found.parameters.b[1]) > 0.01
    assert found.stage == "difficulties"
    assert (found.parameters.a == 1).all()


def test_nobody_calibrates_nothing() -> None:
    empty = np.array([], dtype=int)
    found = calibrate(start(3), Answers(person=empty, item=empty, right=empty > 0), anchored=np.zeros(3, dtype=bool))
    assert (found.parameters.b == 0).all()


def test_the_estimate_is_the_top_of_its_likelihood() -> None:
    """A second opinion on the optimum: no small step of any difficulty makes the penalised likelihood larger."""
    marks = simulated(59, 5)
    found = calibrate(start(5), answers(marks), anchored=np.zeros(5, dtype=bool))

    def height(b: np.ndarray) -> float:
        chance = chances(Parameters(a=np.ones(5), b=b, c=np.zeros(5)))
        grid = np.linspace(-4, 4, 61)
        prior = np.exp(-(grid**2) / 2) / np.exp(-(grid**2) / 2).sum()
        each = marks @ np.log(chance) + (1 - marks) @ np.log(1 - chance)
        return float(np.log(np.exp(each) @ prior).sum() - (b**2).sum() / (2 * 0.8**2))

    assert found.stage == "difficulties"
    top = height(found.parameters.b)
    for place in range(5):
        for step in (-0.05, 0.05):
            moved = found.parameters.b.copy()
            moved[place] += step
            assert height(moved) < top
