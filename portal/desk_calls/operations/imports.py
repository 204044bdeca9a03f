"""Writes of imports: previews and weekly counts."""

import datetime as dt
import secrets
from collections.abc import Sequence

from sqlalchemy import delete, insert
from sqlalchemy.orm import Session

from portal.desk_calls.formats.counts_json import counts_to_json
from portal.desk_calls.models import DeskCount, DeskImport, DeskPart, DeskPreview
from portal.desk_calls.queries import imports as imports_queries
from portal.desk_calls.rules.imports import PREVIEW_KEPT, ImportedCounts, ImportOutcome, PartFate
from portal.desk_calls.rules.labels import SEPARATOR, folded_segments

_TOGETHER = 500


def import_counts(
    session: Session, counts: ImportedCounts, *, account_id: int | None, now: dt.datetime
) -> ImportOutcome:
    """Store counts: whole weeks take the place of what the source had, parts of a week add up or replace.

    The same counts again change nothing and leave no line in the history. Raises WeeksAndMonths.
    """
    planned = imports_queries.plan(session, counts)
    outcome = imports_queries.outcome_of(counts, planned)
    if not outcome.changed:
        return outcome
    _delete_parts(session, [part_id for one in planned for part_id in one.replaces])
    imported = DeskImport(
        at=now,
        account_id=account_id,
        source=counts.source,
        preset=counts.preset,
        digest=counts.digest,
        rows_read=counts.rows_read,
        rows_kept=counts.rows_kept,
        rows_repeated=counts.rows_repeated,
        rows_skipped=counts.rows_skipped,
        calls=counts.calls,
        first_start=counts.parts[0].start,
        last_start=counts.parts[-1].start,
        parts_new=outcome.count(PartFate.NEW),
        parts_replaced=outcome.count(PartFate.REPLACED),
    )
    session.add(imported)
    session.flush()
    _insert_parts(
        session, counts, [one for one in planned if one.fate in (PartFate.NEW, PartFate.REPLACED)], imported.id
    )
    return outcome


def keep_preview(session: Session, readings: Sequence[ImportedCounts], *, now: dt.datetime) -> str:
    """Let the readings of a file wait for their person; returns the preview's id. Forgets previews left for a day."""
    forget_old_previews(session, now=now)
    preview = DeskPreview(id=secrets.token_hex(16), made_at=now, readings=counts_to_json(readings))
    session.add(preview)
    session.flush()
    return preview.id


def drop_preview(session: Session, preview_id: str) -> None:
    """Forget a preview; does nothing when it is gone."""
    session.execute(delete(DeskPreview).where(DeskPreview.id == preview_id))


def forget_old_previews(session: Session, *, now: dt.datetime) -> None:
    """Delete the previews nobody came back to within a day."""
    session.execute(delete(DeskPreview).where(DeskPreview.made_at <= now - PREVIEW_KEPT))


def _delete_parts(session: Session, part_ids: Sequence[int]) -> None:
    for start in range(0, len(part_ids), _TOGETHER):
        some = part_ids[start : start + _TOGETHER]
        session.execute(delete(DeskCount).where(DeskCount.part_id.in_(some)))
        session.execute(delete(DeskPart).where(DeskPart.id.in_(some)))


def _insert_parts(
    session: Session, counts: ImportedCounts, planned: Sequence[imports_queries.PlannedPart], import_id: int
) -> None:
    parts = [
        DeskPart(
            source=counts.source,
            start=one.part.start,
            granularity=one.part.granularity,
            days=one.part.days,
            counted=counts.include_partial and not one.part.whole,
            import_id=import_id,
        )
        for one in planned
    ]
    session.add_all(parts)
    session.flush()
    rows = [
        {
            "part_id": part.id,
            "category": count.labels.category,
            "call_type": count.labels.call_type,
            "closing_code": count.labels.closing_code,
            "channel": count.labels.channel,
            "directorate": count.labels.directorate,
            "calls": count.calls,
        }
        for part, one in zip(parts, planned, strict=True)
        for count in one.part.counts
    ]
    if rows:
        session.execute(insert(DeskCount), rows)


def category_key(category: str) -> str:
    return SEPARATOR.join(folded_segments(category))
