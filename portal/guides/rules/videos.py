"""What a video must be like to become a recording, and how it is encoded. docs/recordings.md gives the reasons."""

import math
from dataclasses import dataclass
from enum import StrEnum

from portal.guides.rules.recordings import (
    FASTEST,
    LARGEST_HEIGHT,
    LARGEST_WIDTH,
    LONGEST_SECONDS,
    SHORTEST_SECONDS,
    Blur,
    Edits,
    OutputKind,
    UnusableVideo,
)

SHOWN_WIDTH, SHOWN_HEIGHT = 1920, 1080
SHOWN_FPS, SMALL_FPS = 30, 15
KEYFRAME_SECONDS = 5
#: Squares of this many pixels become one colour where something is hidden: no letter survives.
MOSAIC = 24
STILL_WIDTH = 1280
#: A few milliseconds beyond the limit are the recorder's, not the author's.
LENIENCE = 1.01


class Container(StrEnum):
    """What a file is by its first bytes; the value is the name of the only reader it may be opened with."""

    MP4 = "mov"
    MATROSKA = "matroska"


class NotAVideo(UnusableVideo):
    """The first bytes are not those of a video."""

    def __init__(self) -> None:
        super().__init__("This isn’t an MP4, MOV, WebM or MKV video, whatever its name says. Export it as MP4.")


class Unreadable(UnusableVideo):
    """The container can't be read."""

    def __init__(self) -> None:
        super().__init__("The video can’t be read: the file is damaged or cut off. Export it again and upload it anew.")


class CutOff(UnusableVideo):
    """The end of the file is missing."""

    def __init__(self) -> None:
        super().__init__("The end of the file is missing. Copy or export it again and upload it anew.")


class TooHeavy(UnusableVideo):
    """Reading the file took more memory or time than a recording may."""

    def __init__(self) -> None:
        super().__init__("Reading this file takes more memory or time than a recording may. Export it as MP4 (H.264).")


@dataclass(frozen=True, slots=True, kw_only=True)
class VideoStream:
    """The picture. ``width`` and ``height`` in pixels as shown, after any rotation."""

    codec: str
    pixels: str
    width: int
    height: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Streams:
    """What the container lists. ``others``: subtitles, data and attachments."""

    videos: tuple[VideoStream, ...]
    audio_codecs: tuple[str, ...]
    others: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Packets:
    """The picture's packets: how many, and the seconds from the first to the end of the last."""

    count: int
    seconds: float
    cut_off: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """A video that was checked."""

    container: Container
    video: VideoStream
    audio_codec: str | None
    seconds: float
    fps: float


def container_of(head: bytes) -> Container:
    """What the file is by its first bytes: ISO-BMFF or EBML and nothing else. Raises NotAVideo."""
    if head[4:8] == b"ftyp":
        return Container.MP4
    if head[:4] == b"\x1aE\xdf\xa3":
        return Container.MATROSKA
    raise NotAVideo


def one_picture(streams: Streams) -> VideoStream:
    """The only video of the file, within the limits of size. Raises UnusableVideo."""
    if not streams.videos and streams.audio_codecs:
        raise UnusableVideo("There is only sound in this file. A guide needs a picture: record the screen, too.")
    if not streams.videos:
        raise Unreadable
    if len(streams.videos) > 1 or len(streams.audio_codecs) > 1:
        number = len(streams.videos) + len(streams.audio_codecs) + streams.others
        raise UnusableVideo(
            f"There are {number} tracks in this file. A recording may hold one picture and one sound track: export it "
            "with those alone."
        )
    video = streams.videos[0]
    if not video.width or not video.height:
        raise Unreadable
    if video.width > LARGEST_WIDTH or video.height > LARGEST_HEIGHT:
        raise UnusableVideo(
            f"The picture is {video.width} × {video.height}. The largest is {LARGEST_WIDTH} × {LARGEST_HEIGHT}: record "
            "at your screen’s own size."
        )
    return video


def checked(container: Container, streams: Streams, packets: Packets) -> Probe:
    """The whole of what was found, within every limit. Raises UnusableVideo."""
    video = one_picture(streams)
    if packets.cut_off:
        raise CutOff
    if packets.seconds < SHORTEST_SECONDS:
        raise UnusableVideo("The video is shorter than half a second. Record it again.")
    if packets.seconds > LONGEST_SECONDS * LENIENCE:
        minutes = packets.seconds / 60
        raise UnusableVideo(
            f"The video lasts {minutes:.0f} minutes. A guide may last {LONGEST_SECONDS // 60}: cut it, or make several."
        )
    fps = packets.count / packets.seconds
    if fps > FASTEST * LENIENCE and packets.count > FASTEST:
        raise UnusableVideo(f"The video has {fps:.0f} frames a second. The most is {FASTEST:.0f}: export it with 30.")
    return Probe(
        container=container,
        video=video,
        audio_codec=streams.audio_codecs[0] if streams.audio_codecs else None,
        seconds=packets.seconds,
        fps=fps,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """One file to be made. ``arguments`` stand between the input and the output's name."""

    kind: OutputKind
    arguments: tuple[str, ...]
    suffix: str
    mimetype: str


_EASY_PIXELS = ("yuv420p", "yuvj420p")
_MP4_SOUND = ("aac", "mp3", "opus")
_WEBM_SOUND = ("opus", "vorbis")
_BARE = ("-map_metadata", "-1", "-map_chapters", "-1", "-sn", "-dn")
_SOUND = ("-c:a", "aac", "-b:a", "64k", "-ac", "1", "-ar", "48000")


def remux(probe: Probe) -> Recipe | None:
    """A copy in a sound container, without re-encoding the picture; None where browsers couldn't play it."""
    if probe.video.pixels not in _EASY_PIXELS:
        return None
    if probe.video.codec in ("h264", "av1"):
        sound: tuple[str, ...] = () if probe.audio_codec in (None, *_MP4_SOUND) else _SOUND
        arguments = (*_tracks(probe), "-c", "copy", *sound, *_BARE, "-movflags", "+faststart", "-f", "mp4")
        return Recipe(kind=OutputKind.REMUX, arguments=arguments, suffix=".mp4", mimetype="video/mp4")
    if probe.video.codec in ("vp8", "vp9") and probe.container is Container.MATROSKA:
        sound = () if probe.audio_codec in (None, *_WEBM_SOUND) else ("-c:a", "libopus")
        arguments = (*_tracks(probe), "-c", "copy", *sound, *_BARE, "-f", "webm")
        return Recipe(kind=OutputKind.REMUX, arguments=arguments, suffix=".webm", mimetype="video/webm")
    return None


def h264(probe: Probe, edits: Edits, *, low_power: bool) -> Recipe:
    """What every browser plays."""
    fps = _fps(probe, low_power=low_power)
    arguments = (
        *_pictures(probe, edits, fps),
        "-c:v", "libx264", "-profile:v", "high", "-preset", "veryfast" if low_power else "medium", "-crf", "24",
        "-pix_fmt", "yuv420p", *_shared(fps),
    )  # fmt: skip
    return Recipe(kind=OutputKind.H264, arguments=arguments, suffix=".mp4", mimetype="video/mp4")


def av1(probe: Probe, edits: Edits) -> Recipe:
    """Half the size, for browsers that play it."""
    fps = _fps(probe, low_power=False)
    arguments = (
        *_pictures(probe, edits, fps),
        "-c:v", "libsvtav1", "-preset", "8", "-crf", "40", "-svtav1-params", "scm=1:lp=2",
        "-pix_fmt", "yuv420p", *_shared(fps),
    )  # fmt: skip
    sound = "" if probe.audio_codec is None else ", mp4a.40.2"
    return Recipe(
        kind=OutputKind.AV1, arguments=arguments, suffix=".mp4", mimetype=f'video/mp4; codecs="av01.0.08M.08{sound}"'
    )


def still(edits: Edits, second: float) -> Recipe:
    """The frame at a second of the original, with what is hidden there hidden."""
    boxes = tuple(
        Blur(x=blur.x, y=blur.y, width=blur.width, height=blur.height, start=0.0, end=1e6)
        for blur in edits.blurs
        if blur.start <= second <= blur.end
    )
    wide = f"scale='min({STILL_WIDTH},iw)':-2"
    graph = _graph(Edits(blurs=boxes), wide)
    arguments = (
        "-filter_complex", graph, "-map", "[out]", "-frames:v", "1", "-c:v", "mjpeg", "-q:v", "4",
        "-pix_fmt", "yuvj420p", "-map_metadata", "-1", "-f", "image2", "-update", "1",
    )  # fmt: skip
    return Recipe(kind=OutputKind.STILL, arguments=arguments, suffix=".jpg", mimetype="image/jpeg")


def shown_size(width: int, height: int) -> tuple[int, int]:
    """The size of the encodes: never larger than the original, at most 1920 × 1080, even numbers."""
    share = min(1.0, SHOWN_WIDTH / width, SHOWN_HEIGHT / height)
    return max(2, round(width * share / 2) * 2), max(2, round(height * share / 2) * 2)


def _tracks(probe: Probe) -> tuple[str, ...]:
    return ("-map", "0:v:0") if probe.audio_codec is None else ("-map", "0:v:0", "-map", "0:a:0")


def _pictures(probe: Probe, edits: Edits, fps: int) -> tuple[str, ...]:
    width, height = shown_size(probe.video.width, probe.video.height)
    fit = (
        f"fps={fps},scale={width}:{height}:force_original_aspect_ratio=decrease:flags=lanczos,"
        f"pad={width}:{height}:-1:-1,setsar=1"
    )
    shifted = Edits(
        blurs=tuple(
            Blur(
                x=blur.x, y=blur.y, width=blur.width, height=blur.height,
                start=max(0.0, blur.start - edits.start), end=blur.end - edits.start,
            )
            for blur in edits.blurs
            if blur.end > edits.start
        )
    )  # fmt: skip
    sound = () if probe.audio_codec is None else ("-map", "0:a:0", *_SOUND)
    return ("-filter_complex", _graph(shifted, fit), "-map", "[out]", *sound)


def _shared(fps: int) -> tuple[str, ...]:
    return ("-g", str(fps * KEYFRAME_SECONDS), "-threads", "2", *_BARE, "-movflags", "+faststart", "-f", "mp4")


def _fps(probe: Probe, *, low_power: bool) -> int:
    """Constant: 30, or 15 for what was recorded with about that."""
    return SMALL_FPS if low_power or math.ceil(probe.fps) <= SMALL_FPS + 3 else SHOWN_FPS


def _graph(edits: Edits, last: str) -> str:
    """The picture's way: a mosaic over each box while it holds, then ``last``, to ``[out]``."""
    steps = []
    label = "0:v:0"
    for number, blur in enumerate(edits.blurs):
        crop = f"crop=w='iw*{blur.width:.5f}':h='ih*{blur.height:.5f}':x='iw*{blur.x:.5f}':y='ih*{blur.y:.5f}'"
        coarse = f"scale=w='max(1,ceil(iw/{MOSAIC}))':h='max(1,ceil(ih/{MOSAIC}))':flags=area"
        back = f"scale=w='iw*{MOSAIC}':h='ih*{MOSAIC}':flags=neighbor"
        place = f"x='main_w*{blur.x:.5f}':y='main_h*{blur.y:.5f}'"
        during = f"enable='between(t,{blur.start:.3f},{blur.end:.3f})'"
        steps += [
            f"[{label}]format=yuv444p,split[keep{number}][cut{number}]",
            f"[cut{number}]{crop},{coarse},{back}[box{number}]",
            f"[keep{number}][box{number}]overlay={place}:{during}[hidden{number}]",
        ]
        label = f"hidden{number}"
    return ";".join([*steps, f"[{label}]{last}[out]"])
