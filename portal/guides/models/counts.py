"""What is counted of guides: by version and week, never by person, and with no time of day."""

import datetime as dt

from sqlalchemy import JSON, Date, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.storage.database import Base


class AnswerCount(Base):
    """Answers to “Did this answer your question?”."""

    __tablename__ = "guide_answer_count"
    __table_args__ = (UniqueConstraint("code", "version", "week"),)

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    code: Mapped[str] = mapped_column(String(10))
    version: Mapped[int] = mapped_column(Integer)
    week: Mapped[dt.date] = mapped_column(Date, index=True)
    yes: Mapped[int] = mapped_column(Integer)
    partly: Mapped[int] = mapped_column(Integer)
    no: Mapped[int] = mapped_column(Integer)


class WatchCount(Base):
    """How often a video was played, and each twentieth of it. ``bins``: 20 counts from the start to the end."""

    __tablename__ = "guide_watch_count"
    __table_args__ = (UniqueConstraint("code", "version", "week"),)

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    code: Mapped[str] = mapped_column(String(10))
    version: Mapped[int] = mapped_column(Integer)
    week: Mapped[dt.date] = mapped_column(Date, index=True)
    plays: Mapped[int] = mapped_column(Integer)
    bins: Mapped[list[int]] = mapped_column(JSON)
