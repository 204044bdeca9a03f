"""Questions, attempts, and the answers that wait to be counted."""

import datetime as dt
from typing import Any

from sqlalchemy import JSON, Date, Float, ForeignKey, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.skills_check.rules.attempts import Consent
from portal.skills_check.rules.marking import Outcome
from portal.storage.columns import TextEnum, UTCDateTime
from portal.storage.database import Base


class QuestionRow(Base):
    """A question and its newest version. Archived when its file is gone, never deleted."""

    __tablename__ = "question"

    id: Mapped[str] = mapped_column(String(120), primary_key=True)
    system_key: Mapped[str] = mapped_column(String(80), index=True)
    skill_key: Mapped[str] = mapped_column(String(80))
    version_id: Mapped[int | None] = mapped_column(Integer)
    archived_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)


class QuestionVersion(Base):
    """One text of a question. Insert-only: attempts are marked by the version they showed."""

    __tablename__ = "question_version"
    __table_args__ = (UniqueConstraint("question_id", "content_hash"),)

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    question_id: Mapped[str] = mapped_column(ForeignKey("question.id"))
    content_hash: Mapped[str] = mapped_column(String(64))
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    created_at: Mapped[dt.datetime] = mapped_column(UTCDateTime)


class AttemptRow(Base):
    """An attempt, found by the hash of its random key. Nothing in it says whose it is."""

    __tablename__ = "attempt"

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    key_hash: Mapped[str] = mapped_column(String(64), unique=True)
    started_at: Mapped[dt.datetime] = mapped_column(UTCDateTime, index=True)
    finished_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime, index=True)
    systems: Mapped[list[str]] = mapped_column(JSON)
    later: Mapped[list[str]] = mapped_column(JSON)
    consent: Mapped[Consent] = mapped_column(TextEnum(Consent))


class AttemptItem(Base):
    """One question of an attempt, pinned at its start: the version and the order of choices."""

    __tablename__ = "attempt_item"

    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempt.id", ondelete="CASCADE"), primary_key=True)
    position: Mapped[int] = mapped_column(Integer, primary_key=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("question_version.id"))
    choice_order: Mapped[list[int]] = mapped_column(JSON)
    answer: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    outcome: Mapped[Outcome | None] = mapped_column(TextEnum(Outcome))
    share: Mapped[float | None] = mapped_column(Float)
    answered_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)


class WaitingSet(Base):
    """One person's consented answers about one system, until a release closes them.

    ``person``: keyed hash of account, browser or sitting. ``attempt``: keyed hash of the attempt's key, so that the
    person can take the answers back. Neither outlives the release.
    """

    __tablename__ = "waiting_set"

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    person: Mapped[str] = mapped_column(String(64), index=True)
    attempt: Mapped[str | None] = mapped_column(String(64), index=True)
    directorate_key: Mapped[str | None] = mapped_column(String(80))
    system_key: Mapped[str] = mapped_column(String(80))
    answered_on: Mapped[dt.date] = mapped_column(Date, index=True)
    answers: Mapped[list[list[Any]]] = mapped_column(JSON)
