"""Reading calls: what is stored, how it maps, what an import would change."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session

from portal.core.periods import WEEK, Months, month_of_week
from portal.desk_calls.formats.counts_json import counts_from_json
from portal.desk_calls.models import DeskCount, DeskImport, DeskPart, DeskPreview, DeskRule, DeskWordRow
from portal.desk_calls.rules.days import Granularity, is_counted, parts_replaced
from portal.desk_calls.rules.imports import (
    PREVIEW_KEPT,
    CallLabels,
    CallsPart,
    ImportedCounts,
    ImportOutcome,
    PartFate,
    PreviewGone,
    StoredPart,
    WeeksAndMonths,
)
from portal.desk_calls.rules.mapping import (
    CallMap,
    DeskWord,
    MappedCalls,
    MappedRow,
    MappingRule,
    UnknownRule,
    WordKind,
)

WEEKS_A_YEAR = 52
_Period = tuple[Granularity, dt.date]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedPart:
    """What storing one part of a file comes to. ``replaces``: ids of stored parts it takes the place of."""

    part: CallsPart
    fate: PartFate
    replaces: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredPeriod:
    """A week or month of one source as it is stored. ``counted``: it is in the figures."""

    source: str
    start: dt.date
    granularity: Granularity
    counted: bool
    calls: int

    @property
    def month(self) -> tuple[int, int]:
        """(year, month) it belongs to."""
        return _month_of(self.granularity, self.start)


@dataclass(frozen=True, slots=True, kw_only=True)
class PastImport:
    """A line of the import history. ``first``, ``last``: starts of the first and last period."""

    at: dt.datetime
    account_id: int | None
    source: str
    preset: str
    rows_read: int
    rows_kept: int
    rows_repeated: int
    rows_skipped: int
    first: dt.date
    last: dt.date
    parts_new: int
    parts_replaced: int


@dataclass(frozen=True, slots=True, kw_only=True)
class YearOfCalls:
    """The counted calls of the newest year stored. ``unmapped``: path → calls a year of what no rule maps."""

    calls: int
    unmapped_calls: int
    unmapped: Mapping[str, int]

    @property
    def unmapped_share(self) -> float:
        return self.unmapped_calls / self.calls if self.calls else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredSource:
    """What one source has. ``first``, ``last``: starts of its periods. ``incomplete``: weeks that aren't counted."""

    source: str
    first: dt.date
    last: dt.date
    weeks: int
    months: int
    incomplete: int
    calls: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthOfCalls:
    """The counted calls of all sources in a month (``start``: its first), and its weeks that aren't counted."""

    start: dt.date
    calls: int
    incomplete: int


def mapped_calls(session: Session, months: Months) -> MappedCalls:
    """The counted calls of these months, each week under the rules valid on its Monday.

    A month that is stored as one number counts for all its weeks and stands at the first of them.
    """
    mondays = months.mondays()
    in_months = or_(
        and_(DeskPart.granularity == Granularity.WEEK, DeskPart.start.between(mondays[0], mondays[-1])),
        and_(DeskPart.granularity == Granularity.MONTH, DeskPart.start >= months.start, DeskPart.start < months.end),
    )
    counted = _counted_periods(session, in_months)
    weeks = {week for _, period in counted for week in _weeks_of(period)}
    call_map = call_mapping(session)
    totals: Counter[MappedRow] = Counter()
    for row in session.execute(_label_totals(in_months)):
        if (row.source, (row.granularity, row.start)) not in counted:
            continue
        labels = CallLabels(category=row.category, call_type=row.call_type, closing_code=row.closing_code)
        monday = _weeks_of((row.granularity, row.start))[0]
        totals[call_map.mapped(row.source, monday, labels, 0)] += row.calls
    rows = tuple(
        MappedRow(
            week=row.week,
            category=row.category,
            system=row.system,
            skill=row.skill,
            call_type=row.call_type,
            fault=row.fault,
            calls=calls,
        )
        for row, calls in totals.items()
    )
    return MappedCalls(weeks=tuple(sorted(weeks)), rows=rows)


def call_mapping(session: Session) -> CallMap:
    """All rules and words, ready to be asked."""
    return CallMap(mapping_rules(session), desk_words(session))


def mapping_rules(session: Session) -> tuple[MappingRule, ...]:
    """Every rule by category, source and first day."""
    rows = session.scalars(select(DeskRule).order_by(DeskRule.category_key, DeskRule.source, DeskRule.valid_from))
    return tuple(_rule(row) for row in rows)


def mapping_rule(session: Session, rule_id: int) -> MappingRule:
    """Raises UnknownRule."""
    row = session.get(DeskRule, rule_id)
    if row is None:
        raise UnknownRule(rule_id)
    return _rule(row)


def desk_words(session: Session, kind: WordKind | None = None) -> tuple[DeskWord, ...]:
    """The rows of one small table, or of all three, by word."""
    query = select(DeskWordRow).order_by(DeskWordRow.kind, DeskWordRow.word_key, DeskWordRow.source)
    if kind is not None:
        query = query.where(DeskWordRow.kind == kind)
    return tuple(
        DeskWord(kind=row.kind, source=row.source, word=row.word, meaning=row.meaning) for row in session.scalars(query)
    )


def words_seen(session: Session, kind: WordKind) -> tuple[tuple[str, int], ...]:
    """The thirty commonest words of this kind in the stored calls, with their calls, most first."""
    column = {
        WordKind.CALL_TYPE: DeskCount.call_type,
        WordKind.CLOSING_CODE: DeskCount.closing_code,
        WordKind.DEPARTMENT: DeskCount.directorate,
    }[kind]
    calls = func.sum(DeskCount.calls)
    query = select(column, calls).where(column.is_not(None)).group_by(column).order_by(calls.desc(), column).limit(30)
    return tuple((str(word), int(number)) for word, number in session.execute(query))


def stored_periods(session: Session) -> tuple[StoredPeriod, ...]:
    """Every week and month of every source, by source and time."""
    calls = func.coalesce(func.sum(DeskCount.calls), 0).label("calls")
    query = (
        select(DeskPart.source, DeskPart.granularity, DeskPart.start, DeskPart.days, DeskPart.counted, calls)
        .outerjoin(DeskCount, DeskCount.part_id == DeskPart.id)
        .group_by(DeskPart.id)
        .order_by(DeskPart.source, DeskPart.start, DeskPart.days)
    )
    days: dict[tuple[str, _Period], list[int]] = {}
    included: set[tuple[str, _Period]] = set()
    totals: Counter[tuple[str, _Period]] = Counter()
    for row in session.execute(query):
        key = (row.source, (row.granularity, row.start))
        days.setdefault(key, []).append(row.days)
        totals[key] += row.calls
        if row.counted:
            included.add(key)
    return tuple(
        StoredPeriod(
            source=source,
            start=start,
            granularity=granularity,
            counted=is_counted(masks, (source, (granularity, start)) in included),
            calls=totals[source, (granularity, start)],
        )
        for (source, (granularity, start)), masks in days.items()
    )


def stored_sources(periods: Iterable[StoredPeriod]) -> tuple[StoredSource, ...]:
    """The periods summed up, a line a source, by name."""
    by_source: dict[str, list[StoredPeriod]] = {}
    for period in periods:
        by_source.setdefault(period.source, []).append(period)
    return tuple(
        StoredSource(
            source=source,
            first=min(one.start for one in found),
            last=max(one.start for one in found),
            weeks=sum(one.granularity is Granularity.WEEK for one in found),
            months=sum(one.granularity is Granularity.MONTH for one in found),
            incomplete=sum(not one.counted for one in found),
            calls=sum(one.calls for one in found),
        )
        for source, found in sorted(by_source.items())
    )


def months_of_calls(periods: Iterable[StoredPeriod]) -> tuple[MonthOfCalls, ...]:
    """The periods summed up, a line a month, newest first."""
    calls: Counter[tuple[int, int]] = Counter()
    incomplete: Counter[tuple[int, int]] = Counter()
    for period in periods:
        calls[period.month] += period.calls if period.counted else 0
        incomplete[period.month] += not period.counted
    return tuple(
        MonthOfCalls(start=dt.date(*month, 1), calls=calls[month], incomplete=incomplete[month])
        for month in sorted(calls, reverse=True)
    )


def year_of_calls(
    session: Session, periods: Sequence[StoredPeriod] | None = None, rules: Sequence[MappingRule] | None = None
) -> YearOfCalls:
    """The newest 52 counted weeks. Fewer are scaled up, so that numbers read as calls a year.

    ``periods`` and ``rules`` save their statements where the caller has them already.
    """
    periods = stored_periods(session) if periods is None else periods
    newest = max((period.start for period in periods if period.counted), default=None)
    if newest is None:
        return YearOfCalls(calls=0, unmapped_calls=0, unmapped={})
    oldest = newest - (WEEKS_A_YEAR - 1) * WEEK
    counted = {(one.source, (one.granularity, one.start)) for one in periods if one.counted and one.start >= oldest}
    weeks = {week for _, period in counted for week in _weeks_of(period)}
    scale = WEEKS_A_YEAR / min(len(weeks), WEEKS_A_YEAR)
    call_map = CallMap(mapping_rules(session) if rules is None else rules, ())
    every, unmapped = 0, Counter[str]()
    for row in session.execute(_category_totals(DeskPart.start >= oldest)):
        period = (row.granularity, row.start)
        if (row.source, period) not in counted:
            continue
        every += row.calls
        if call_map.rule_for(row.source, row.category, _weeks_of(period)[0]) is None:
            unmapped[row.category] += row.calls
    return YearOfCalls(
        calls=round(every * scale),
        unmapped_calls=round(unmapped.total() * scale),
        unmapped={category: round(calls * scale) for category, calls in unmapped.items()},
    )


def sources(session: Session) -> tuple[str, ...]:
    """The names of the sources that have calls."""
    return tuple(session.scalars(select(DeskPart.source).distinct().order_by(DeskPart.source)))


def known_categories(session: Session, source: str) -> frozenset[str]:
    """Every category path that this source has had."""
    query = select(DeskCount.category).join(DeskPart).where(DeskPart.source == source).distinct()
    return frozenset(session.scalars(query))


def past_imports(session: Session, *, most: int) -> tuple[PastImport, ...]:
    """The newest imports, newest first."""
    rows = session.scalars(select(DeskImport).order_by(DeskImport.id.desc()).limit(most))
    return tuple(
        PastImport(
            at=row.at,
            account_id=row.account_id,
            source=row.source,
            preset=row.preset,
            rows_read=row.rows_read,
            rows_kept=row.rows_kept,
            rows_repeated=row.rows_repeated,
            rows_skipped=row.rows_skipped,
            first=row.first_start,
            last=row.last_start,
            parts_new=row.parts_new,
            parts_replaced=row.parts_replaced,
        )
        for row in rows
    )


def preview(session: Session, preview_id: str, *, now: dt.datetime) -> tuple[ImportedCounts, ...]:
    """The readings of a file that waits. Raises PreviewGone."""
    row = session.get(DeskPreview, preview_id)
    if row is None or row.made_at <= now - PREVIEW_KEPT:
        raise PreviewGone
    return counts_from_json(row.readings)


def unmapped_share(session: Session, counts: ImportedCounts) -> float:
    """The share of a file's calls, 0 to 1, that no rule maps in its week; 0 for a file without calls."""
    call_map = CallMap(mapping_rules(session), ())
    every = unmapped = 0
    for part in counts.parts:
        monday = _weeks_of((part.granularity, part.start))[0]
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
    by_period: dict[_Period, list[_Stored]] = {}
    for one in stored:
        by_period.setdefault(one.period, []).append(one)
    return tuple(_planned(part, by_period.get((part.granularity, part.start), []), counts) for part in counts.parts)


@dataclass(slots=True, kw_only=True)
class _Stored:
    """A stored part as a plan compares it."""

    id: int
    period: _Period
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
    touched = {_month_of(part.granularity, part.start) for part in counts.parts}
    periods = {(part.granularity, part.start) for part in counts.parts}
    periods |= {one.period for one in stored}
    by_week = {_month_of(*period) for period in periods if period[0] is Granularity.WEEK}
    by_month = {_month_of(*period) for period in periods if period[0] is Granularity.MONTH}
    for year, month in sorted(by_week & by_month & touched):
        raise WeeksAndMonths(counts.source, f"{dt.date(year, month, 1):%B %Y}")


def _stored_near(session: Session, counts: ImportedCounts) -> tuple[_Stored, ...]:
    """What the source has in the months that the counts touch."""
    month = dt.timedelta(days=31)
    kept = (DeskPart.id, DeskPart.granularity, DeskPart.start, DeskPart.days, DeskPart.counted)
    labels = (DeskCount.category, DeskCount.call_type, DeskCount.closing_code, DeskCount.channel, DeskCount.directorate)
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
                )
            ] = row.calls
    return tuple(found.values())


def _counted_periods(session: Session, where: ColumnElement[bool]) -> set[tuple[str, _Period]]:
    """(source, period) of everything that counts in figures."""
    days: dict[tuple[str, _Period], list[int]] = {}
    included: set[tuple[str, _Period]] = set()
    query = select(DeskPart.source, DeskPart.granularity, DeskPart.start, DeskPart.days, DeskPart.counted).where(where)
    for row in session.execute(query):
        key = (row.source, (row.granularity, row.start))
        days.setdefault(key, []).append(row.days)
        if row.counted:
            included.add(key)
    return {key for key, masks in days.items() if is_counted(masks, key in included)}


def _label_totals(where: ColumnElement[bool]) -> Select[str, Granularity, dt.date, str, str | None, str | None, int]:
    columns = (DeskPart.source, DeskPart.granularity, DeskPart.start, DeskCount.category)
    labels = (DeskCount.call_type, DeskCount.closing_code)
    total = func.sum(DeskCount.calls).label("calls")
    return (
        select(*columns, *labels, total)
        .join(DeskCount, DeskCount.part_id == DeskPart.id)
        .where(where)
        .group_by(*columns, *labels)
    )


def _category_totals(where: ColumnElement[bool]) -> Select[str, Granularity, dt.date, str, int]:
    columns = (DeskPart.source, DeskPart.granularity, DeskPart.start, DeskCount.category)
    total = func.sum(DeskCount.calls).label("calls")
    return select(*columns, total).join(DeskCount, DeskCount.part_id == DeskPart.id).where(where).group_by(*columns)


def _month_of(granularity: Granularity, start: dt.date) -> tuple[int, int]:
    """(year, month) a period belongs to."""
    return month_of_week(start) if granularity is Granularity.WEEK else (start.year, start.month)


def _weeks_of(period: _Period) -> tuple[dt.date, ...]:
    """The Mondays a period stands for."""
    granularity, start = period
    if granularity is Granularity.WEEK:
        return (start,)
    return Months(first=(start.year, start.month), last=(start.year, start.month)).mondays()


def _rule(row: DeskRule) -> MappingRule:
    return MappingRule(
        id=row.id,
        source=row.source,
        category=row.category,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        system=row.system,
        call_type=row.call_type,
        skill=row.skill,
        why=row.why,
    )
