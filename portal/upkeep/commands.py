"""flask content …"""

from flask.cli import AppGroup

from portal.core.text import counted
from portal.upkeep.operations import Content, SyncedContent, read_content, sync_content
from portal.upkeep.rules import ContentFolders
from portal.web.command_line import Answer, answering
from portal.web.context import file_store, now, options, transaction

group = AppGroup("content", help="Catalogue, guides and questions from their files.")


@group.command("check")
@answering
def check() -> Answer:
    """Check every content file and load nothing."""
    content = read_content(options(ContentFolders))
    return Answer(lines=(f"Everything is in order: {_described(content)}.",), data=_counts(content))


@group.command("sync")
@answering
def sync() -> Answer:
    """Load the catalogue, guides and questions: all of them, or nothing when a file has a problem."""
    content = read_content(options(ContentFolders))
    with transaction() as session:
        done = sync_content(session, content, files=file_store(), now=now())
    lines = (
        f"Loaded {_described(content)}.",
        f"Catalogue: {'changed' if done.catalogue_changed else 'unchanged'}.",
        f"Guides: {_changes(done.guides)}.",
        f"Questions: {_changes(done.questions)}.",
    )
    return Answer(lines=lines, data={**_counts(content), "changes": _data(done)})


def _described(content: Content) -> str:
    systems = counted(len(content.catalogue.current_systems), "system")
    return f"{systems}, {counted(len(content.guides), 'guide')}, {counted(len(content.questions), 'question')}"


def _counts(content: Content) -> dict[str, object]:
    return {
        "systems": len(content.catalogue.current_systems),
        "guides": len(content.guides),
        "questions": len(content.questions),
    }


def _changes(done: object) -> str:
    return ", ".join(f"{getattr(done, part)} {part}" for part in ("added", "changed", "unchanged", "archived"))


def _data(done: SyncedContent) -> dict[str, object]:
    parts = ("added", "changed", "unchanged", "archived")
    return {
        "catalogue_changed": done.catalogue_changed,
        "guides": {part: getattr(done.guides, part) for part in parts},
        "questions": {part: getattr(done.questions, part) for part in parts},
    }
