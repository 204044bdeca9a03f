"""Writes of imports: weekly counts."""

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import insert
from sqlalchemy.orm import Session

from portal.desk_calls.formats.part_json import skips_to_json
from portal.desk_calls.models import DeskCount, DeskImport, DeskPart
from portal.desk_calls.operations.history import delete_parts, keep_replaced
from portal.desk_calls.queries import imports as imports_queries
from portal.desk_calls.rules.history import ImportWay
from portal.desk_calls.rules.imports import ImportedCounts, ImportOutcome, PartFate
from portal.desk_calls.rules.labels import SEPARATOR, folded_segments


def import_counts(
    session: Session,
    counts: ImportedCounts,
    *,
    account_id: int | None,
    now: dt.datetime,
    way: ImportWay = ImportWay.COMMAND,
) -> ImportOutcome:
    """Store counts: whole weeks take the place of what the source had, parts of a week add up or replace.

    What was there is kept for a while, so that the import can be undone.

    The same counts again change nothing and leave no line in the history. Raises WeeksAndMonths.
    """
    planned = imports_queries.plan(session, counts)
    outcome = imports_queries.outcome_of(counts, planned)
    if not outcome.changed:
        return outcome
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
        way=way,
        skipped=skips_to_json({skip.reason: skip.rows for skip in counts.skipped}),
    )
    session.add(imported)
    session.flush()
    replaced = [part_id for one in planned for part_id in one.replaces]
    keep_replaced(session, replaced, imported.id)
    delete_parts(session, replaced)
    _insert_parts(
        session, counts, [one for one in planned if one.fate in (PartFate.NEW, PartFate.REPLACED)], imported.id
    )
    return outcome


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
            "guide": count.labels.guide,
            "calls": count.calls,
        }
        for part, one in zip(parts, planned, strict=True)
        for count in one.part.counts
    ]
    if rows:
        session.execute(insert(DeskCount), rows)


def category_key(category: str) -> str:
    return SEPARATOR.join(folded_segments(category))
