"""flask content … and flask doctor."""

from collections.abc import Iterator

import click
from flask import current_app
from flask.cli import AppGroup, with_appcontext

from portal.core.text import counted
from portal.guides.operations.library import SyncedGuides
from portal.guides.operations.search import SyncedSynonyms
from portal.guides.rules.machine_captions import MachineCaptionsOptions
from portal.guides.rules.recordings import RecordingOptions
from portal.skills_check.operations.bank import SyncedQuestions
from portal.upkeep.operations import Content, SyncedContent, read_content, sync_content
from portal.upkeep.queries import checks
from portal.upkeep.rules import CheckState, ContentFolders
from portal.web.command_line import Answer, answering
from portal.web.context import file_store, now, options, reading, transaction

group = AppGroup("content", help="Catalogue, guides and questions from their files.")


#: What is told about the list of synonyms, where there is anything to tell.
SYNONYMS = {
    SyncedSynonyms.CHANGED: "Synonyms: changed.",
    SyncedSynonyms.NEWER_IN_BROWSER: (
        "The synonyms are newer in the browser and stay. /authoring/synonyms/ offers them as a file."
    ),
    SyncedSynonyms.CONFLICT: (
        "The synonyms were changed in content/synonyms.yaml and in the browser. The file's list was not loaded: choose "
        "under /authoring/synonyms/."
    ),
}


@group.command("check")
@answering
def check() -> Answer:
    """Check every content file and load nothing."""
    content = read_content(options(ContentFolders))
    return Answer(lines=(f"Everything is in order: {_described(content)}.",), data=_counts(content))


@group.command("sync")
@click.option("--take-files", multiple=True, metavar="CODE", help="Publish the folder's version of this guide.")
@click.option("--keep-browser", multiple=True, metavar="CODE", help="Keep the browser's version of this guide.")
@answering
def sync(take_files: tuple[str, ...], keep_browser: tuple[str, ...]) -> Answer:
    """Load the catalogue, guides and questions: all of them, or nothing when a file has a problem.

    A guide changed in the browser is left as it is there. One changed in its folder, too, is left for you to choose.
    """
    content = read_content(options(ContentFolders))
    with transaction() as session:
        done = sync_content(
            session, content, files=file_store(), now=now(), take_files=take_files, keep_browser=keep_browser
        )
    lines = (
        f"Loaded {_described(content)}.",
        f"Catalogue: {'changed' if done.catalogue_changed else 'unchanged'}.",
        f"Guides: {_changes(done.guides)}.",
        f"Questions: {_changes(done.questions)}.",
        *_left_alone(done.guides),
        *_questions_left_alone(done.questions),
        f"Paths: {_changes(done.paths)}.",
        *([SYNONYMS[done.synonyms]] if done.synonyms in SYNONYMS else []),
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


def _left_alone(done: SyncedGuides) -> Iterator[str]:
    """What was changed in the browser, and what to do about it."""
    for code in done.newer_in_browser:
        yield f"{code} is newer in the browser and stays. “flask guides export {code}” writes it to files."
    for code in done.conflicts:
        yield (
            f"{code} was changed in its folder and in the browser. Nothing of it was loaded: compare both under "
            f"/authoring/conflicts/{code}, then choose there, or with --take-files {code} or --keep-browser {code}."
        )


def _questions_left_alone(done: SyncedQuestions) -> Iterator[str]:
    """Questions that were changed on a page and in the files: the page's text is still asked."""
    for question_id in done.conflicts:
        yield (
            f"{question_id} was changed on its page and in the files. The page’s text is still asked: compare both "
            f"under /authoring/questions/{question_id}/."
        )


def _data(done: SyncedContent) -> dict[str, object]:
    parts = ("added", "changed", "unchanged", "archived")
    return {
        "catalogue_changed": done.catalogue_changed,
        "guides": {
            **{part: getattr(done.guides, part) for part in parts},
            "newer_in_browser": list(done.guides.newer_in_browser),
            "conflicts": list(done.guides.conflicts),
        },
        "questions": {
            **{part: getattr(done.questions, part) for part in parts},
            "conflicts": list(done.questions.conflicts),
        },
        "synonyms": done.synonyms,
        "paths": {part: getattr(done.paths, part) for part in parts},
    }


@click.command("doctor")
@with_appcontext
@answering
def doctor() -> Answer:
    """Look at database, worker, media, uploads and the programs for videos, and say what is wrong or off."""
    alembic = current_app.extensions["alembic"]
    found = ",".join(sorted(one.revision for one in alembic.current()))
    newest = ",".join(sorted(one.revision for one in alembic.heads()))
    with reading() as session:
        looked_at = checks(
            session,
            files=file_store(),
            recordings=options(RecordingOptions),
            captions=options(MachineCaptionsOptions),
            schema=(found, newest),
            now=now(),
        )
    width = max(len(one.name) for one in looked_at)
    return Answer(
        lines=tuple(f"{one.state.value:5}  {one.name:{width}}  {one.words}" for one in looked_at),
        data=[{"name": one.name, "state": one.state.value, "words": one.words} for one in looked_at],
        refused=any(one.state is CheckState.WRONG for one in looked_at),
    )
