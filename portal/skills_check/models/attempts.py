"""Attempts and their items."""

import datetime as dt
from typing import Any

from sqlalchemy import JSON, Float, ForeignKey, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.skills_check.rules.attempts import Audience, Consent, Mode
from portal.skills_check.rules.marking import Outcome
from portal.storage.columns import TextEnum, UTCDateTime
from portal.storage.database import Base


class AttemptRow(Base):
    """An attempt, found by the hash of its random key. Nothing in it says whose it is.

    ``seed``: with it and ``plan`` (what was known when it began) every choice of questions can be drawn again.
    ``deadline_at``: none unless a recruiter set one. ``parent_id``: the attempt that a single question followed.
    """

    __tablename__ = "attempt"

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    key_hash: Mapped[str] = mapped_column(String(64), unique=True)
    started_at: Mapped[dt.datetime] = mapped_column(UTCDateTime, index=True)
    finished_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime, index=True)
    systems: Mapped[list[str]] = mapped_column(JSON)
    later: Mapped[list[str]] = mapped_column(JSON)
    consent: Mapped[Consent] = mapped_column(TextEnum(Consent))
    mode: Mapped[Mode] = mapped_column(TextEnum(Mode))
    audience: Mapped[Audience] = mapped_column(TextEnum(Audience))
    seed: Mapped[str] = mapped_column(String(32))
    plan: Mapped[dict[str, Any]] = mapped_column(JSON)
    deadline_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime, index=True)
    parent_id: Mapped[int | None] = mapped_column(Integer, index=True)


class AttemptItem(Base):
    """One question of an attempt, pinned when it is chosen: the version and the order of choices.

    ``sequence`` counts the answers kept; ``events`` names the sendings that brought them. ``why``: what the choice of
    this question followed from, where it was chosen by the answers before it.
    """

    __tablename__ = "attempt_item"

    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempt.id", ondelete="CASCADE"), primary_key=True)
    position: Mapped[int] = mapped_column(Integer, primary_key=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("question_version.id"))
    choice_order: Mapped[list[int]] = mapped_column(JSON)
    answer: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    outcome: Mapped[Outcome | None] = mapped_column(TextEnum(Outcome))
    share: Mapped[float | None] = mapped_column(Float)
    answered_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)
    sequence: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    events: Mapped[str] = mapped_column(Text, default="", server_default="")
    why: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))


class LateAnswer(Base):
    """An answer that came after the end: kept to be shown, never counted. The same sending is kept once."""

    __tablename__ = "late_answer"
    __table_args__ = (UniqueConstraint("attempt_id", "position", "event"),)

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempt.id", ondelete="CASCADE"))
    position: Mapped[int] = mapped_column(Integer)
    event: Mapped[str] = mapped_column(String(24))
    answer: Mapped[dict[str, Any]] = mapped_column(JSON)
    arrived_at: Mapped[dt.datetime] = mapped_column(UTCDateTime)


class AttemptMark(Base):
    """A mark given after the end, beside the first one. Insert-only; the newest counts."""

    __tablename__ = "attempt_mark"

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempt.id", ondelete="CASCADE"), index=True)
    position: Mapped[int] = mapped_column(Integer)
    change_id: Mapped[int] = mapped_column(ForeignKey("question_change.id"))
    outcome: Mapped[Outcome] = mapped_column(TextEnum(Outcome))
    share: Mapped[float] = mapped_column(Float)
    marked_at: Mapped[dt.datetime] = mapped_column(UTCDateTime)


class KeptAttempt(Base):
    """An attempt that its person asked to keep in their account: the one place where the two are joined."""

    __tablename__ = "kept_attempt"

    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempt.id", ondelete="CASCADE"), primary_key=True)
    account_id: Mapped[int] = mapped_column(Integer, index=True)
    key: Mapped[str] = mapped_column(String(60))
    kept_at: Mapped[dt.datetime] = mapped_column(UTCDateTime)
