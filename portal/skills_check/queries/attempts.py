"""Reading attempts."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, Row, bindparam, select
from sqlalchemy.orm import Session

from portal.skills_check.models.attempts import AttemptItem, AttemptRow
from portal.skills_check.queries.bank import versions
from portal.skills_check.rules.attempts import Attempt, Item, UnknownAttempt, key_hash
from portal.skills_check.rules.marking import Answer
from portal.skills_check.rules.results import Answered

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
