"""Looks at the whole portal as a careful administrator would. A new check is a new line in ``checks``."""

import datetime as dt
import os
import shutil
from pathlib import Path

from sqlalchemy import inspect
from sqlalchemy.orm import Session

from portal.core.errors import ShowhowError
from portal.core.text import counted
from portal.guides.queries.capabilities import capabilities
from portal.guides.queries.recordings import recordings_in_state
from portal.guides.rules.machine_captions import MachineCaptionsOptions
from portal.guides.rules.recordings import RecordingOptions, RecordingState, size_words
from portal.jobs.operations import overdue_jobs
from portal.storage.files import FileMissing, FileStore
from portal.upkeep.rules import Check, CheckState

#: A worker that lives leaves no job waiting for longer.
PATIENCE = dt.timedelta(minutes=10)


def checks(
    session: Session,
    *,
    files: FileStore,
    recordings: RecordingOptions,
    captions: MachineCaptionsOptions,
    schema: tuple[str, str],
    now: dt.datetime,
) -> tuple[Check, ...]:
    """Everything there is to look at. ``schema``: the revision of the database, and the newest there is."""
    in_tables = (_worker(session, now), _failed(session)) if inspect(session.connection()).has_table("job") else ()
    return (
        _schema(*schema),
        *in_tables,
        _store(files),
        _uploads(recordings),
        *(
            Check(name=one.name, state=CheckState.WELL if one.on else CheckState.OFF, words=one.words)
            for one in capabilities(recordings, captions)
        ),
    )


def _schema(found: str, newest: str) -> Check:
    if found == newest:
        return Check(name="Database", state=CheckState.WELL, words=f"at the newest schema, {found}")
    words = f"at schema {found or 'none'}, and the newest is {newest}. Run “flask db upgrade”."
    return Check(name="Database", state=CheckState.WRONG, words=words)


def _worker(session: Session, now: dt.datetime) -> Check:
    waiting = overdue_jobs(session, before=now - PATIENCE, now=now)
    if not waiting:
        return Check(name="Worker", state=CheckState.WELL, words="no job has waited for long")
    words = f"{counted(waiting, 'job')} waited for more than ten minutes. Start “./run”, or look at what it prints."
    return Check(name="Worker", state=CheckState.WRONG, words=words)


def _store(files: FileStore) -> Check:
    try:
        files.size("0" * 64)
    except FileMissing:
        return Check(name="Media", state=CheckState.WELL, words="the store of videos and pictures answers")
    except (ShowhowError, OSError) as error:
        return Check(name="Media", state=CheckState.WRONG, words=str(error))
    return Check(name="Media", state=CheckState.WELL, words="the store of videos and pictures answers")


def _uploads(options: RecordingOptions) -> Check:
    there = next(folder for folder in (options.folder, *options.folder.parents) if folder.exists())
    if not os.access(there, os.W_OK):
        return Check(name="Uploads", state=CheckState.WRONG, words=f"{there} can’t be written to. Change its owner.")
    free = shutil.disk_usage(Path(there)).free
    words = f"{size_words(free)} free, {size_words(options.free_disk_bytes)} of it kept free"
    if free < options.free_disk_bytes:
        return Check(name="Uploads", state=CheckState.WRONG, words=f"{words}: nothing can be sent in. Make room.")
    return Check(name="Uploads", state=CheckState.WELL, words=words)


def _failed(session: Session) -> Check:
    failed = len(recordings_in_state(session, RecordingState.FAILED))
    words = "none has failed" if not failed else f"{failed} failed; their authors see why"
    return Check(name="Processing", state=CheckState.WELL, words=words)
