"""Published versions, and guides that files and browser both changed."""

import datetime as dt
from typing import Any

from sqlalchemy import JSON, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.guides.rules.versions import Origin
from portal.storage.columns import TextEnum, UTCDateTime
from portal.storage.database import Base


class VersionRow(Base):
    """A version as it was published: everything a guide says; its files are in ``guide_version_file``."""

    __tablename__ = "guide_version"
    __table_args__ = (UniqueConstraint("code", "number"),)

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    code: Mapped[str] = mapped_column(String(10))
    number: Mapped[int] = mapped_column(Integer)
    published_at: Mapped[dt.datetime] = mapped_column(UTCDateTime)
    account_id: Mapped[int | None] = mapped_column(Integer)
    origin: Mapped[Origin] = mapped_column(TextEnum(Origin))
    content: Mapped[dict[str, Any]] = mapped_column(JSON)


class VersionFile(Base):
    """A file of a published version, kept for going back to it."""

    __tablename__ = "guide_version_file"

    version_id: Mapped[int] = mapped_column(Integer, primary_key=True)
    role: Mapped[str] = mapped_column(String(20), primary_key=True)
    digest: Mapped[str] = mapped_column(String(64), index=True)
    name: Mapped[str] = mapped_column(String(120))
    mimetype: Mapped[str] = mapped_column(String(60))
    size: Mapped[int] = mapped_column(Integer)


class ConflictRow(Base):
    """A guide that files and browser both changed. ``content`` empty: the folder is gone."""

    __tablename__ = "guide_conflict"

    code: Mapped[str] = mapped_column(String(10), primary_key=True)
    found_at: Mapped[dt.datetime] = mapped_column(UTCDateTime)
    content: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
