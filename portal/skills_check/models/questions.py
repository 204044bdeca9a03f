"""Questions and their versions."""

import datetime as dt
from typing import Any

from sqlalchemy import JSON, Date, ForeignKey, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.skills_check.rules.changes import Change
from portal.storage.columns import TextEnum, UTCDateTime
from portal.storage.database import Base


class QuestionRow(Base):
    """A question and its newest version. Archived when its file is gone, never deleted.

    Withdrawn when it is broken: it is asked no more until its text changes.
    """

    __tablename__ = "question"

    id: Mapped[str] = mapped_column(String(120), primary_key=True)
    system_key: Mapped[str] = mapped_column(String(80), index=True)
    skill_key: Mapped[str] = mapped_column(String(80))
    version_id: Mapped[int | None] = mapped_column(Integer)
    archived_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)
    withdrawn_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)


class QuestionVersion(Base):
    """One text of a question. Insert-only: attempts are marked by the version they showed."""

    __tablename__ = "question_version"
    __table_args__ = (UniqueConstraint("question_id", "content_hash"),)

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    question_id: Mapped[str] = mapped_column(ForeignKey("question.id"))
    content_hash: Mapped[str] = mapped_column(String(64))
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    created_at: Mapped[dt.datetime] = mapped_column(UTCDateTime)


class QuestionChange(Base):
    """The log of what was done to a question after it had been answered. Insert-only.

    ``marks`` and ``results``: how many marks and results it changed; never whose.
    """

    __tablename__ = "question_change"

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    question_id: Mapped[str] = mapped_column(ForeignKey("question.id"), index=True)
    what: Mapped[Change] = mapped_column(TextEnum(Change))
    reason: Mapped[str] = mapped_column(Text)
    account_id: Mapped[int | None] = mapped_column(Integer)
    changed_at: Mapped[dt.datetime] = mapped_column(UTCDateTime)
    marks: Mapped[int] = mapped_column(Integer)
    results: Mapped[int] = mapped_column(Integer)


class QuestionNote(Base):
    """Something is wrong with a question, says a person who met it. No attempt, no time of day: nobody is named."""

    __tablename__ = "question_note"

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    question_id: Mapped[str] = mapped_column(ForeignKey("question.id"), index=True)
    version_id: Mapped[int] = mapped_column(Integer)
    text: Mapped[str] = mapped_column(Text)
    noted_on: Mapped[dt.date] = mapped_column(Date)
    settled_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)
