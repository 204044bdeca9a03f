"""Writing questions."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.guides.operations.search import take_topics
from portal.skills_check.models.questions import QuestionRow, QuestionVersion
from portal.skills_check.rules.questions import Question


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncedQuestions:
    """How many questions a sync added, gave a new version, left and archived."""

    added: int
    changed: int
    unchanged: int
    archived: int


def sync_questions(session: Session, questions: Iterable[Question], *, now: dt.datetime) -> SyncedQuestions:
    """Make the questions that can be asked these and no others. A changed text becomes a new version."""
    rows = {row.id: row for row in session.scalars(select(QuestionRow))}
    hashes = _version_hashes(session)
    counts = {"added": 0, "changed": 0, "unchanged": 0, "archived": 0}
    kept = set()
    asked: dict[str, list[str]] = {}
    for question in questions:
        kept.add(question.id)
        if question.guide is not None:
            asked.setdefault(question.guide, []).append(f"{question.stem} {question.skill.replace('-', ' ')}")
        counts[_store_question(session, rows.get(question.id), question, hashes, now=now)] += 1
    for question_id, row in rows.items():
        if question_id not in kept and row.archived_at is None:
            row.archived_at = now
            counts["archived"] += 1
    session.flush()
    take_topics(session, asked)  # a search in the words of a question finds the guide that answers it
    return SyncedQuestions(**counts)


def _version_hashes(session: Session) -> Mapping[tuple[str, str], int]:
    rows = session.execute(select(QuestionVersion.question_id, QuestionVersion.content_hash, QuestionVersion.id))
    return {(question_id, content_hash): version_id for question_id, content_hash, version_id in rows}


def _store_question(
    session: Session,
    row: QuestionRow | None,
    question: Question,
    hashes: Mapping[tuple[str, str], int],
    *,
    now: dt.datetime,
) -> str:
    content_hash = question.content_hash()
    version_id = hashes.get((question.id, content_hash))
    added = row is None
    if row is None:
        row = QuestionRow(id=question.id, system_key=question.system, skill_key=question.skill)
        session.add(row)
        session.flush()
    if version_id is None:
        version = QuestionVersion(
            question_id=question.id, content_hash=content_hash, content=question.content(), created_at=now
        )
        session.add(version)
        session.flush()
        version_id = version.id
    same = row.version_id == version_id and row.archived_at is None
    row.system_key, row.skill_key = question.system, question.skill
    row.version_id, row.archived_at = version_id, None
    if added:
        return "added"
    return "unchanged" if same else "changed"
