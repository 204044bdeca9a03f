"""Calls as counts a week or month, the mapping, previews that wait, and the history of imports."""

import datetime as dt

from sqlalchemy import Boolean, Date, ForeignKey, Integer, SmallInteger, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.desk_calls.rules.days import Granularity
from portal.desk_calls.rules.history import ImportWay, ReadingState
from portal.desk_calls.rules.mapping import WordKind
from portal.desk_calls.rules.marks import MarkKind
from portal.storage.columns import TextEnum, UTCDateTime
from portal.storage.database import Base


class DeskImport(Base):
    """One file that was stored. ``digest``: SHA-256 of the file, which itself is never kept.

    ``skipped``: rows left out by reason, as JSON.
    """

    __tablename__ = "desk_import"

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    at: Mapped[dt.datetime] = mapped_column(UTCDateTime, index=True)
    account_id: Mapped[int | None] = mapped_column(Integer)
    source: Mapped[str] = mapped_column(String(60))
    preset: Mapped[str] = mapped_column(String(60))
    digest: Mapped[str | None] = mapped_column(String(64))
    rows_read: Mapped[int] = mapped_column(Integer)
    rows_kept: Mapped[int] = mapped_column(Integer)
    rows_repeated: Mapped[int] = mapped_column(Integer)
    rows_skipped: Mapped[int] = mapped_column(Integer)
    calls: Mapped[int] = mapped_column(Integer)
    first_start: Mapped[dt.date] = mapped_column(Date)
    last_start: Mapped[dt.date] = mapped_column(Date)
    parts_new: Mapped[int] = mapped_column(Integer)
    parts_replaced: Mapped[int] = mapped_column(Integer)
    way: Mapped[ImportWay] = mapped_column(TextEnum(ImportWay))
    skipped: Mapped[str] = mapped_column(Text)
    undone_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)
    undone_by: Mapped[int | None] = mapped_column(Integer)


class DeskPart(Base):
    """A week or month of one source, or some days of a week. ``counted``: in figures although days are missing."""

    __tablename__ = "desk_part"
    __table_args__ = (UniqueConstraint("source", "granularity", "start", "days"),)

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    source: Mapped[str] = mapped_column(String(60))
    start: Mapped[dt.date] = mapped_column(Date, index=True)
    granularity: Mapped[Granularity] = mapped_column(TextEnum(Granularity))
    days: Mapped[int] = mapped_column(SmallInteger)
    counted: Mapped[bool] = mapped_column(Boolean)
    import_id: Mapped[int] = mapped_column(ForeignKey("desk_import.id"), index=True)


class DeskCount(Base):
    """A number of calls with the same labels in one part. ``guide``: the code of one that their closing notes name."""

    __tablename__ = "desk_count"

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    part_id: Mapped[int] = mapped_column(ForeignKey("desk_part.id", ondelete="CASCADE"), index=True)
    category: Mapped[str] = mapped_column(String(1000))
    call_type: Mapped[str | None] = mapped_column(String(120))
    closing_code: Mapped[str | None] = mapped_column(String(120))
    channel: Mapped[str | None] = mapped_column(String(120))
    directorate: Mapped[str | None] = mapped_column(String(120))
    guide: Mapped[str | None] = mapped_column(String(12))
    calls: Mapped[int] = mapped_column(Integer)


class DeskReplaced(Base):
    """A part as it was before an import took its place, for as long as that import can be undone.

    ``import_id``: the import that replaced it; ``from_import_id``: the one that had brought it. ``counts``: JSON.
    """

    __tablename__ = "desk_replaced"

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    import_id: Mapped[int] = mapped_column(ForeignKey("desk_import.id", ondelete="CASCADE"), index=True)
    from_import_id: Mapped[int] = mapped_column(Integer, index=True)
    source: Mapped[str] = mapped_column(String(60))
    start: Mapped[dt.date] = mapped_column(Date)
    granularity: Mapped[Granularity] = mapped_column(TextEnum(Granularity))
    days: Mapped[int] = mapped_column(SmallInteger)
    counted: Mapped[bool] = mapped_column(Boolean)
    counts: Mapped[str] = mapped_column(Text)


class DeskPreview(Base):
    """Counts that wait for a person to store or cancel them, or a file that is being read.

    ``preset``: YAML of the preset it was read with. ``columns``: the names of the file's columns, as JSON.
    ``problem``: why it can't be used, "" where it can. ``heard_at``: when its reading last made progress.
    """

    __tablename__ = "desk_preview"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    made_at: Mapped[dt.datetime] = mapped_column(UTCDateTime, index=True)
    readings: Mapped[str] = mapped_column(Text)
    state: Mapped[ReadingState] = mapped_column(TextEnum(ReadingState))
    source: Mapped[str] = mapped_column(String(60))
    preset: Mapped[str] = mapped_column(Text)
    columns: Mapped[str] = mapped_column(Text)
    problem: Mapped[str] = mapped_column(Text)
    rows_read: Mapped[int] = mapped_column(Integer)
    heard_at: Mapped[dt.datetime] = mapped_column(UTCDateTime)


class DeskPreset(Base):
    """A preset of the council's own, as YAML."""

    __tablename__ = "desk_preset"

    name: Mapped[str] = mapped_column(String(60), primary_key=True)
    yaml: Mapped[str] = mapped_column(Text)
    account_id: Mapped[int | None] = mapped_column(Integer)
    changed_at: Mapped[dt.datetime] = mapped_column(UTCDateTime)


class DeskFeed(Base):
    """How the pulls of one live feed went. ``stored_to``: the last day of which calls are stored.

    ``problem``: why the newest pull stopped, "" where it didn't.
    """

    __tablename__ = "desk_feed"

    source: Mapped[str] = mapped_column(String(60), primary_key=True)
    pulled_at: Mapped[dt.datetime] = mapped_column(UTCDateTime)
    stored_to: Mapped[dt.date | None] = mapped_column(Date)
    calls: Mapped[int] = mapped_column(Integer)
    problem: Mapped[str] = mapped_column(Text)


class DeskRule(Base):
    """A mapping row. ``category_key``: the category as it is compared. ``source`` "": any."""

    __tablename__ = "desk_rule"
    __table_args__ = (UniqueConstraint("source", "category_key", "valid_from"),)

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    source: Mapped[str] = mapped_column(String(60))
    category: Mapped[str] = mapped_column(String(400))
    category_key: Mapped[str] = mapped_column(String(800))
    valid_from: Mapped[dt.date] = mapped_column(Date)
    valid_to: Mapped[dt.date | None] = mapped_column(Date)
    system: Mapped[str] = mapped_column(String(80))
    call_type: Mapped[str | None] = mapped_column(String(80))
    skill: Mapped[str | None] = mapped_column(String(80))
    why: Mapped[str] = mapped_column(String(200))
    account_id: Mapped[int | None] = mapped_column(Integer)
    changed_at: Mapped[dt.datetime] = mapped_column(UTCDateTime)


class DeskWordRow(Base):
    """A row of one of the three small tables. ``word_key``: the word as it is compared. ``source`` "": any."""

    __tablename__ = "desk_word"
    __table_args__ = (UniqueConstraint("kind", "source", "word_key"),)

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    kind: Mapped[WordKind] = mapped_column(TextEnum(WordKind))
    source: Mapped[str] = mapped_column(String(60))
    word: Mapped[str] = mapped_column(String(400))
    word_key: Mapped[str] = mapped_column(String(800))
    meaning: Mapped[str] = mapped_column(String(80))


class DeskMark(Base):
    """Weeks that aren't like others. ``source``, ``category`` "": any. ``first_week``, ``last_week``: Mondays."""

    __tablename__ = "desk_mark"

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    source: Mapped[str] = mapped_column(String(60))
    category: Mapped[str] = mapped_column(String(1000))
    first_week: Mapped[dt.date] = mapped_column(Date)
    last_week: Mapped[dt.date] = mapped_column(Date)
    kind: Mapped[MarkKind] = mapped_column(TextEnum(MarkKind))
    why: Mapped[str] = mapped_column(String(200))
    account_id: Mapped[int | None] = mapped_column(Integer)
    changed_at: Mapped[dt.datetime] = mapped_column(UTCDateTime)
