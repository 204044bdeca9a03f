"""Captions drafted in the worker: they wait in the draft until a person has read them."""

import datetime as dt
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path

from portal.catalogue.queries import catalogue
from portal.core.errors import ShowhowError
from portal.guides.clients.ffmpeg import find_ffmpeg
from portal.guides.clients.machine_captions import drafted, why_off
from portal.guides.operations import drafts as operations
from portal.guides.operations.drafts import DRAFT_CAPTIONS
from portal.guides.queries import drafts as queries
from portal.guides.queries.library import guide_with_code
from portal.guides.rules.drafts import UnknownDraft
from portal.guides.rules.library import Cue
from portal.guides.rules.machine_captions import NOTE, MachineCaptionsOff, MachineCaptionsOptions
from portal.guides.rules.recordings import RecordingOptions
from portal.jobs.operations import LongHandler
from portal.storage.database import Database
from portal.storage.files import FileStore

SLOW = (DRAFT_CAPTIONS,)


class Stenographer:
    """What the worker drafts captions with."""

    def __init__(self, files: FileStore, options: MachineCaptionsOptions, recordings: RecordingOptions) -> None:
        self._files = files
        self._options = options
        self._recordings = recordings

    def long_handlers(self) -> Mapping[str, LongHandler]:
        """By name; each makes its own transactions."""
        return {DRAFT_CAPTIONS: self.draft_captions}

    def draft_captions(self, database: Database, *, clock: Callable[[], dt.datetime], code: str) -> None:
        """Listen to a draft's video and put captions into it, unless the draft has some by then."""
        with database.session() as session:
            try:
                draft = queries.draft(session, code)
            except UnknownDraft:
                return
            files = queries.shown_files(session, draft, published=guide_with_code(session, code))
            words = [name for system in catalogue(session).current_systems for name in (system.name, *system.also)]
        if files is None or draft.cues:
            return
        folder = self._recordings.folder / f"captions-{code}"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        try:
            cues = self._drafted(files.video.digest, words, folder)
        except ShowhowError as error:
            with database.transaction() as session:
                operations.note_on_captions(session, code, str(error), now=clock())
            return
        finally:
            shutil.rmtree(folder, ignore_errors=True)
        with database.transaction() as session:
            if not queries.draft(session, code).cues:
                operations.replace_cues(session, code, cues, note=NOTE, now=clock())

    def _drafted(self, digest: str, words: list[str], folder: Path) -> tuple[Cue, ...]:
        off = why_off(self._options.command)
        if off is not None or self._options.command is None:
            raise MachineCaptionsOff(off or "no program is set")
        ffmpeg = find_ffmpeg(self._recordings.ffmpeg)
        with self._files.local(digest) as video:
            return drafted(self._options.command, video, ffmpeg=ffmpeg, words=words, folder=folder)
