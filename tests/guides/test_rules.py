"""Guides without a database: which step runs when."""

from tests.guides.searching import MADE


def test_steps_know_where_they_run() -> None:
    one = MADE[0]
    assert [one.step_at(at) for at in (0, 9, 9.96, 20, 300)] == [0, 0, 1, 2, 2]
    assert [one.end_of(index) for index in range(3)] == [10, 20, 30]
