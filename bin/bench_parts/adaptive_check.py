"""M-C: the short check on a simulated bank of 150 questions and 2,000 people, beside a fixed one of 30 questions."""

import random
import time
from collections import Counter

import numpy as np

from bin.bench_parts.rows import Row
from portal.skills_check.rules.adaptive import (
    Pool,
    Response,
    choose,
    over_exposed,
    posterior,
    seeded,
    stops,
)

PEOPLE = 2_000
QUESTIONS = 150
SKILLS = 5
FIXED = 30
SEED = 20


def _pool(questions: int = QUESTIONS) -> Pool:
    draw = np.random.default_rng(SEED)
    return Pool(
        ids=tuple(f"q{number:04}" for number in range(questions)),
        skills=tuple(f"skill-{number % SKILLS}" for number in range(questions)),
        a=np.exp(draw.normal(0, 0.25, questions)),
        b=draw.choice([-1.0, 0.0, 1.0], questions) + draw.normal(0, 0.6, questions),
        c=np.full(questions, 0.05),
        answers=200.0,
    )


def _answer(pool: Pool, place: int, theta: float, draw: random.Random) -> Response:
    a, b, c = float(pool.a[place]), float(pool.b[place]), float(pool.c[place])
    chance = c + (1 - c) / (1 + np.exp(-a * (theta - b)))
    return Response(a=a, b=b, c=c, right=draw.random() < chance)


def _adaptive(pool: Pool, theta: float, number: int, met: Counter[str], attempts: int) -> tuple[int, float, float]:
    """Questions asked, score, and probability of being above the standard."""
    draw = random.Random(f"answers {number}")
    over = over_exposed(met, attempts, len(pool.ids))
    asked: list[str] = []
    given: list[Response] = []
    known = posterior(given)
    while stops(known, asked=len(asked)) is None:
        chosen = choose(pool, known, asked=asked, over=over, draw=seeded(str(number), len(asked)))
        if chosen is None:
            break
        asked.append(chosen.question)
        given.append(_answer(pool, pool.place[chosen.question], theta, draw))
        known = posterior(given)
    met.update(asked)
    return len(asked), known.score, known.above


def _fixed(pool: Pool, theta: float, number: int) -> tuple[float, float]:
    draw = random.Random(f"fixed {number}")
    places = draw.sample(range(len(pool.ids)), FIXED)
    known = posterior([_answer(pool, place, theta, draw) for place in places])
    return known.score, known.above


def measure() -> list[Row]:
    """The rows of the check's own precision, and the time of one choice."""
    pool, met = _pool(), Counter[str]()
    thetas = np.random.default_rng(SEED + 1).normal(0, 1, PEOPLE)
    short, fixed = [], []
    for number, theta in enumerate(thetas):
        short.append(_adaptive(pool, float(theta), number, met, number))
        fixed.append(_fixed(pool, float(theta), number))
    asked, scores, above = (np.array(part) for part in zip(*short, strict=True))
    other_scores, other_above = (np.array(part) for part in zip(*fixed, strict=True))
    right, other_right = ((above > 0.5) == (thetas > 0)).mean(), ((other_above > 0.5) == (thetas > 0)).mean()
    exposure = max(met.values()) / PEOPLE
    error, bias = scores - thetas, float((scores - thetas).mean())
    other = other_scores - thetas
    seconds = _choice_seconds()
    return [
        Row("M-C", "questions asked on average, 150 questions and 2,000 people", "15", "", f"{asked.mean():.1f}", asked.mean() <= 15),
        Row("M-C", f"decisions right, beside {FIXED} questions drawn at random", "no fewer", "", f"{right:.1%}, beside {other_right:.1%}", right >= other_right),
        Row("M-C", "most people that meet one question", "32 %", "", f"{exposure:.1%}", exposure <= 0.32),
        Row("M-C", "RMSE and bias of the score (for information)", "", "", f"{np.sqrt((error**2).mean()):.2f}, {bias:+.3f}; fixed {np.sqrt((other**2).mean()):.2f}, {other.mean():+.3f}", True),
        Row("M-C", "choosing the next of 2,000 questions, scoring included", "1 ms", "", f"{seconds * 1000:.2f} ms", seconds < 0.001),
    ]  # fmt: skip


def _choice_seconds() -> float:
    """Median seconds of scoring ten answers and choosing the next of 2,000 questions."""
    pool = _pool(2_000)
    given = [Response(a=1, b=0, c=0.05, right=number % 2 == 0) for number in range(10)]
    choose(pool, posterior(given), asked=pool.ids[:10], over=frozenset(), draw=seeded("x", 0))
    times = []
    for number in range(301):
        started = time.perf_counter()
        choose(pool, posterior(given), asked=pool.ids[:10], over=frozenset(), draw=seeded("x", number))
        times.append(time.perf_counter() - started)
    return float(np.median(times))


PARTS = ((("M-C",), measure),)
