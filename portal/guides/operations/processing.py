"""Noting what was made of a recording. The making takes minutes, so that each of these is a transaction of its own."""

import datetime as dt
import re

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from portal.core.text import folded
from portal.guides.models.recordings import RecordingFile, RecordingRow
from portal.guides.operations.library import offer_outputs
from portal.guides.operations.recordings import ENCODE, forget_files
from portal.guides.queries import recordings as queries
from portal.guides.rules.recordings import OutputKind, RecordingState, Work
from portal.guides.rules.videos import Probe, Recipe
from portal.jobs.operations import record_job
from portal.storage.files import StoredFile

#: A recording that is at work, but hasn't been touched for so long, was given up by its worker.
GIVEN_UP = dt.timedelta(hours=6)
INTERRUPTED = "The work was interrupted again and again. Try again; if it stops again, tell the ICT training team."
_NO_NAME = re.compile(r"[^a-z0-9]+")


def store_checked(session: Session, work: Work, probe: Probe, original: StoredFile, *, now: dt.datetime) -> bool:
    """The file was found to be sound: keep what is known of it. False if it is gone."""
    row = _row(session, work)
    if row is None:
        return False
    row.original_digest = original.digest
    row.seconds = round(probe.seconds, 3)
    row.width, row.height = probe.video.width, probe.video.height
    row.has_audio = probe.audio_codec is not None
    row.touched_at = now
    row.state = RecordingState.ENCODING
    session.flush()
    return True


def ask_for_encodes(session: Session, work: Work, *, now: dt.datetime) -> None:
    """Everything that is quick is there: let the slow part begin."""
    row = _row(session, work)
    if row is not None and row.original_digest is not None:
        record_job(session, ENCODE, now=now, public_id=work.id)


def store_output(
    session: Session, work: Work, recipe: Recipe, stored: StoredFile, *, seconds: float, now: dt.datetime
) -> bool:
    """Keep a playable file. With the fallback of a new edition there, files of older ones go.

    Guides that show this edition offer the file from now on. False if the recording is gone or was edited meanwhile:
    the file then belongs to nothing.
    """
    row = _row(session, work)
    if row is None or row.edition != work.edition:
        forget_files(session, {stored.digest}, now=now)
        return False
    session.add(_file(row, work, recipe, stored, seconds=seconds))
    row.touched_at = now
    row.state = RecordingState.PLAYABLE if recipe.kind is OutputKind.REMUX else RecordingState.ENCODING
    session.flush()
    if recipe.kind is OutputKind.H264:
        _forget_older(session, row, now=now)
    offer_outputs(session, queries.recording(session, work.id))
    return True


def store_still(
    session: Session, work: Work, recipe: Recipe, stored: StoredFile, *, at: float, in_strip: bool, now: dt.datetime
) -> bool:
    """Keep a frame; ``at`` in seconds of what is shown. False if the recording is gone or was edited meanwhile."""
    row = _row(session, work)
    if row is None or row.edition != work.edition:
        forget_files(session, {stored.digest}, now=now)
        return False
    session.add(_file(row, work, recipe, stored, at=at, in_strip=in_strip))
    row.touched_at = now
    session.flush()
    return True


def begin_encoding(session: Session, work: Work, *, now: dt.datetime) -> None:
    """The encoder is at it."""
    row = _row(session, work)
    if row is not None and row.edition == work.edition:
        row.state, row.reason, row.touched_at = RecordingState.ENCODING, None, now


def end_processing(session: Session, work: Work, *, now: dt.datetime) -> None:
    """Everything is made."""
    row = _row(session, work)
    if row is not None and row.edition == work.edition:
        row.state, row.reason, row.touched_at = RecordingState.DONE, None, now


def fail_processing(session: Session, work: Work, reason: str, *, refused: bool, now: dt.datetime) -> None:
    """Say why it went no further. ``refused``: for what the file is, so that trying again can't help."""
    row = _row(session, work)
    if row is not None:
        row.state, row.reason, row.refused, row.touched_at = RecordingState.FAILED, reason[:300], refused, now


def fail_given_up(session: Session, *, now: dt.datetime) -> None:
    """Let authors try again what no worker is at any more."""
    waiting = (RecordingState.RECEIVED, RecordingState.PLAYABLE, RecordingState.ENCODING)
    query = select(RecordingRow).where(RecordingRow.state.in_(waiting), RecordingRow.touched_at < now - GIVEN_UP)
    for row in session.scalars(query):
        row.state, row.reason = RecordingState.FAILED, INTERRUPTED


def _row(session: Session, work: Work) -> RecordingRow | None:
    return session.scalar(select(RecordingRow).where(RecordingRow.public_id == work.id))


def _file(
    row: RecordingRow,
    work: Work,
    recipe: Recipe,
    stored: StoredFile,
    *,
    seconds: float = 0.0,
    at: float | None = None,
    in_strip: bool = False,
) -> RecordingFile:
    return RecordingFile(
        recording_id=row.id,
        edition=work.edition,
        kind=recipe.kind,
        at=at,
        in_strip=in_strip,
        seconds=round(seconds, 3),
        digest=stored.digest,
        name=f"{_short_name(work.name)}{recipe.suffix}",
        mimetype=recipe.mimetype,
        size=stored.size,
    )


def _short_name(name: str) -> str:
    """The name as it may stand in an address: “Sum a row.mp4” is “sum-a-row”."""
    stem = folded(name).rsplit(".", 1)[0]
    return _NO_NAME.sub("-", stem).strip("-")[:80] or "recording"


def _forget_older(session: Session, row: RecordingRow, *, now: dt.datetime) -> None:
    older = (RecordingFile.recording_id == row.id, RecordingFile.edition < row.edition)
    digests = set(session.scalars(select(RecordingFile.digest).where(*older)))
    session.execute(delete(RecordingFile).where(*older))
    forget_files(session, digests, now=now)
