"""Queues, atoms and what may stand on its own."""

import datetime as dt
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.core.periods import Months
from portal.evidence.rules.ability import GRID, MEANS, PRIOR, abilities, expected_right, probability_right
from portal.evidence.rules.atoms import Audience, QueueKey
from portal.evidence.rules.closing import Closing, close_queues, closed_release, kept_skills
from portal.evidence.rules.releases import Release, UnusableTitle, covering, usable_title

DAY = dt.date(2026, 2, 10)


@dataclass(frozen=True, slots=True, kw_only=True)
class Marked:
    skill: str
    right: bool
    a: float = 1.0
    b: float = 0.0
    c: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    id: int
    person: str
    directorate: str | None
    system: str
    answered_on: dt.date
    answers: Sequence[Marked]


def marks(skill: str, right: int, wrong: int) -> tuple[Marked, ...]:
    return (*[Marked(skill=skill, right=True)] * right, *[Marked(skill=skill, right=False)] * wrong)


def people(number: int, *, good: int, first: int = 1, directorate: str | None = "housing") -> list[Given]:
    """Ten questions each: ``good`` people have eight right, the others three."""
    return [
        Given(
            id=first + place,
            person=f"person-{first + place}",
            directorate=directorate,
            system="spreadsheets",
            answered_on=DAY,
            answers=marks("formulas", 8, 2) if place < good else marks("formulas", 3, 7),
        )
        for place in range(number)
    ]


def release(first: str, last: str, *, number: int = 1) -> Release:
    return Release(
        id=number, title=f"Release {number}", months=Months.parse(first, last), closed_at=dt.datetime.now(dt.UTC)
    )


def test_ten_people_close_into_one_atom() -> None:
    closing = close_queues(people(10, good=4), {})

    (atom,) = closing.atoms
    assert atom.key == QueueKey(audience=Audience.STAFF, directorate="housing", system="spreadsheets")
    assert (atom.sums.people, atom.sums.answers, atom.sums.correct, atom.below) == (10, 100, 4 * 8 + 6 * 3, 6)
    assert (atom.sums.sum_xx, atom.sums.sum_xm, atom.sums.sum_mm) == (4 * 64 + 6 * 9, 500, 1000)
    assert closing.closed == tuple(range(1, 11))
    assert closing.waiting == ()


def test_nine_people_wait() -> None:
    closing = close_queues(people(9, good=4), {})

    assert closing == Closing(
        atoms=(),
        closed=(),
        waiting=tuple(range(1, 10)),
        waiting_groups=(QueueKey(audience=Audience.STAFF, directorate="housing", system="spreadsheets"),),
    )


def test_nine_people_with_many_sets_wait_too() -> None:
    again = [replace(one, id=one.id + 100, answered_on=dt.date(2026, 5, 1)) for one in people(9, good=4)]

    assert close_queues([*people(9, good=4), *again], {}).atoms == ()


@pytest.mark.parametrize("good", [0, 12])
def test_people_all_on_one_side_of_the_standard_wait(good: int) -> None:
    assert close_queues(people(12, good=good), {}).atoms == ()


@pytest.mark.parametrize("right", [True, False])
def test_answers_all_right_or_all_wrong_wait(right: bool) -> None:
    sets = [replace(one, answers=(Marked(skill="formulas", right=right),) * 4) for one in people(12, good=6)]

    assert close_queues(sets, {}).atoms == ()


def test_the_first_set_of_a_quarter_counts_and_later_ones_close_uncounted() -> None:
    sets = people(10, good=4)
    second = replace(sets[0], id=50, answers=marks("formulas", 0, 10), answered_on=dt.date(2026, 3, 30))

    closing = close_queues([*sets, second], {})

    assert (closing.atoms[0].sums.answers, closing.atoms[0].sums.correct) == (100, 4 * 8 + 6 * 3)
    assert closing.closed == (*range(1, 11), 50)


def test_a_set_of_the_next_quarter_counts_for_the_same_person() -> None:
    sets = people(10, good=4)
    second = replace(sets[0], id=50, answers=marks("formulas", 0, 10), answered_on=dt.date(2026, 4, 1))

    sums = close_queues([*sets, second], {}).atoms[0].sums

    assert (sums.people, sums.answers, sums.sum_mm) == (10, 110, 9 * 100 + 400)


def test_sets_without_answers_are_nobody() -> None:
    sets = people(10, good=4)
    sets[9] = replace(sets[9], answers=())

    assert close_queues(sets, {}).atoms == ()


def test_a_set_that_waited_at_two_releases_counts_for_the_council_only() -> None:
    sets = [*people(5, good=2), *people(6, good=2, first=20, directorate="planning")]

    waited_once = close_queues(sets, dict.fromkeys(range(100), 1))
    waited_twice = close_queues(sets, dict.fromkeys(range(100), 2))

    assert waited_once.atoms == ()
    (atom,) = waited_twice.atoms
    assert (atom.key.directorate, atom.sums.people) == (None, 11)


def test_a_person_who_moved_directorate_is_one_person_among_several() -> None:
    sets = people(9, good=4)
    moved = replace(sets[0], id=99, directorate="planning")

    assert close_queues([*sets, moved], dict.fromkeys(range(100), 2)).atoms == ()


def test_what_is_told_of_a_release_holds_bands_and_no_size_of_a_group_that_waits() -> None:
    sets = [*people(23, good=4), *people(3, good=1, first=50, directorate="planning")]

    told = closed_release(release("2026-01", "2026-03"), close_queues(sets, {}))

    assert [(one.system, one.directorate, one.people) for one in told.closed] == [("spreadsheets", "housing", "20-49")]
    assert [(one.system, one.groups) for one in told.waiting] == [("spreadsheets", 1)]


def test_ability_matches_a_sum_written_out() -> None:
    b = np.array([-1.0, 0.5])
    chance = probability_right(GRID, np.array([1.0, 1.5]), b, np.array([0.0, 0.2]))

    found = abilities(np.array([[1.0, 0.0]]), np.array([[0.0, 1.0]]), chance)[0]

    weighted = total = 0.0
    for step in range(61):
        ability = -4 + step * 8 / 60
        first = 1 / (1 + math.exp(-(ability + 1)))
        second = 0.2 + 0.8 / (1 + math.exp(-1.5 * (ability - 0.5)))
        weight = math.exp(-(ability**2) / 2) * first * (1 - second)
        weighted += weight * ability
        total += weight
    assert found == pytest.approx(weighted / total, abs=1e-12)


def test_an_impossible_slope_overflows_nothing_and_one_slip_is_not_everything() -> None:
    chance = probability_right(GRID, np.array([400.0]), np.array([-3.9]), np.array([0.0]))

    assert -3.9 < abilities(np.array([[0.0]]), np.array([[1.0]]), chance)[0] < -2


def test_expected_right_matches_integration() -> None:
    found = expected_right(np.array([1.2]), np.array([0.3]), np.array([0.1]))[0]

    fine = np.linspace(-12, 12, 40_001)
    for mean, value in zip(MEANS, found, strict=True):
        density = np.exp(-((fine - mean) ** 2) / 2) / math.sqrt(2 * math.pi)
        chance = 0.1 + 0.9 / (1 + np.exp(-1.2 * (fine - 0.3)))
        assert value == pytest.approx(float(np.trapezoid(density * chance, fine)), abs=2e-4)


def test_the_prior_is_a_distribution() -> None:
    assert pytest.approx(1) == PRIOR.sum()
    assert (len(MEANS), MEANS[0], MEANS[-1]) == (11, -2.5, 2.5)


def asked(*rows: tuple[int, ...]) -> np.ndarray:
    return np.array(rows, dtype=np.int64)


@pytest.mark.parametrize(
    ("counts", "correct", "kept"),
    [
        pytest.param(asked(*[(2, 2)] * 20), (9, 11), (0, 1), id="everybody was asked about both"),
        pytest.param(asked(*[(2, 2)] * 15, *[(2, 0)] * 5), (9, 11), (), id="five without it: whole minus part is five"),
        pytest.param(asked(*[(2, 2)] * 10, *[(2, 0)] * 10), (9, 11), (0, 1), id="ten with and ten without"),
        pytest.param(asked(*[(2, 2)] * 20), (40, 11), (), id="all right: the rest would give it away"),
        pytest.param(asked(*[(2, 2, 2)] * 20), (40, 11, 12), (1,), id="all right hides with one more"),
        pytest.param(asked(*[(1, 1, 1)] * 15, *[(1, 1, 0)] * 5), (9, 9, 9), (0,), id="a second skill hides the third"),
        pytest.param(asked(*[(1, 0)] * 12, *[(1, 1)] * 9), (9, 9), (), id="nine with it"),
        pytest.param(
            asked(*[(1, 1, 1)] * 3, *[(1, 1, 0)] * 12, *[(1, 0, 1)] * 12, *[(1, 0, 0)] * 3),
            (15, 8, 8),
            (),
            id="two halves whose overlap is three",
        ),
    ],
)
def test_which_skills_stand_on_their_own(counts: np.ndarray, correct: tuple[int, ...], kept: tuple[int, ...]) -> None:
    assert kept_skills(counts, np.array(correct)) == kept


@given(
    st.lists(st.lists(st.integers(0, 2), min_size=3, max_size=3), min_size=10, max_size=60).map(np.array),
    st.data(),
)
def test_everybody_is_hidden_among_ten_whatever_was_asked(counts: np.ndarray, data: st.DataObject) -> None:
    counts = np.repeat(counts, data.draw(st.integers(1, 6)), axis=0)
    correct = np.array([data.draw(st.integers(0, int(total))) for total in counts.sum(axis=0)])

    kept = kept_skills(counts, correct)

    rest = [skill for skill in range(3) if skill not in kept]
    signatures: dict[tuple[bool, ...], int] = {}
    for row in counts:
        signature = (*(bool(row[skill]) for skill in kept), any(row[skill] for skill in rest))
        signatures[signature] = signatures.get(signature, 0) + 1
    if kept:
        assert min(signatures.values()) >= 10
        assert all(0 < correct[skill] < counts[:, skill].sum() for skill in kept)


@given(st.integers(10, 40), st.integers(10, 40), st.integers(1, 9), st.integers(1, 9))
def test_atoms_add_up(first: int, second: int, good: int, other_good: int) -> None:
    """Two groups apart hold the same sums as the two together."""
    one = people(first, good=good)
    other = people(second, good=other_good, first=100)

    apart = [close_queues(group, {}).atoms[0] for group in (one, other)]
    (together,) = close_queues([*one, *other], {}).atoms

    assert apart[0].sums + apart[1].sums == together.sums
    assert apart[0].below + apart[1].below == together.below
    assert [sum(pair) for pair in zip(apart[0].expected, apart[1].expected, strict=True)] == pytest.approx(
        list(together.expected), abs=1e-5
    )
    assert apart[0].skills[0].sums + apart[1].skills[0].sums == together.skills[0].sums


@given(st.permutations(people(14, good=5)))
def test_the_order_of_people_does_not_matter(sets: list[Given]) -> None:
    assert close_queues(sets, {}).atoms == close_queues(people(14, good=5), {}).atoms


@pytest.mark.parametrize(
    ("asked_for", "titles"),
    [
        (("2026-01", "2026-03"), ("Release 1",)),
        (("2026-02", "2026-05"), ("Release 1", "Release 2")),
        (("2026-01", "2026-06"), ("Release 1", "Release 2")),
        (("2025-12", "2026-03"), ()),
        (("2026-05", "2026-07"), ()),
        (("2026-06", "2026-10"), ()),
        (("2026-09", "2026-10"), ("Release 3",)),
    ],
)
def test_a_period_is_covered_when_releases_leave_no_month_out(
    asked_for: tuple[str, str], titles: tuple[str, ...]
) -> None:
    releases = (
        release("2026-01", "2026-03", number=1),
        release("2026-04", "2026-06", number=2),
        release("2026-08", "2026-10", number=3),
    )

    assert tuple(one.title for one in covering(releases, Months.parse(*asked_for))) == titles


def test_a_title_is_trimmed_and_neither_empty_nor_long() -> None:
    assert usable_title("  Spring 2026 ") == "Spring 2026"
    for title in ("", "   ", "x" * 101):
        with pytest.raises(UnusableTitle):
            usable_title(title)
