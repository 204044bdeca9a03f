"""Recordings and the files made of them."""

import datetime as dt
from typing import Any

from sqlalchemy import JSON, Boolean, Float, ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.guides.rules.recordings import OutputKind, RecordingState
from portal.storage.columns import TextEnum, UTCDateTime
from portal.storage.database import Base


class RecordingRow(Base):
    """One uploaded or recorded video. ``edition`` goes up with each edit; files belong to one edition."""

    __tablename__ = "recording"

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    public_id: Mapped[str] = mapped_column(String(32), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    account_id: Mapped[int | None] = mapped_column(Integer, index=True)
    made_at: Mapped[dt.datetime] = mapped_column(UTCDateTime)
    touched_at: Mapped[dt.datetime] = mapped_column(UTCDateTime)
    growing: Mapped[bool] = mapped_column(Boolean)
    declared_bytes: Mapped[int | None] = mapped_column(Integer)
    received_bytes: Mapped[int] = mapped_column(Integer)
    state: Mapped[RecordingState] = mapped_column(TextEnum(RecordingState))
    reason: Mapped[str | None] = mapped_column(String(300))
    refused: Mapped[bool] = mapped_column(Boolean)
    original_digest: Mapped[str | None] = mapped_column(String(64))
    seconds: Mapped[float] = mapped_column(Float)
    width: Mapped[int] = mapped_column(Integer)
    height: Mapped[int] = mapped_column(Integer)
    has_audio: Mapped[bool] = mapped_column(Boolean)
    edits: Mapped[dict[str, Any]] = mapped_column(JSON)
    edition: Mapped[int] = mapped_column(Integer)
    poster_at: Mapped[float | None] = mapped_column(Float)


class RecordingFile(Base):
    """A file made of a recording; ``digest`` finds it in the file store. ``at``: the second of a still.

    ``seconds`` is the length of what the file shows, 0 for a still.
    """

    __tablename__ = "recording_file"
    __table_args__ = (Index("ix_recording_file_recording_id", "recording_id"),)

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    recording_id: Mapped[int] = mapped_column(ForeignKey("recording.id"))
    edition: Mapped[int] = mapped_column(Integer)
    kind: Mapped[OutputKind] = mapped_column(TextEnum(OutputKind))
    at: Mapped[float | None] = mapped_column(Float)
    in_strip: Mapped[bool] = mapped_column(Boolean)
    seconds: Mapped[float] = mapped_column(Float)
    digest: Mapped[str] = mapped_column(String(64), index=True)
    name: Mapped[str] = mapped_column(String(120))
    mimetype: Mapped[str] = mapped_column(String(80))
    size: Mapped[int] = mapped_column(Integer)
