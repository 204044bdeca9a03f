"""Undoing an import, and forgetting what an undo would need once it is too late for one."""

import datetime as dt

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from portal.desk_calls.formats.part_json import part_from_json, part_to_json
from portal.desk_calls.models import DeskCount, DeskImport, DeskPart, DeskReplaced
from portal.desk_calls.queries.history import undo_plan
from portal.desk_calls.rules.history import UNDO_KEPT, UndoOutcome
from portal.desk_calls.rules.imports import CallLabels, LabelledCalls

_TOGETHER = 500


def undo_import(session: Session, import_id: int, *, account_id: int | None, now: dt.datetime) -> UndoOutcome:
    """Give the weeks of an import back as they were. Raises UnknownImport, CannotUndo.

    Weeks that a later import stored again stay as they are; the outcome says which.
    """
    plan = undo_plan(session, import_id, now=now)
    delete_parts(session, plan.part_ids)
    for start in range(0, len(plan.replaced_ids), _TOGETHER):
        some = plan.replaced_ids[start : start + _TOGETHER]
        for row in session.scalars(select(DeskReplaced).where(DeskReplaced.id.in_(some))).all():
            _restore(session, row)
    imported = session.get_one(DeskImport, import_id)
    imported.undone_at = now
    imported.undone_by = account_id
    session.flush()
    return plan.outcome


def keep_replaced(session: Session, part_ids: list[int], import_id: int) -> None:
    """Keep parts that an import is about to take the place of, so that it can be undone."""
    for start in range(0, len(part_ids), _TOGETHER):
        some = part_ids[start : start + _TOGETHER]
        counts: dict[int, list[LabelledCalls]] = {}
        for row in session.scalars(select(DeskCount).where(DeskCount.part_id.in_(some))):
            counts.setdefault(row.part_id, []).append(LabelledCalls(labels=_labels(row), calls=row.calls))
        session.add_all(
            DeskReplaced(
                import_id=import_id,
                from_import_id=part.import_id,
                source=part.source,
                start=part.start,
                granularity=part.granularity,
                days=part.days,
                counted=part.counted,
                counts=part_to_json(counts.get(part.id, [])),
            )
            for part in session.scalars(select(DeskPart).where(DeskPart.id.in_(some)))
        )
    session.flush()


def delete_parts(session: Session, part_ids: tuple[int, ...] | list[int]) -> None:
    """Delete parts with their counts."""
    for start in range(0, len(part_ids), _TOGETHER):
        some = part_ids[start : start + _TOGETHER]
        session.execute(delete(DeskCount).where(DeskCount.part_id.in_(some)))
        session.execute(delete(DeskPart).where(DeskPart.id.in_(some)))


def forget_replaced(session: Session, *, now: dt.datetime) -> None:
    """Delete the replaced counts of imports that are too old to be undone."""
    old = select(DeskImport.id).where(DeskImport.at <= now - UNDO_KEPT)
    session.execute(delete(DeskReplaced).where(DeskReplaced.import_id.in_(old)))


def _restore(session: Session, row: DeskReplaced) -> None:
    part = DeskPart(
        source=row.source,
        start=row.start,
        granularity=row.granularity,
        days=row.days,
        counted=row.counted,
        import_id=row.from_import_id,
    )
    session.add(part)
    session.flush()
    counts = [
        {
            "part_id": part.id,
            "category": one.labels.category,
            "call_type": one.labels.call_type,
            "closing_code": one.labels.closing_code,
            "channel": one.labels.channel,
            "directorate": one.labels.directorate,
            "guide": one.labels.guide,
            "calls": one.calls,
        }
        for one in part_from_json(row.counts)
    ]
    if counts:
        session.execute(insert(DeskCount), counts)
    session.delete(row)
    session.flush()


def _labels(row: DeskCount) -> CallLabels:
    return CallLabels(
        category=row.category,
        call_type=row.call_type,
        closing_code=row.closing_code,
        channel=row.channel,
        directorate=row.directorate,
        guide=row.guide,
    )
