"""Reads of files that wait: being read, waiting for their columns, or waiting to be stored."""

import datetime as dt
import json
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.desk_calls.formats.counts_json import counts_from_json
from portal.desk_calls.formats.preset_yaml import Preset, preset_of
from portal.desk_calls.models import DeskPreview
from portal.desk_calls.rules.history import READING_SILENT, ReadingState
from portal.desk_calls.rules.imports import PREVIEW_KEPT, ImportedCounts, PreviewGone


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A file that waits. ``readings``: one or two once it is read. ``problem``: why it can't be used yet, or ""."""

    id: str
    state: ReadingState
    source: str
    preset: Preset
    columns: tuple[str, ...]
    readings: tuple[ImportedCounts, ...]
    problem: str
    rows_read: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingLine:
    """A line in the list of files that wait."""

    id: str
    made_at: dt.datetime
    source: str
    state: ReadingState


def waiting(session: Session, *, now: dt.datetime, most: int) -> tuple[WaitingLine, ...]:
    """The files that wait for a person, newest first."""
    query = (
        select(DeskPreview.id, DeskPreview.made_at, DeskPreview.source, DeskPreview.state)
        .where(DeskPreview.made_at > now - PREVIEW_KEPT)
        .order_by(DeskPreview.made_at.desc(), DeskPreview.id)
        .limit(most)
    )
    return tuple(
        WaitingLine(id=row.id, made_at=row.made_at, source=row.source, state=row.state)
        for row in session.execute(query)
    )


def preview(session: Session, preview_id: str, *, now: dt.datetime) -> Waiting:
    """Raises PreviewGone. A reading that hasn't been heard of for minutes has failed."""
    row = session.get(DeskPreview, preview_id)
    if row is None or row.made_at <= now - PREVIEW_KEPT:
        raise PreviewGone
    state, problem = row.state, row.problem
    if state is ReadingState.READING and row.heard_at <= now - READING_SILENT:
        state, problem = ReadingState.FAILED, "The reading stopped before its end. Send the file again."
    return Waiting(
        id=row.id,
        state=state,
        source=row.source,
        preset=preset_of(row.preset.encode(), "preset"),
        columns=tuple(json.loads(row.columns)),
        readings=counts_from_json(row.readings),
        problem=problem,
        rows_read=row.rows_read,
    )
