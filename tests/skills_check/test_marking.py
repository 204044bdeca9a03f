"""Marking, case by case and by property."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.skills_check.rules.marking import (
    Answer,
    Mark,
    NoAnswer,
    Outcome,
    UnreadableAnswer,
    distance,
    mark,
    read_number,
)
from portal.skills_check.rules.questions import Choice, Ignore, Kind, Marking, Question

RIGHT, WRONG = Outcome.RIGHT, Outcome.WRONG


def question(kind: Kind, **parts: object) -> Question:
    return Question(id="q", system="s", skill="k", level=1, kind=kind, stem="?", **parts)  # type: ignore[arg-type]


def choices(*right: bool) -> tuple[Choice, ...]:
    return tuple(Choice(text=f"choice {index}", right=flag) for index, flag in enumerate(right))


@pytest.mark.parametrize(
    ("typed", "answer", "tolerance", "unit", "outcome"),
    [
        ("12.5", "12.5", "", "", RIGHT),
        ("12,50", "1250", "", "", RIGHT),  # a comma parts thousands here, never decimals
        (" 1,250 ", "1250", "", "", RIGHT),
        ("£1,250.00", "1250", "", "£", RIGHT),
        ("20%", "20", "", "%", RIGHT),
        ("20 Percent", "20", "", "percent", RIGHT),
        ("12.6", "12.5", "±0.1", "", RIGHT),
        ("12.61", "12.5", "±0.1", "", WRONG),
        ("105", "100", "5%", "", RIGHT),
        ("94.9", "100", "5%", "", WRONG),
        ("-5", "-5", "", "", RIGHT),
        ("−5", "-5", "", "", RIGHT),
        ("0.1", "0.10", "", "", RIGHT),
        ("0.3", "0.30000000000000001", "", "", WRONG),  # decimals, not binary fractions
    ],
)
def test_numbers(typed: str, answer: str, tolerance: str, unit: str, outcome: Outcome) -> None:
    asked = question(Kind.NUMBER, answer=answer, tolerance=tolerance, unit=unit)
    assert mark(asked, Answer(text=typed)).outcome is outcome


@pytest.mark.parametrize("typed", ["about six", "1.2.3", "£", "6 or 7", "1e3", "½"])
def test_what_is_no_number_is_refused_and_not_marked_wrong(typed: str) -> None:
    with pytest.raises(UnreadableAnswer, match="Type a number"):
        mark(question(Kind.NUMBER, answer="6"), Answer(text=typed))


@pytest.mark.parametrize(
    ("typed", "ignore", "typos", "outcome"),
    [
        ("Freeze", (), 0, RIGHT),
        ("freeze", (), 0, WRONG),
        ("freeze", (Ignore.CASE,), 0, RIGHT),
        ("  Freeze  ", (), 0, RIGHT),
        ("Fre eze", (Ignore.SPACES,), 0, RIGHT),
        ("Freeze!", (Ignore.PUNCTUATION,), 0, RIGHT),
        ("Fréeze", (Ignore.ACCENTS,), 0, RIGHT),
        ("Freze", (), 1, RIGHT),
        ("Ferze", (), 1, WRONG),
        ("Rferze", (), 2, WRONG),
        ("Ferze", (), 2, RIGHT),
        ("lock", (Ignore.CASE,), 0, RIGHT),
    ],
)
def test_texts(typed: str, ignore: tuple[Ignore, ...], typos: int, outcome: Outcome) -> None:
    asked = question(Kind.TEXT, accept=("Freeze", "Lock"), ignore=ignore, typos=typos)
    assert mark(asked, Answer(text=typed)).outcome is outcome


@pytest.mark.parametrize(
    ("chosen", "marking", "share"),
    [
        ((0, 1), Marking.ALL_OR_NOTHING, 1.0),
        ((0,), Marking.ALL_OR_NOTHING, 0.0),
        ((0, 1, 2), Marking.ALL_OR_NOTHING, 0.0),
        ((0,), Marking.PER_PART, 0.5),
        ((0, 1, 2), Marking.PER_PART, 0.5),
        ((0, 2), Marking.PER_PART, 0.0),
        ((2, 3), Marking.PER_PART, 0.0),
    ],
)
def test_several_choices(chosen: tuple[int, ...], marking: Marking, share: float) -> None:
    asked = question(Kind.MULTIPLE, choices=choices(True, True, False, False), marking=marking)
    assert mark(asked, Answer(choices=chosen)) == Mark(outcome=RIGHT if share >= 0.5 else WRONG, share=share)


def test_dont_know_is_neither_right_nor_wrong() -> None:
    assert mark(question(Kind.NUMBER, answer="6"), Answer(dont_know=True)).outcome is Outcome.DONT_KNOW


@pytest.mark.parametrize("kind", list(Kind))
def test_no_answer_is_refused(kind: Kind) -> None:
    asked = question(kind, choices=choices(True, False), answer="1", accept=("a",))
    with pytest.raises(NoAnswer, match="an answer, or “I don’t know”"):
        mark(asked, Answer())


def test_a_choice_that_is_not_there_is_refused() -> None:
    with pytest.raises(UnreadableAnswer):
        mark(question(Kind.SINGLE, choices=choices(True, False)), Answer(choices=(7,)))


@given(st.integers(2, 8), st.data())
def test_of_single_choices_exactly_the_right_one_is_right(count: int, data: st.DataObject) -> None:
    right = data.draw(st.integers(0, count - 1))
    asked = question(Kind.SINGLE, choices=choices(*(index == right for index in range(count))))
    outcomes = [mark(asked, Answer(choices=(index,))).outcome for index in range(count)]
    assert [outcome is RIGHT for outcome in outcomes] == [index == right for index in range(count)]


@given(st.decimals(-(10**9), 10**9, places=4, allow_nan=False))
def test_a_number_written_with_commas_is_read_as_it_is(number: Decimal) -> None:
    assert read_number(f"{number:,}") == number


@given(st.text("abcd", max_size=6), st.text("abcd", max_size=6))
def test_distance_is_symmetric_and_zero_only_for_the_same(one: str, other: str) -> None:
    assert distance(one, other, most=9) == distance(other, one, most=9)
    assert (distance(one, other, most=9) == 0) == (one == other)


@pytest.mark.parametrize(
    ("kind", "count", "expected"),
    [(Kind.TRUE_FALSE, 2, 0.1), (Kind.SINGLE, 4, 0.05), (Kind.MULTIPLE, 4, 0.2 / 15), (Kind.NUMBER, 0, 0.0)],
)
def test_chance_of_guessing(kind: Kind, count: int, expected: float) -> None:
    assert question(kind, choices=choices(*([True] + [False] * (count - 1)))[:count]).c == pytest.approx(expected)
