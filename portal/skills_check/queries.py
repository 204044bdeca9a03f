"""Reading questions, attempts and waiting answers."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, bindparam, func, select
from sqlalchemy.orm import Session

from portal.skills_check.models import AttemptItem, AttemptRow, QuestionRow, QuestionVersion, WaitingSet
from portal.skills_check.rules.answer_sets import AnswerSet, MarkedAnswer
from portal.skills_check.rules.attempts import Attempt, Item, UnknownAttempt, key_hash, keyed_hash
from portal.skills_check.rules.marking import Answer
from portal.skills_check.rules.questions import Question, UnknownVersion, question_from
from portal.skills_check.rules.results import Answered

#: Question versions never change, so those in use are remembered; the oldest make room.
_versions: dict[int, Question] = {}
_MOST_REMEMBERED = 2000

# Built once: a check reads it on every page, and building it costs more than running it.
_ATTEMPT = (
    select(
        AttemptRow.id,
        AttemptRow.started_at,
        AttemptRow.finished_at,
        AttemptRow.systems,
        AttemptRow.later,
        AttemptRow.consent,
        AttemptItem.position,
        AttemptItem.version_id,
        AttemptItem.choice_order,
        AttemptItem.answer,
        AttemptItem.outcome,
        AttemptItem.answered_at,
    )
    .join(AttemptItem, AttemptItem.attempt_id == AttemptRow.id)
    .where(AttemptRow.key_hash == bindparam("key_hash"))
    .order_by(AttemptItem.position)
)


def question_counts(session: Session) -> Mapping[str, int]:
    """System key → questions that can be asked; systems without any are missing."""
    query = (
        select(QuestionRow.system_key, func.count())
        .where(QuestionRow.archived_at.is_(None))
        .group_by(QuestionRow.system_key)
    )
    return {row[0]: row[1] for row in session.execute(query)}


def bank(session: Session, systems: Iterable[str] | None = None) -> Mapping[str, Sequence[tuple[int, Question]]]:
    """System key → (version id, question) of every question that can be asked, by id; all systems when None."""
    wanted: list[ColumnElement[bool]] = [QuestionRow.archived_at.is_(None)]
    if systems is not None:
        wanted.append(QuestionRow.system_key.in_(list(systems)))
    rows = session.execute(
        select(QuestionRow.id, QuestionRow.system_key, QuestionRow.version_id).where(*wanted).order_by(QuestionRow.id)
    ).all()
    known = versions(session, [row.version_id for row in rows if row.version_id is not None])
    found: dict[str, list[tuple[int, Question]]] = {}
    for row in rows:
        if row.version_id in known:
            found.setdefault(row.system_key, []).append((row.version_id, known[row.version_id]))
    return found


def version(connection: Connection, version_id: int) -> Question:
    """One question version. Raises UnknownVersion."""
    found = versions_on(connection, [version_id])
    if version_id not in found:
        raise UnknownVersion(version_id)
    return found[version_id]


def versions(session: Session, version_ids: Iterable[int]) -> Mapping[int, Question]:
    """Version id → question, for those that exist; no statement when all are remembered."""
    return versions_on(session.connection(), version_ids)


def versions_on(connection: Connection, version_ids: Iterable[int]) -> Mapping[int, Question]:
    """As ``versions``, on a bare connection."""
    wanted = set(version_ids)
    missing = [version_id for version_id in wanted if version_id not in _versions]
    for start in range(0, len(missing), 500):
        part = missing[start : start + 500]
        query = select(QuestionVersion.id, QuestionVersion.question_id, QuestionVersion.content)
        for row in connection.execute(query.where(QuestionVersion.id.in_(part))):
            _versions[row.id] = question_from(row.question_id, row.content)
    found = {version_id: _versions[version_id] for version_id in wanted if version_id in _versions}
    while len(_versions) > _MOST_REMEMBERED:
        _versions.pop(next(iter(_versions)))
    return found


def forget_versions() -> None:
    """Drop what is remembered: for another database in the same process."""
    _versions.clear()


def attempt(session: Session, key: str) -> Attempt:
    """The attempt with this key, by one statement. Raises UnknownAttempt."""
    return attempt_on(session.connection(), key)


def attempt_on(connection: Connection, key: str) -> Attempt:
    """As ``attempt``, on a bare connection."""
    rows = connection.execute(_ATTEMPT, {"key_hash": key_hash(key)}).all()
    if not rows:
        raise UnknownAttempt
    first = rows[0]
    return Attempt(
        id=first.id,
        started_at=first.started_at,
        finished_at=first.finished_at,
        systems=tuple(first.systems),
        later=tuple(first.later),
        consent=first.consent,
        items=tuple(_item(row) for row in rows),
    )


def answered(session: Session, attempt: Attempt) -> tuple[Answered, ...]:
    """Every question of an attempt with what was answered, in order."""
    known = versions(session, [item.version_id for item in attempt.items])
    return tuple(
        Answered(
            position=item.position,
            question=known[item.version_id],
            answer=item.answer,
            outcome=item.outcome,
            choice_order=item.choice_order,
        )
        for item in attempt.items
    )


def waits(session: Session, key: str, *, secret: bytes) -> bool:
    """Whether answers of this attempt are still waiting to be counted, so that they can be taken back."""
    mark = keyed_hash(secret, "attempt", key)
    return session.scalar(select(WaitingSet.id).where(WaitingSet.attempt == mark).limit(1)) is not None


def waiting_sets(session: Session, *, until: date) -> Iterator[AnswerSet]:
    """Consented answers up to and including a day, oldest first, for evidence to close."""
    query = select(WaitingSet).where(WaitingSet.answered_on <= until).order_by(WaitingSet.answered_on, WaitingSet.id)
    for row in session.scalars(query):
        yield AnswerSet(
            id=row.id,
            person=row.person,
            directorate=row.directorate_key,
            system=row.system_key,
            answered_on=row.answered_on,
            answers=tuple(_marked(part) for part in row.answers),
        )


def _marked(part: Sequence[Any]) -> MarkedAnswer:
    skill, question, a, b, c, right = part
    return MarkedAnswer(skill=skill, question=question, a=a, b=b, c=c, right=bool(right))


def _item(row: Row[Any]) -> Item:
    return Item(
        position=row.position,
        version_id=row.version_id,
        choice_order=tuple(row.choice_order),
        answer=None if row.answer is None else answer_from(row.answer),
        outcome=row.outcome,
        answered_at=row.answered_at,
    )


def answer_from(stored: Mapping[str, Any]) -> Answer:
    """An answer from its stored form."""
    return Answer(
        choices=tuple(stored.get("choices", ())),
        text=str(stored.get("text", "")),
        dont_know=bool(stored.get("dont_know", False)),
    )
