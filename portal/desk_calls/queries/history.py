"""Reads of the import history: past imports, and what undoing one would do."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.desk_calls.formats.part_json import skips_from_json
from portal.desk_calls.models import DeskFeed, DeskImport, DeskPart, DeskReplaced
from portal.desk_calls.queries.series import Period
from portal.desk_calls.rules.feeds import FeedState
from portal.desk_calls.rules.history import (
    UNDO_KEPT,
    CannotUndo,
    LeftPeriod,
    LeftReason,
    PastImport,
    UndoOutcome,
    UnknownImport,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class UndoPlan:
    """``part_ids``: parts that go. ``replaced_ids``: earlier parts that come back."""

    outcome: UndoOutcome
    part_ids: tuple[int, ...]
    replaced_ids: tuple[int, ...]


def past_imports(session: Session, *, most: int, skip: int = 0) -> tuple[PastImport, ...]:
    """Imports, newest first."""
    rows = session.scalars(select(DeskImport).order_by(DeskImport.id.desc()).offset(skip).limit(most))
    return tuple(_past(row) for row in rows)


def count_imports(session: Session) -> int:
    """How many imports there were."""
    return session.scalar(select(func.count(DeskImport.id))) or 0


def past_import(session: Session, import_id: int) -> PastImport:
    """Raises UnknownImport."""
    row = session.get(DeskImport, import_id)
    if row is None:
        raise UnknownImport(import_id)
    return _past(row)


def undo_plan(session: Session, import_id: int, *, now: dt.datetime) -> UndoPlan:
    """What undoing an import would do. Raises UnknownImport, CannotUndo."""
    imported = past_import(session, import_id)
    if imported.at <= now - UNDO_KEPT:
        raise CannotUndo(import_id, f"it is more than {UNDO_KEPT.days} days old, and what it replaced is forgotten")
    there = session.execute(
        select(DeskPart.id, DeskPart.granularity, DeskPart.start, DeskPart.days).where(DeskPart.import_id == import_id)
    ).all()
    before = session.execute(
        select(DeskReplaced.id, DeskReplaced.granularity, DeskReplaced.start, DeskReplaced.days).where(
            DeskReplaced.import_id == import_id
        )
    ).all()
    later = session.execute(
        select(DeskReplaced.granularity, DeskReplaced.start)
        .where(DeskReplaced.from_import_id == import_id)
        .order_by(DeskReplaced.start)
    ).all()
    others = _other_parts(session, imported.source, import_id, [row.start for row in there])
    left: dict[Period, LeftReason] = {(row.granularity, row.start): LeftReason.REPLACED_LATER for row in later}
    removed, restored = list[dt.date](), list[dt.date]()
    part_ids, replaced_ids = list[int](), list[int]()
    for part in sorted(there, key=lambda row: row.start):
        period = (part.granularity, part.start)
        past = [row for row in before if (row.granularity, row.start) == period]
        if any(row.days & days for row in past for other, days in others if other == period):
            left[period] = LeftReason.OTHER_DAYS_LATER
            continue
        left.pop(period, None)
        part_ids.append(part.id)
        replaced_ids += [row.id for row in past]
        (restored if past else removed).append(part.start)
    outcome = UndoOutcome(
        import_id=import_id,
        source=imported.source,
        removed=tuple(removed),
        restored=tuple(dict.fromkeys(restored)),
        left=tuple(
            LeftPeriod(start=start, granularity=granularity, reason=reason)
            for (granularity, start), reason in sorted(left.items(), key=lambda item: item[0][1])
        ),
    )
    if not outcome.possible:
        why = "later imports stored all of its weeks again" if outcome.left else "it is undone already"
        raise CannotUndo(import_id, why)
    return UndoPlan(outcome=outcome, part_ids=tuple(part_ids), replaced_ids=tuple(replaced_ids))


def feed_states(session: Session) -> dict[str, FeedState]:
    """How the pulls of each live feed went, by source."""
    return {
        row.source: FeedState(
            source=row.source, pulled_at=row.pulled_at, stored_to=row.stored_to, calls=row.calls, problem=row.problem
        )
        for row in session.scalars(select(DeskFeed))
    }


def _other_parts(
    session: Session, source: str, import_id: int, starts: Sequence[dt.date]
) -> tuple[tuple[Period, int], ...]:
    """(period, days) of the source's parts in these periods that other imports brought."""
    if not starts:
        return ()
    query = (
        select(DeskPart.granularity, DeskPart.start, DeskPart.days)
        .where(DeskPart.source == source, DeskPart.import_id != import_id)
        .where(DeskPart.start.between(min(starts), max(starts)))
    )
    return tuple(((row.granularity, row.start), row.days) for row in session.execute(query))


def _past(row: DeskImport) -> PastImport:
    return PastImport(
        id=row.id,
        at=row.at,
        account_id=row.account_id,
        way=row.way,
        source=row.source,
        preset=row.preset,
        digest=row.digest,
        rows_read=row.rows_read,
        rows_kept=row.rows_kept,
        rows_repeated=row.rows_repeated,
        rows_skipped=row.rows_skipped,
        skipped=skips_from_json(row.skipped),
        calls=row.calls,
        first=row.first_start,
        last=row.last_start,
        parts_new=row.parts_new,
        parts_replaced=row.parts_replaced,
        undone_at=row.undone_at,
        undone_by=row.undone_by,
    )
