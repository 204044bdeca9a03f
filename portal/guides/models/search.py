"""What search knows beside the guides themselves, and what it remembers of searches that led nowhere."""

import datetime as dt

from sqlalchemy import JSON, Date, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.storage.columns import UTCDateTime
from portal.storage.database import Base


class TopicRow(Base):
    """What the questions that lead to a guide are about. ``address``: system/slug of the guide."""

    __tablename__ = "guide_topic"

    address: Mapped[str] = mapped_column(String(200), primary_key=True)
    topics: Mapped[list[str]] = mapped_column(JSON)


class SynonymRow(Base):
    """The list of synonyms: one row. ``groups``: what search uses.

    ``agreed``: what file and list both held when they last agreed. ``file``: what the file holds where both were
    changed since and a person has to choose.
    """

    __tablename__ = "guide_synonyms"

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    groups: Mapped[list[list[str]]] = mapped_column(JSON)
    agreed: Mapped[list[list[str]] | None] = mapped_column(JSON(none_as_null=True))
    file: Mapped[list[list[str]] | None] = mapped_column(JSON(none_as_null=True))
    changed_at: Mapped[dt.datetime] = mapped_column(UTCDateTime)


class MissRow(Base):
    """A term that found nothing, a week. No person, no time: ``days`` tells on how many days of the week it was."""

    __tablename__ = "guide_search_miss"
    __table_args__ = (UniqueConstraint("term", "week"),)

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    term: Mapped[str] = mapped_column(String(80))
    week: Mapped[dt.date] = mapped_column(Date, index=True)
    count: Mapped[int] = mapped_column(Integer)
    days: Mapped[int] = mapped_column(Integer)
    last_day: Mapped[dt.date] = mapped_column(Date)


class WishRow(Base):
    """What somebody was looking for, in their own words, with e-mail addresses and numbers masked."""

    __tablename__ = "guide_wish"

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    week: Mapped[dt.date] = mapped_column(Date, index=True)
    text: Mapped[str] = mapped_column(String(500))
    system_key: Mapped[str | None] = mapped_column(String(80))
