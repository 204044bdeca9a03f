"""Guides in writing."""

import datetime as dt
from typing import Any

from sqlalchemy import JSON, Boolean, Date, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from portal.storage.columns import UTCDateTime
from portal.storage.database import Base


class DraftRow(Base):
    """A draft. A discarded one keeps its row: its code is never given again, and it can be brought back."""

    __tablename__ = "guide_draft"

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    code: Mapped[str] = mapped_column(String(10), unique=True)
    base_version: Mapped[int | None] = mapped_column(Integer)
    system_key: Mapped[str] = mapped_column(String(80))
    title: Mapped[str] = mapped_column(String(120))
    summary: Mapped[str] = mapped_column(Text)
    skills: Mapped[list[str]] = mapped_column(JSON)
    owner: Mapped[str] = mapped_column(String(120))
    review_every: Mapped[int | None] = mapped_column(Integer)
    silent: Mapped[bool] = mapped_column(Boolean)
    also: Mapped[list[str]] = mapped_column(JSON)
    changed: Mapped[str] = mapped_column(Text)
    steps: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    cues: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    captions_reviewed: Mapped[dt.date | None] = mapped_column(Date)
    captions_note: Mapped[str] = mapped_column(Text)
    recording: Mapped[str | None] = mapped_column(String(64))
    removed: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    next_id: Mapped[int] = mapped_column(Integer)
    created_at: Mapped[dt.datetime] = mapped_column(UTCDateTime)
    changed_at: Mapped[dt.datetime] = mapped_column(UTCDateTime)
    discarded_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)
