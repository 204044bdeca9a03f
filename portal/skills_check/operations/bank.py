"""Writing questions: from the files, from a page, from an import. Neither overwrites the other silently."""

import datetime as dt
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from portal.guides.operations.search import take_topics
from portal.skills_check.models.bank import QuestionEdit, QuestionHome, QuestionImport
from portal.skills_check.models.questions import QuestionRow, QuestionVersion
from portal.skills_check.rules.bank import IdTaken, ImportGone, Landed, QuestionMoved, Way
from portal.skills_check.rules.changes import UnknownQuestionId
from portal.skills_check.rules.exchange import Format
from portal.skills_check.rules.questions import Question

#: How long a file waits to be confirmed.
IMPORT_KEPT = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncedQuestions:
    """How many questions a sync added, gave a new version, left and archived.

    ``conflicts``: ids of those that were changed on a page and in the files; the page's text is still asked.
    """

    added: int
    changed: int
    unchanged: int
    archived: int
    conflicts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Editor:
    """Who changes a question, how, and why."""

    account_id: int | None
    way: Way
    why: str = ""


def sync_questions(session: Session, questions: Iterable[Question], *, now: dt.datetime) -> SyncedQuestions:
    """Make the questions of the files these. A changed text becomes a new version; what was changed on a page stays,
    and is in conflict where the files changed, too. What only pages hold is left alone."""
    rows = {row.id: row for row in session.scalars(select(QuestionRow))}
    homes = {home.question_id: home for home in session.scalars(select(QuestionHome))}
    hashes = _version_hashes(session)
    counts = {"added": 0, "changed": 0, "unchanged": 0, "archived": 0}
    kept = set()
    asked: dict[str, list[str]] = {}
    for question in questions:
        kept.add(question.id)
        if question.guide is not None:
            asked.setdefault(question.guide, []).append(f"{question.stem} {question.skill.replace('-', ' ')}")
        row, home = rows.get(question.id), homes.get(question.id)
        if row is not None and home is not None:
            version_id = _version(session, question, hashes, now=now)
            counts[_meet(session, row, home, version_id)] += 1
        else:
            counts[_store_question(session, row, question, hashes, now=now)] += 1
    for question_id, row in rows.items():
        if question_id in kept:
            continue
        if question_id in homes:
            homes[question_id].file_version_id = homes[question_id].offered_version_id = None
        elif row.archived_at is None:
            row.archived_at = now
            counts["archived"] += 1
    session.flush()
    take_topics(session, asked)  # a search in the words of a question finds the guide that answers it
    conflicts = tuple(sorted(key for key, home in homes.items() if home.offered_version_id is not None))
    return SyncedQuestions(**counts, conflicts=conflicts)


def _meet(session: Session, row: QuestionRow, home: QuestionHome, version_id: int) -> str:
    """What the files say of a question that was written or changed on a page."""
    if version_id == row.version_id:  # the files have caught up
        session.delete(home)
        home.offered_version_id = None
    elif version_id == home.file_version_id:  # the files said so before it was changed here
        home.offered_version_id = None
    else:
        home.offered_version_id = version_id
    return "unchanged"


def _version_hashes(session: Session) -> Mapping[tuple[str, str], int]:
    rows = session.execute(select(QuestionVersion.question_id, QuestionVersion.content_hash, QuestionVersion.id))
    return {(question_id, content_hash): version_id for question_id, content_hash, version_id in rows}


def _version(session: Session, question: Question, hashes: Mapping[tuple[str, str], int], *, now: dt.datetime) -> int:
    """The id of the version with this content, made where there is none."""
    content_hash = question.content_hash()
    known = hashes.get((question.id, content_hash))
    if known is not None:
        return known
    version = QuestionVersion(
        question_id=question.id, content_hash=content_hash, content=question.content(), created_at=now
    )
    session.add(version)
    session.flush()
    return version.id


def _store_question(
    session: Session,
    row: QuestionRow | None,
    question: Question,
    hashes: Mapping[tuple[str, str], int],
    *,
    now: dt.datetime,
) -> str:
    added = row is None
    if row is None:
        row = QuestionRow(id=question.id, system_key=question.system, skill_key=question.skill)
        session.add(row)
        session.flush()
    version_id = _version(session, question, hashes, now=now)
    same = row.version_id == version_id and row.archived_at is None
    row.system_key, row.skill_key = question.system, question.skill
    if row.version_id != version_id:
        row.withdrawn_at = None  # what was broken has another text now
    row.version_id, row.archived_at = version_id, None
    if added:
        return "added"
    return "unchanged" if same else "changed"


def write_question(session: Session, question: Question, *, base: int | None, editor: Editor, now: dt.datetime) -> int:
    """Store a new question (``base`` None) or a new version on top of ``base``; the id of the version.

    Raises IdTaken, QuestionMoved.
    """
    row = session.scalar(select(QuestionRow).where(QuestionRow.id == question.id).with_for_update())
    if base is None and row is not None:
        raise IdTaken(question.id)
    if base is not None and row is None:
        raise UnknownQuestionId(question.id)
    if row is not None and row.version_id != base:
        raise QuestionMoved
    return _write(session, row, question, editor=editor, now=now)


def _write(session: Session, row: QuestionRow | None, question: Question, *, editor: Editor, now: dt.datetime) -> int:
    query = select(QuestionVersion.content_hash, QuestionVersion.id).where(QuestionVersion.question_id == question.id)
    hashes = {(question.id, row[0]): row[1] for row in session.execute(query)}
    before = None if row is None else row.version_id
    home = session.get(QuestionHome, question.id)
    _store_question(session, row, question, hashes, now=now)
    version_id = _version(session, question, {**hashes, **_now(session, question)}, now=now)
    if home is None and version_id != before:
        session.add(QuestionHome(question_id=question.id, file_version_id=before))
    elif home is not None and home.file_version_id == version_id and home.offered_version_id is None:
        session.delete(home)  # back to what the files say
    if session.get(QuestionEdit, version_id) is None and version_id != before:
        session.add(QuestionEdit(version_id=version_id, way=editor.way, account_id=editor.account_id, why=editor.why))
    session.flush()
    return version_id


def _now(session: Session, question: Question) -> Mapping[tuple[str, str], int]:
    query = select(QuestionVersion.content_hash, QuestionVersion.id).where(QuestionVersion.question_id == question.id)
    return {(question.id, row[0]): row[1] for row in session.execute(query)}


def import_questions(
    session: Session, landed: Iterable[Landed], *, account_id: int | None, why: str, now: dt.datetime
) -> int:
    """Store every question that has a place; how many were new or changed. Doing it twice changes nothing."""
    stored = 0
    for one in landed:
        if one.question is None or one.what == "unchanged":
            continue
        row = session.get(QuestionRow, one.question.id)
        _write(session, row, one.question, editor=Editor(account_id=account_id, way=Way.IMPORT, why=why), now=now)
        stored += 1
    session.flush()
    return stored


def settle_conflict(session: Session, question_id: str, *, offered: int, take_files: bool) -> None:
    """End a conflict: the text of the files takes the place of the page's, or the page's stays on top of it.

    ``offered``: the version the person saw. Raises UnknownQuestionId; QuestionMoved where the files changed again.
    """
    row, home = session.get(QuestionRow, question_id), session.get(QuestionHome, question_id)
    if row is None:
        raise UnknownQuestionId(question_id)
    if home is None or home.offered_version_id != offered:
        raise QuestionMoved
    if take_files:
        version = session.get_one(QuestionVersion, offered)
        row.version_id, row.skill_key, row.withdrawn_at = offered, str(version.content["skill"]), None
        session.delete(home)
    else:
        home.file_version_id, home.offered_version_id = offered, None
    session.flush()


def keep_import(
    session: Session,
    data: bytes,
    *,
    name: str,
    kind: Format,
    system: str,
    skill: str,
    account_id: int | None,
    now: dt.datetime,
) -> str:
    """Let a file wait until its import is confirmed; the key it is found by."""
    key = secrets.token_hex(16)
    session.add(
        QuestionImport(
            id=key,
            account_id=account_id,
            name=name[:200],
            format=kind,
            system_key=system,
            skill_key=skill,
            data=data,
            created_at=now,
        )
    )
    session.flush()
    return key


def forget_import(session: Session, key: str) -> None:
    """Drop a file that waited. Raises ImportGone."""
    if not session.execute(delete(QuestionImport).where(QuestionImport.id == key)).rowcount:  # type: ignore[attr-defined]
        raise ImportGone


def forget_old_imports(session: Session, *, now: dt.datetime) -> None:
    """Drop files that nobody confirmed within a day."""
    session.execute(delete(QuestionImport).where(QuestionImport.created_at < now - IMPORT_KEPT))
