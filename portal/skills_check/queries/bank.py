"""Reading questions and their versions."""

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import ColumnElement, Connection, func, select
from sqlalchemy.orm import Session

from portal.skills_check.models.questions import QuestionRow, QuestionVersion
from portal.skills_check.rules.questions import Question, UnknownVersion, question_from

#: Question versions never change, so those in use are remembered; the oldest make room.
_versions: dict[int, Question] = {}
_MOST_REMEMBERED = 2000


def question_counts(session: Session) -> Mapping[str, int]:
    """System key → questions that can be asked; systems without any are missing."""
    query = (
        select(QuestionRow.system_key, func.count())
        .where(QuestionRow.archived_at.is_(None), QuestionRow.withdrawn_at.is_(None))
        .group_by(QuestionRow.system_key)
    )
    return {row[0]: row[1] for row in session.execute(query)}


def bank(session: Session, systems: Iterable[str] | None = None) -> Mapping[str, Sequence[tuple[int, Question]]]:
    """System key → (version id, question) of every question that can be asked, by id; all systems when None."""
    wanted: list[ColumnElement[bool]] = [QuestionRow.archived_at.is_(None), QuestionRow.withdrawn_at.is_(None)]
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
