"""Runs the council's captions program over the sound of a video, with limits, and reads what it wrote."""

import shlex
import shutil
from collections.abc import Iterable
from pathlib import Path

from portal.core.documents import Problems
from portal.guides.clients.ffmpeg import EncoderFailed, Ffmpeg, make
from portal.guides.clients.programs import Limits, run_limited
from portal.guides.formats.subtitles import read_subtitles
from portal.guides.rules.library import Cue
from portal.guides.rules.machine_captions import MachineCaptionsFailed, arguments
from portal.guides.rules.recordings import GIGABYTE, OutputKind
from portal.guides.rules.videos import Recipe, container_of

LIMITS = Limits(memory_bytes=8 * GIGABYTE, seconds=3600, written_bytes=GIGABYTE)
#: What speech models expect: one channel, 16 kHz, uncompressed.
_SOUND = Recipe(
    kind=OutputKind.REMUX,
    arguments=("-vn", "-sn", "-dn", "-map", "0:a:0", "-ac", "1", "-ar", "16000", "-c:a", "pcm_s16le", "-f", "wav"),
    suffix=".wav",
    mimetype="audio/wav",
)


def why_off(command: str | None) -> str | None:
    """Why no captions can be drafted, in words that follow “because”; None when they can."""
    if not command:
        return "no program is set (SHOWHOW_CAPTIONS_COMMAND)"
    program = shlex.split(command)[0]
    return None if shutil.which(program) else f"{program} can’t be started"


def drafted(command: str, video: Path, *, ffmpeg: Ffmpeg, words: Iterable[str], folder: Path) -> tuple[Cue, ...]:
    """The captions the program made of a video's sound. Raises MachineCaptionsFailed."""
    with video.open("rb") as file:
        container = container_of(file.read(16))
    try:
        sound = make(ffmpeg, _SOUND, video, container=container, limits=LIMITS, folder=folder)
    except EncoderFailed:
        raise MachineCaptionsFailed("the video has no sound that can be read") from None
    output = folder / "captions"
    ran = run_limited(
        arguments(command, audio=str(sound), output=str(output), words=words), limits=LIMITS, folder=folder
    )
    if ran.code != 0:
        raise MachineCaptionsFailed("the program took too long" if ran.code is None else f"it ended with {ran.code}")
    places = (output.with_suffix(".vtt"), output.with_suffix(".srt"), output)
    written = next((path for path in places if path.is_file()), None)
    if written is None:
        raise MachineCaptionsFailed("the program wrote no file")
    problems = Problems()
    cues = read_subtitles(written.read_bytes(), written.name, problems)
    for problem in problems:
        raise MachineCaptionsFailed(f"what it wrote can’t be read ({problem.what})")
    return cues
