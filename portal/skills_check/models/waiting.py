"""Answers that wait to be counted."""

import datetime as dt
from typing import Any

from sqlalchemy import JSON, Date, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.storage.database import Base


class WaitingSet(Base):
    """One person's consented answers about one system, until a release closes them.

    ``person``: keyed hash of account, browser or sitting. ``attempt``: keyed hash of the attempt's key, so that the
    person can take the answers back. Neither outlives the release.
    """

    __tablename__ = "waiting_set"

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    person: Mapped[str] = mapped_column(String(64), index=True)
    attempt: Mapped[str | None] = mapped_column(String(64), index=True)
    directorate_key: Mapped[str | None] = mapped_column(String(80))
    system_key: Mapped[str] = mapped_column(String(80))
    answered_on: Mapped[dt.date] = mapped_column(Date, index=True)
    answers: Mapped[list[list[Any]]] = mapped_column(JSON)
