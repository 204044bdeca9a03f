"""Captions drafted by a program of the council's own: how it is called, and why there may be none."""

import shlex
from collections.abc import Iterable
from dataclasses import dataclass

from portal.core.errors import Conflict, ShowhowError

#: What a command must hold, and what stands in its place when it runs.
AUDIO, OUTPUT, WORDS = "{audio}", "{output}", "{words}"
LONGEST_WORDS = 600
NOTE = "A machine wrote these captions: read every one against the picture and mend what is wrong."


class MachineCaptionsOff(Conflict):
    """No program drafts captions here. ``why`` in words."""

    def __init__(self, why: str) -> None:
        self.why = why
        super().__init__(f"Captions can’t be drafted by a machine here, because {why}.")


class MachineCaptionsFailed(ShowhowError):
    """The program ended without captions that can be read."""

    def __init__(self, why: str) -> None:
        self.why = why
        super().__init__(f"The machine made no captions: {why}. Write them by hand, or tell the ICT training team.")


@dataclass(frozen=True, slots=True, kw_only=True)
class MachineCaptionsOptions:
    """``command``: as the council set it, None when it set none."""

    command: str | None


def checked_command(command: str) -> str:
    """The command, if it can be one. Raises ValueError, in words for people."""
    pieces = shlex.split(command)
    lacking = [piece for piece in (AUDIO, OUTPUT) if not any(piece in one for one in pieces)]
    if lacking:
        raise ValueError(f"Say with {' and '.join(lacking)} where the sound is and where the captions go.")
    return command


def arguments(command: str, *, audio: str, output: str, words: Iterable[str]) -> tuple[str, ...]:
    """The command's words with the places filled in: no shell reads them.

    ``output``: a path without ending; the program adds .vtt or .srt, or writes to it as it is.
    """
    prompt = ", ".join(words)[:LONGEST_WORDS]
    filled = {AUDIO: audio, OUTPUT: output, WORDS: prompt}
    return tuple(_filled(piece, filled) for piece in shlex.split(command))


def _filled(piece: str, places: dict[str, str]) -> str:
    for place, value in places.items():
        piece = piece.replace(place, value)
    return piece
