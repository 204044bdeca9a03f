"""captions.vtt: every wrong time is named by its line; what is kept is plain text."""

import re
from html import unescape

import webvtt
from webvtt.errors import MalformedCaptionError, MalformedFileError

from portal.core.documents import Problems
from portal.core.text import squeezed
from portal.guides.rules.library import Cue

_TIME = re.compile(r"(?:(\d{2,}):)?([0-5]\d):([0-5]\d)\.(\d{3})")
_TAG = re.compile(r"</?[a-zA-Z][^>]*>|<\d[^>]*>")


def read_captions(data: bytes, file: str, problems: Problems) -> tuple[Cue, ...]:
    """The captions in order of time. Mistakes are noted; the result isn't to be used then."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        problems.add(file, data[: error.start].count(b"\n") + 1, "The file isn't UTF-8 text.", "Save it as UTF-8.")
        return ()
    if not text.startswith("WEBVTT"):
        problems.add(file, 1, "The file doesn't start with WEBVTT.", "Make WEBVTT its first line.")
        return ()
    before = len(problems)
    _check_times(text, file, problems)
    if len(problems) > before:
        return ()
    try:
        captions = webvtt.from_string(text)
    except (MalformedCaptionError, MalformedFileError) as error:
        problems.add(file, None, f"The captions can't be read: {error}.", "Check the blank lines between them.")
        return ()
    cues = tuple(
        Cue(start=_seconds(cue.start), end=_seconds(cue.end), text=_plain(cue.text)) for cue in captions.captions
    )
    if not cues:
        problems.add(file, None, "There are no captions in the file.", "Describe what happens, also in a silent guide.")
    return cues


def _check_times(text: str, file: str, problems: Problems) -> None:
    latest = 0.0
    for line, content in enumerate(text.splitlines(), start=1):
        if "-->" not in content:
            continue
        first, _, rest = content.partition("-->")
        pieces = (first.strip(), (rest.split() or [""])[0])
        wrong = [piece for piece in pieces if not _TIME.fullmatch(piece)]
        if wrong:
            what = f"“{wrong[0]}” isn't a time."
            problems.add(file, line, what, "Write times like 00:00:04.500 --> 00:00:07.000.")
            continue
        start, end = map(_seconds, pieces)
        if end <= start:
            problems.add(file, line, "This caption ends before it starts.", "Swap or correct its two times.")
        elif start < latest:
            problems.add(file, line, "This caption starts before the one above it.", "Put captions in order of time.")
        latest = max(latest, start)


def _seconds(time: str) -> float:
    match = _TIME.fullmatch(time)
    if match is None:
        return 0.0
    hours, minutes, seconds, thousandths = match.groups()
    return int(hours or 0) * 3600 + int(minutes) * 60 + int(seconds) + int(thousandths) / 1000


def _plain(text: str) -> str:
    return squeezed(unescape(_TAG.sub("", text)))
