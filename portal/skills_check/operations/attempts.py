"""Writing attempts and answers."""

import datetime as dt
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NoReturn

from sqlalchemy import Connection, bindparam, delete, insert, select, update
from sqlalchemy.orm import Session

from portal.skills_check.models.attempts import AttemptItem, AttemptRow
from portal.skills_check.models.waiting import WaitingSet
from portal.skills_check.queries import bank as bank_reads
from portal.skills_check.rules.attempts import (
    FINISHED_KEPT,
    UNFINISHED_KEPT,
    Consent,
    UnknownAttempt,
    UnknownQuestion,
    accepts,
    key_hash,
    keyed_hash,
)
from portal.skills_check.rules.forms import Form, build_form
from portal.skills_check.rules.marking import Answer, Mark, mark
from portal.skills_check.rules.questions import Question

# Built once: every answer of everybody goes through it. An attempt that is finished has no open question.
_OPEN = select(AttemptRow.id).where(AttemptRow.key_hash == bindparam("wanted_key"), AttemptRow.finished_at.is_(None))
_SAVE = (
    update(AttemptItem)
    .where(
        AttemptItem.attempt_id == _OPEN.scalar_subquery(),
        AttemptItem.position == bindparam("wanted_position"),
    )
    .values(
        answer=bindparam("answer"),
        outcome=bindparam("outcome"),
        share=bindparam("share"),
        answered_at=bindparam("answered_at"),
    )
)


@dataclass(frozen=True, slots=True, kw_only=True)
class StartedAttempt:
    """``key``: the only way back to the attempt; it is stored nowhere."""

    key: str
    form: Form


def start_attempt(session: Session, *, systems: Sequence[str], now: dt.datetime) -> StartedAttempt:
    """Start an attempt over up to three of these systems, with its questions and their choices pinned.

    Raises NoSystemChosen when none of them has questions.
    """
    key = secrets.token_urlsafe(16)
    bank = bank_reads.bank(session, systems)
    form = build_form({system: [one for _, one in pairs] for system, pairs in bank.items()}, systems, seed=key)
    version_ids = {question.id: version_id for pairs in bank.values() for version_id, question in pairs}
    row = AttemptRow(
        key_hash=key_hash(key),
        started_at=now,
        systems=list(form.systems),
        later=list(form.later),
        consent=Consent.UNASKED,
    )
    session.add(row)
    session.flush()
    items = [
        {
            "attempt_id": row.id,
            "position": position,
            "version_id": version_ids[item.question],
            "choice_order": list(item.choice_order),
        }
        for position, item in enumerate(form.items, start=1)
    ]
    session.execute(insert(AttemptItem), items)
    return StartedAttempt(key=key, form=form)


def save_answer(
    connection: Connection, *, key: str, position: int, question: Question, answer: Answer, now: dt.datetime
) -> Mark:
    """Store and mark one answer; sending it again changes nothing but the time. One statement.

    ``question`` is the version pinned to this position (it never changes, so reading it needs no lock).
    Raises UnknownAttempt, UnknownQuestion, AttemptFinished, NoAnswer, UnreadableAnswer.
    """
    found = mark(question, answer)
    values = {"answer": _stored(answer), "outcome": found.outcome, "share": found.share, "answered_at": now}
    wanted = {"wanted_key": key_hash(key), "wanted_position": position}
    if not connection.execute(_SAVE, {**values, **wanted}).rowcount:
        _explain_refusal(connection, key, position)
    return found


def _explain_refusal(connection: Connection, key: str, position: int) -> NoReturn:
    """Why an answer found no open question to go to."""
    query = select(AttemptRow.finished_at).where(AttemptRow.key_hash == key_hash(key))
    row = connection.execute(query).first()
    if row is None:
        raise UnknownAttempt
    accepts(row.finished_at)
    raise UnknownQuestion(position)


def finish_attempt(session: Session, key: str, *, now: dt.datetime) -> None:
    """Finish an attempt; finishing it again changes nothing. Raises UnknownAttempt."""
    row = locked(session, key)
    if row.finished_at is None:
        row.finished_at = now


def delete_attempt(session: Session, key: str, *, secret: bytes) -> None:
    """Delete an attempt and whatever of it waits to be counted. Raises UnknownAttempt."""
    row = locked(session, key)
    session.execute(delete(WaitingSet).where(WaitingSet.attempt == keyed_hash(secret, "attempt", key)))
    session.execute(delete(AttemptItem).where(AttemptItem.attempt_id == row.id))
    session.delete(row)


def tidy_attempts(session: Session, *, now: dt.datetime) -> None:
    """Delete attempts whose time is over: unfinished ones after 30 days, finished ones after 90."""
    over = select(AttemptRow.id).where(
        ((AttemptRow.finished_at.is_(None)) & (AttemptRow.started_at < now - UNFINISHED_KEPT))
        | (AttemptRow.finished_at < now - FINISHED_KEPT)
    )
    session.execute(delete(AttemptItem).where(AttemptItem.attempt_id.in_(over)))
    session.execute(delete(AttemptRow).where(AttemptRow.id.in_(over)))


def locked(session: Session, key: str) -> AttemptRow:
    row = session.scalar(select(AttemptRow).where(AttemptRow.key_hash == key_hash(key)).with_for_update())
    if row is None:
        raise UnknownAttempt
    return row


def _stored(answer: Answer) -> dict[str, Any]:
    if answer.dont_know:
        return {"dont_know": True}
    return {"choices": list(answer.choices)} if answer.choices else {"text": answer.text}
