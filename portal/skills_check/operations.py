"""Writing questions, attempts, answers and consent."""

import datetime as dt
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NoReturn

from sqlalchemy import Connection, bindparam, delete, insert, select, update
from sqlalchemy.orm import Session

from portal.skills_check import queries
from portal.skills_check.models import AttemptItem, AttemptRow, QuestionRow, QuestionVersion, WaitingSet
from portal.skills_check.rules.answer_sets import ImportedAnswer, ImportedAnswers
from portal.skills_check.rules.attempts import (
    FINISHED_KEPT,
    UNFINISHED_KEPT,
    AlreadyCounted,
    Consent,
    UnknownAttempt,
    UnknownQuestion,
    accepts,
    key_hash,
    keyed_hash,
)
from portal.skills_check.rules.forms import Form, build_form
from portal.skills_check.rules.marking import Answer, Mark, Outcome, mark
from portal.skills_check.rules.questions import Question

AT_ONCE = 2000

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
class SyncedQuestions:
    """How many questions a sync added, gave a new version, left and archived."""

    added: int
    changed: int
    unchanged: int
    archived: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StartedAttempt:
    """``key``: the only way back to the attempt; it is stored nowhere."""

    key: str
    form: Form


def sync_questions(session: Session, questions: Iterable[Question], *, now: dt.datetime) -> SyncedQuestions:
    """Make the questions that can be asked these and no others. A changed text becomes a new version."""
    rows = {row.id: row for row in session.scalars(select(QuestionRow))}
    hashes = _version_hashes(session)
    counts = {"added": 0, "changed": 0, "unchanged": 0, "archived": 0}
    kept = set()
    for question in questions:
        kept.add(question.id)
        counts[_store_question(session, rows.get(question.id), question, hashes, now=now)] += 1
    for question_id, row in rows.items():
        if question_id not in kept and row.archived_at is None:
            row.archived_at = now
            counts["archived"] += 1
    session.flush()
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


def start_attempt(session: Session, *, systems: Sequence[str], now: dt.datetime) -> StartedAttempt:
    """Start an attempt over up to three of these systems, with its questions and their choices pinned.

    Raises NoSystemChosen when none of them has questions.
    """
    key = secrets.token_urlsafe(16)
    bank = queries.bank(session, systems)
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
    row = _locked(session, key)
    if row.finished_at is None:
        row.finished_at = now


def give_consent(
    session: Session, key: str, *, person: str, directorate: str | None, secret: bytes, answered_on: dt.date
) -> None:
    """Let the answers of a finished attempt join the figures at the next release.

    ``person``: an account or a browser, named so that one can't be taken for the other; only its keyed hash is kept.
    ``answered_on``: the day in the council's zone, which decides the period they count in.
    Doing it twice counts once. Raises UnknownAttempt.
    """
    row = _locked(session, key)
    if row.consent is Consent.GIVEN:
        return
    row.consent = Consent.GIVEN
    attempt = queries.attempt(session, key)
    by_system: dict[str, list[list[Any]]] = {}
    for one in queries.answered(session, attempt):
        if one.outcome is not None:
            by_system.setdefault(one.question.system, []).append(_compact(one.question, one.outcome))
    for system, answers in by_system.items():
        session.add(
            WaitingSet(
                person=keyed_hash(secret, "person", person),
                attempt=keyed_hash(secret, "attempt", key),
                directorate_key=directorate,
                system_key=system,
                answered_on=answered_on,
                answers=answers,
            )
        )


def refuse_consent(session: Session, key: str) -> None:
    """Note that the answers stay out of the figures. Raises UnknownAttempt; AlreadyCounted after they joined them."""
    row = _locked(session, key)
    if row.consent is Consent.GIVEN:
        raise AlreadyCounted
    row.consent = Consent.REFUSED


def withdraw_consent(session: Session, key: str, *, secret: bytes) -> None:
    """Take waiting answers back. Raises UnknownAttempt, AlreadyCounted after a release closed them."""
    row = _locked(session, key)
    gone = session.execute(delete(WaitingSet).where(WaitingSet.attempt == keyed_hash(secret, "attempt", key)))
    if row.consent is Consent.GIVEN and not gone.rowcount:  # type: ignore[attr-defined]
        raise AlreadyCounted
    row.consent = Consent.REFUSED


def delete_attempt(session: Session, key: str, *, secret: bytes) -> None:
    """Delete an attempt and whatever of it waits to be counted. Raises UnknownAttempt."""
    row = _locked(session, key)
    session.execute(delete(WaitingSet).where(WaitingSet.attempt == keyed_hash(secret, "attempt", key)))
    session.execute(delete(AttemptItem).where(AttemptItem.attempt_id == row.id))
    session.delete(row)


def forget_sets(session: Session, ids: Sequence[int]) -> None:
    """Delete waiting answers that a release has closed: from then on nobody can tell whose they were."""
    for start in range(0, len(ids), AT_ONCE):
        session.execute(delete(WaitingSet).where(WaitingSet.id.in_(ids[start : start + AT_ONCE])))


def tidy_attempts(session: Session, *, now: dt.datetime) -> None:
    """Delete attempts whose time is over: unfinished ones after 30 days, finished ones after 90."""
    over = select(AttemptRow.id).where(
        ((AttemptRow.finished_at.is_(None)) & (AttemptRow.started_at < now - UNFINISHED_KEPT))
        | (AttemptRow.finished_at < now - FINISHED_KEPT)
    )
    session.execute(delete(AttemptItem).where(AttemptItem.attempt_id.in_(over)))
    session.execute(delete(AttemptRow).where(AttemptRow.id.in_(over)))


def import_answers(session: Session, answers: Iterable[ImportedAnswer], *, secret: bytes) -> ImportedAnswers:
    """Add answers from elsewhere to those that wait. A sitting that waits already stays as it is."""
    questions = {question.id: question for pairs in queries.bank(session).values() for _, question in pairs}
    sets: dict[tuple[str, str], dict[str, Any]] = {}
    people: dict[str, str] = {}
    count = 0
    for one in answers:
        question = questions[one.question]
        person = people.setdefault(one.sitting, keyed_hash(secret, "sitting", one.sitting))
        waiting = sets.setdefault(
            (person, question.system),
            {
                "person": person,
                "attempt": None,
                "directorate_key": one.directorate,
                "system_key": question.system,
                "answered_on": one.answered_on,
                "answers": [],
            },
        )
        waiting["answers"].append(_compact(question, one.result))
        count += 1
    known = set(session.scalars(select(WaitingSet.person).where(WaitingSet.attempt.is_(None)).distinct()))
    fresh = [row for (person, _), row in sets.items() if person not in known]
    for start in range(0, len(fresh), AT_ONCE):
        session.execute(insert(WaitingSet), fresh[start : start + AT_ONCE])
    return ImportedAnswers(answers=count, sittings=len(people), known=len(known & set(people.values())))


def _locked(session: Session, key: str) -> AttemptRow:
    row = session.scalar(select(AttemptRow).where(AttemptRow.key_hash == key_hash(key)).with_for_update())
    if row is None:
        raise UnknownAttempt
    return row


def _compact(question: Question, outcome: Outcome) -> list[Any]:
    right = int(outcome is Outcome.RIGHT)
    return [question.skill, question.id, question.a, question.b, round(question.c, 4), right]


def _stored(answer: Answer) -> dict[str, Any]:
    if answer.dont_know:
        return {"dont_know": True}
    return {"choices": list(answer.choices)} if answer.choices else {"text": answer.text}
