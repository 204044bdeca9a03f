"""flask questions …, and questions that live in files and on pages."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from sqlalchemy import func, select

from portal.skills_check.models.bank import BankRun, QuestionParameters
from portal.skills_check.models.questions import QuestionVersion
from portal.skills_check.operations.bank import Editor, settle_conflict, write_question
from portal.skills_check.queries import authoring
from portal.skills_check.rules.bank import Home, IdTaken, QuestionMoved, Way
from portal.storage.database import Database
from tests.conftest import START
from tests.content import QUIZ
from tests.skills_check.test_statistics import MAXIMA, second_opinion, worked_example

Run = Callable[..., Result]
GIFT = """// [tag:skill:formulas]
::spreadsheets-sum-01::Which formula adds A1 to A9? {=\\=SUM(A1\\:A9) ~\\=A1+A9#Only two}

$CATEGORY: $course$/Lay out a sheet

Freeze what? {=The heading row ~The last row}

Broken {~a ~b}
"""


@pytest.fixture
def gift(tmp_path: Path) -> Path:
    path = tmp_path / "bank.gift"
    path.write_text(GIFT)
    return path


@pytest.mark.usefixtures("content")
def test_import_reports_each_question_and_twice_changes_nothing(
    run_command: Run, gift: Path, database: Database
) -> None:
    tried = run_command("questions", "import", str(gift), "--format", "gift", "--system", "spreadsheets", "--dry-run")
    assert tried.exit_code == 0
    assert "Nothing was stored" in tried.output
    done = run_command("questions", "import", str(gift), "--format", "gift", "--system", "spreadsheets", "--json")
    report = json.loads(done.output)["questions"]
    assert [(one["what"], one["fate"]) for one in report] == [
        ("new version", "imported"),
        ("new", "imported"),
        ("refused", "refused"),
    ]
    assert report[1]["id"] == "spreadsheets-freeze-what-01"
    assert "No answer is marked as right" in report[2]["why"]
    assert report[2]["place"] == "line 8"
    with database.session() as session:
        before = session.scalar(select(func.count()).select_from(QuestionVersion))
        found = {one.question.id: one for one in authoring.entries(session)}
    assert found["spreadsheets-sum-01"].home is Home.CHANGED
    assert found["spreadsheets-freeze-what-01"].home is Home.HERE
    assert found["spreadsheets-freeze-what-01"].question.skill == "layout"
    again = run_command("questions", "import", str(gift), "--format", "gift", "--system", "spreadsheets", "--json")
    assert [one["what"] for one in json.loads(again.output)["questions"]] == ["unchanged", "unchanged", "refused"]
    with database.session() as session:
        assert session.scalar(select(func.count()).select_from(QuestionVersion)) == before


@pytest.mark.usefixtures("content")
def test_wrong_usage_is_told(run_command: Run, gift: Path) -> None:
    wrong = run_command("questions", "import", str(gift), "--format", "gift", "--system", "spreadsheet")
    assert (wrong.exit_code, "Did you mean “spreadsheets”?" in wrong.output) == (1, True)
    assert run_command("questions", "import", str(gift), "--format", "word", "--system", "spreadsheets").exit_code == 2
    none = run_command("questions", "import", str(gift), "--format", "aiken", "--system", "spreadsheets")
    assert none.exit_code == 1


@pytest.mark.usefixtures("content")
def test_export_and_import_of_yaml_changes_nothing(run_command: Run, tmp_path: Path) -> None:
    target = tmp_path / "out.yaml"
    assert run_command("questions", "export", "--format", "yaml", "--output", str(target)).exit_code == 0
    back = run_command("questions", "import", str(target), "--format", "yaml", "--system", "spreadsheets", "--json")
    assert {one["what"] for one in json.loads(back.output)["questions"]} == {"unchanged"}


@pytest.mark.usefixtures("content")
def test_files_and_pages_never_overwrite_each_other_silently(
    run_command: Run, database: Database, content_root: Path
) -> None:
    quiz = content_root / "quizzes" / "spreadsheets.yaml"

    def edit(stem: str) -> None:
        with database.transaction() as session:
            one = authoring.entry(session, "spreadsheets-layout-02")
            fresh = type(one.question)(
                **{**{f: getattr(one.question, f) for f in one.question.__slots__}, "stem": stem}
            )
            editor = Editor(account_id=None, way=Way.PAGE, why="Clearer")
            write_question(session, fresh, base=one.version_id, editor=editor, now=START)

    def home() -> tuple[Home, str]:
        with database.session() as session:
            one = authoring.entry(session, "spreadsheets-layout-02")
        return one.home, one.question.stem

    edit("A frozen row never leaves.")
    assert run_command("content", "sync").exit_code == 0
    assert home() == (Home.CHANGED, "A frozen row never leaves.")
    quiz.write_text(QUIZ.replace("A frozen row stays", "A frozen heading stays"))
    told = run_command("content", "sync").output
    assert "spreadsheets-layout-02 was changed on its page and in the files" in told
    assert home() == (Home.CONFLICT, "A frozen row never leaves.")
    with database.transaction() as session:
        offered = authoring.entry(session, "spreadsheets-layout-02").file_version_id
        assert offered is not None
        with pytest.raises(QuestionMoved):
            settle_conflict(session, "spreadsheets-layout-02", offered=offered + 1, take_files=True)
        settle_conflict(session, "spreadsheets-layout-02", offered=offered, take_files=False)
    run_command("content", "sync")
    assert home() == (Home.CHANGED, "A frozen row never leaves.")
    quiz.write_text(QUIZ.replace("A frozen row stays in sight when you scroll.", "A frozen row never leaves."))
    run_command("content", "sync")
    assert home() == (Home.FILES, "A frozen row never leaves.")


@pytest.mark.usefixtures("content")
def test_a_stale_page_and_a_taken_id_are_refused(database: Database) -> None:
    editor = Editor(account_id=None, way=Way.PAGE)
    with database.transaction() as session:
        one = authoring.entry(session, "spreadsheets-layout-02")
        with pytest.raises(QuestionMoved):
            write_question(session, one.question, base=one.version_id + 99, editor=editor, now=START)
        with pytest.raises(IdTaken):
            write_question(session, one.question, base=None, editor=editor, now=START)


def marks_file(folder: Path, rows: list[list[float]]) -> Path:
    lines = ["attempt," + ",".join(f"q{place}" for place in range(1, 7))]
    lines.append("max," + ",".join(f"{most:g}" for most in MAXIMA))
    lines += [f"a{place}," + ",".join(repr(mark) for mark in row) for place, row in enumerate(rows)]
    path = folder / "marks.csv"
    path.write_text("\n".join(lines))
    return path


def test_statistics_of_a_file(run_command: Run, tmp_path: Path) -> None:
    rows = worked_example()
    path = marks_file(tmp_path, rows)
    data = json.loads(run_command("questions", "statistics", "--marks", str(path), "--json").output)
    items, test = second_opinion(rows)
    assert data["n"] == 25
    for one, wanted in zip(data["items"], items, strict=True):
        assert {name: one[name] for name in wanted} == pytest.approx(wanted, abs=1e-6)
    assert data["test"] == pytest.approx(test, abs=1e-6)
    text = run_command("questions", "statistics", "--marks", str(path)).output
    assert "Under 30 attempts alpha swings by chance" in text


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("name,q1\na,1\n", "first line must be attempt"),
        ("attempt,q1\na,x\n", "isn't a number"),
        ("attempt,q1\na,1\na,0\n", "twice"),
        ("attempt,q1\nmax,1\na,2\n", "above its maximum"),
        ("attempt,q1,q2\na,1\n", "2 cells, not 3"),
    ],
)
def test_mistakes_in_a_file_of_marks(run_command: Run, tmp_path: Path, text: str, told: str) -> None:
    path = tmp_path / "marks.csv"
    path.write_text(text)
    done = run_command("questions", "statistics", "--marks", str(path))
    assert (done.exit_code, told in done.output) == (1, True)


def test_a_file_without_maxima_counts_out_of_one(run_command: Run, tmp_path: Path) -> None:
    path = tmp_path / "marks.csv"
    path.write_text("attempt,q1,q2\na,1,4\nb,0,2\nc,,0\n")
    data = json.loads(run_command("questions", "statistics", "--marks", str(path), "--json").output)
    assert [one["facility"] for one in data["items"]] == [pytest.approx(1 / 3), pytest.approx(0.5)]
    assert "q2 count out of their highest mark" in data["notes"][0]


@pytest.mark.usefixtures("content")
def test_no_attempts_no_figures(run_command: Run, database: Database) -> None:
    data = json.loads(run_command("questions", "statistics", "--json").output)
    assert data == {"attempts": 0, "questions": []}
    with database.session() as session:
        assert session.scalar(select(BankRun)) is None
        assert session.scalar(select(QuestionParameters)) is None
