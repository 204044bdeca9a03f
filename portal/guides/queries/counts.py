"""How guides do, for their authors."""

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.guides.models.counts import AnswerCount, WatchCount
from portal.guides.models.library import GuideRow
from portal.guides.rules.counts import BINS, Doing, summed

#: A guide this young isn't called never watched.
NEW = dt.timedelta(weeks=4)

_Counted = tuple[str, int]


def how_guides_do(session: Session, *, since: dt.date, today: dt.date) -> tuple[Doing, ...]:
    """Every published guide by title, with the counts of all its versions from the week of ``since`` on."""
    watched, answered = _watched(session, since=since), _answered(session, since=since)
    query = select(
        GuideRow.code, GuideRow.system_key, GuideRow.slug, GuideRow.title, GuideRow.version, GuideRow.published
    )
    rows = session.execute(query.where(GuideRow.archived_at.is_(None)).order_by(GuideRow.title, GuideRow.code))
    found = []
    for row in rows:
        plays = [one for (code, _), one in watched.items() if code == row.code]
        answers = [one for (code, _), one in answered.items() if code == row.code]
        yes, partly, no = (sum(one[index] for one in answers) for index in range(3))
        found.append(
            Doing(
                code=row.code,
                system=row.system_key,
                slug=row.slug,
                title=row.title,
                version=row.version,
                plays=sum(count for count, _ in plays),
                bins=summed(bins for _, bins in plays),
                yes=yes,
                partly=partly,
                no=no,
                new=row.published > today - NEW,
            )
        )
    return tuple(found)


def versions_of(session: Session, code: str, *, since: dt.date) -> tuple[Doing, ...]:
    """A guide's counts by version, newest first; without versions that have none. Empty for an unknown code."""
    row = session.execute(
        select(GuideRow.system_key, GuideRow.slug, GuideRow.title).where(GuideRow.code == code)
    ).first()
    if row is None:
        return ()
    watched = {version: one for (of, version), one in _watched(session, since=since, code=code).items() if of == code}
    answered = {version: one for (of, version), one in _answered(session, since=since, code=code).items() if of == code}
    found = []
    for version in sorted({*watched, *answered}, reverse=True):
        plays, bins = watched.get(version, (0, (0,) * BINS))
        yes, partly, no = answered.get(version, (0, 0, 0))
        found.append(
            Doing(
                code=code,
                system=row.system_key,
                slug=row.slug,
                title=row.title,
                version=version,
                plays=plays,
                bins=bins,
                yes=yes,
                partly=partly,
                no=no,
            )
        )
    return tuple(found)


def _watched(
    session: Session, *, since: dt.date, code: str | None = None
) -> Mapping[_Counted, tuple[int, tuple[int, ...]]]:
    query = select(WatchCount).where(WatchCount.week >= since)
    rows: dict[_Counted, list[WatchCount]] = defaultdict(list)
    for row in session.scalars(query if code is None else query.where(WatchCount.code == code)):
        rows[row.code, row.version].append(row)
    return {key: (sum(row.plays for row in some), summed(row.bins for row in some)) for key, some in rows.items()}


def _answered(session: Session, *, since: dt.date, code: str | None = None) -> Mapping[_Counted, tuple[int, int, int]]:
    sums = (func.sum(AnswerCount.yes), func.sum(AnswerCount.partly), func.sum(AnswerCount.no))
    query = (
        select(AnswerCount.code, AnswerCount.version, *sums)
        .where(AnswerCount.week >= since)
        .group_by(AnswerCount.code, AnswerCount.version)
    )
    rows = session.execute(query if code is None else query.where(AnswerCount.code == code))
    return {(row[0], row[1]): (int(row[2]), int(row[3]), int(row[4])) for row in rows}
