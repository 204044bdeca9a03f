"""What ffmpeg says about a file. Texts inside a file are its maker's: only lines that begin as ffmpeg's own count."""

import dataclasses
import re

from portal.guides.rules.videos import Packets, Streams, VideoStream

_STREAM = re.compile(r"  Stream #0:\d+[^:]*(?:\([^)]*\))?: (?P<kind>\w+): (?P<codec>\w+)(?P<rest>.*)")
_SIZE = re.compile(r", (\d{1,6})x(\d{1,6})(?=[, \[]|$)")
_PIXELS = re.compile(r", (?P<pixels>[a-z]+[0-9a-z]*)(?:\([^)]*\))?, \d+x\d+")
_ROTATED = re.compile(r"      (?:displaymatrix: rotation of|rotate +:) (-?\d+)")
_PICTURE_OF_SOUND = "(attached pic)"
_CUT_OFF = ("partial file", "File ended prematurely", "Truncating packet", "Packet corrupt")
_OVERSIZE = re.compile(r"Picture size (\d+)x(\d+) exceeds")
_TIME_BASE = re.compile(r"#tb 0: (\d+)/(\d+)")


def read_streams(report: str) -> Streams:
    """The tracks that ``ffmpeg -i`` listed on its standard error."""
    videos: list[VideoStream] = []
    sounds: list[str] = []
    others = 0
    for line in report.splitlines():
        found = _STREAM.match(line)
        rotated = _ROTATED.match(line)
        if rotated and videos and int(rotated[1]) % 180:
            last = videos[-1]
            videos[-1] = dataclasses.replace(last, width=last.height, height=last.width)
        if not found:
            continue
        if found["kind"] == "Video" and _PICTURE_OF_SOUND not in found["rest"]:
            videos.append(_video(found["codec"], found["rest"]))
        elif found["kind"] == "Audio":
            sounds.append(found["codec"])
        else:
            others += 1
    oversize = _OVERSIZE.search(report)
    if oversize:  # ffmpeg then says no size in its list: it was told to look no further
        width, height = int(oversize[1]), int(oversize[2])
        videos = [one if one.width else dataclasses.replace(one, width=width, height=height) for one in videos]
    return Streams(videos=tuple(videos), audio_codecs=tuple(sounds), others=others)


def read_packets(lines: str, report: str) -> Packets:
    """The picture's packets as ``-f framecrc`` wrote them, and whether ``report`` tells of a missing end."""
    seconds_a_tick = 1.0
    first, last, count = None, 0, 0
    for line in lines.splitlines():
        base = _TIME_BASE.match(line)
        if base:
            seconds_a_tick = int(base[1]) / int(base[2])
        if line.startswith("#") or not line:
            continue
        fields = line.split(",")
        start, length = int(fields[2]), int(fields[3])
        first = start if first is None else min(first, start)
        last = max(last, start + length)
        count += 1
    seconds = 0.0 if first is None else (last - first) * seconds_a_tick
    return Packets(count=count, seconds=seconds, cut_off=any(sign in report for sign in _CUT_OFF))


def _video(codec: str, rest: str) -> VideoStream:
    size = _SIZE.search(rest)
    pixels = _PIXELS.search(rest)
    return VideoStream(
        codec=codec,
        pixels=pixels["pixels"] if pixels else "",
        width=int(size[1]) if size else 0,
        height=int(size[2]) if size else 0,
    )
