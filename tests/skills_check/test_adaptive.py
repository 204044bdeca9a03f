"""The short check: measured by simulation, replayed from what is stored, compared with an independent library."""

import random

import numpy as np
import pytest

from portal.skills_check.rules.adaptive import (
    GRID,
    LEAST,
    MOST,
    Pool,
    Response,
    Stop,
    Verdict,
    choose,
    most_of,
    over_exposed,
    posterior,
    seeded,
    stops,
)


def pool(questions: int = 40, skills: int = 4, answers: float = 100) -> Pool:
    draw = np.random.default_rng(3)
    return Pool(
        ids=tuple(f"q{number:03}" for number in range(questions)),
        skills=tuple(f"skill-{number % skills}" for number in range(questions)),
        a=np.ones(questions),
        b=draw.normal(0, 1, questions),
        c=np.full(questions, 0.05),
        answers=answers,
    )


def right(count: int, b: float = 0.0) -> list[Response]:
    return [Response(a=1.0, b=b, c=0.05, right=True)] * count


def test_before_any_answer_it_is_the_population() -> None:
    known = posterior([])
    assert known.score == pytest.approx(0, abs=1e-12)
    assert known.sd == pytest.approx(1, abs=2e-3)
    assert known.above == pytest.approx(0.5)
    assert known.verdict is Verdict.OPEN


def test_scores_agree_with_another_library() -> None:
    estimators = pytest.importorskip("adaptivetesting.math.estimators")
    models = pytest.importorskip("adaptivetesting.models")
    draw = random.Random(5)
    for _ in range(5):
        given = [
            Response(a=draw.uniform(0.6, 1.6), b=draw.uniform(-2, 2), c=draw.uniform(0, 0.2), right=draw.random() < 0.6)
            for _ in range(12)
        ]
        items = []
        for one in given:
            item = models.TestItem()
            item.a, item.b, item.c, item.d = one.a, one.b, one.c, 1.0
            items.append(item)
        prior = estimators.NormalPrior(0, 1)
        other = estimators.ExpectedAPosteriori(
            [int(r.right) for r in given], items, prior, optimization_interval=(-6, 6)
        ).get_estimation()
        assert posterior(given).score == pytest.approx(other, abs=0.005)


def test_the_order_of_answers_does_not_matter() -> None:
    given = [Response(a=1, b=b, c=0.05, right=b < 0) for b in (-1.0, 0.3, 1.2, -0.4)]
    assert posterior(given).weights == pytest.approx(posterior(given[::-1]).weights)


def test_it_stops_when_enough_is_known_and_never_before_six() -> None:
    assert stops(posterior(right(LEAST - 1, b=1)), asked=LEAST - 1) is None
    assert stops(posterior(right(LEAST, b=1)), asked=LEAST) is Stop.READY
    wrong = [Response(a=1, b=-1, c=0.05, right=False)] * LEAST
    assert stops(posterior(wrong), asked=LEAST) is Stop.GUIDE
    mixed = [Response(a=1, b=0, c=0.05, right=number % 2 == 0) for number in range(MOST)]
    assert stops(posterior(mixed), asked=MOST - 1) is None
    assert stops(posterior(mixed), asked=MOST) is Stop.MOST


def test_the_next_question_is_of_the_skill_asked_least_and_never_asked_before() -> None:
    bank, asked = pool(), []
    for position in range(1, 13):
        chosen = choose(bank, posterior([]), asked=asked, over=(), draw=seeded("s", position))
        assert chosen is not None
        assert chosen.question in chosen.among
        asked.append(chosen.question)
    assert len(set(asked)) == 12
    counts = [sum(bank.skills[bank.place[one]] == skill for one in asked) for skill in bank.by_skill]
    assert counts == [3, 3, 3, 3]


def test_a_choice_can_be_drawn_again() -> None:
    first = choose(pool(), posterior(right(3)), asked=["q001"], over=("q002",), draw=seeded("seed", 4))
    again = choose(pool(), posterior(right(3)), asked=["q001"], over=("q002",), draw=seeded("seed", 4))
    assert first == again


def test_questions_that_too_many_have_met_rest_but_four_always_stay() -> None:
    bank = pool(questions=8, skills=1)
    for position in range(20):
        chosen = choose(bank, posterior([]), asked=(), over=bank.ids[:4], draw=seeded("s", position))
        assert chosen is not None
        assert chosen.question not in bank.ids[:4]
    assert choose(bank, posterior([]), asked=(), over=bank.ids, draw=seeded("s", 1)) is not None
    assert choose(bank, posterior([]), asked=bank.ids, over=(), draw=seeded("s", 1)) is None


def test_exposure_is_capped_in_large_systems_only() -> None:
    met = {"a": 30, "b": 29}
    assert over_exposed(met, 100, 40) == {"a"}
    assert over_exposed(met, 100, 39) == frozenset()
    assert over_exposed(met, 0, 40) == frozenset()


def test_later_systems_keep_their_least() -> None:
    assert most_of(0, systems=1, asked_before=0, most=MOST) == 20
    assert most_of(0, systems=3, asked_before=0, most=MOST) == 8
    assert most_of(2, systems=3, asked_before=14, most=MOST) == 6


def test_the_grid_is_that_of_the_design() -> None:
    assert (len(GRID), GRID[0], GRID[-1]) == (61, -4, 4)
