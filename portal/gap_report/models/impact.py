"""What was expected beforehand, and design problems with their fixes."""

import datetime as dt
from typing import Any

from sqlalchemy import JSON, Date, Float, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.gap_report.rules.impact.interventions import Kind
from portal.storage.columns import TextEnum, UTCDateTime
from portal.storage.database import Base


class ExpectationRow(Base):
    """Said beforehand, and locked: insert-only. ``categories``: [source, path] pairs."""

    __tablename__ = "impact_expectation"
    __table_args__ = (UniqueConstraint("kind", "code"),)

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    kind: Mapped[Kind] = mapped_column(TextEnum(Kind))
    code: Mapped[str] = mapped_column(String(40))
    categories: Mapped[list[Any]] = mapped_column(JSON)
    fall: Mapped[float] = mapped_column(Float)
    by_day: Mapped[dt.date] = mapped_column(Date)
    said_at: Mapped[dt.datetime] = mapped_column(UTCDateTime)
    account_id: Mapped[int | None] = mapped_column(Integer)


class DesignCardRow(Base):
    """A place in a system that makes people call. ``categories``: [source, path] pairs."""

    __tablename__ = "design_card"

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    title: Mapped[str] = mapped_column(String(120))
    system: Mapped[str] = mapped_column(String(80), index=True)
    screen: Mapped[str] = mapped_column(String(200))
    evidence: Mapped[str] = mapped_column(Text)
    suggestion: Mapped[str] = mapped_column(Text)
    owner: Mapped[str] = mapped_column(String(120))
    categories: Mapped[list[Any]] = mapped_column(JSON)
    raised_on: Mapped[dt.date] = mapped_column(Date)
    fixed_on: Mapped[dt.date | None] = mapped_column(Date)
    changed_at: Mapped[dt.datetime] = mapped_column(UTCDateTime)
    account_id: Mapped[int | None] = mapped_column(Integer)
