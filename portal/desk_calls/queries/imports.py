"""Reads of what was imported: previews, past imports, what an import would do."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.desk_calls.models import DeskCount, DeskPart
from portal.desk_calls.queries.mapping import mapping_rules
from portal.desk_calls.queries.series import Period, month_of_start, weeks_of
from portal.desk_calls.rules.days import Granularity, parts_replaced
from portal.desk_calls.rules.imports import (
    CallLabels,
    CallsPart,
    ImportedCounts,
    ImportOutcome,
    PartFate,
    StoredPart,
    WeeksAndMonths,
)
from portal.desk_calls.rules.mapping import CallMap


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedPart:
    """What storing one part of a file comes to. ``replaces``: ids of stored parts it takes the place of."""

    part: CallsPart
    fate: PartFate
    replaces: tuple[int, ...]


def sources(session: Session) -> tuple[str, ...]:
    """The names of the sources that have calls."""
    return tuple(session.scalars(select(DeskPart.source).distinct().order_by(DeskPart.source)))


def guides_named(session: Session, *, since: dt.date) -> tuple[tuple[str, int], ...]:
    """(code, calls) of guides that closing notes named in weeks and months from a day on, most first."""
    calls = func.sum(DeskCount.calls)
    query = (
        select(DeskCount.guide, calls)
        .join(DeskPart)
        .where(DeskCount.guide.is_not(None), DeskPart.start >= since)
        .group_by(DeskCount.guide)
        .order_by(calls.desc(), DeskCount.guide)
    )
    return tuple((str(code), int(number)) for code, number in session.execute(query))


def known_categories(session: Session, source: str) -> frozenset[str]:
    """Every category path that this source has had."""
    query = select(DeskCount.category).join(DeskPart).where(DeskPart.source == source).distinct()
    return frozenset(session.scalars(query))


def unmapped_share(session: Session, counts: ImportedCounts) -> float:
    """The share of a file's calls, 0 to 1, that no rule maps in its week; 0 for a file without calls."""
    call_map = CallMap(mapping_rules(session), ())
    every = unmapped = 0
    for part in counts.parts:
        monday = weeks_of((part.granularity, part.start))[0]
        for count in part.counts:
            every += count.calls
            if call_map.rule_for(counts.source, count.labels.category, monday) is None:
                unmapped += count.calls
    return unmapped / every if every else 0.0


def outcome(session: Session, counts: ImportedCounts) -> ImportOutcome:
    """What storing these counts would change. Raises WeeksAndMonths."""
    return outcome_of(counts, plan(session, counts))


def outcome_of(counts: ImportedCounts, planned: Iterable[PlannedPart]) -> ImportOutcome:
    """A plan in the form in which people hear of it."""
    parts = tuple(StoredPart(start=one.part.start, granularity=one.part.granularity, fate=one.fate) for one in planned)
    return ImportOutcome(source=counts.source, parts=parts, calls=counts.calls)


def plan(session: Session, counts: ImportedCounts) -> tuple[PlannedPart, ...]:
    """What becomes of each part, in order. Raises WeeksAndMonths."""
    if not counts.parts:
        return ()
    stored = _stored_near(session, counts)
    _refuse_weeks_and_months(counts, stored)
    by_period: dict[Period, list[_Stored]] = {}
    for one in stored:
        by_period.setdefault(one.period, []).append(one)
    return tuple(_planned(part, by_period.get((part.granularity, part.start), []), counts) for part in counts.parts)


@dataclass(slots=True, kw_only=True)
class _Stored:
    """A stored part as a plan compares it."""

    id: int
    period: Period
    days: int
    counted: bool
    counts: dict[CallLabels, int]


def _planned(part: CallsPart, there: Sequence[_Stored], counts: ImportedCounts) -> PlannedPart:
    masks = parts_replaced([one.days for one in there], part.days)
    if masks is None:
        return PlannedPart(part=part, fate=PartFate.LEFT, replaces=())
    replaced = [one for one in there if one.days in masks]
    if not replaced:
        return PlannedPart(part=part, fate=PartFate.NEW, replaces=())
    fresh = (part.days, counts.include_partial and not part.whole, {one.labels: one.calls for one in part.counts})
    if [(one.days, one.counted, one.counts) for one in replaced] == [fresh]:
        return PlannedPart(part=part, fate=PartFate.UNCHANGED, replaces=())
    return PlannedPart(part=part, fate=PartFate.REPLACED, replaces=tuple(one.id for one in replaced))


def _refuse_weeks_and_months(counts: ImportedCounts, stored: Iterable[_Stored]) -> None:
    touched = {month_of_start(part.granularity, part.start) for part in counts.parts}
    periods = {(part.granularity, part.start) for part in counts.parts}
    periods |= {one.period for one in stored}
    by_week = {month_of_start(*period) for period in periods if period[0] is Granularity.WEEK}
    by_month = {month_of_start(*period) for period in periods if period[0] is Granularity.MONTH}
    for year, month in sorted(by_week & by_month & touched):
        raise WeeksAndMonths(counts.source, f"{dt.date(year, month, 1):%B %Y}")


def _stored_near(session: Session, counts: ImportedCounts) -> tuple[_Stored, ...]:
    """What the source has in the months that the counts touch."""
    month = dt.timedelta(days=31)
    kept = (DeskPart.id, DeskPart.granularity, DeskPart.start, DeskPart.days, DeskPart.counted)
    labels = (
        DeskCount.category,
        DeskCount.call_type,
        DeskCount.closing_code,
        DeskCount.channel,
        DeskCount.directorate,
        DeskCount.guide,
    )
    query = (
        select(*kept, *labels, DeskCount.calls)
        .outerjoin(DeskCount, DeskCount.part_id == DeskPart.id)
        .where(DeskPart.source == counts.source)
        .where(DeskPart.start.between(counts.parts[0].start - month, counts.parts[-1].start + month))
        .order_by(DeskPart.start, DeskPart.days)
    )
    found: dict[int, _Stored] = {}
    for row in session.execute(query):
        stored = found.get(row.id)
        if stored is None:
            stored = found[row.id] = _Stored(
                id=row.id, period=(row.granularity, row.start), days=row.days, counted=row.counted, counts={}
            )
        if row.category is not None:
            stored.counts[
                CallLabels(
                    category=row.category,
                    call_type=row.call_type,
                    closing_code=row.closing_code,
                    channel=row.channel,
                    directorate=row.directorate,
                    guide=row.guide,
                )
            ] = row.calls
    return tuple(found.values())
