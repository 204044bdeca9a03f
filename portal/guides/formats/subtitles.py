"""Captions that somebody made with another program: VTT or SRT in, plain captions out."""

import re
from html import unescape

from portal.core.documents import Problems
from portal.core.text import squeezed
from portal.guides.rules.library import Cue

LARGEST = 1024 * 1024
_TIME = re.compile(r"(?:(\d{1,2}):)?(\d{1,2}):(\d{1,2})[.,](\d{1,3})")
_LINE = re.compile(rf"\s*({_TIME.pattern})\s*-->\s*({_TIME.pattern})(?:\s.*)?")
_TAG = re.compile(r"</?[a-zA-Z][^>]*>|<\d[^>]*>|\{\\[^}]*\}")
_ENCODINGS = ("utf-8-sig", "cp1252")


def read_subtitles(data: bytes, file: str, problems: Problems) -> tuple[Cue, ...]:
    """The captions of a VTT or SRT file in order of time. Mistakes are noted; the result isn't to be used then."""
    if len(data) > LARGEST:
        problems.add(file, None, "The file is larger than 1 MB.", "Captions of 15 minutes need far less: check it.")
        return ()
    text = _decoded(data)
    if "\0" in text or "-->" not in text:
        problems.add(file, 1, "There are no captions in this file.", "Choose a .vtt or .srt file.")
        return ()
    before = len(problems)
    cues = _cues(text.splitlines(), file, problems)
    if not cues and len(problems) == before:
        problems.add(file, 1, "No caption in this file holds words.", "Choose another file, or write them here.")
    return tuple(sorted(cues, key=lambda cue: cue.start))


def _cues(lines: list[str], file: str, problems: Problems) -> list[Cue]:
    cues = []
    index = 0
    while index < len(lines):
        line = lines[index]
        index += 1
        if "-->" not in line:
            continue
        times = _LINE.fullmatch(line)
        words = []
        while index < len(lines) and lines[index].strip() and "-->" not in lines[index]:
            words.append(lines[index])
            index += 1
        if times is None:
            problems.add(file, index - len(words), f"“{line.strip()[:40]}” isn't a pair of times.", "Correct it.")
            continue
        start, end = _seconds(times[1]), _seconds(times[6])
        if end <= start:
            problems.add(file, index - len(words), "This caption ends before it starts.", "Correct its two times.")
            continue
        text = squeezed(unescape(_TAG.sub("", " ".join(words))))
        if text:
            cues.append(Cue(start=start, end=end, text=text))
    return cues


def _decoded(data: bytes) -> str:
    for encoding in _ENCODINGS:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return data.decode("latin-1")


def _seconds(time: str) -> float:
    match = _TIME.fullmatch(time)
    if match is None:
        return 0.0
    hours, minutes, seconds, part = match.groups()
    return int(hours or 0) * 3600 + int(minutes) * 60 + int(seconds) + int(part.ljust(3, "0")) / 1000
