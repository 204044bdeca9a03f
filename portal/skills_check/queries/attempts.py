"""Reading attempts."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Row, bindparam, func, select
from sqlalchemy.orm import Session

from portal.skills_check.models.attempts import AttemptItem, AttemptMark, AttemptRow, KeptAttempt, LateAnswer
from portal.skills_check.queries.bank import versions
from portal.skills_check.rules.adaptive import LEAST, Response
from portal.skills_check.rules.attempts import Attempt, Item, Mode, UnknownAttempt, key_hash, one_more_key
from portal.skills_check.rules.marking import Answer, CellFound, Outcome
from portal.skills_check.rules.questions import CellFormat, Question
from portal.skills_check.rules.results import Answered, Kept, OneMore

# Built once: a check reads it on every page, and building it costs more than running it.
_ATTEMPT = (
    select(
        AttemptRow.id,
        AttemptRow.started_at,
        AttemptRow.finished_at,
        AttemptRow.systems,
        AttemptRow.later,
        AttemptRow.consent,
        AttemptRow.mode,
        AttemptRow.audience,
        AttemptRow.deadline_at,
        AttemptRow.plan,
        AttemptItem.position,
        AttemptItem.version_id,
        AttemptItem.choice_order,
        AttemptItem.answer,
        AttemptItem.outcome,
        AttemptItem.answered_at,
        AttemptItem.sequence,
        AttemptItem.why,
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
    items = tuple(_item(row) for row in rows)
    return Attempt(
        id=first.id,
        started_at=first.started_at,
        finished_at=first.finished_at,
        systems=tuple(first.systems),
        later=tuple(first.later),
        consent=first.consent,
        items=items,
        mode=first.mode,
        audience=first.audience,
        deadline_at=first.deadline_at,
        grows=first.mode is Mode.ONE_MORE or bool(first.plan.get("chosen")),
        to_come=_to_come(first.plan, len(items)) if first.finished_at is None else 0,
    )


def answered(session: Session, attempt: Attempt) -> tuple[Answered, ...]:
    """Every question of an attempt with what was answered, in order."""
    known = versions(session, [item.version_id for item in attempt.items])
    newest = _newest_marks(session, attempt.id) if attempt.finished_at is not None else {}
    return tuple(
        Answered(
            position=item.position,
            question=known[item.version_id],
            answer=item.answer,
            outcome=newest.get(item.position, item.outcome),
            choice_order=item.choice_order,
        )
        for item in attempt.items
    )


def _newest_marks(session: Session, attempt_id: int) -> Mapping[int, Outcome]:
    """Position → the outcome of the last mark that was given after the end."""
    query = (
        select(AttemptMark.position, AttemptMark.outcome)
        .where(AttemptMark.attempt_id == attempt_id)
        .order_by(AttemptMark.id)
    )
    return {row.position: row.outcome for row in session.execute(query)}


def responses(attempt: Attempt, answered: Sequence[Answered]) -> Mapping[str, Sequence[Response]]:
    """System → its answers with the parameters that were known when each question was chosen."""
    found: dict[str, list[Response]] = {}
    for item, one in zip(attempt.items, answered, strict=True):
        if one.outcome not in (None, Outcome.NOT_COUNTED):
            right = one.outcome is Outcome.RIGHT
            found.setdefault(one.question.system, []).append(response(one.question, item.why, right=right))
    return found


def response(question: Question, why: Mapping[str, Any] | None, *, right: bool) -> Response:
    """An answer as the measurement sees it: by the parameters it was chosen with, else by those it was written with."""
    if why is None:
        return Response(a=question.a, b=question.b, c=question.c, right=right)
    return Response(a=why["a"], b=why["b"], c=why["c"], right=right)


def late_answers(session: Session, attempt: Attempt) -> int:
    """Questions of an attempt for which an answer came after its end."""
    query = select(func.count(LateAnswer.position.distinct())).where(LateAnswer.attempt_id == attempt.id)
    return session.scalar(query) or 0


def overdue(session: Session, *, now: dt.datetime) -> Sequence[int]:
    """Ids of attempts whose time is over and that nobody has finished yet."""
    query = select(AttemptRow.id).where(AttemptRow.finished_at.is_(None), AttemptRow.deadline_at <= now)
    return session.scalars(query).all()


def one_more(session: Session, key: str, attempt: Attempt) -> Sequence[OneMore]:
    """The single questions that followed an attempt, oldest first."""
    query = (
        select(AttemptItem.version_id, AttemptItem.outcome)
        .join(AttemptRow, AttemptRow.id == AttemptItem.attempt_id)
        .where(AttemptRow.parent_id == attempt.id)
        .order_by(AttemptItem.attempt_id)
    )
    rows = session.execute(query).all()
    known = versions(session, [row.version_id for row in rows])
    return tuple(
        OneMore(
            key=one_more_key(key, number),
            system=known[row.version_id].system,
            skill=known[row.version_id].skill,
            question=known[row.version_id].id,
            outcome=row.outcome,
        )
        for number, row in enumerate(rows, start=1)
    )


def kept_by(session: Session, account_id: int) -> Sequence[Kept]:
    """The attempts a person keeps in their account, newest first."""
    query = (
        select(KeptAttempt.key, KeptAttempt.kept_at, AttemptRow.systems, AttemptRow.finished_at)
        .join(AttemptRow, AttemptRow.id == KeptAttempt.attempt_id)
        .where(KeptAttempt.account_id == account_id)
        .order_by(KeptAttempt.attempt_id.desc())
    )
    return tuple(
        Kept(key=row.key, systems=tuple(row.systems), finished_at=row.finished_at) for row in session.execute(query)
    )


def _to_come(plan: Mapping[str, Any], items: int) -> int:
    """How many questions are likely to be chosen yet: the least of each system that is chosen as it goes."""
    return max(0, LEAST * len(plan.get("chosen", ())) - (items - int(plan.get("pinned", items))))


def _item(row: Row[Any]) -> Item:
    return Item(
        position=row.position,
        version_id=row.version_id,
        choice_order=tuple(row.choice_order),
        answer=None if row.answer is None else answer_from(row.answer),
        outcome=row.outcome,
        answered_at=row.answered_at,
        sequence=row.sequence,
        why=row.why,
    )


def answer_from(stored: Mapping[str, Any]) -> Answer:
    """An answer from its stored form."""
    return Answer(
        choices=tuple(stored.get("choices", ())),
        text=str(stored.get("text", "")),
        cells=tuple(_cell(part) for part in stored.get("cells", ())),
        dont_know=bool(stored.get("dont_know", False)),
    )


def _cell(stored: Sequence[Any]) -> CellFound:
    cell, sheet, formula, value, formats = stored
    return CellFound(
        cell=cell, sheet=sheet, formula=formula, value=value, formats=tuple(CellFormat(one) for one in formats)
    )
