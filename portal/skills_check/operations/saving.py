"""Saving an answer: one statement on a bare connection, safe to repeat, and what stands against it told apart."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Text, bindparam, insert, or_, select, update

from portal.skills_check.models.attempts import AttemptItem, AttemptRow, LateAnswer
from portal.skills_check.operations.choosing import extend
from portal.skills_check.rules.attempts import (
    AttemptFinished,
    Reception,
    Reply,
    Sending,
    UnknownAttempt,
    UnknownQuestion,
    accepts,
    key_hash,
)
from portal.skills_check.rules.marking import Answer, mark
from portal.skills_check.rules.questions import Question
from portal.storage.columns import UTCDateTime

# Built once: every answer of everybody goes through it. An attempt that has ended has no open question; the lock makes
# an answer and the end of its attempt follow each other on engines that would let them pass.
_OPEN = (
    select(AttemptRow.id)
    .where(
        AttemptRow.key_hash == bindparam("wanted_key"),
        AttemptRow.finished_at.is_(None),
        or_(AttemptRow.deadline_at.is_(None), AttemptRow.deadline_at > bindparam("now", type_=UTCDateTime())),
    )
    .with_for_update(key_share=True)
)
_SAVE = (
    update(AttemptItem)
    .where(
        AttemptItem.attempt_id == _OPEN.scalar_subquery(),
        AttemptItem.position == bindparam("wanted_position"),
        AttemptItem.sequence <= bindparam("base"),
    )
    .values(
        answer=bindparam("new_answer"),
        outcome=bindparam("new_outcome"),
        share=bindparam("new_share"),
        answered_at=bindparam("now", type_=UTCDateTime()),
        sequence=bindparam("next_sequence"),
        events=AttemptItem.events + bindparam("new_event", type_=Text()),
    )
)


def save_answer(
    connection: Connection,
    *,
    key: str,
    position: int,
    question: Question,
    answer: Answer,
    sending: Sending,
    now: dt.datetime,
    grows: bool = False,
) -> Reply:
    """Store and mark one answer. One statement, where nothing stands against it.

    ``question`` is the version pinned to this position (it never changes, so reading it needs no lock).
    ``grows``: something follows from the answer: the next question, or the end.
    Raises UnknownAttempt, UnknownQuestion, NoAnswer, UnreadableAnswer.
    """
    found = mark(question, answer)
    following = sending.base + 1
    values = {
        "new_answer": stored_answer(answer),
        "new_outcome": found.outcome,
        "new_share": found.share,
        "now": now,
        "next_sequence": following,
        "new_event": f"{sending.event} ",
    }
    wanted = {"wanted_key": key_hash(key), "wanted_position": position, "base": sending.base}
    if not connection.execute(_SAVE, {**values, **wanted}).rowcount:
        return _refused(connection, key, position, answer=answer, sending=sending, now=now)
    if grows:
        extend(connection, key, now=now)
    return Reply(reception=Reception.SAVED, sequence=following, saved_at=now)


def _refused(
    connection: Connection, key: str, position: int, *, answer: Answer, sending: Sending, now: dt.datetime
) -> Reply:
    """What became of an answer that found no open question to go to. What came too late is stored beside the rest."""
    ending = connection.execute(
        select(AttemptRow.id, AttemptRow.finished_at, AttemptRow.deadline_at).where(
            AttemptRow.key_hash == key_hash(key)
        )
    ).first()
    if ending is None:
        raise UnknownAttempt
    item = connection.execute(
        select(AttemptItem.sequence, AttemptItem.events, AttemptItem.answered_at).where(
            AttemptItem.attempt_id == ending.id, AttemptItem.position == position
        )
    ).first()
    if item is None:
        raise UnknownQuestion(position)
    reception = Reception.STALE
    if sending.event in item.events.split():
        reception = Reception.REPEATED
    else:
        try:
            accepts(ending, now)
        except AttemptFinished:
            reception = Reception.LATE
            _keep_late(connection, ending.id, position, answer=answer, event=sending.event, now=now)
            finish_overdue_on(connection, now=now, attempt_ids=[ending.id])
    return Reply(reception=reception, sequence=item.sequence, saved_at=item.answered_at)


def _keep_late(
    connection: Connection, attempt_id: int, position: int, *, answer: Answer, event: str, now: dt.datetime
) -> None:
    known = select(LateAnswer.id).where(
        LateAnswer.attempt_id == attempt_id, LateAnswer.position == position, LateAnswer.event == event
    )
    if connection.scalar(known) is None:
        values = {"attempt_id": attempt_id, "position": position, "event": event, "answer": stored_answer(answer)}
        connection.execute(insert(LateAnswer), {**values, "arrived_at": now})


def finish_overdue_on(connection: Connection, *, now: dt.datetime, attempt_ids: Sequence[int] | None = None) -> int:
    """Finish attempts whose time is over, these or all, at the moment it was over; how many."""
    statement = (
        update(AttemptRow)
        .where(AttemptRow.finished_at.is_(None), AttemptRow.deadline_at <= now)
        .values(finished_at=AttemptRow.deadline_at)
    )
    if attempt_ids is not None:
        statement = statement.where(AttemptRow.id.in_(attempt_ids))
    return connection.execute(statement).rowcount


def stored_answer(answer: Answer) -> dict[str, Any]:
    if answer.dont_know:
        return {"dont_know": True}
    if answer.cells:
        cells = [[one.cell, one.sheet, one.formula, one.value, list(one.formats)] for one in answer.cells]
        return {"text": answer.text, "cells": cells}
    return {"choices": list(answer.choices)} if answer.choices else {"text": answer.text}
