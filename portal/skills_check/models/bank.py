"""What the bank knows beside the questions: where they live, who changed them and why, how they perform."""

import datetime as dt
from typing import Any

from sqlalchemy import JSON, Boolean, Float, ForeignKey, Integer, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from portal.skills_check.rules.bank import Way
from portal.skills_check.rules.exchange import Format
from portal.storage.columns import TextEnum, UTCDateTime
from portal.storage.database import Base


class QuestionHome(Base):
    """A question that was written or changed on a page; one without a row lives in the files alone.

    ``file_version_id``: the version the files held when it was changed, None where they never had it.
    ``offered_version_id``: what the files say now, where that differs from both and nobody has decided yet.
    """

    __tablename__ = "question_home"

    question_id: Mapped[str] = mapped_column(ForeignKey("question.id"), primary_key=True)
    file_version_id: Mapped[int | None] = mapped_column(Integer)
    offered_version_id: Mapped[int | None] = mapped_column(Integer)


class QuestionEdit(Base):
    """Who brought a version in, how and why. Insert-only, like the version."""

    __tablename__ = "question_edit"

    version_id: Mapped[int] = mapped_column(ForeignKey("question_version.id"), primary_key=True)
    way: Mapped[Way] = mapped_column(TextEnum(Way))
    account_id: Mapped[int | None] = mapped_column(Integer)
    why: Mapped[str] = mapped_column(Text)


class QuestionFiguresRow(Base):
    """How one question performs, as last worked out."""

    __tablename__ = "question_figures"

    question_id: Mapped[str] = mapped_column(ForeignKey("question.id"), primary_key=True)
    computed_at: Mapped[dt.datetime] = mapped_column(UTCDateTime)
    version_id: Mapped[int] = mapped_column(Integer)
    attempts: Mapped[int] = mapped_column(Integer)
    figures: Mapped[dict[str, Any]] = mapped_column(JSON)
    flags: Mapped[list[str]] = mapped_column(JSON)


class QuestionParameters(Base):
    """How hard a question turned out to be. ``anchored``: enough answers; it moves no more."""

    __tablename__ = "question_parameters"

    question_id: Mapped[str] = mapped_column(ForeignKey("question.id"), primary_key=True)
    version_id: Mapped[int] = mapped_column(Integer)
    a: Mapped[float] = mapped_column(Float)
    b: Mapped[float] = mapped_column(Float)
    answers: Mapped[int] = mapped_column(Integer)
    anchored: Mapped[bool] = mapped_column(Boolean)
    computed_at: Mapped[dt.datetime] = mapped_column(UTCDateTime)


class BankRun(Base):
    """One working out of the figures. ``until``: end of the newest attempt in them."""

    __tablename__ = "bank_run"

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    computed_at: Mapped[dt.datetime] = mapped_column(UTCDateTime)
    until: Mapped[dt.datetime] = mapped_column(UTCDateTime)
    attempts: Mapped[int] = mapped_column(Integer)


class QuestionImport(Base):
    """A file that waits for its import to be confirmed, for a day."""

    __tablename__ = "question_import"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    account_id: Mapped[int | None] = mapped_column(Integer)
    name: Mapped[str] = mapped_column(String(200))
    format: Mapped[Format] = mapped_column(TextEnum(Format))
    system_key: Mapped[str] = mapped_column(String(80))
    skill_key: Mapped[str] = mapped_column(String(80))
    data: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[dt.datetime] = mapped_column(UTCDateTime)
