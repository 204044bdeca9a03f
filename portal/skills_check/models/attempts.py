"""Attempts and their items."""

import datetime as dt
from typing import Any

from sqlalchemy import JSON, Float, ForeignKey, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.skills_check.rules.attempts import Consent
from portal.skills_check.rules.marking import Outcome
from portal.storage.columns import TextEnum, UTCDateTime
from portal.storage.database import Base


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
