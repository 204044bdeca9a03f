"""Folders and browser change the same library, and neither overwrites the other without a word."""

import dataclasses
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask

from portal.guides.operations import drafts as draft_operations
from portal.guides.operations import publishing
from portal.guides.operations.library import SyncedGuides, sync_guides
from portal.guides.queries import library, versions
from portal.guides.rules.library import Guide
from portal.guides.rules.versions import CodeOfDraft, Origin, Sync, UnusableRedirect, decide_sync
from portal.storage.database import Database
from tests.conftest import START
from tests.pages import PageClient

pytestmark = pytest.mark.usefixtures("content")
CODE = "G-101"
ADDRESS = "/guides/spreadsheets/freeze-the-heading-row/"


@pytest.mark.parametrize(
    ("files", "agreed", "stored", "decision"),
    [
        ("a", "a", "a", Sync.NOTHING),
        ("b", "a", "b", Sync.NOTHING),
        ("b", "a", "a", Sync.TAKE_FILES),
        ("a", "a", "b", Sync.KEEP_BROWSER),
        ("b", "a", "c", Sync.ASK),
        ("b", None, "c", Sync.ASK),
        ("b", None, "b", Sync.NOTHING),
    ],
)
def test_who_changed_decides(files: str, agreed: str | None, stored: str, decision: Sync) -> None:
    assert decide_sync(files=files, agreed=agreed, stored=stored) is decision


@pytest.fixture
def folder(database: Database) -> Guide:
    """The guide as its folder holds it."""
    with database.session() as session:
        (guide,) = library.guides(session)
    return guide


@pytest.fixture
def sync(database: Database) -> Callable[..., SyncedGuides]:
    def run(*guides: Guide, **choices: list[str]) -> SyncedGuides:
        with database.transaction() as session:
            return sync_guides(session, guides, now=START, **choices)

    return run


def edit(database: Database, **changes: object) -> None:
    """Publish a change in the browser."""
    with database.transaction() as session:
        guide = library.guide_with_code(session, CODE)
        assert guide is not None
        from portal.guides.operations.library import store_guide

        store_guide(session, dataclasses.replace(guide, **changes), origin=Origin.BROWSER, now=START)  # type: ignore[arg-type]


def title(database: Database) -> str:
    with database.session() as session:
        return library.guides(session)[0].title


def test_a_change_in_the_browser_survives_a_sync(
    database: Database, folder: Guide, sync: Callable[..., SyncedGuides]
) -> None:
    edit(database, title="From the browser")
    done = sync(folder)
    assert (done.newer_in_browser, done.changed, title(database)) == ((CODE,), 0, "From the browser")
    assert sync(dataclasses.replace(folder, title="From the browser")).unchanged == 1
    assert sync(dataclasses.replace(folder, title="Later in the folder")).changed == 1


def test_a_change_on_both_sides_waits_for_a_person(
    database: Database, folder: Guide, sync: Callable[..., SyncedGuides]
) -> None:
    edit(database, title="From the browser")
    both = dataclasses.replace(folder, title="From the folder")
    for _ in range(2):
        assert sync(both).conflicts == (CODE,)
    assert title(database) == "From the browser"
    with database.session() as session:
        (conflict,) = versions.conflicts(session)
    assert conflict.files == both


def test_choosing_the_browser_holds_until_the_folder_changes_again(
    database: Database, folder: Guide, sync: Callable[..., SyncedGuides]
) -> None:
    edit(database, title="From the browser")
    sync(dataclasses.replace(folder, title="From the folder"))
    with database.transaction() as session:
        publishing.choose_browser(session, CODE)
    assert sync(dataclasses.replace(folder, title="From the folder")).newer_in_browser == (CODE,)
    assert sync(dataclasses.replace(folder, title="Third")).conflicts == (CODE,)


def test_choosing_the_folder_keeps_the_browsers_version_to_go_back_to(
    database: Database, folder: Guide, sync: Callable[..., SyncedGuides]
) -> None:
    edit(database, title="From the browser")
    sync(dataclasses.replace(folder, title="From the folder"))
    with database.transaction() as session:
        publishing.choose_files(session, CODE, now=START)
    assert title(database) == "From the folder"
    with database.transaction() as session:
        assert [one.guide.title for one in versions.versions(session, CODE)] == [
            "From the folder", "From the browser", "Freeze the heading row",
        ]  # fmt: skip
        assert versions.conflicts(session) == ()
        assert publishing.roll_back(session, CODE, 2, now=START, account_id=None) == 4
    assert title(database) == "From the browser"


def test_the_command_can_choose(database: Database, folder: Guide, sync: Callable[..., SyncedGuides]) -> None:
    edit(database, title="From the browser")
    changed = dataclasses.replace(folder, title="From the folder")
    assert sync(changed, keep_browser=[CODE]).conflicts == ()
    assert title(database) == "From the browser"
    assert sync(changed, take_files=[CODE]).changed == 1
    assert title(database) == "From the folder"


def test_a_folder_that_is_gone_archives_only_what_the_browser_left_alone(
    database: Database, folder: Guide, sync: Callable[..., SyncedGuides]
) -> None:
    edit(database, title="From the browser")
    done = sync()
    assert (done.archived, done.conflicts) == (0, (CODE,))
    with database.transaction() as session:
        publishing.choose_files(session, CODE, now=START)
    with database.session() as session:
        assert library.guides(session) == ()


def test_a_guide_made_in_the_browser_needs_no_folder(
    database: Database, folder: Guide, sync: Callable[..., SyncedGuides]
) -> None:
    from portal.guides.operations.library import store_guide

    with database.transaction() as session:
        own = dataclasses.replace(folder, code="G-102", slug="own")
        store_guide(session, own, origin=Origin.BROWSER, now=START)
    assert sync(folder).archived == 0
    with database.session() as session:
        assert len(library.guides(session)) == 2


def test_archiving_in_the_browser_survives_a_sync(
    database: Database, folder: Guide, sync: Callable[..., SyncedGuides]
) -> None:
    with database.transaction() as session:
        publishing.archive_guide(session, CODE, moved_to=None, now=START)
    assert sync(folder).newer_in_browser == (CODE,)
    assert sync(dataclasses.replace(folder, title="New")).conflicts == (CODE,)
    assert sync().archived == 0


def test_readers_of_an_archived_guide_are_led_on(database: Database, folder: Guide) -> None:
    from portal.guides.operations.library import store_guide

    with database.transaction() as session:
        for number, slug in ((102, "second"), (103, "third")):
            store_guide(
                session, dataclasses.replace(folder, code=f"G-{number}", slug=slug), origin=Origin.BROWSER, now=START
            )
        publishing.archive_guide(session, CODE, moved_to="G-102", now=START)
        assert library.address_after(session, folder.system, folder.slug) == "spreadsheets/second"
        publishing.archive_guide(session, "G-102", moved_to="G-103", now=START)
        assert library.address_after(session, folder.system, folder.slug) == "spreadsheets/third"
        for wrong in ("G-103", "G-101", "G-999"):
            with pytest.raises(UnusableRedirect):
                publishing.archive_guide(session, "G-103", moved_to=wrong, now=START)
        publishing.unarchive_guide(session, CODE)
        assert library.address_after(session, folder.system, folder.slug) is None


def test_a_folder_cannot_take_the_code_of_a_draft(
    database: Database, folder: Guide, sync: Callable[..., SyncedGuides]
) -> None:
    with database.transaction() as session:
        draft = draft_operations.start_draft(session, title="Add up", system="spreadsheets", now=START)
        assert draft.code == "G-102"
        draft_operations.discard_draft(session, draft.code, now=START)
        assert draft_operations.start_draft(session, title="Add", system="spreadsheets", now=START).code == "G-103"
    with pytest.raises(CodeOfDraft, match="“Add up”"):
        sync(folder, dataclasses.replace(folder, code="G-102", slug="taken"))


def test_the_command_says_what_was_left_alone(
    database: Database, run_command: Callable[..., Result], content_root: Path
) -> None:
    edit(database, title="From the browser")
    kept = run_command("content", "sync")
    assert "G-101 is newer in the browser and stays" in kept.output
    path = content_root / "content/videos/spreadsheets/freeze-the-heading-row/guide.yaml"
    path.write_text(path.read_text().replace("Freeze the heading row", "From the folder"))
    refused = run_command("content", "sync", "--json")
    assert refused.exit_code == 0
    assert json.loads(refused.output)["changes"]["guides"]["conflicts"] == [CODE]
    assert "--take-files G-101" in run_command("content", "sync").output
    assert run_command("content", "sync", "--take-files", CODE).exit_code == 0
    assert title(database) == "From the folder"


# Export


def test_what_is_exported_reads_back_as_the_same_guide(
    app: Flask, database: Database, run_command: Callable[..., Result], content_root: Path
) -> None:
    edit(
        database,
        title='Freeze: "the" row #1',
        changed="Steps are shorter – and clearer.",
        also=("=SUM", "null", "lock row"),
        silent=False,
    )
    videos = content_root / "content" / "videos"
    exported = run_command("guides", "export", CODE, "--output", str(videos), "--json")
    assert json.loads(exported.output)[0]["written"] == ["guide.yaml"]
    again = json.loads(run_command("content", "sync", "--json").output)["changes"]["guides"]
    assert again == {
        "added": 0, "changed": 0, "unchanged": 1, "archived": 0, "newer_in_browser": [], "conflicts": [],
    }  # fmt: skip
    unchanged = run_command("guides", "export", "--all", "--output", str(videos))
    assert "0 guides written, 1 unchanged." in unchanged.output


def test_a_whole_library_moves_to_an_empty_folder(
    run_command: Callable[..., Result], content_root: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    assert run_command("guides", "export", "--all", "--output", str(out)).exit_code == 0
    source = content_root / "content/videos/spreadsheets/freeze-the-heading-row"
    for name in ("captions.vtt", "video.mp4"):
        written = out / "spreadsheets/freeze-the-heading-row" / name
        assert written.read_bytes() == (source / name).read_bytes()


def test_a_folder_that_says_the_same_is_left_with_its_comments(
    run_command: Callable[..., Result], content_root: Path
) -> None:
    path = content_root / "content/videos/spreadsheets/freeze-the-heading-row/guide.yaml"
    path.write_text("# Ours\n" + path.read_text())
    run_command("guides", "export", "--all", "--output", str(content_root / "content/videos"))
    assert path.read_text().startswith("# Ours\n")


@pytest.mark.parametrize(("arguments", "words"), [((), "or --all"), (("G-999",), "No published guide has the code")])
def test_export_says_what_it_needs(
    run_command: Callable[..., Result], tmp_path: Path, arguments: tuple[str, ...], words: str
) -> None:
    refused = run_command("guides", "export", *arguments, "--output", str(tmp_path / "out"))
    assert refused.exit_code == 1
    assert words in refused.output


def test_an_archived_guide_answers_with_its_successor(page: PageClient, database: Database, folder: Guide) -> None:
    from portal.guides.operations.library import store_guide

    with database.transaction() as session:
        store_guide(session, dataclasses.replace(folder, code="G-102", slug="second"), origin=Origin.BROWSER, now=START)
        publishing.archive_guide(session, CODE, moved_to="G-102", now=START)
    moved = page.get(f"{ADDRESS}?t=1.0", expect=301)
    assert moved.response.headers["Location"] == "/guides/spreadsheets/second/"
