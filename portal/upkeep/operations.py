"""Content from files to database: all of it checked first, then all of it loaded, or nothing."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.orm import Session

from portal.catalogue.formats.catalogue_yaml import read_catalogue
from portal.catalogue.operations import load_catalogue
from portal.catalogue.rules import Catalogue
from portal.core.documents import Problems
from portal.guides.formats.folder import GuideFiles, read_guides
from portal.guides.formats.path_yaml import read_paths
from portal.guides.formats.synonyms_yaml import read_synonyms
from portal.guides.operations.library import SyncedGuides, sync_guides
from portal.guides.operations.paths import SyncedPaths, sync_paths
from portal.guides.operations.search import SyncedSynonyms, sync_synonyms
from portal.guides.rules.paths import Path as LearningPath
from portal.skills_check.formats.quiz_yaml import read_quizzes
from portal.skills_check.operations.bank import SyncedQuestions, sync_questions
from portal.skills_check.rules.questions import Question
from portal.storage.files import FileStore
from portal.upkeep.rules import ContentFolders


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """Everything the content folders hold, checked."""

    catalogue: Catalogue
    guides: tuple[GuideFiles, ...]
    questions: tuple[Question, ...]
    pictures: tuple[Path, ...]
    synonyms: tuple[tuple[str, ...], ...]
    paths: tuple[LearningPath, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncedContent:
    """What a sync did."""

    catalogue_changed: bool
    guides: SyncedGuides
    questions: SyncedQuestions
    synonyms: SyncedSynonyms
    paths: SyncedPaths


def read_content(folders: ContentFolders) -> Content:
    """Read and check every file.

    Raises:
        InvalidFiles: with every problem found, by file and line.
    """
    problems = Problems()
    path = folders.content / "catalogue.yaml"
    root = folders.content.parent
    shown = str(path.relative_to(root))
    if not path.is_file():
        problems.add(shown, None, "The file is missing.", "Write it, or set SHOWHOW_CONTENT to the folder it is in.")
        problems.raise_if_any()
    catalogue = read_catalogue(path.read_bytes(), shown, problems)
    problems.raise_if_any()  # what follows is checked against the catalogue
    assert catalogue is not None  # noqa: S101 (no problem was noted)
    guides = read_guides(folders.content / "videos", catalogue=catalogue, root=root, problems=problems)
    questions = read_quizzes(folders.quizzes, catalogue=catalogue, root=folders.quizzes.parent, problems=problems)
    synonyms = _read_synonyms(folders.content / "synonyms.yaml", root, problems)
    paths: tuple[LearningPath, ...] = ()
    if not problems:  # a guide with a problem is missing here, and would be told a second time
        _check_guides_of_questions(guides, questions, problems)
        paths = read_paths(
            folders.content / "paths",
            catalogue=catalogue,
            guides={files.guide.address for files in guides},
            root=root,
            problems=problems,
        )
    problems.raise_if_any()
    names = {part.file for one in questions for part in (one.picture, one.template) if part is not None}
    pictures = tuple(folders.quizzes / name for name in sorted(names))
    return Content(
        catalogue=catalogue,
        guides=guides,
        questions=questions,
        pictures=pictures,
        synonyms=synonyms,
        paths=paths,
    )


def sync_content(
    session: Session,
    content: Content,
    *,
    files: FileStore,
    now: dt.datetime,
    take_files: Collection[str] = (),
    keep_browser: Collection[str] = (),
) -> SyncedContent:
    """Load what was read; files that are gone become archived entries. Doing it twice changes nothing.

    ``take_files`` and ``keep_browser``: codes of guides that were changed in the browser, and what to do about them.
    """
    for guide in content.guides:
        for source in guide.sources.values():
            files.put(source)
    for picture in content.pictures:
        files.put(picture)
    return SyncedContent(
        catalogue_changed=load_catalogue(session, content.catalogue, now=now),
        guides=sync_guides(
            session,
            (files.guide for files in content.guides),
            now=now,
            take_files=take_files,
            keep_browser=keep_browser,
        ),
        questions=sync_questions(session, content.questions, now=now),
        synonyms=sync_synonyms(session, content.synonyms, now=now),
        paths=sync_paths(session, content.paths, now=now),
    )


def _read_synonyms(path: Path, root: Path, problems: Problems) -> tuple[tuple[str, ...], ...]:
    """The list of synonyms; a council may do without."""
    return read_synonyms(path.read_bytes(), str(path.relative_to(root)), problems) if path.is_file() else ()


def _check_guides_of_questions(
    guides: tuple[GuideFiles, ...], questions: tuple[Question, ...], problems: Problems
) -> None:
    known = {files.guide.address: files.guide for files in guides}
    for question in questions:
        if question.guide is None:
            continue
        file = f"question {question.id}"
        guide = known.get(question.guide)
        if guide is None:
            problems.add(file, None, f"It names the guide {question.guide}, which isn't there.", "Correct the address.")
        elif guide.seconds and question.at >= guide.seconds:
            what = f"It opens {question.guide} after its end ({guide.seconds:.0f} seconds)."
            problems.add(file, None, what, "Correct its “at”.")
