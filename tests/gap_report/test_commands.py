"""flask gap-report build."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from portal.storage.database import Database
from tests.gap_report.stored import store_catalogue, store_everything

Run = Callable[..., Result]
WINTER = ("gap-report", "build", "--from", "2025-12", "--to", "2026-02")


@pytest.fixture
def stored(database: Database) -> None:
    with database.transaction() as session:
        store_everything(session)


@pytest.mark.usefixtures("stored")
def test_it_prints_the_report_as_json(run_command: Run) -> None:
    result = run_command(*WINTER)

    assert result.exit_code == 0, result.output
    made = json.loads(result.stdout)
    assert made["period"] == {"from": "2025-12", "to": "2026-02"}
    assert made["release"]["title"] == "Winter 2026"
    assert {row["system"] for row in made["rows"]} == {"spreadsheets", "email-and-calendar", "housing-system"}


@pytest.mark.usefixtures("stored")
def test_it_writes_a_file(run_command: Run, tmp_path: Path) -> None:
    target = tmp_path / "report.json"

    result = run_command(*WINTER, "--output", str(target))

    assert result.exit_code == 0, result.output
    assert json.loads(target.read_text())["release"]["title"] == "Winter 2026"
    assert "Wrote 3 systems and 3 categories" in result.output


@pytest.mark.usefixtures("stored")
def test_a_file_that_cant_be_written_is_refused(run_command: Run, tmp_path: Path) -> None:
    result = run_command(*WINTER, "--output", str(tmp_path / "missing" / "report.json"))

    assert result.exit_code == 1
    assert "can’t be written" in result.stderr


def test_without_a_release_it_says_which_command_to_run(run_command: Run, database: Database) -> None:
    with database.transaction() as session:
        store_catalogue(session)

    result = run_command(*WINTER)

    assert result.exit_code == 1
    assert "flask gap-report release --title TITLE --from 2025-12 --to 2026-02" in result.stderr
    assert result.stdout == ""


def test_refusals_are_json_too_when_asked(run_command: Run) -> None:
    result = run_command(*WINTER, "--json")

    assert result.exit_code == 1
    assert "No release covers" in json.loads(result.stdout)["error"]


@pytest.mark.parametrize("months", [("2026-00", "2026-02"), ("2026-02", "2026-01"), ("soon", "later")])
def test_months_that_are_none_are_wrong_usage(run_command: Run, months: tuple[str, str]) -> None:
    assert run_command("gap-report", "build", "--from", months[0], "--to", months[1]).exit_code == 2
