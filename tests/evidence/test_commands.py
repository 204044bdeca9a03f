"""flask gap-report release."""

import json
from collections.abc import Callable

import pytest
from click.testing import Result

from portal.evidence import queries
from portal.storage.database import Database
from tests.evidence.waiting import people, wait

Run = Callable[..., Result]
SPRING = ("gap-report", "release", "--title", "Spring 2026", "--from", "2026-01", "--to", "2026-03")


@pytest.fixture(autouse=True)
def answers(database: Database) -> None:
    with database.transaction() as session:
        wait(session, people(12), good=5)
        wait(session, people(3, "planner"), good=1, directorate="planning")


def test_a_release_says_what_closed_and_what_waits(run_command: Run) -> None:
    result = run_command(*SPRING)

    assert result.exit_code == 0, result.output
    assert (
        "Closed “Spring 2026” for 2026-01 to 2026-03: 1 group of answers became figures, 1 group still waiting"
        in result.output
    )
    assert "closed: spreadsheets, housing: 10 to 19 people" in result.output
    assert "waiting: spreadsheets: 1 group" in result.output


def test_the_json_holds_bands_and_no_small_counts(run_command: Run) -> None:
    result = run_command(*SPRING, "--json")

    assert json.loads(result.stdout) == {
        "title": "Spring 2026",
        "from": "2026-01",
        "to": "2026-03",
        "closed": [{"system": "spreadsheets", "directorate": "housing", "people": "10-19"}],
        "waiting": [{"system": "spreadsheets", "groups": 1}],
    }


def test_the_same_release_twice_is_refused(run_command: Run, database: Database) -> None:
    run_command(*SPRING)

    again = run_command(*SPRING)

    assert again.exit_code == 1
    assert "already" in again.stderr
    with database.session() as session:
        assert len(queries.releases(session)) == 1


@pytest.mark.parametrize(("first", "last"), [("2026-13", "2026-14"), ("2026-06", "2026-01"), ("January", "March")])
def test_months_that_are_none_are_wrong_usage(run_command: Run, first: str, last: str) -> None:
    assert run_command("gap-report", "release", "--title", "T", "--from", first, "--to", last).exit_code == 2
