"""Releases and their atoms, and how long answer sets have waited. Releases and atoms are insert-only."""

import datetime as dt

from sqlalchemy import JSON, ForeignKey, Integer, String, event
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Mapped, Mapper, mapped_column, relationship

from portal.evidence.rules.atoms import Audience
from portal.storage.columns import TextEnum, UTCDateTime
from portal.storage.database import Base


class StoredRelease(Base):
    """One release. Months as ``2026-01``."""

    __tablename__ = "evidence_release"

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    title: Mapped[str] = mapped_column(String(100), unique=True)
    first_month: Mapped[str] = mapped_column(String(7))
    last_month: Mapped[str] = mapped_column(String(7))
    closed_at: Mapped[dt.datetime] = mapped_column(UTCDateTime)


class StoredAtom(Base):
    """The figures of one closed queue; ``expected`` holds 11 numbers."""

    __tablename__ = "evidence_atom"

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    release_id: Mapped[int] = mapped_column(ForeignKey("evidence_release.id"), index=True)
    audience: Mapped[Audience] = mapped_column(TextEnum(Audience))
    directorate: Mapped[str | None] = mapped_column(String(100))
    system: Mapped[str] = mapped_column(String(100))
    people: Mapped[int] = mapped_column(Integer)
    answers: Mapped[int] = mapped_column(Integer)
    correct: Mapped[int] = mapped_column(Integer)
    sum_xx: Mapped[int] = mapped_column(Integer)
    sum_xm: Mapped[int] = mapped_column(Integer)
    sum_mm: Mapped[int] = mapped_column(Integer)
    below: Mapped[int] = mapped_column(Integer)
    expected: Mapped[list[float]] = mapped_column(JSON)
    skills: Mapped[list["StoredSkillVector"]] = relationship(order_by="StoredSkillVector.skill", lazy="raise")


class StoredSkillVector(Base):
    """The part of an atom that belongs to one skill."""

    __tablename__ = "evidence_atom_skill"

    atom_id: Mapped[int] = mapped_column(ForeignKey("evidence_atom.id"), primary_key=True)
    skill: Mapped[str] = mapped_column(String(100), primary_key=True)
    people: Mapped[int] = mapped_column(Integer)
    answers: Mapped[int] = mapped_column(Integer)
    correct: Mapped[int] = mapped_column(Integer)
    sum_xx: Mapped[int] = mapped_column(Integer)
    sum_xm: Mapped[int] = mapped_column(Integer)
    sum_mm: Mapped[int] = mapped_column(Integer)
    expected: Mapped[list[float]] = mapped_column(JSON)


class SetAge(Base):
    """At how many releases an answer set was looked at and left waiting. Gone as soon as the set closes."""

    __tablename__ = "evidence_set_age"

    set_id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    releases: Mapped[int] = mapped_column(Integer)


def _refuse_change(_: Mapper[Base], __: Connection, target: Base) -> None:
    raise TypeError(f"{type(target).__name__} is insert-only: a release never changes")


for _table in (StoredRelease, StoredAtom, StoredSkillVector):
    event.listen(_table, "before_update", _refuse_change)
    event.listen(_table, "before_delete", _refuse_change)
