"""Cutting a picture of each step from a guide's video, in the worker. Without ffmpeg guides go without pictures."""

import datetime as dt
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

from portal.guides.clients import ffmpeg as client
from portal.guides.clients.ffmpeg import LOOKING, EncoderFailed, NoFfmpeg, find_ffmpeg
from portal.guides.operations.stills import CUT_STILLS, store_stills
from portal.guides.queries.library import guide_with_code
from portal.guides.rules.library import Guide
from portal.guides.rules.recordings import OutputKind
from portal.guides.rules.videos import Recipe, TooHeavy, container_of
from portal.jobs.operations import LongHandler
from portal.storage.database import Database
from portal.storage.files import FileStore, StoredFile

#: Small enough for five of them on a phone, and words in it can still be read: 480 pixels wide, 20 to 25 KB.
PICTURE = Recipe(
    kind=OutputKind.STILL,
    arguments=(
        "-vf", "scale='min(480,iw)':-2:flags=lanczos", "-frames:v", "1", "-c:v", "mjpeg", "-q:v", "9",
        "-pix_fmt", "yuvj420p", "-map_metadata", "-1", "-f", "image2", "-update", "1",
    ),
    suffix=".jpg",
    mimetype="image/jpeg",
)  # fmt: skip


class Cutter:
    """What the worker cuts pictures with. ``ffmpeg``: the program of the settings, None for the usual one."""

    def __init__(self, files: FileStore, *, ffmpeg: str | None) -> None:
        self._files = files
        self._ffmpeg = ffmpeg

    def long_handlers(self) -> Mapping[str, LongHandler]:
        """By name; each makes its own transactions."""
        return {CUT_STILLS: self.cut}

    def cut(self, database: Database, *, clock: Callable[[], dt.datetime], code: str) -> None:  # noqa: ARG002
        """Cut the pictures that a published guide lacks, and drop those that belong to no step any more."""
        with database.session() as session:
            guide = guide_with_code(session, code)
        if guide is None or guide.archived:
            return
        wanted = {guide.still_milliseconds(index): guide.still_of(index) for index in range(len(guide.steps))}
        kept = {at: StoredFile(digest=had.digest, size=had.size) for at, had in wanted.items() if had is not None}
        missing = [at for at, had in wanted.items() if had is None]
        if not missing and len(kept) == len(guide.stills):
            return
        try:
            made = self._made(guide, missing)
        except NoFfmpeg:
            return  # “flask doctor” and the page of a recording say so
        with database.transaction() as session:
            store_stills(session, code, kept | made, video=guide.video.digest)

    def _made(self, guide: Guide, missing: list[int]) -> dict[int, StoredFile]:
        if not missing:
            return {}
        ffmpeg, made = find_ffmpeg(self._ffmpeg), {}
        with tempfile.TemporaryDirectory(prefix="showhow-") as folder, self._files.local(guide.video.digest) as source:
            with source.open("rb") as video:
                container = container_of(video.read(12))
            for at in missing:
                second = at / 1000
                try:
                    cut = client.make(
                        ffmpeg,
                        PICTURE,
                        source,
                        container=container,
                        start=second,
                        limits=LOOKING,
                        folder=Path(folder),
                    )
                except (EncoderFailed, TooHeavy):
                    continue  # this step goes without
                made[at] = self._files.put(cut)
        return made
