"""Starting attempts, and ending them."""

import datetime as dt
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Select, delete, insert, or_, select, update
from sqlalchemy.orm import Session

from portal.jobs.operations import record_job
from portal.skills_check.models.attempts import AttemptItem, AttemptMark, AttemptRow, KeptAttempt, LateAnswer
from portal.skills_check.models.waiting import WaitingSet
from portal.skills_check.operations.choosing import choose_next
from portal.skills_check.operations.saving import finish_overdue_on
from portal.skills_check.queries import attempts as reads
from portal.skills_check.queries import bank as bank_reads
from portal.skills_check.queries.choosing import plan_of
from portal.skills_check.rules.adaptive import seeded
from portal.skills_check.rules.attempts import (
    FINISHED_KEPT,
    UNFINISHED_KEPT,
    Audience,
    Consent,
    Mode,
    UnknownAttempt,
    accepts,
    key_hash,
    keyed_hash,
    one_more_key,
)
from portal.skills_check.rules.blueprints import Blueprint, blueprint_form
from portal.skills_check.rules.forms import Form, FormItem, build_form, parallel_question, shown_order
from portal.skills_check.rules.questions import Question

AT_ONCE = 2000
OVERDUE_JOB = "skills_check.finish_overdue"


@dataclass(frozen=True, slots=True, kw_only=True)
class StartedAttempt:
    """``key``: the only way back to the attempt; it is stored nowhere."""

    key: str
    form: Form


def start_attempt(session: Session, *, systems: Sequence[str], now: dt.datetime) -> StartedAttempt:
    """Start a check over up to three of these systems.

    Systems whose questions are known well are asked one question after the other; for the others a balanced form is
    pinned at once. Raises NoSystemChosen when none of them has questions.
    """
    key, seed = secrets.token_urlsafe(16), secrets.token_hex(8)
    bank = bank_reads.bank(session, systems)
    form = build_form({system: [one for _, one in pairs] for system, pairs in bank.items()}, systems, seed=seed)
    plan = plan_of(session.connection(), form.systems)
    pinned = [item for item in form.items if _system_of(bank, item.question) not in plan.chosen]
    row = _new_attempt(session, key, now=now, seed=seed, systems=form.systems, later=form.later)
    row.plan = plan.stored(pinned=len(pinned))
    _pin(session, row, pinned, _version_ids(bank))
    if not pinned:
        choose_next(session.connection(), row.id)
    return StartedAttempt(key=key, form=form)


def start_blueprint(
    session: Session,
    blueprint: Blueprint,
    *,
    audience: Audience,
    now: dt.datetime,
    deadline_at: dt.datetime | None = None,
) -> StartedAttempt:
    """Start an attempt with as many questions of each skill and level as a blueprint says; no question depends on an
    answer. A job finishes it at its deadline. Raises NotEnoughQuestions.
    """
    key, seed = secrets.token_urlsafe(16), secrets.token_hex(8)
    bank = bank_reads.bank(session, blueprint.systems)
    questions = {system: [one for _, one in pairs] for system, pairs in bank.items()}
    form = blueprint_form(questions, blueprint, seed=seed)
    row = _new_attempt(session, key, now=now, seed=seed, systems=form.systems, later=())
    row.mode, row.audience, row.deadline_at = Mode.BLUEPRINT, audience, deadline_at
    _pin(session, row, form.items, _version_ids(bank))
    if deadline_at is not None:
        record_job(session, OVERDUE_JOB, now=now, due_at=deadline_at)
    return StartedAttempt(key=key, form=form)


def start_one_more(session: Session, key: str, *, system: str, skill: str, now: dt.datetime) -> str:
    """Start a single question after a guide was watched: of the same skill, and not met before. Its key.

    Raises UnknownAttempt, NoParallelQuestion.
    """
    locked(session, key)
    attempt = reads.attempt(session, key)
    asked = reads.answered(session, attempt)
    before = reads.one_more(session, key, attempt)
    open_one = next((one for one in before if one.outcome is None and (one.system, one.skill) == (system, skill)), None)
    if open_one is not None:
        return open_one.key
    met = {one.question.id for one in asked} | {one.question for one in before}
    bank = bank_reads.bank(session, [system])
    levels = [one.question.level for one in asked if (one.question.system, one.question.skill) == (system, skill)]
    chosen = parallel_question([one for _, one in bank.get(system, ())], skill=skill, met=met, levels=levels)
    new_key, seed = one_more_key(key, len(before) + 1), secrets.token_hex(8)
    row = _new_attempt(session, new_key, now=now, seed=seed, systems=(system,), later=())
    row.mode, row.parent_id, row.consent = Mode.ONE_MORE, attempt.id, Consent.REFUSED
    item = FormItem(question=chosen.id, choice_order=shown_order(chosen, seeded(seed, 1)))
    _pin(session, row, [item], _version_ids(bank))
    return new_key


def _new_attempt(
    session: Session, key: str, *, now: dt.datetime, seed: str, systems: Sequence[str], later: Sequence[str]
) -> AttemptRow:
    row = AttemptRow(
        key_hash=key_hash(key),
        started_at=now,
        systems=list(systems),
        later=list(later),
        consent=Consent.UNASKED,
        mode=Mode.CHECK,
        audience=Audience.STAFF,
        seed=seed,
        plan={},
    )
    session.add(row)
    session.flush()
    return row


def _pin(session: Session, row: AttemptRow, items: Sequence[FormItem], version_ids: Mapping[str, int]) -> None:
    session.flush()
    rows = [
        {
            "attempt_id": row.id,
            "position": position,
            "version_id": version_ids[item.question],
            "choice_order": list(item.choice_order),
        }
        for position, item in enumerate(items, start=1)
    ]
    if rows:
        session.execute(insert(AttemptItem), rows)


def _version_ids(bank: Mapping[str, Sequence[tuple[int, Question]]]) -> Mapping[str, int]:
    return {question.id: version_id for pairs in bank.values() for version_id, question in pairs}


def _system_of(bank: Mapping[str, Sequence[tuple[int, Question]]], question_id: str) -> str:
    return next(one.system for pairs in bank.values() for _, one in pairs if one.id == question_id)


def finish_attempt(session: Session, key: str, *, now: dt.datetime) -> None:
    """Finish an attempt; again changes nothing. After its deadline, it ended then. Raises UnknownAttempt."""
    session.flush()
    finish_overdue_on(session.connection(), now=now, attempt_ids=[locked(session, key).id])
    session.execute(
        update(AttemptRow)
        .where(AttemptRow.key_hash == key_hash(key), AttemptRow.finished_at.is_(None))
        .values(finished_at=now)
    )


def finish_overdue(session: Session, *, now: dt.datetime) -> None:
    """Finish every attempt whose time is over, at the moment it was over."""
    finish_overdue_on(session.connection(), now=now)


def give_extra_time(session: Session, key: str, *, deadline_at: dt.datetime, now: dt.datetime) -> None:
    """Set another deadline, at once, also while the attempt runs. Raises UnknownAttempt, AttemptFinished."""
    row = locked(session, key)
    accepts(row, now)
    row.deadline_at = deadline_at
    record_job(session, OVERDUE_JOB, now=now, due_at=deadline_at)


def delete_attempt(session: Session, key: str, *, secret: bytes) -> None:
    """Delete an attempt and whatever of it waits to be counted. Raises UnknownAttempt."""
    row = locked(session, key)
    session.execute(delete(WaitingSet).where(WaitingSet.attempt == keyed_hash(secret, "attempt", key)))
    _delete(session, select(AttemptRow.id).where(or_(AttemptRow.id == row.id, AttemptRow.parent_id == row.id)))


def tidy_attempts(session: Session, *, now: dt.datetime) -> None:
    """Delete staff attempts whose time is over: unfinished ones after 30 days, finished ones after 90."""
    over = select(AttemptRow.id).where(
        AttemptRow.audience == Audience.STAFF,
        ((AttemptRow.finished_at.is_(None)) & (AttemptRow.started_at < now - UNFINISHED_KEPT))
        | (AttemptRow.finished_at < now - FINISHED_KEPT),
    )
    _delete(session, over)


def _delete(session: Session, attempt_ids: Select[int]) -> None:
    ids = session.scalars(attempt_ids).all()
    for start in range(0, len(ids), AT_ONCE):
        part = ids[start : start + AT_ONCE]
        for table in (AttemptMark, LateAnswer, KeptAttempt, AttemptItem):
            session.execute(delete(table).where(table.attempt_id.in_(part)))
        session.execute(delete(AttemptRow).where(AttemptRow.id.in_(part)))


def locked(session: Session, key: str) -> AttemptRow:
    row = session.scalar(select(AttemptRow).where(AttemptRow.key_hash == key_hash(key)).with_for_update())
    if row is None:
        raise UnknownAttempt
    return row


def keep_in_account(session: Session, key: str, *, account_id: int, now: dt.datetime) -> None:
    """Join an attempt to an account, because its person asked. Raises UnknownAttempt."""
    row = locked(session, key)
    session.execute(delete(KeptAttempt).where(KeptAttempt.attempt_id == row.id))
    session.add(KeptAttempt(attempt_id=row.id, account_id=account_id, key=key, kept_at=now))


def take_out_of_account(session: Session, key: str, *, account_id: int) -> None:
    """Part an attempt from an account again. Raises UnknownAttempt."""
    row = locked(session, key)
    session.execute(delete(KeptAttempt).where(KeptAttempt.attempt_id == row.id, KeptAttempt.account_id == account_id))
