"""Counting: which version, which week, which answer; never who."""

import datetime as dt
from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.core.periods import monday_of
from portal.guides.models.counts import AnswerCount, WatchCount
from portal.guides.models.library import GuideRow
from portal.guides.rules.counts import BINS, Verdict, added
from portal.guides.rules.library import UnknownGuide


def count_answer(session: Session, system: str, slug: str, verdict: Verdict, *, today: dt.date) -> None:
    """One more answer about the version that is published. Raises UnknownGuide."""
    code, version = _published(session, system, slug)
    week = monday_of(today)
    query = select(AnswerCount).where(
        AnswerCount.code == code, AnswerCount.version == version, AnswerCount.week == week
    )
    row = session.scalar(query.with_for_update())
    if row is None:
        row = AnswerCount(code=code, version=version, week=week, yes=0, partly=0, no=0)
        session.add(row)
    setattr(row, verdict.value, getattr(row, verdict.value) + 1)
    session.flush()


def count_watching(
    session: Session, system: str, slug: str, reached: Collection[int], *, is_new: bool, today: dt.date
) -> None:
    """More of a video was played: the bins reached since it was last told; ``is_new``: it is told for the first time.

    Raises UnknownGuide.
    """
    code, version = _published(session, system, slug)
    week = monday_of(today)
    query = select(WatchCount).where(WatchCount.code == code, WatchCount.version == version, WatchCount.week == week)
    row = session.scalar(query.with_for_update())
    if row is None:
        row = WatchCount(code=code, version=version, week=week, plays=0, bins=[0] * BINS)
        session.add(row)
    row.plays += is_new
    row.bins = added(row.bins, reached)
    session.flush()


def _published(session: Session, system: str, slug: str) -> tuple[str, int]:
    query = select(GuideRow.code, GuideRow.version).where(
        GuideRow.system_key == system, GuideRow.slug == slug, GuideRow.archived_at.is_(None)
    )
    found = session.execute(query).first()
    if found is None:
        raise UnknownGuide(system, slug)
    return found.code, found.version
