"""Consent, and the answers that wait to be counted."""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from portal.skills_check.models.waiting import WaitingSet
from portal.skills_check.operations.attempts import locked
from portal.skills_check.queries import attempts as reads
from portal.skills_check.queries import bank as bank_reads
from portal.skills_check.rules.answer_sets import ImportedAnswer, ImportedAnswers
from portal.skills_check.rules.attempts import (
    AlreadyCounted,
    Audience,
    Consent,
    Mode,
    NotForFigures,
    keyed_hash,
)
from portal.skills_check.rules.marking import Outcome
from portal.skills_check.rules.questions import Question

AT_ONCE = 2000


def give_consent(
    session: Session, key: str, *, person: str, directorate: str | None, secret: bytes, answered_on: dt.date
) -> None:
    """Let the answers of a finished attempt join the figures at the next release.

    ``person``: an account or a browser, named so that one can't be taken for the other; only its keyed hash is kept.
    ``answered_on``: the day in the council's zone, which decides the period they count in.
    Doing it twice counts once. Raises UnknownAttempt; NotForFigures for applicants.
    """
    row = locked(session, key)
    if row.audience is not Audience.STAFF or row.mode is not Mode.CHECK:
        raise NotForFigures
    if row.consent is Consent.GIVEN:
        return
    row.consent = Consent.GIVEN
    attempt = reads.attempt(session, key)
    by_system: dict[str, list[list[Any]]] = {}
    for one in reads.answered(session, attempt):
        if one.outcome not in (None, Outcome.NOT_COUNTED):
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
    row = locked(session, key)
    if row.consent is Consent.GIVEN:
        raise AlreadyCounted
    row.consent = Consent.REFUSED


def withdraw_consent(session: Session, key: str, *, secret: bytes) -> None:
    """Take waiting answers back. Raises UnknownAttempt, AlreadyCounted after a release closed them."""
    row = locked(session, key)
    gone = session.execute(delete(WaitingSet).where(WaitingSet.attempt == keyed_hash(secret, "attempt", key)))
    if row.consent is Consent.GIVEN and not gone.rowcount:  # type: ignore[attr-defined]
        raise AlreadyCounted
    row.consent = Consent.REFUSED


def forget_sets(session: Session, ids: Sequence[int]) -> None:
    """Delete waiting answers that a release has closed: from then on nobody can tell whose they were."""
    for start in range(0, len(ids), AT_ONCE):
        session.execute(delete(WaitingSet).where(WaitingSet.id.in_(ids[start : start + AT_ONCE])))


def import_answers(session: Session, answers: Iterable[ImportedAnswer], *, secret: bytes) -> ImportedAnswers:
    """Add answers from elsewhere to those that wait. A sitting that waits already stays as it is."""
    questions = {question.id: question for pairs in bank_reads.bank(session).values() for _, question in pairs}
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


def _compact(question: Question, outcome: Outcome) -> list[Any]:
    right = int(outcome is Outcome.RIGHT)
    return [question.skill, question.id, question.a, question.b, round(question.c, 4), right]
