"""Working out how questions perform and how hard they are, and storing it apart from the answers."""

import dataclasses
import datetime as dt
from collections.abc import Mapping

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.skills_check.models.bank import BankRun, QuestionFiguresRow, QuestionParameters
from portal.skills_check.models.questions import QuestionRow
from portal.skills_check.queries.bank import versions
from portal.skills_check.queries.marks import Read, finished_since, read_attempts
from portal.skills_check.rules.bank_figures import flags, question_figures
from portal.skills_check.rules.calibration import ANCHOR_FROM, Parameters, calibrate
from portal.skills_check.rules.questions import Question

#: The figures are worked out again when so many new attempts have come.
NEW_ATTEMPTS = 20


def refresh_figures(session: Session, *, now: dt.datetime, calibrating: bool = True) -> bool:
    """Work the figures out again if 20 or more attempts have come since; whether it was done.

    ``calibrating``: False where the answers are a demonstration's, which say nothing about real people.
    """
    last = session.scalar(select(BankRun).order_by(BankRun.id.desc()).limit(1))
    if finished_since(session, last.until if last else None) < NEW_ATTEMPTS:
        return False
    work_out(session, now=now, calibrating=calibrating)
    return True


def work_out(session: Session, *, now: dt.datetime, calibrating: bool = True) -> int:
    """Work the figures out from every counted attempt that is stored; how many attempts there were."""
    read = read_attempts(session)
    if read.until is None:
        return 0
    known = versions(session, read.versions)
    current = {
        row.version_id: row.id for row in session.scalars(select(QuestionRow).where(QuestionRow.archived_at.is_(None)))
    }
    _store_figures(session, read, known, current, now=now)
    if calibrating:
        _store_parameters(session, read, known, current, now=now)
    session.add(BankRun(computed_at=now, until=read.until, attempts=read.attempts))
    session.flush()
    return read.attempts


def _store_figures(
    session: Session, read: Read, known: Mapping[int, Question], current: Mapping[int | None, str], *, now: dt.datetime
) -> None:
    rows = {row.question_id: row for row in session.scalars(select(QuestionFiguresRow))}
    for name, figures in question_figures(read.sittings).items():
        version_id = int(name)
        question_id = current.get(version_id)
        if question_id is None:
            continue
        right = [place for place, choice in enumerate(known[version_id].choices) if choice.right]
        row = rows.get(question_id)
        if row is None:
            row = QuestionFiguresRow(question_id=question_id)
            session.add(row)
        row.computed_at, row.version_id, row.attempts = now, version_id, figures.n
        row.figures, row.flags = dataclasses.asdict(figures), list(flags(figures, right))


def _store_parameters(
    session: Session, read: Read, known: Mapping[int, Question], current: Mapping[int | None, str], *, now: dt.datetime
) -> None:
    """Difficulties. What had 200 answers stays where it is; a changed text begins again at its author's level."""
    rows = {row.question_id: row for row in session.scalars(select(QuestionParameters))}
    held = [rows.get(current.get(one, "")) for one in read.versions]
    same = [row is not None and row.version_id == one for row, one in zip(held, read.versions, strict=True)]
    anchored = np.array(
        [row is not None and ok and row.anchored for row, ok in zip(held, same, strict=True)], dtype=bool
    )
    questions = [known[one] for one in read.versions]
    start = Parameters(
        a=np.array(
            [row.a if row and fixed else one.a for row, fixed, one in zip(held, anchored, questions, strict=True)]
        ),
        b=np.array(
            [row.b if row and fixed else one.b for row, fixed, one in zip(held, anchored, questions, strict=True)]
        ),
        c=np.array([one.c for one in questions]),
    )
    found = calibrate(start, read.answers, anchored=anchored)
    for place, version_id in enumerate(read.versions):
        question_id = current.get(version_id)
        answers = int(found.answers[place])
        if question_id is None or not answers:
            continue
        row = rows.get(question_id)
        if row is None:
            row = QuestionParameters(question_id=question_id)
            session.add(row)
        row.version_id, row.computed_at, row.answers = version_id, now, answers
        row.a, row.b = float(found.parameters.a[place]), float(found.parameters.b[place])
        row.anchored = bool(anchored[place]) or answers >= ANCHOR_FROM
