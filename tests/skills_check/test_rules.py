"""Forms, results and what an attempt accepts."""

import datetime as dt
from collections import Counter
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.skills_check.rules.attempts import AttemptFinished, accepts
from portal.skills_check.rules.forms import MOST_QUESTIONS, NoSystemChosen, build_form
from portal.skills_check.rules.marking import Outcome
from portal.skills_check.rules.questions import Choice, Kind, Question, question_from
from portal.skills_check.rules.results import Answered, Shown, shown
from tests.conftest import START


def bank(systems: int, skills: int, each: int) -> dict[str, list[Question]]:
    return {
        f"system-{system}": [
            Question(
                id=f"q-{system}-{skill}-{number}",
                system=f"system-{system}",
                skill=f"skill-{skill}",
                level=number % 3 + 1,
                kind=Kind.SINGLE,
                stem="?",
                choices=(Choice(text="a", right=True), Choice(text="b"), Choice(text="c")),
            )
            for skill in range(skills)
            for number in range(each)
        ]
        for system in range(systems)
    }


@given(st.integers(1, 6), st.integers(1, 6), st.integers(1, 5), st.text(min_size=1, max_size=8))
def test_a_form_keeps_to_its_bounds(systems: int, skills: int, each: int, seed: str) -> None:
    questions = bank(systems, skills, each)
    form = build_form(questions, list(questions), seed=seed)
    assert len(form.items) <= MOST_QUESTIONS
    assert len(form.systems) == min(3, systems)
    assert set(form.systems) | set(form.later) == set(questions)
    ids = [item.question for item in form.items]
    assert len(set(ids)) == len(ids)
    counts = Counter(one.split("-")[1] for one in ids)
    for system in form.systems:
        assert counts[system.split("-")[1]] >= min(6, skills * each)
    assert form.short == tuple(system for system in form.systems if skills * each < 6)


def test_the_same_seed_gives_the_same_form_and_another_another() -> None:
    questions = bank(3, 5, 4)
    assert build_form(questions, list(questions), seed="a") == build_form(questions, list(questions), seed="a")
    assert build_form(questions, list(questions), seed="a") != build_form(questions, list(questions), seed="b")


def test_a_form_asks_skills_twice_so_that_they_can_be_shown() -> None:
    questions = bank(1, 6, 4)
    form = build_form(questions, list(questions), seed="a")
    asked = Counter(item.question.split("-")[2] for item in form.items)
    assert set(asked.values()) == {2}


def test_choices_stay_in_order_where_they_have_one() -> None:
    ordered = Question(
        id="q", system="s", skill="k", level=1, kind=Kind.SINGLE, stem="?", shuffle=False,
        choices=tuple(Choice(text=str(number), right=number == 1) for number in range(6)),
    )  # fmt: skip
    assert build_form({"s": [ordered]}, ["s"], seed="x").items[0].choice_order == (0, 1, 2, 3, 4, 5)


def test_no_system_is_refused() -> None:
    with pytest.raises(NoSystemChosen, match="Tick at least one system"):
        build_form({}, ["s"], seed="a")


def test_a_question_survives_its_stored_form_and_its_hash_follows_its_text() -> None:
    one = bank(1, 1, 1)["system-0"][0]
    assert question_from(one.id, one.content()) == one
    changed = question_from(one.id, {**one.content(), "stem": "Else?"})
    assert changed.content_hash() != one.content_hash()


def answered(kind: Kind, outcome: Outcome | None) -> Answered:
    asked = Question(id="q", system="s", skill="k", level=1, kind=kind, stem="?")
    return Answered(position=1, question=asked, answer=None, outcome=outcome, choice_order=())


R, W, D = Outcome.RIGHT, Outcome.WRONG, Outcome.DONT_KNOW


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ([(Kind.SINGLE, R)], Shown.NOT_YET_KNOWN),
        ([(Kind.SINGLE, R), (Kind.SINGLE, R)], Shown.SHOWN),
        ([(Kind.NUMBER, R)], Shown.SHOWN),
        ([(Kind.TEXT, R)], Shown.SHOWN),
        ([(Kind.SINGLE, R), (Kind.SINGLE, W)], Shown.NOT_YET),
        ([(Kind.NUMBER, R), (Kind.SINGLE, D)], Shown.NOT_YET),
        ([(Kind.TRUE_FALSE, R), (Kind.SINGLE, None)], Shown.NOT_YET_KNOWN),
    ],
)
def test_when_a_skill_is_shown(answers: list[tuple[Kind, Outcome | None]], expected: Shown) -> None:
    assert shown([answered(kind, outcome) for kind, outcome in answers]) is expected


def test_a_finished_attempt_accepts_nothing() -> None:
    hour = dt.timedelta(hours=1)
    accepts(Ends(finished_at=None, deadline_at=None), START)
    accepts(Ends(finished_at=None, deadline_at=START + hour), START)
    for ended in (Ends(finished_at=START, deadline_at=None), Ends(finished_at=None, deadline_at=START)):
        with pytest.raises(AttemptFinished):
            accepts(ended, START)


@dataclass(frozen=True)
class Ends:
    finished_at: dt.datetime | None
    deadline_at: dt.datetime | None
