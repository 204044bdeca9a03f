"""The whole thread on real calls: import, map the ten largest categories, close a release, read skill beside calls."""

import csv
import datetime as dt
import json
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
from click.testing import Result

from portal.config import ROOT
from portal.core.periods import Months

Run = Callable[..., Result]
SYSTEMS = (
    "spreadsheets", "documents", "email-and-calendar", "files-and-sharing", "sign-in", "information-security",
    "meetings-and-chat", "remote-access", "printing", "phones",
)  # fmt: skip
PERIOD = ("--from", "2016-03", "--to", "2016-04")


@pytest.fixture
def environment(environment: dict[str, str]) -> dict[str, str]:
    """The project's own content."""
    return {**environment, "SHOWHOW_CONTENT": str(ROOT / "content"), "SHOWHOW_QUIZZES": str(ROOT / "quizzes")}


def ten_largest(folder: Path) -> dict[str, int]:
    """Calls of the ten largest categories in the weeks of the period, largest first, as the data's own counts say."""
    months = Months.parse("2016-03", "2016-04")
    with (folder / "uci-incidents" / "weekly_counts_by_category.csv").open() as file:
        counts: Counter[str] = Counter()
        for row in csv.DictReader(file):
            if months.holds_week(dt.date.fromisoformat(row["week_starting"])):
                counts[row["category"]] += int(row["incidents"])
    return dict(counts.most_common(10))


def write_mapping(path: Path, categories: Iterable[str]) -> None:
    rows = [f",{category},2016-02-29,,{system},how-to," for category, system in zip(categories, SYSTEMS, strict=True)]
    path.write_text("source,category,valid_from,valid_to,system,call_type,skill\n" + "\n".join(rows) + "\n")


def write_answers(path: Path) -> None:
    """Made-up answers of forty people about spreadsheets: from one to all five right."""
    questions = ("spreadsheets-sum-01", "spreadsheets-percent-01", "spreadsheets-filter-01", "spreadsheets-freeze-01", "spreadsheets-axis-01")  # fmt: skip
    rows = [
        f"p{person},housing,{question},{'right' if (person + number) % 5 < 1 + person % 5 else 'wrong'},2016-03-{person % 28 + 1:02}"
        for person in range(40)
        for number, question in enumerate(questions)
    ]
    path.write_text("sitting,directorate,question,result,answered_on\n" + "\n".join(rows) + "\n")


@pytest.mark.outside_data
@pytest.mark.usefixtures("content")
def test_real_calls_stand_beside_answers(run_command: Run, outside_data: Path, tmp_path: Path) -> None:
    incidents = str(outside_data / "uci-incidents" / "incidents_one_row_each.csv")
    imported = run_command("desk-calls", "import", incidents, "--preset", "servicenow")
    assert imported.exit_code == 0, imported.output
    assert "20,769 read, 20,769 kept, 0 skipped" in imported.output
    again = run_command("desk-calls", "import", incidents, "--preset", "servicenow")
    assert "Nothing changed" in again.output

    largest = ten_largest(outside_data)
    write_mapping(tmp_path / "map.csv", largest)
    assert run_command("desk-calls", "map", "import", str(tmp_path / "map.csv")).exit_code == 0
    write_answers(tmp_path / "answers.csv")
    assert run_command("skills-check", "import-answers", str(tmp_path / "answers.csv")).exit_code == 0
    unreleased = run_command("gap-report", "build", *PERIOD)
    assert unreleased.exit_code == 1
    assert "flask gap-report release" in unreleased.output
    assert run_command("gap-report", "release", "--title", "Spring 2016", *PERIOD).exit_code == 0

    report = json.loads(run_command("gap-report", "build", *PERIOD).output)
    systems = {row["system"]: row for row in report["rows"] if row["skill"] is None and row["category"] is None}
    spreadsheets = systems["spreadsheets"]
    assert spreadsheets["asked"] == "20-49"
    assert spreadsheets["shown_share"]["low"] < spreadsheets["shown_share"]["mid"] < spreadsheets["shown_share"]["high"]
    assert [systems[system]["calls"] for system in SYSTEMS] == list(largest.values())
    beside = [row for row in report["rows"] if row["system"] == "spreadsheets" and row["category"] is not None]
    assert sum(row["calls"] for row in beside) == spreadsheets["calls"]
    assert systems["phones"]["asked"] is None
    assert systems["phones"]["verdict"] == "not-enough-evidence"
    assert 0 < report["unmapped_share"] < 0.6
