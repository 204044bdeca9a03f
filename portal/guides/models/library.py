"""Guides as they are published."""

import datetime as dt
from typing import Any

from sqlalchemy import JSON, Boolean, Date, Float, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.storage.columns import UTCDateTime
from portal.storage.database import Base


class GuideRow(Base):
    """A guide. A guide whose files are gone is archived, never deleted: its code is never given again.

    ``agreed_hash``: what folder and library both held when they last agreed; empty for a guide made in the browser
    that was never in a folder. ``recording``: public id of the recording its video was made of, with the edition of
    the edits that was published; empty for a video from a folder. ``moved_to``: code of the guide that takes the
    readers of an archived one.
    """

    __tablename__ = "guide"
    __table_args__ = (UniqueConstraint("system_key", "slug"),)

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    code: Mapped[str] = mapped_column(String(10), unique=True)
    system_key: Mapped[str] = mapped_column(String(80))
    slug: Mapped[str] = mapped_column(String(120))
    title: Mapped[str] = mapped_column(String(120))
    summary: Mapped[str] = mapped_column(Text)
    skills: Mapped[list[str]] = mapped_column(JSON)
    owner: Mapped[str] = mapped_column(String(120))
    published: Mapped[dt.date] = mapped_column(Date)
    reviewed: Mapped[dt.date] = mapped_column(Date)
    review_every: Mapped[int] = mapped_column(Integer)
    captions_reviewed: Mapped[dt.date] = mapped_column(Date)
    changed: Mapped[str] = mapped_column(Text)
    silent: Mapped[bool] = mapped_column(Boolean)
    also: Mapped[list[str]] = mapped_column(JSON)
    steps: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    cues: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    seconds: Mapped[float] = mapped_column(Float)
    version: Mapped[int] = mapped_column(Integer)
    recording: Mapped[str | None] = mapped_column(String(64))
    recording_edition: Mapped[int | None] = mapped_column(Integer)
    agreed_hash: Mapped[str | None] = mapped_column(String(64))
    moved_to: Mapped[str | None] = mapped_column(String(10))
    archived_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)


class GuideMedia(Base):
    """A file that a guide shows; ``digest`` finds it in the file store.

    ``role``: video, captions, poster, or video-1 and so on: smaller files of the same video, best first.
    """

    __tablename__ = "guide_media"

    guide_id: Mapped[int] = mapped_column(Integer, primary_key=True)
    role: Mapped[str] = mapped_column(String(20), primary_key=True)
    digest: Mapped[str] = mapped_column(String(64), index=True)
    name: Mapped[str] = mapped_column(String(120))
    mimetype: Mapped[str] = mapped_column(String(60))
    size: Mapped[int] = mapped_column(Integer)
