"""Writes of files that wait for their person. Of a file, its counts and the names of its columns are kept: no cell."""

import dataclasses
import datetime as dt
import json
import secrets
from collections.abc import Sequence

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from portal.desk_calls.formats.counts_json import counts_from_json, counts_to_json
from portal.desk_calls.formats.preset_yaml import Preset, preset_to_yaml
from portal.desk_calls.models import DeskPreview
from portal.desk_calls.rules.history import ReadingState
from portal.desk_calls.rules.imports import PREVIEW_KEPT, ImportedCounts, PreviewGone


def keep_preview(
    session: Session,
    readings: Sequence[ImportedCounts],
    *,
    source: str,
    preset: Preset,
    columns: Sequence[str],
    now: dt.datetime,
) -> str:
    """Let the readings of a file wait for their person; returns the preview's id. Forgets previews left for a day."""
    return _keep(session, ReadingState.READY, source, preset, columns, now, readings=readings)


def ask_for_columns(
    session: Session, *, source: str, preset: Preset, columns: Sequence[str], problem: str, now: dt.datetime
) -> str:
    """Let a file wait until somebody says which column is which; returns its id. Of it only these names are kept."""
    return _keep(session, ReadingState.COLUMNS, source, preset, columns, now, problem=problem)


def begin_reading(session: Session, *, source: str, preset: Preset, columns: Sequence[str], now: dt.datetime) -> str:
    """Note that a large file is being read; returns its id."""
    return _keep(session, ReadingState.READING, source, preset, columns, now)


def note_progress(session: Session, preview_id: str, *, rows: int, now: dt.datetime) -> None:
    """Note how many rows of a large file were read. Raises PreviewGone when it was cancelled."""
    changed = session.execute(
        update(DeskPreview).where(DeskPreview.id == preview_id).values(rows_read=rows, heard_at=now)
    )
    if not changed.rowcount:  # type: ignore[attr-defined]
        raise PreviewGone


def finish_reading(
    session: Session, preview_id: str, readings: Sequence[ImportedCounts], *, problem: str = "", now: dt.datetime
) -> None:
    """Keep the counts of a large file, or why it can't be used. Raises PreviewGone when it was cancelled."""
    row = _row(session, preview_id)
    row.readings = counts_to_json(readings)
    row.state = ReadingState.FAILED if problem else ReadingState.READY
    row.problem = problem
    row.heard_at = now
    session.flush()


def rename_preset(session: Session, preview_id: str, preset: Preset) -> None:
    """Say that the file was read with this preset, which has just been saved under a name. Raises PreviewGone."""
    row = _row(session, preview_id)
    readings = [dataclasses.replace(one, preset=preset.name) for one in counts_from_json(row.readings)]
    row.readings = counts_to_json(readings)
    row.preset = preset_to_yaml(preset)
    session.flush()


def drop_preview(session: Session, preview_id: str) -> None:
    """Forget a preview; does nothing when it is gone."""
    session.execute(delete(DeskPreview).where(DeskPreview.id == preview_id))


def forget_old_previews(session: Session, *, now: dt.datetime) -> None:
    """Delete the previews nobody came back to within a day."""
    session.execute(delete(DeskPreview).where(DeskPreview.made_at <= now - PREVIEW_KEPT))


def _keep(
    session: Session,
    state: ReadingState,
    source: str,
    preset: Preset,
    columns: Sequence[str],
    now: dt.datetime,
    *,
    readings: Sequence[ImportedCounts] = (),
    problem: str = "",
) -> str:
    forget_old_previews(session, now=now)
    row = DeskPreview(
        id=secrets.token_hex(16),
        made_at=now,
        heard_at=now,
        state=state,
        source=source,
        preset=preset_to_yaml(preset),
        columns=json.dumps(list(columns), ensure_ascii=False),
        problem=problem,
        rows_read=0,
        readings=counts_to_json(readings),
    )
    session.add(row)
    session.flush()
    return row.id


def _row(session: Session, preview_id: str) -> DeskPreview:
    row = session.get(DeskPreview, preview_id)
    if row is None:
        raise PreviewGone
    return row
