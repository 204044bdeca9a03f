"""ffmpeg, a separate program: looks at a file, and makes others of it. Every call is limited, none uses a network."""

import functools
import importlib
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from portal.core.errors import ShowhowError
from portal.guides.clients.programs import Limits, Ran, run_limited
from portal.guides.formats.ffmpeg_report import read_packets, read_streams
from portal.guides.rules.recordings import GIGABYTE, LARGEST_BYTES, LARGEST_HEIGHT, LARGEST_WIDTH, MEGABYTE
from portal.guides.rules.videos import (
    Container,
    Probe,
    Recipe,
    TooHeavy,
    Unreadable,
    checked,
    container_of,
    one_picture,
)

LOOKING = Limits(memory_bytes=GIGABYTE, seconds=60, written_bytes=64 * MEGABYTE)
COPYING = Limits(memory_bytes=GIGABYTE, seconds=300, written_bytes=2 * LARGEST_BYTES)
ENCODING_MEMORY = 3 * GIGABYTE
#: An encode may take this many seconds for each second of video, and a minute more.
ENCODING_PACE = 30


class NoFfmpeg(ShowhowError):
    """There is no ffmpeg that can be used. ``why`` in words."""

    def __init__(self, why: str) -> None:
        self.why = why
        super().__init__(f"Videos can’t be processed on this server: {why}. Tell the ICT training team.")


class EncoderFailed(ShowhowError):
    """ffmpeg ended with an error while it made a file."""

    def __init__(self, ran: Ran) -> None:
        self.code, self.report = ran.code, ran.report[-600:]
        super().__init__("The video could not be encoded. Try again; if it fails again, export it as MP4 (H.264).")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ffmpeg:
    """One ffmpeg and what it can do."""

    path: str
    version: str
    encoders: frozenset[str]


def find_ffmpeg(named: str | None) -> Ffmpeg:
    """The one of the settings, the one on the path, or that of the extra ``media``. Raises NoFfmpeg."""
    path = named or shutil.which("ffmpeg") or _packaged()
    if path is None:
        raise NoFfmpeg("no ffmpeg is installed. Install it, or Showhow’s extra “media”")
    return _known(path)


def _packaged() -> str | None:
    try:
        packaged: Any = importlib.import_module("imageio_ffmpeg")
        return str(packaged.get_ffmpeg_exe())
    except (ImportError, RuntimeError):
        return None


@functools.lru_cache(maxsize=4)
def _known(path: str) -> Ffmpeg:
    try:
        asked = subprocess.run(
            [path, "-hide_banner", "-encoders"], capture_output=True, text=True, timeout=30, check=True
        ).stdout
        version = subprocess.run([path, "-version"], capture_output=True, text=True, timeout=30, check=True).stdout
    except (OSError, subprocess.SubprocessError) as error:
        raise NoFfmpeg(f"{path} can’t be started ({type(error).__name__})") from None
    names = re.findall(r"^ [VAS][F.][S.][X.][B.][D.] (\S+)", asked, flags=re.M)
    return Ffmpeg(path=path, version=version.split(" ")[2], encoders=frozenset(names))


def probe(ffmpeg: Ffmpeg, source: Path, *, folder: Path) -> Probe:
    """Look at a file of unknown origin. ``folder``: where ffmpeg runs, empty.

    Raises UnusableVideo for anything that isn't one picture within the limits.
    """
    with source.open("rb") as file:
        container = container_of(file.read(16))
    listed = run_limited([*_open(ffmpeg, source, container)], limits=LOOKING, folder=folder)
    _refuse_excess(listed)
    streams = read_streams(listed.report)
    one_picture(streams)
    command = [*_open(ffmpeg, source, container), "-map", "0:v:0", "-c", "copy", "-f", "framecrc", "packets.txt"]
    counted = run_limited(command, limits=LOOKING, folder=folder)
    _refuse_excess(counted)
    packets = folder / "packets.txt"
    if not packets.is_file():
        raise Unreadable
    found = read_packets(packets.read_text(), counted.report)
    packets.unlink()
    return checked(container, streams, found)


def make(
    ffmpeg: Ffmpeg,
    recipe: Recipe,
    source: Path,
    *,
    container: Container,
    start: float = 0.0,
    end: float | None = None,
    limits: Limits,
    folder: Path,
) -> Path:
    """Make a file of the original, from ``start`` to ``end`` seconds of it. Raises EncoderFailed, TooHeavy."""
    cut = (*(("-ss", f"{start:.3f}") if start else ()), *(("-to", f"{end:.3f}") if end is not None else ()))
    target = folder / f"made{recipe.suffix}"
    target.unlink(missing_ok=True)
    command = [*_open(ffmpeg, source, container, before=cut), *recipe.arguments, target.name]
    ran = run_limited(command, limits=limits, folder=folder)
    if ran.code != 0 or not target.is_file() or target.stat().st_size == 0:
        target.unlink(missing_ok=True)
        _refuse_excess(ran)
        raise EncoderFailed(ran)
    return target


def encoding_limits(seconds: float) -> Limits:
    """What an encode of this many seconds may take."""
    return Limits(
        memory_bytes=ENCODING_MEMORY, seconds=60 + int(seconds * ENCODING_PACE), written_bytes=2 * LARGEST_BYTES
    )


def _open(ffmpeg: Ffmpeg, source: Path, container: Container, *, before: tuple[str, ...] = ()) -> tuple[str, ...]:
    """The reader is forced, so that no text file can name others, and nothing but files can be opened."""
    return (
        ffmpeg.path, "-hide_banner", "-nostdin", "-nostats", "-y", "-v", "info",
        "-protocol_whitelist", "file", "-max_pixels", str(LARGEST_WIDTH * LARGEST_HEIGHT), "-threads", "2",
        "-f", container.value, *before, "-i", str(source.resolve()),
    )  # fmt: skip


def _refuse_excess(ran: Ran) -> None:
    """Too late, killed by a limit, or out of memory."""
    if ran.code is None or ran.code < 0 or ran.code in (137, 152, 153) or "Cannot allocate memory" in ran.report:
        raise TooHeavy
