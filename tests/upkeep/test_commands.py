"""flask content …, with sound files and with broken ones."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.guides.queries.library import guides
from portal.skills_check.models.questions import QuestionRow, QuestionVersion
from portal.storage.database import Database

Run = Callable[..., Result]
GUIDE = "content/videos/spreadsheets/freeze-the-heading-row"
QUIZ = "quizzes/spreadsheets.yaml"


def test_sync_loads_everything_and_a_second_time_changes_nothing(run_command: Run, database: Database) -> None:
    first = json.loads(run_command("content", "sync", "--json").output)
    second = json.loads(run_command("content", "sync", "--json").output)
    left_alone = {"newer_in_browser": [], "conflicts": []}
    assert first["changes"]["guides"] == {"added": 1, "changed": 0, "unchanged": 0, "archived": 0, **left_alone}
    assert first["changes"]["questions"]["added"] == 5
    assert second["changes"]["catalogue_changed"] is False
    assert second["changes"]["guides"] == {"added": 0, "changed": 0, "unchanged": 1, "archived": 0, **left_alone}
    assert second["changes"]["questions"] == {"added": 0, "changed": 0, "unchanged": 5, "archived": 0, "conflicts": []}


def test_check_loads_nothing(run_command: Run, database: Database) -> None:
    result = run_command("content", "check")
    assert result.exit_code == 0
    assert "2 systems, 1 guide, 5 questions" in result.output
    with database.session() as session:
        assert guides(session) == ()


def test_a_changed_text_is_a_new_version_and_a_missing_file_is_archived(
    run_command: Run, database: Database, content_root: Path
) -> None:
    run_command("content", "sync")
    quiz = content_root / QUIZ
    quiz.write_text(quiz.read_text().replace("Which formula adds A1 to A9?", "Which formula adds up A1 to A9?"))
    changed = json.loads(run_command("content", "sync", "--json").output)
    assert changed["changes"]["questions"] == {"added": 0, "changed": 1, "unchanged": 4, "archived": 0, "conflicts": []}
    quiz.unlink()
    gone = json.loads(run_command("content", "sync", "--json").output)
    assert gone["changes"]["questions"]["archived"] == 5
    with database.session() as session:
        assert len(session.scalars(select(QuestionVersion)).all()) == 6
        assert all(row.archived_at for row in session.scalars(select(QuestionRow)))


CASES = [
    pytest.param("content/catalogue.yaml", "owner: Corporate ICT", "ownr: Corporate ICT", 10, "Did you mean “owner”?", id="unknown key"),
    pytest.param("content/catalogue.yaml", "staff: 100", "staff: 90", 2, "add up to 100, but staff is 90", id="headcounts"),
    pytest.param("content/catalogue.yaml", "teachable: fully", "teachable: fuly", 21, "Did you mean “fully”?", id="unknown value"),
    pytest.param(f"{GUIDE}/guide.yaml", "title: Freeze", "title: [Freeze", 3, "The YAML is broken", id="broken YAML"),
    pytest.param(f"{GUIDE}/guide.yaml", "review_every: 12", "reviewed_every: 12", 9, "Did you mean “review_every”?", id="unknown guide key"),
    pytest.param(f"{GUIDE}/guide.yaml", "skills: [layout]", "skills: [layuot]", 5, "Did you mean “layout”?", id="unknown skill"),
    pytest.param(f"{GUIDE}/guide.yaml", 'at: "0:01"', 'at: "0:00"', 16, "doesn't start after the one above", id="step times"),
    pytest.param(f"{GUIDE}/captions.vtt", "00:00:01.000 --> 00:00:02.000", "00:00:02.000 --> 00:00:01.000", 6, "ends before it starts", id="captions swapped"),
    pytest.param(f"{GUIDE}/captions.vtt", "00:00:01.000 --> 00:00:02.000", "00:01 --> 00:00:02.000", 6, "“00:01” isn't a time", id="captions no time"),
    pytest.param(QUIZ, "spreadsheets-sum-02", "spreadsheets-sum-01", 13, "is used already (quizzes/spreadsheets.yaml, line 3)", id="duplicate id"),
    pytest.param(QUIZ, '"=A1+A9",', '"=A1+A9", right: true,', 8, "2 choices are right; there must be one", id="two right"),
    pytest.param(QUIZ, "answer: 6", "answer: six", 18, "The answer “six” isn't a number", id="no number"),
    pytest.param(QUIZ, "guide: spreadsheets/freeze-the-heading-row", "guide: spreadsheets/nowhere", None, "which isn't there", id="guide missing"),
]  # fmt: skip


@pytest.mark.parametrize(("file", "old", "new", "line", "says"), CASES)
def test_a_broken_file_is_named_with_its_line_and_nothing_is_loaded(
    run_command: Run, database: Database, content_root: Path, file: str, old: str, new: str, line: int | None, says: str
) -> None:
    path = content_root / file
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))
    result = run_command("content", "sync")
    assert result.exit_code == 1
    assert "Nothing was loaded" in result.output
    assert says in result.output
    if line is not None:
        assert f"{file}, line {line}:" in result.output
    with database.session() as session:
        assert _nothing_is_stored(session)


def test_every_problem_is_told_at_once(run_command: Run, content_root: Path) -> None:
    quiz = content_root / QUIZ
    quiz.write_text(quiz.read_text().replace("level: 1", "level: 7").replace("typos: 1", "typos: 9"))
    result = run_command("content", "check")
    assert result.output.count("must be a whole number") == 4


def _nothing_is_stored(session: Session) -> bool:
    return guides(session) == () and session.scalars(select(QuestionRow)).first() is None
