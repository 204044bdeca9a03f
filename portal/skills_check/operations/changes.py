"""What is done to a question after people answered it. Marks are added beside the old ones; nothing is rewritten."""

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from portal.skills_check.models.attempts import AttemptItem, AttemptMark, AttemptRow
from portal.skills_check.models.questions import QuestionChange, QuestionNote, QuestionRow, QuestionVersion
from portal.skills_check.queries.attempts import answer_from
from portal.skills_check.queries.bank import versions
from portal.skills_check.rules.changes import AlreadySo, Change, ReasonMissing, Remarked, UnknownQuestionId
from portal.skills_check.rules.marking import Answer, Mark, NoAnswer, Outcome, UnreadableAnswer, mark
from portal.skills_check.rules.questions import Question
from portal.skills_check.rules.results import Answered, Shown, shown

AT_ONCE = 500
Marker = Callable[[Answer], Mark]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Changed:
    attempt_id: int
    position: int
    mark: Mark


def note_wrong(session: Session, question_id: str, *, version_id: int, text: str, noted_on: dt.date) -> None:
    """Keep what a person found wrong with a question; nothing leads back to the person."""
    session.add(QuestionNote(question_id=question_id, version_id=version_id, text=text.strip(), noted_on=noted_on))


def settle_note(session: Session, note_id: int, *, now: dt.datetime) -> None:
    """Take a note off the list of those to be looked at; doing it twice changes nothing."""
    note = session.get(QuestionNote, note_id)
    if note is not None and note.settled_at is None:
        note.settled_at = now


def withdraw_question(
    session: Session, question_id: str, *, reason: str, account_id: int | None, now: dt.datetime, dry_run: bool = False
) -> Remarked:
    """Ask a broken question no more, and count it for nobody: every finished attempt that met it is marked again.

    Answers that have joined the figures stay in them. Raises UnknownQuestionId, ReasonMissing, AlreadySo.
    """
    row = _row(session, question_id, reason)
    if row.withdrawn_at is not None:
        raise AlreadySo(Change.WITHDRAWN)
    done = _mark_all(session, row, Change.WITHDRAWN, reason, account_id, now, dry_run=dry_run, marker=_not_counted)
    if not dry_run:
        row.withdrawn_at = now
    return done


def restore_question(
    session: Session, question_id: str, *, reason: str, account_id: int | None, now: dt.datetime, dry_run: bool = False
) -> Remarked:
    """Ask a withdrawn question again, and count the answers it had. Raises as ``withdraw_question``."""
    row = _row(session, question_id, reason)
    if row.withdrawn_at is None:
        raise AlreadySo(Change.RESTORED)
    done = _mark_all(session, row, Change.RESTORED, reason, account_id, now, dry_run=dry_run, marker=None)
    if not dry_run:
        row.withdrawn_at = None
    return done


def mark_again(
    session: Session, question_id: str, *, reason: str, account_id: int | None, now: dt.datetime, dry_run: bool = False
) -> Remarked:
    """Mark every finished answer to a question by its newest text, where that text can mark it.

    ``dry_run`` counts what would change and changes nothing. Raises UnknownQuestionId, ReasonMissing.
    """
    row = _row(session, question_id, reason)
    newest = versions(session, [row.version_id or 0]).get(row.version_id or 0)
    if newest is None:
        raise UnknownQuestionId(question_id)
    return _mark_all(
        session,
        row,
        Change.MARKED_AGAIN,
        reason,
        account_id,
        now,
        dry_run=dry_run,
        marker=lambda answer: mark(newest, answer),
        like=newest,
    )


def _row(session: Session, question_id: str, reason: str) -> QuestionRow:
    row = session.get(QuestionRow, question_id, with_for_update=True)
    if row is None:
        raise UnknownQuestionId(question_id)
    if not reason.strip():
        raise ReasonMissing
    return row


def _not_counted(_: Answer) -> Mark:
    return Mark(outcome=Outcome.NOT_COUNTED, share=0.0)


def _mark_all(
    session: Session,
    row: QuestionRow,
    what: Change,
    reason: str,
    account_id: int | None,
    now: dt.datetime,
    *,
    dry_run: bool,
    marker: Marker | None,
    like: Question | None = None,
) -> Remarked:
    """Mark what was answered; ``marker`` None marks each answer by the version it met."""
    answers, changed, better, worse = 0, [], 0, 0
    for attempt_id, asked in _attempts_with(session, row.id):
        after = {}
        for one in (one for one in asked if one.question.id == row.id and one.answer is not None):
            answers += 1
            new = _new_mark(one, marker, like)
            if new is not None and new.outcome is not one.outcome:
                after[one.position] = new
                changed.append(_Changed(attempt_id=attempt_id, position=one.position, mark=new))
        better += _said(asked, after, row.skill_key) is True
        worse += _said(asked, after, row.skill_key) is False
    done = Remarked(answers=answers, marks=len(changed), better=better, worse=worse)
    if not dry_run:
        _log(session, row.id, what, reason, account_id, now, done, changed)
    return done


def _new_mark(one: Answered, marker: Marker | None, like: Question | None) -> Mark | None:
    """The mark by the text that counts now, None where that text can't mark this answer."""
    if one.answer is None or (like is not None and not _comparable(one.question, like)):
        return None
    try:
        return mark(one.question, one.answer) if marker is None else marker(one.answer)
    except (NoAnswer, UnreadableAnswer):
        return None


def _comparable(met: Question, newest: Question) -> bool:
    """Whether places in the text that was met mean the same in the newest one."""
    return met.kind is newest.kind and (
        [one.text for one in met.choices] == [one.text for one in newest.choices]
        and [one.label for one in met.regions] == [one.label for one in newest.regions]
        and (met.lefts, met.targets, met.items) == (newest.lefts, newest.targets, newest.items)
    )


def _said(asked: Sequence[Answered], after: Mapping[int, Mark], skill: str) -> bool | None:
    """Whether the result of the skill gets better (True) or worse (False); None where it stays as it is."""
    if not after:
        return None
    mine = [one for one in asked if one.question.skill == skill and one.outcome is not None]
    ranks = {Shown.NOT_YET: 0, Shown.NOT_ASKED: 1, Shown.NOT_YET_KNOWN: 1, Shown.SHOWN: 2}
    before = ranks[_shown(mine, {})]
    then = ranks[_shown(mine, after)]
    return None if before == then else then > before


def _shown(mine: Sequence[Answered], after: Mapping[int, Mark]) -> Shown:
    counted = []
    for one in mine:
        outcome = after[one.position].outcome if one.position in after else one.outcome
        if outcome is not Outcome.NOT_COUNTED:
            counted.append(
                Answered(
                    position=one.position,
                    question=one.question,
                    answer=one.answer,
                    outcome=outcome,
                    choice_order=one.choice_order,
                )
            )
    return shown(counted) if counted else Shown.NOT_ASKED


def _attempts_with(session: Session, question_id: str) -> Iterator[tuple[int, Sequence[Answered]]]:
    """Every finished attempt that answered the question: its id, and all its items with their newest marks."""
    ids = session.scalars(
        select(AttemptItem.attempt_id)
        .join(AttemptRow, AttemptRow.id == AttemptItem.attempt_id)
        .join(QuestionVersion, QuestionVersion.id == AttemptItem.version_id)
        .where(
            QuestionVersion.question_id == question_id,
            AttemptRow.finished_at.is_not(None),
            AttemptItem.outcome.is_not(None),
        )
        .distinct()
        .order_by(AttemptItem.attempt_id)
    ).all()
    for start in range(0, len(ids), AT_ONCE):
        part = ids[start : start + AT_ONCE]
        newest = {
            (row.attempt_id, row.position): row.outcome
            for row in session.scalars(
                select(AttemptMark).where(AttemptMark.attempt_id.in_(part)).order_by(AttemptMark.id)
            )
        }
        items = session.scalars(
            select(AttemptItem)
            .where(AttemptItem.attempt_id.in_(part))
            .order_by(AttemptItem.attempt_id, AttemptItem.position)
        ).all()
        known = versions(session, [item.version_id for item in items])
        by_attempt: dict[int, list[Answered]] = {}
        for item in items:
            by_attempt.setdefault(item.attempt_id, []).append(
                Answered(
                    position=item.position,
                    question=known[item.version_id],
                    answer=None if item.answer is None else answer_from(item.answer),
                    outcome=newest.get((item.attempt_id, item.position), item.outcome),
                    choice_order=tuple(item.choice_order),
                )
            )
        yield from by_attempt.items()


def _log(
    session: Session,
    question_id: str,
    what: Change,
    reason: str,
    account_id: int | None,
    now: dt.datetime,
    done: Remarked,
    changed: Sequence[_Changed],
) -> None:
    change = QuestionChange(
        question_id=question_id,
        what=what,
        reason=reason.strip(),
        account_id=account_id,
        changed_at=now,
        marks=done.marks,
        results=done.results,
    )
    session.add(change)
    session.flush()
    rows = [
        {
            "attempt_id": one.attempt_id,
            "position": one.position,
            "change_id": change.id,
            "outcome": one.mark.outcome,
            "share": one.mark.share,
            "marked_at": now,
        }
        for one in changed
    ]
    if rows:
        session.execute(insert(AttemptMark), rows)
