"""Making recordings playable, in the worker: check, first frame, copy, strip of frames; then the encodes.

Each step is stored when it is done, and none is done twice: whatever a killed worker leaves is taken up from there.
"""

import datetime as dt
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from sqlalchemy.orm import Session

from portal.core.errors import ShowhowError
from portal.guides.clients import ffmpeg as ffmpeg_client
from portal.guides.clients.ffmpeg import COPYING, LOOKING, EncoderFailed, Ffmpeg, NoFfmpeg, encoding_limits, find_ffmpeg
from portal.guides.clients.scanning import scan
from portal.guides.operations import processing, recordings
from portal.guides.queries import recordings as queries
from portal.guides.rules import videos
from portal.guides.rules.recordings import (
    OutputKind,
    RecordingOptions,
    RecordingState,
    UnusableVideo,
    Work,
    strip_seconds,
)
from portal.guides.rules.videos import Probe, Recipe
from portal.jobs.operations import Handler, LongHandler
from portal.storage.database import Database
from portal.storage.files import FileStore, StoredFile

Clock = Callable[[], dt.datetime]

SLOW = (recordings.ENCODE,)
DAILY = ("guides.discard_abandoned", "guides.fail_given_up")


#: What a killed worker may leave behind; what is missing then is made with the encodes.
_PREPARED_FROM = (RecordingState.RECEIVED, RecordingState.PLAYABLE, RecordingState.ENCODING)


class UploadGone(ShowhowError):
    """The worker can't see the folder that the web server wrote to."""

    def __init__(self) -> None:
        super().__init__("The upload isn’t on this server. Tell the ICT training team: SHOWHOW_UPLOADS must be shared.")


class Workshop:
    """What the worker makes recordings with."""

    def __init__(self, files: FileStore, options: RecordingOptions) -> None:
        self._files = files
        self._options = options

    def long_handlers(self) -> Mapping[str, LongHandler]:
        """By name; each makes its own transactions."""
        return {
            recordings.PREPARE: self.prepare,
            recordings.ENCODE: self.encode,
            recordings.MAKE_STILL: self.make_still,
            recordings.FORGET_FILES: self.forget_file,
        }

    def handlers(self) -> Mapping[str, Handler]:
        """The nightly ones."""

        def discard_abandoned(session: Session, *, now: dt.datetime) -> None:
            recordings.discard_abandoned(session, options=self._options, now=now)

        return {
            "guides.discard_abandoned": discard_abandoned,
            "guides.fail_given_up": processing.fail_given_up,
        }

    def prepare(self, database: Database, *, clock: Clock, public_id: str) -> None:
        """Check what has arrived and make it playable; a refused file is deleted at once."""
        work = _work(database, public_id)
        if work is None or work.state not in _PREPARED_FROM:
            return
        with self._failing(database, work, clock):
            if work.state is RecordingState.RECEIVED:
                found = self._checked(database, work, clock)
                if found is not None:
                    self._make_strip(database, work, found, clock)
            with database.transaction() as session:  # not before: two of us would make the same frames
                processing.ask_for_encodes(session, work, now=clock())
        if (work := _work(database, public_id)) is None or work.original is not None:
            recordings.drop_quarantined(self._options, public_id)

    def encode(self, database: Database, *, clock: Clock, public_id: str) -> None:
        """Make what is missing of the newest edition: frames, the fallback, then the preferred encode."""
        work = _work(database, public_id)
        if work is None or work.original is None:
            return
        with database.transaction() as session:
            processing.begin_encoding(session, work, now=clock())
        with self._failing(database, work, clock), self._bench(work) as bench:
            ffmpeg = find_ffmpeg(self._options.ffmpeg)
            with self._files.local(work.original) as source:
                probe = ffmpeg_client.probe(ffmpeg, source, folder=bench)
                if not work.has_strip:
                    self._make_strip(database, work, probe, clock)
                for recipe in self._recipes(ffmpeg, probe, work):
                    if not self._encoded(database, work, probe, recipe, ffmpeg, source, bench, clock):
                        return
            with database.transaction() as session:
                processing.end_processing(session, work, now=clock())

    def make_still(self, database: Database, *, clock: Clock, public_id: str, milliseconds: int) -> None:
        """Make the frame that a step or a poster asked for; what was edited meanwhile asks again."""
        work = _work(database, public_id)
        if work is None or work.original is None or not work.made:
            return
        at = milliseconds / 1000
        with self._bench(work) as bench, self._files.local(work.original) as source:
            ffmpeg = find_ffmpeg(self._options.ffmpeg)
            probe = ffmpeg_client.probe(ffmpeg, source, folder=bench)
            self._still(database, work, probe, at, ffmpeg, source, bench, clock, in_strip=False)

    def forget_file(self, database: Database, *, clock: Clock, digest: str) -> None:  # noqa: ARG002
        """Delete a stored file unless something names it."""
        with database.transaction() as session:
            if not queries.digests_in_use(session, (digest,)):
                self._files.delete(digest)

    def _checked(self, database: Database, work: Work, clock: Clock) -> Probe | None:
        """Scan, probe, first frame, copy. None if the recording was thrown away meanwhile."""
        source = recordings.quarantined(self._options, work.id)
        if not source.is_file():
            raise UploadGone
        with self._bench(work) as bench:
            ffmpeg = find_ffmpeg(self._options.ffmpeg)
            if self._options.scan:
                scan(source, self._options.scan, folder=bench)
            probe = ffmpeg_client.probe(ffmpeg, source, folder=bench)
            self._frame(ffmpeg, probe, work, probe.seconds / 2, source, bench)
            copy = self._copied(ffmpeg, probe, source, bench)
            original = self._files.put(source)
            with database.transaction() as session:
                if not processing.store_checked(session, work, probe, original, now=clock()):
                    return None
                if copy is not None:
                    recipe, stored = copy
                    processing.store_output(session, work, recipe, stored, seconds=probe.seconds, now=clock())
        return probe

    def _copied(self, ffmpeg: Ffmpeg, probe: Probe, source: Path, bench: Path) -> tuple[Recipe, StoredFile] | None:
        """The copy that can be played at once, where there can be one."""
        recipe = videos.remux(probe)
        if recipe is None:
            return None
        try:
            made = ffmpeg_client.make(ffmpeg, recipe, source, container=probe.container, limits=COPYING, folder=bench)
        except EncoderFailed:
            return None  # an odd container: the encodes will be the first to play
        return recipe, self._files.put(made)

    def _recipes(self, ffmpeg: Ffmpeg, probe: Probe, work: Work) -> Iterator[Recipe]:
        if "libx264" not in ffmpeg.encoders:
            raise NoFfmpeg(f"{ffmpeg.path} has no H.264 encoder")
        if OutputKind.H264 not in work.made:
            yield videos.h264(probe, work.edits, low_power=self._options.low_power)
        if OutputKind.AV1 not in work.made and not self._options.low_power and "libsvtav1" in ffmpeg.encoders:
            yield videos.av1(probe, work.edits)

    def _encoded(
        self,
        database: Database,
        work: Work,
        probe: Probe,
        recipe: Recipe,
        ffmpeg: Ffmpeg,
        source: Path,
        bench: Path,
        clock: Clock,
    ) -> bool:
        """Make one file and keep it. False if the recording is gone or was edited meanwhile."""
        edits = work.edits
        length = edits.length(probe.seconds)
        made = ffmpeg_client.make(
            ffmpeg,
            recipe,
            source,
            container=probe.container,
            start=edits.start,
            end=edits.end,
            limits=encoding_limits(length),
            folder=bench,
        )
        stored = self._files.put(made)
        with database.transaction() as session:
            return processing.store_output(session, work, recipe, stored, seconds=length, now=clock())

    def _make_strip(self, database: Database, work: Work, probe: Probe, clock: Clock) -> None:
        """The frames a poster is chosen from."""
        ffmpeg = find_ffmpeg(self._options.ffmpeg)
        fresh = _work(database, work.id)
        if fresh is None or fresh.original is None or fresh.has_strip:
            return
        with self._bench(work, "strip") as bench, self._files.local(fresh.original) as source:
            for at in strip_seconds(work.edits.length(probe.seconds)):
                if not self._still(database, work, probe, at, ffmpeg, source, bench, clock, in_strip=True):
                    return

    def _still(
        self,
        database: Database,
        work: Work,
        probe: Probe,
        at: float,
        ffmpeg: Ffmpeg,
        source: Path,
        bench: Path,
        clock: Clock,
        *,
        in_strip: bool,
    ) -> bool:
        second = min(work.edits.start + at, probe.seconds - 0.05)
        recipe, made = self._frame(ffmpeg, probe, work, second, source, bench)
        stored = self._files.put(made)
        with database.transaction() as session:
            return processing.store_still(session, work, recipe, stored, at=at, in_strip=in_strip, now=clock())

    def _frame(
        self, ffmpeg: Ffmpeg, probe: Probe, work: Work, second: float, source: Path, bench: Path
    ) -> tuple[Recipe, Path]:
        """One frame as a picture. Raises Unreadable where there is none: what can't be shown isn't a video."""
        recipe = videos.still(work.edits, second)
        try:
            made = ffmpeg_client.make(
                ffmpeg, recipe, source, container=probe.container, start=max(0.0, second), limits=LOOKING, folder=bench
            )
        except EncoderFailed:
            raise videos.Unreadable from None
        return recipe, made

    @contextmanager
    def _bench(self, work: Work, name: str = "work") -> Iterator[Path]:
        """An empty folder for ffmpeg, gone afterwards; one left by a killed worker is emptied first."""
        bench = recordings.quarantined(self._options, work.id).with_name(name)
        shutil.rmtree(bench, ignore_errors=True)
        bench.mkdir(parents=True)
        try:
            yield bench
        finally:
            shutil.rmtree(bench, ignore_errors=True)
            with suppress(OSError):  # the upload itself may still lie beside it
                bench.parent.rmdir()

    @contextmanager
    def _failing(self, database: Database, work: Work, clock: Clock) -> Iterator[None]:
        """A reason for people where it goes no further; what was refused for what it is leaves nothing behind."""
        try:
            yield
        except UnusableVideo as error:
            self._fail(database, work, str(error), clock, refused=work.original is None)
            if work.original is None:
                recordings.drop_quarantined(self._options, work.id)
        except ShowhowError as error:
            self._fail(database, work, str(error), clock, refused=False)
        except OSError as error:
            reason = f"The server couldn’t write or read a file ({error.strerror}). Try again in a few minutes."
            self._fail(database, work, reason, clock, refused=False)

    def _fail(self, database: Database, work: Work, reason: str, clock: Clock, *, refused: bool) -> None:
        with database.transaction() as session:
            processing.fail_processing(session, work, reason, refused=refused, now=clock())


def _work(database: Database, public_id: str) -> Work | None:
    with database.session() as session:
        return queries.work(session, public_id)
