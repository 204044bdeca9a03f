"""Questions and their versions."""

import datetime as dt
from typing import Any

from sqlalchemy import JSON, ForeignKey, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.storage.columns import UTCDateTime
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
