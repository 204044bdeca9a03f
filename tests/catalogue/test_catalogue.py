"""The catalogue: read, loaded edition by edition, users from a CSV."""

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from sqlalchemy import func, select

from portal.catalogue.formats.catalogue_yaml import read_catalogue
from portal.catalogue.models import CatalogueEdition
from portal.catalogue.operations import load_catalogue, set_users
from portal.catalogue.queries import catalogue, newest_catalogue
from portal.catalogue.rules import NoCatalogue, UnknownSystem
from portal.config import ROOT
from portal.core.documents import Problems
from portal.storage.database import Database
from tests.conftest import START
from tests.content import CATALOGUE
from tests.factories import small_catalogue


def read(text: str) -> tuple[object, list[str]]:
    problems = Problems()
    found = read_catalogue(text.encode(), "catalogue.yaml", problems)
    return found, [str(problem) for problem in problems]


def test_the_example_borough_is_sound() -> None:
    problems = Problems()
    found = read_catalogue((ROOT / "content" / "catalogue.yaml").read_bytes(), "catalogue.yaml", problems)
    assert len(problems) == 0
    assert found is not None
    assert (found.staff, len(found.directorates), len(found.systems), len(found.call_types)) == (5800, 9, 22, 9)
    assert all(5 <= len(system.skills) <= 6 for system in found.systems)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("key: housing", "key: Housing dept", "line 3: The key “Housing dept” has a character it can't have"),
        ("key: planning", "key: housing", "line 4: The key “housing” is on line 3 already"),
        ("headcount: 40", "headcount: many", "line 3: “headcount” must be a whole number"),
        (
            "also: [excel, calc]",
            "users: {housing: 41}\n    also: [excel]",
            "41 users are more than the 40 people of housing",
        ),
        ("also: [excel, calc]", "users: {hosing: 1}\n    also: [excel]", "Did you mean “housing”?"),
    ],
)
def test_each_mistake_is_named(old: str, new: str, says: str) -> None:
    assert old in CATALOGUE
    _, problems = read(CATALOGUE.replace(old, new, 1))
    assert any(says in problem for problem in problems), problems


def test_users_given_as_a_total_are_shared_out_in_whole_people() -> None:
    found, problems = read(CATALOGUE.replace("also: [excel, calc]", "users: 50\n    also: [excel]"))
    assert problems == []
    users = found.system("spreadsheets").users  # type: ignore[attr-defined]
    assert sum(users.values()) == 50
    assert users == {"housing": 20, "planning": 18, "libraries": 12} or users == {
        "housing": 20,
        "planning": 17,
        "libraries": 13,
    }


def test_loading_twice_keeps_one_edition_and_a_system_that_leaves_is_archived(database: Database) -> None:
    everything = small_catalogue()
    with database.transaction() as session:
        assert load_catalogue(session, everything, now=START) is True
        assert load_catalogue(session, everything, now=START) is False
    import dataclasses

    fewer = dataclasses.replace(everything, systems=everything.systems[:2])
    with database.transaction() as session:
        assert load_catalogue(session, fewer, now=START) is True
        found = catalogue(session)
        assert [system.key for system in found.current_systems] == ["spreadsheets", "email-and-calendar"]
        assert found.system("housing-system").archived
        assert session.scalar(select(func.count()).select_from(CatalogueEdition)) == 2
    with database.transaction() as session:
        assert load_catalogue(session, fewer, now=START) is False


def test_before_the_first_load(database: Database) -> None:
    with database.session() as session:
        assert newest_catalogue(session) is None
        with pytest.raises(NoCatalogue, match="flask content sync"):
            catalogue(session)


def test_unknown_systems_are_refused(database: Database) -> None:
    with database.transaction() as session:
        load_catalogue(session, small_catalogue(), now=START)
        with pytest.raises(UnknownSystem, match="“nothing”"):
            set_users(session, {("nothing", "housing"): 3}, now=START)


def test_users_from_a_csv(
    run_command: Callable[..., Result], content: None, database: Database, tmp_path: Path
) -> None:
    file = tmp_path / "users.csv"
    file.write_text("system,directorate,users\nspreadsheets,housing,12\n")
    result = run_command("catalogue", "import-users", str(file))
    assert (result.exit_code, result.output) == (0, "Read 1 line.\n")
    with database.session() as session:
        assert catalogue(session).system("spreadsheets").users["housing"] == 12
    assert "Nothing changed" in run_command("catalogue", "import-users", str(file)).output


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("system,users\n", "users.csv, line 1: The column directorate is missing"),
        ("system,directorate,users\nspredsheets,housing,1\n", "line 2: The system “spredsheets” isn't in the catalogue. Did you mean “spreadsheets”?"),
        ("system,directorate,users\nspreadsheets,hosing,1\n", "Did you mean “housing”?"),
        ("system,directorate,users\nspreadsheets,housing,few\n", "“few” isn't a number of users"),
        ("system,directorate,users\nemail,housing,1\nemail,housing,2\n", "line 3: email in housing is there twice"),
    ],
)  # fmt: skip
def test_a_csv_with_a_mistake_changes_nothing(
    run_command: Callable[..., Result], content: None, database: Database, tmp_path: Path, text: str, says: str
) -> None:
    (tmp_path / "users.csv").write_text(text)
    result = run_command("catalogue", "import-users", str(tmp_path / "users.csv"))
    assert result.exit_code == 1
    assert says in result.output
    with database.session() as session:
        assert catalogue(session).system("spreadsheets").users["housing"] == 40
