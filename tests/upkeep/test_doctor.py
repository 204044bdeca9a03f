"""flask doctor says what is well, what is off and why, and what is wrong."""

import datetime as dt
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from portal.jobs.operations import record_job
from portal.storage.database import Database
from tests.conftest import START

Run = Callable[..., Result]


def found(result: Result) -> dict[str, tuple[str, str]]:
    return {one["name"]: (one["state"], one["words"]) for one in json.loads(result.output)}


def test_what_is_off_says_why(run_command: Run) -> None:
    looked_at = found(run_command("doctor", "--json"))
    assert looked_at["Machine captions"][1].startswith("off, because")
    assert looked_at["Media"][0] == looked_at["Uploads"][0] == looked_at["Worker"][0] == "well"


def test_a_database_without_its_migrations_is_wrong(run_command: Run) -> None:
    result = run_command("doctor")
    assert result.exit_code == 1
    assert "Run “flask db upgrade”" in result.output


def test_jobs_that_nobody_does_are_wrong(run_command: Run, database: Database) -> None:
    with database.transaction() as session:
        record_job(session, "guides.fail_given_up", now=START - dt.timedelta(hours=1))
    assert found(run_command("doctor", "--json"))["Worker"][1].startswith("1 job waited")


@pytest.fixture
def environment(environment: dict[str, str], tmp_path: Path) -> dict[str, str]:
    return {**environment, "SHOWHOW_FFMPEG": str(tmp_path / "nothing"), "SHOWHOW_SCAN": str(tmp_path / "no-scanner")}


def test_programs_that_are_missing_are_named(run_command: Run) -> None:
    looked_at = found(run_command("doctor", "--json"))
    assert looked_at["Recordings"][0] == "off"
    assert "can’t be started" in looked_at["Recordings"][1]
    assert looked_at["Virus scan"][1].endswith("isn’t on this machine: every upload is refused")
