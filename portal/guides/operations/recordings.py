"""Taking in recordings, and changing what is made of them. The making itself is in ``processing``."""

import datetime as dt
import os
import secrets
import shutil
from pathlib import Path

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from portal.accounts.operations import record_audit
from portal.core.text import squeezed
from portal.guides.models.recordings import RecordingFile, RecordingRow
from portal.guides.queries import recordings as queries
from portal.guides.rules.recordings import (
    ABANDONED,
    LARGEST_BYTES,
    AlreadyReceived,
    DiskFull,
    Edits,
    EmptyUpload,
    NotYourRecording,
    OutputKind,
    QuotaFull,
    Recording,
    RecordingOptions,
    RecordingState,
    RecordingUsed,
    Still,
    StillInUse,
    TooLarge,
    UnusableEdits,
    WrongOffset,
    check_declared,
    nearest,
)
from portal.jobs.operations import record_job

PREPARE = "guides.prepare_recording"
ENCODE = "guides.encode_recording"
MAKE_STILL = "guides.make_still"
FORGET_FILES = "guides.forget_files"
#: Stills closer than this to what is asked for are as good, in seconds.
CLOSE = 0.1


def begin_recording(
    session: Session,
    *,
    by: int,
    name: str,
    declared_bytes: int | None,
    growing: bool = False,
    options: RecordingOptions,
    now: dt.datetime,
) -> Recording:
    """Open an upload. ``growing``: its length isn't known before it ends, as while a browser records.

    Raises EmptyUpload, TooLarge, QuotaFull, DiskFull.
    """
    check_declared(declared_bytes, growing=growing)
    wanted = declared_bytes or 0
    if queries.bytes_of_person(session, by) + wanted > options.quota_bytes:
        raise QuotaFull(options.quota_bytes)
    _check_free_disk(options, wanted)
    row = RecordingRow(
        public_id=secrets.token_hex(16),
        name=_clean_name(name),
        account_id=by,
        made_at=now,
        touched_at=now,
        growing=growing,
        declared_bytes=declared_bytes,
        received_bytes=0,
        state=RecordingState.RECEIVING,
        refused=False,
        seconds=0.0,
        width=0,
        height=0,
        has_audio=False,
        edits=queries.stored_edits(Edits()),
        edition=0,
    )
    session.add(row)
    session.flush()
    quarantined(options, row.public_id).parent.mkdir(parents=True, exist_ok=True)
    return queries.recording(session, row.public_id)


def append_chunk(
    session: Session,
    public_id: str,
    *,
    by: int,
    offset: int,
    data: bytes,
    options: RecordingOptions,
    now: dt.datetime,
) -> int:
    """Add the bytes that follow ``offset``; returns how many are here. The last one of a known length finishes it.

    Raises UnknownRecording, NotYourRecording, AlreadyReceived, WrongOffset, TooLarge, DiskFull, QuotaFull.
    """
    row = _own(session, public_id, by)
    if row.state is not RecordingState.RECEIVING:
        raise AlreadyReceived
    if offset != row.received_bytes:
        raise WrongOffset(row.received_bytes)
    total = offset + len(data)
    if total > (LARGEST_BYTES if row.declared_bytes is None else row.declared_bytes):
        raise TooLarge(total)
    if row.growing and queries.bytes_of_person(session, by) + len(data) > options.quota_bytes:
        raise QuotaFull(options.quota_bytes)
    _check_free_disk(options, len(data))
    _write(quarantined(options, public_id), offset, data)
    row.received_bytes = total
    row.touched_at = now
    session.flush()
    if total == row.declared_bytes:
        finish_recording(session, public_id, by=by, now=now)
    return total


def finish_recording(session: Session, public_id: str, *, by: int, now: dt.datetime) -> Recording:
    """All of it is here: have it checked and made playable. Twice does no harm. Raises EmptyUpload, WrongOffset."""
    row = _own(session, public_id, by)
    if row.state is RecordingState.RECEIVING:
        if row.received_bytes == 0:
            raise EmptyUpload
        if row.declared_bytes is not None and row.received_bytes != row.declared_bytes:
            raise WrongOffset(row.received_bytes)
        row.declared_bytes = row.received_bytes
        row.state = RecordingState.RECEIVED
        row.touched_at = now
        record_job(session, PREPARE, now=now, public_id=public_id)
        record_audit(session, account_id=by, action="recording received", subject=public_id, now=now)
        session.flush()
    return queries.recording(session, public_id)


def edit_recording(session: Session, public_id: str, edits: Edits, *, by: int, now: dt.datetime) -> Recording:
    """Have the recording made anew with these edits. What there is stays playable until the new is there.

    Raises UnknownRecording, StillInUse, UnusableEdits.
    """
    row = _processed(session, public_id)
    checked = edits.checked(row.seconds)
    if checked != queries.edits_of(row):
        row.edits = queries.stored_edits(checked)
        row.edition += 1
        _encode_again(session, row, now=now)
        record_audit(session, account_id=by, action="recording edited", subject=public_id, now=now)
        session.flush()
    return queries.recording(session, public_id)


def retry_processing(session: Session, public_id: str, *, now: dt.datetime) -> Recording:
    """Try again what failed; does nothing for one that hasn't failed or was refused. Raises UnknownRecording."""
    row = queries.recording_row(session, public_id)
    if row.state is RecordingState.FAILED and not row.refused:
        if row.seconds:
            _encode_again(session, row, now=now)
        else:
            row.state, row.reason, row.touched_at = RecordingState.RECEIVED, None, now
            record_job(session, PREPARE, now=now, public_id=public_id)
        session.flush()
    return queries.recording(session, public_id)


def choose_poster(session: Session, public_id: str, second: float, *, now: dt.datetime) -> Recording:
    """Show the frame at this second (of what is shown) before the video plays. Raises StillInUse, UnusableEdits."""
    still_at(session, public_id, second, now=now)
    row = _processed(session, public_id)
    row.poster_at = second
    session.flush()
    return queries.recording(session, public_id)


def still_at(session: Session, public_id: str, second: float, *, now: dt.datetime) -> Still | None:
    """The frame at a second of what is shown. Until the exact one is made, the nearest there is; None if none.

    Raises UnknownRecording, StillInUse, UnusableEdits for a second outside the recording.
    """
    row = _processed(session, public_id)
    found = queries.recording(session, public_id)
    if not 0 <= second <= max(found.seconds, queries.edits_of(row).length(row.seconds)):
        raise UnusableEdits("This second lies outside the recording. Choose one before its end.")
    stills = _stills(session, found)
    best = nearest(stills, second)
    if found.shown_edition is not None and (best is None or abs(best.at - second) > CLOSE):
        record_job(session, MAKE_STILL, now=now, public_id=public_id, milliseconds=round(second * 1000))
    return best


def discard_recording(
    session: Session, public_id: str, *, by: int | None, options: RecordingOptions, now: dt.datetime
) -> None:
    """Throw a recording away. Files that a guide or one of its versions still names stay in the store.

    Raises UnknownRecording, RecordingUsed.
    """
    row = queries.recording_row(session, public_id)
    if queries.is_used(session, public_id):
        raise RecordingUsed
    query = select(RecordingFile.digest).where(RecordingFile.recording_id == row.id)
    digests = {*session.scalars(query), *filter(None, (row.original_digest,))}
    session.execute(delete(RecordingFile).where(RecordingFile.recording_id == row.id))
    session.delete(row)
    session.flush()
    forget_files(session, digests, now=now)
    record_audit(session, account_id=by, action="recording discarded", subject=public_id, now=now)
    drop_quarantined(options, public_id)


def cancel_upload(session: Session, public_id: str, *, by: int, options: RecordingOptions, now: dt.datetime) -> None:
    """Throw away an upload that hasn't ended. Raises UnknownRecording, NotYourRecording, AlreadyReceived."""
    row = _own(session, public_id, by)
    if row.state is not RecordingState.RECEIVING:
        raise AlreadyReceived
    discard_recording(session, public_id, by=by, options=options, now=now)


def discard_abandoned(session: Session, *, options: RecordingOptions, now: dt.datetime) -> None:
    """Throw away uploads that nobody continued for two days."""
    query = select(RecordingRow.public_id).where(
        RecordingRow.state == RecordingState.RECEIVING, RecordingRow.touched_at < now - ABANDONED
    )
    for public_id in session.scalars(query).all():
        discard_recording(session, public_id, by=None, options=options, now=now)


def forget_files(session: Session, digests: set[str], *, now: dt.datetime) -> None:
    """Have stored files deleted, after the commit, unless something still names them."""
    for digest in sorted(digests):
        record_job(session, FORGET_FILES, now=now, digest=digest)


def quarantined(options: RecordingOptions, public_id: str) -> Path:
    """Where an upload lies until it was checked: a folder of its own, names made by the server."""
    return options.folder / public_id / "upload"


def drop_quarantined(options: RecordingOptions, public_id: str) -> None:
    """Remove an upload's folder, whatever is in it."""
    shutil.rmtree(quarantined(options, public_id).parent, ignore_errors=True)


def _own(session: Session, public_id: str, by: int) -> RecordingRow:
    row = queries.recording_row(session, public_id)
    if row.account_id != by:
        raise NotYourRecording
    return row


def _processed(session: Session, public_id: str) -> RecordingRow:
    row = queries.recording_row(session, public_id)
    if not row.seconds:
        raise StillInUse
    return row


def _encode_again(session: Session, row: RecordingRow, *, now: dt.datetime) -> None:
    row.state, row.reason, row.touched_at = RecordingState.ENCODING, None, now
    record_job(session, ENCODE, now=now, public_id=row.public_id)


def _stills(session: Session, found: Recording) -> tuple[Still, ...]:
    """Those of the strip and those made one by one."""
    row = queries.recording_row(session, found.id)
    query = select(RecordingFile).where(
        RecordingFile.recording_id == row.id,
        RecordingFile.kind == OutputKind.STILL,
        RecordingFile.edition == found.shown_edition,
    )
    return tuple(queries.still_of(file) for file in session.scalars(query))


def _check_free_disk(options: RecordingOptions, wanted: int) -> None:
    options.folder.mkdir(parents=True, exist_ok=True)
    if shutil.disk_usage(options.folder).free - wanted < options.free_disk_bytes:
        raise DiskFull


def _write(path: Path, offset: int, data: bytes) -> None:
    """Write at the offset and cut off what lies behind: bytes of a chunk whose transaction failed."""
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    with os.fdopen(handle, "r+b") as file:
        file.seek(offset)
        file.write(data)
        file.truncate()
        file.flush()
        os.fsync(file.fileno())


def _clean_name(name: str) -> str:
    """The file's own name for people to know it by; nothing is ever stored under it."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    return squeezed("".join(character for character in last if character.isprintable()))[:120] or "Recording"
