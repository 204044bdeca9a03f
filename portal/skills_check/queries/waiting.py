"""Reading answers that wait to be counted."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.skills_check.models.attempts import KeptAttempt
from portal.skills_check.models.questions import QuestionRow
from portal.skills_check.models.waiting import WaitingSet
from portal.skills_check.rules.answer_sets import AnswerSet, MarkedAnswer
from portal.skills_check.rules.attempts import keyed_hash


def waits(session: Session, key: str, *, secret: bytes) -> bool:
    """Whether answers of this attempt are still waiting to be counted, so that they can be taken back."""
    mark = keyed_hash(secret, "attempt", key)
    return session.scalar(select(WaitingSet.id).where(WaitingSet.attempt == mark).limit(1)) is not None


def waits_and_kept(
    session: Session, key: str, *, secret: bytes, attempt_id: int, account_id: int | None
) -> tuple[bool, bool]:
    """Whether answers of an attempt wait to be counted, and whether it is kept in this account; by one statement."""
    waiting = select(WaitingSet.id).where(WaitingSet.attempt == keyed_hash(secret, "attempt", key))
    kept = select(KeptAttempt.attempt_id).where(
        KeptAttempt.attempt_id == attempt_id, KeptAttempt.account_id == (account_id or 0)
    )
    row = session.execute(select(waiting.exists(), kept.exists())).one()
    return bool(row[0]), bool(row[1])


def waiting_sets(session: Session, *, until: date) -> Iterator[AnswerSet]:
    """Consented answers up to and including a day, oldest first, for evidence to close.

    Answers to questions that are withdrawn are left out; with the question they come back.
    """
    query = select(WaitingSet).where(WaitingSet.answered_on <= until).order_by(WaitingSet.answered_on, WaitingSet.id)
    withdrawn = frozenset(session.scalars(select(QuestionRow.id).where(QuestionRow.withdrawn_at.is_not(None))))
    for row in session.scalars(query):
        yield AnswerSet(
            id=row.id,
            person=row.person,
            directorate=row.directorate_key,
            system=row.system_key,
            answered_on=row.answered_on,
            answers=tuple(_marked(part) for part in row.answers if part[1] not in withdrawn),
        )


def _marked(part: Sequence[Any]) -> MarkedAnswer:
    skill, question, a, b, c, right = part
    return MarkedAnswer(skill=skill, question=question, a=a, b=b, c=c, right=bool(right))
