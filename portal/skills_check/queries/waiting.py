"""Reading answers that wait to be counted."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.skills_check.models.waiting import WaitingSet
from portal.skills_check.rules.answer_sets import AnswerSet, MarkedAnswer
from portal.skills_check.rules.attempts import keyed_hash


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
