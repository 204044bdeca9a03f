"""Learning paths: files with their mistakes by line, the pages, and what is archived."""

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from portal.guides.operations.publishing import archive_guide
from portal.storage.database import Database
from tests.conftest import START
from tests.pages import PageClient

GOOD = """\
title: Lists
summary: Lists without tears.
for: everybody
guides: [spreadsheets/freeze-the-heading-row, spreadsheets/second]
check: [spreadsheets]
"""


@pytest.fixture
def folder(content_root: Path) -> Path:
    """Content with a second guide, and an empty folder of paths."""
    import shutil

    videos = content_root / "content" / "videos" / "spreadsheets"
    shutil.copytree(videos / "freeze-the-heading-row", videos / "second")
    text = (videos / "second" / "guide.yaml").read_text()
    (videos / "second" / "guide.yaml").write_text(
        text.replace("G-101", "G-102").replace("Freeze the heading row", "Second")
    )
    paths = content_root / "content" / "paths"
    paths.mkdir()
    return paths


def test_a_path_leads_through_its_guides_to_the_check(
    folder: Path, run_command: Callable[..., Result], page: PageClient, database: Database
) -> None:
    (folder / "lists.yaml").write_text(GOOD)
    assert "Paths: 1 added" in run_command("content", "sync").output
    assert "Paths: 0 added, 0 changed, 1 unchanged" in run_command("content", "sync").output
    assert page.get("/").links["Learning paths"] == "/paths/"
    shown = page.get(page.get("/paths/").links["Lists"])
    listed = [link for link in shown.links if link in ("Freeze the heading row", "Second")]
    assert listed == ["Freeze the heading row", "Second"]
    assert shown.links["Check your skills"].endswith("system=spreadsheets")
    with database.transaction() as session:
        archive_guide(session, "G-102", moved_to=None, now=START)
    assert "Second" not in page.get("/paths/lists/").links
    (folder / "lists.yaml").unlink()
    assert "1 archived" in run_command("content", "sync").output
    page.get("/paths/lists/", expect=404)
    assert "There is no path yet" in page.get("/paths/").text


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (("spreadsheets/second", "spreadsheets/secnd"), "line 4: There is no guide spreadsheets/secnd."),
        (("check: [spreadsheets]", "check: [excel]"), "line 5: No system has the key excel."),
        (("check: [spreadsheets]", ""), "The check at the end covers 1 to 3 systems."),
        ((", spreadsheets/second", ""), "line 4: A path has 2 to 12 guides."),
        (("spreadsheets/second", "spreadsheets/freeze-the-heading-row"), "is there twice"),
        (("for: everybody", "four: everybody"), "line 3: The key “four” isn't known."),
        (("title: Lists", "title: "), "line 1: “title” must be a text."),
    ],
)
def test_every_mistake_is_told_by_file_and_line(
    folder: Path, run_command: Callable[..., Result], change: tuple[str, str], told: str
) -> None:
    (folder / "lists.yaml").write_text(GOOD.replace(*change))
    result = run_command("content", "check")
    assert result.exit_code == 1
    assert "content/paths/lists.yaml" in result.output
    assert told in " ".join(result.output.split())
    (folder / "lists.yaml").rename(folder / "My Lists.yaml")
    assert "Its name becomes an address" in run_command("content", "check").output
