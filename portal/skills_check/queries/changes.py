"""What was done to questions, and what people found wrong with them."""

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.skills_check.models.questions import QuestionChange, QuestionNote
from portal.skills_check.rules.changes import LoggedChange, Note


def open_notes(session: Session, question_id: str | None = None) -> Sequence[Note]:
    """Notes nobody has settled, newest first; of one question, or of all."""
    query = select(QuestionNote).where(QuestionNote.settled_at.is_(None)).order_by(QuestionNote.id.desc())
    if question_id is not None:
        query = query.where(QuestionNote.question_id == question_id)
    return tuple(
        Note(id=row.id, question=row.question_id, version_id=row.version_id, text=row.text, noted_on=row.noted_on)
        for row in session.scalars(query)
    )


def note_counts(session: Session) -> dict[str, int]:
    """Question → notes that nobody has settled; questions without any are missing."""
    query = (
        select(QuestionNote.question_id, func.count())
        .where(QuestionNote.settled_at.is_(None))
        .group_by(QuestionNote.question_id)
    )
    return {row[0]: row[1] for row in session.execute(query)}


def changes_of(session: Session, question_id: str) -> Sequence[LoggedChange]:
    """What was done to a question after it was answered, newest first."""
    query = select(QuestionChange).where(QuestionChange.question_id == question_id).order_by(QuestionChange.id.desc())
    return tuple(
        LoggedChange(
            what=row.what,
            reason=row.reason,
            account_id=row.account_id,
            changed_at=row.changed_at,
            marks=row.marks,
            results=row.results,
        )
        for row in session.scalars(query)
    )
