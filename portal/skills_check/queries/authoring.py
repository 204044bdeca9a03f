"""Reading the bank as authors see it."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.skills_check.models.bank import (
    BankRun,
    QuestionEdit,
    QuestionFiguresRow,
    QuestionHome,
    QuestionImport,
    QuestionParameters,
)
from portal.skills_check.models.questions import QuestionRow, QuestionVersion
from portal.skills_check.queries.bank import versions
from portal.skills_check.rules.bank import Entry, Home, ImportGone, VersionLine, Way, differences
from portal.skills_check.rules.bank_figures import ChoiceFigures, QuestionFigures
from portal.skills_check.rules.changes import UnknownQuestionId
from portal.skills_check.rules.exchange import Format
from portal.skills_check.rules.questions import Picture, Question, question_from
from portal.skills_check.rules.statistics import Range


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingImport:
    """A file that waits to be confirmed."""

    key: str
    name: str
    kind: Format
    system: str
    skill: str
    data: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class LastRun:
    """When the figures were last worked out, and from how many attempts."""

    computed_at: dt.datetime
    attempts: int


def entries(session: Session, *, archived: bool = False) -> tuple[Entry, ...]:
    """Every question by id, with where it lives and how it performs. Two statements, where versions are remembered."""
    query = (
        select(QuestionRow, QuestionHome, QuestionFiguresRow, QuestionParameters)
        .outerjoin(QuestionHome, QuestionHome.question_id == QuestionRow.id)
        .outerjoin(QuestionFiguresRow, QuestionFiguresRow.question_id == QuestionRow.id)
        .outerjoin(QuestionParameters, QuestionParameters.question_id == QuestionRow.id)
        .order_by(QuestionRow.id)
    )
    if not archived:
        query = query.where(QuestionRow.archived_at.is_(None), QuestionRow.withdrawn_at.is_(None))
    rows = session.execute(query).all()
    wanted = [row[0].version_id for row in rows if row[0].version_id is not None]
    wanted += [row[1].offered_version_id for row in rows if row[1] and row[1].offered_version_id is not None]
    known = versions(session, wanted)
    return tuple(_entry(row[0], row[1], row[2], row[3], known) for row in rows if row[0].version_id in known)


def entry(session: Session, question_id: str) -> Entry:
    """One question, archived or not. Raises UnknownQuestionId."""
    query = (
        select(QuestionRow, QuestionHome, QuestionFiguresRow, QuestionParameters)
        .outerjoin(QuestionHome, QuestionHome.question_id == QuestionRow.id)
        .outerjoin(QuestionFiguresRow, QuestionFiguresRow.question_id == QuestionRow.id)
        .outerjoin(QuestionParameters, QuestionParameters.question_id == QuestionRow.id)
        .where(QuestionRow.id == question_id)
    )
    row = session.execute(query).first()
    if row is None or row[0].version_id is None:
        raise UnknownQuestionId(question_id)
    offered = row[1].offered_version_id if row[1] else None
    known = versions(session, [one for one in (row[0].version_id, offered) if one is not None])
    return _entry(row[0], row[1], row[2], row[3], known)


def _entry(
    row: QuestionRow,
    home: QuestionHome | None,
    figures: QuestionFiguresRow | None,
    parameters: QuestionParameters | None,
    known: Mapping[int, Question],
) -> Entry:
    version_id = row.version_id or 0
    own = figures if figures is not None and figures.version_id == version_id else None
    return Entry(
        question=known[version_id],
        version_id=version_id,
        home=_home(home),
        archived=row.archived_at is not None or row.withdrawn_at is not None,
        withdrawn=row.withdrawn_at is not None,
        offered=known.get(home.offered_version_id) if home and home.offered_version_id is not None else None,
        file_version_id=home.offered_version_id if home else None,
        figures=figures_from(own.figures) if own else None,
        flags=tuple(own.flags) if own else (),
        calibrated=parameters.b if parameters and parameters.version_id == version_id else None,
    )


def _home(home: QuestionHome | None) -> Home:
    if home is None:
        return Home.FILES
    if home.offered_version_id is not None:
        return Home.CONFLICT
    return Home.HERE if home.file_version_id is None else Home.CHANGED


def history(session: Session, question_id: str) -> tuple[VersionLine, ...]:
    """Every version of a question, newest first, each with what it changed."""
    query = (
        select(QuestionVersion, QuestionEdit)
        .outerjoin(QuestionEdit, QuestionEdit.version_id == QuestionVersion.id)
        .where(QuestionVersion.question_id == question_id)
        .order_by(QuestionVersion.id)
    )
    lines: list[VersionLine] = []
    for version, edit in session.execute(query):
        question = question_from(question_id, version.content)
        lines.append(
            VersionLine(
                id=version.id,
                question=question,
                created_at=version.created_at,
                way=edit.way if edit else Way.FILE,
                account_id=edit.account_id if edit else None,
                why=edit.why if edit else "",
                changes=differences(lines[-1].question, question) if lines else (),
            )
        )
    return tuple(reversed(lines))


def hashes(session: Session, system: str) -> frozenset[str]:
    """The hash of the version each question of a system has now."""
    query = (
        select(QuestionVersion.content_hash)
        .join(QuestionRow, QuestionRow.version_id == QuestionVersion.id)
        .where(QuestionRow.system_key == system)
    )
    return frozenset(session.scalars(query))


def known_questions(session: Session) -> Mapping[str, Question]:
    """Every question by id, archived ones too."""
    return {one.question.id: one.question for one in entries(session, archived=True)}


def known_pictures(questions: Iterable[Question]) -> Mapping[str, Picture]:
    """Pictures that are stored, by name."""
    return {one.picture.file: one.picture for one in questions if one.picture is not None}


def waiting_import(session: Session, key: str) -> WaitingImport:
    """A file that waits. Raises ImportGone."""
    row = session.get(QuestionImport, key)
    if row is None:
        raise ImportGone
    return WaitingImport(
        key=row.id, name=row.name, kind=row.format, system=row.system_key, skill=row.skill_key, data=row.data
    )


def last_run(session: Session) -> LastRun | None:
    """The newest working out of the figures."""
    row = session.scalar(select(BankRun).order_by(BankRun.id.desc()).limit(1))
    return None if row is None else LastRun(computed_at=row.computed_at, attempts=row.attempts)


def figures_from(stored: Mapping[str, Any]) -> QuestionFigures:
    """Figures from their stored form."""
    within = stored.get("discrimination_range")
    return QuestionFigures(
        **{
            **stored,
            "discrimination_range": Range(**within) if within else None,
            "choices": tuple(ChoiceFigures(**choice) for choice in stored.get("choices", ())),
        }
    )
