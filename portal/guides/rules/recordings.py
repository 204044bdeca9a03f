"""Recordings: one uploaded or browser-recorded video, and what is made of it."""

import datetime as dt
import math
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from portal.core.errors import Conflict, InvalidInput, NotAllowed, NotFound, ShowhowError
from portal.guides.rules.library import Media

MEGABYTE = 1024 * 1024
GIGABYTE = 1024 * MEGABYTE
LARGEST_BYTES = 500 * MEGABYTE
LONGEST_SECONDS = 15 * 60
SHORTEST_SECONDS = 0.5
LARGEST_WIDTH, LARGEST_HEIGHT = 3840, 2160
FASTEST = 60.0
MOST_BLURS = 20
#: Uploads that nobody continued for this long are thrown away.
ABANDONED = dt.timedelta(days=2)


class RecordingState(StrEnum):
    """How far a recording has come."""

    RECEIVING = "receiving"
    RECEIVED = "received"
    PLAYABLE = "playable"
    ENCODING = "encoding"
    DONE = "done"
    FAILED = "failed"

    @property
    def words(self) -> str:
        """The state as people read it."""
        return _STATE_WORDS[self]

    @property
    def at_work(self) -> bool:
        """Whether something is still to come by itself."""
        return self in (RecordingState.RECEIVED, RecordingState.PLAYABLE, RecordingState.ENCODING)


_STATE_WORDS = {
    RecordingState.RECEIVING: "Arriving",
    RecordingState.RECEIVED: "Arrived, being checked",
    RecordingState.PLAYABLE: "Ready to play, smaller versions follow",
    RecordingState.ENCODING: "Smaller versions are being made",
    RecordingState.DONE: "Ready",
    RecordingState.FAILED: "Failed",
}


class OutputKind(StrEnum):
    """What a stored file of a recording is."""

    REMUX = "remux"
    H264 = "h264"
    AV1 = "av1"
    STILL = "still"


class UnknownRecording(NotFound):
    """No recording has this id."""

    def __init__(self, public_id: str) -> None:
        self.public_id = public_id
        super().__init__("There is no recording at this address. It may have been thrown away.")


class NotYourRecording(NotAllowed):
    """Somebody else began this upload."""

    def __init__(self) -> None:
        super().__init__("Somebody else began this upload. Begin one of your own.")


class TooLarge(InvalidInput):
    """The file is larger than a recording may be."""

    def __init__(self, declared: int | None = None) -> None:
        self.declared = declared
        super().__init__(
            f"The file is larger than {LARGEST_BYTES // MEGABYTE} MB. Cut it, or record a shorter guide, and try again."
        )


class EmptyUpload(InvalidInput):
    """There is nothing in the file."""

    def __init__(self) -> None:
        super().__init__("The file is empty. Choose the file again.")


class WrongOffset(Conflict):
    """A chunk doesn't begin where the last one ended. ``expected``: the offset to continue from, in bytes."""

    def __init__(self, expected: int) -> None:
        self.expected = expected
        super().__init__("A part of the file is missing or came twice. The upload goes on from what is here.")


class AlreadyReceived(Conflict):
    """The upload is complete; nothing more can be added."""

    def __init__(self) -> None:
        super().__init__("This upload is complete. Begin a new one for another file.")


class QuotaFull(Conflict):
    """The person's recordings take up all the room they may."""

    def __init__(self, quota_bytes: int) -> None:
        self.quota_bytes = quota_bytes
        super().__init__(
            f"Your recordings fill the {size_words(quota_bytes)} that each author has. Throw away one that no guide "
            "needs, then try again."
        )


class DiskFull(ShowhowError):
    """The server keeps some disk free, and this upload would use it."""

    def __init__(self) -> None:
        super().__init__("The server’s disk is nearly full. Nothing was stored. Tell the ICT training team.")


class StillInUse(Conflict):
    """The recording isn't ready for this."""

    def __init__(self) -> None:
        super().__init__("This recording is still arriving. Wait until it is complete, then try again.")


class RecordingUsed(Conflict):
    """A guide shows the recording."""

    def __init__(self) -> None:
        super().__init__("A guide uses this recording. Give the guide another one first, then throw this one away.")


class UnusableEdits(InvalidInput):
    """Trim or blur don't fit the recording."""


class UnusableVideo(InvalidInput):
    """The file can't become a guide's video. ``str(error)`` is the reason for people."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingOptions:
    """What the council set. ``folder``: quarantine, a folder a file. ``scan``: a command, or ``clamav:`` and a socket.

    ``ffmpeg``: the path set, or None to look for one. ``low_power``: small encodes only.
    """

    folder: Path
    quota_bytes: int
    free_disk_bytes: int
    low_power: bool
    scan: str | None
    ffmpeg: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Blur:
    """A box that hides what is below. Place and size as shares of the picture, from the top left corner.

    ``start`` and ``end``: seconds of the original recording, before any trim.
    """

    x: float
    y: float
    width: float
    height: float
    start: float
    end: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Edits:
    """What an author cut and hid. ``start`` and ``end``: seconds of the original; ``end`` None keeps all of it."""

    start: float = 0.0
    end: float | None = None
    blurs: tuple[Blur, ...] = ()

    @property
    def any(self) -> bool:
        """Whether the picture differs from the original."""
        return self != Edits()

    def checked(self, seconds: float) -> "Edits":
        """These edits, fitted to a recording of this length. Raises UnusableEdits."""
        end = seconds if self.end is None else min(self.end, seconds)
        numbers = (self.start, end, *(value for blur in self.blurs for value in _numbers(blur)))
        if not all(math.isfinite(value) for value in numbers):
            raise UnusableEdits("A time or a place isn’t a number. Type it like 4.5.")
        if self.start < 0 or end - self.start < SHORTEST_SECONDS:
            raise UnusableEdits("The end must lie at least half a second after the start. Change one of them.")
        if len(self.blurs) > MOST_BLURS:
            raise UnusableEdits(f"A recording can have {MOST_BLURS} boxes. Remove some, or record it anew.")
        for blur in self.blurs:
            _check_blur(blur)
        return Edits(start=self.start, end=None if end >= seconds else end, blurs=self.blurs)

    def length(self, seconds: float) -> float:
        """How long the edited recording is, from the length of the original."""
        return (seconds if self.end is None else min(self.end, seconds)) - self.start


def _numbers(blur: Blur) -> tuple[float, ...]:
    return blur.x, blur.y, blur.width, blur.height, blur.start, blur.end


def _check_blur(blur: Blur) -> None:
    if not (0 <= blur.x < 1 and 0 <= blur.y < 1 and blur.width > 0 and blur.height > 0):
        raise UnusableEdits("A box lies outside the picture. Move it inside.")
    if blur.x + blur.width > 1.0001 or blur.y + blur.height > 1.0001:
        raise UnusableEdits("A box reaches beyond the picture. Make it smaller or move it.")
    if blur.start < 0 or blur.end <= blur.start:
        raise UnusableEdits("A box ends before it starts. Correct its times.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Output:
    """One playable file. ``edition`` is that of the edits it was made with."""

    kind: OutputKind
    edition: int
    media: Media


@dataclass(frozen=True, slots=True, kw_only=True)
class Still:
    """A frame. ``at``: seconds into what is shown."""

    at: float
    edition: int
    media: Media


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """One video and what is made of it.

    ``seconds``: length of what is shown, after trim; ``source_seconds``: of the original. Both, ``width``, ``height``
    are 0 until it was checked. ``outputs`` are those of the newest edition that has any. ``edition`` counts edits;
    while it differs from ``shown_edition``, new outputs are being made. ``refused``: it failed for what the
    file is, and nothing of it was kept.
    """

    id: str
    name: str
    made_by: int | None
    made_at: dt.datetime
    growing: bool
    declared_bytes: int | None
    received_bytes: int
    state: RecordingState
    reason: str | None
    refused: bool
    seconds: float
    source_seconds: float
    width: int
    height: int
    has_audio: bool
    outputs: tuple[Output, ...]
    strip: tuple[Still, ...]
    poster: Still | None
    edits: Edits
    edition: int
    shown_edition: int | None

    @property
    def playable(self) -> bool:
        """Whether there is something to play, whatever is still to come."""
        return bool(self.outputs)

    @property
    def up_to_date(self) -> bool:
        """Whether what can be played shows the newest edits."""
        return self.shown_edition == self.edition

    @property
    def progress(self) -> str:
        """What a page that shows it depends on: another value means that there is something new to show."""
        return f"{self.state} {len(self.outputs)} {self.up_to_date}"

    @property
    def complete(self) -> bool:
        """Whether all of the file has arrived."""
        return self.state is not RecordingState.RECEIVING

    @property
    def percent(self) -> int:
        """How much has arrived, of 100; 0 while the length isn't known."""
        return self.received_bytes * 100 // self.declared_bytes if self.declared_bytes else 0

    def can_retry(self) -> bool:
        """Whether trying again may help."""
        return self.state is RecordingState.FAILED and not self.refused


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """What the worker needs to know of a recording. ``made``: the kinds there are of this edition.

    ``original``: digest of the original in the file store, None before it was checked. ``has_strip``: of this edition.
    """

    id: str
    name: str
    state: RecordingState
    original: str | None
    edits: Edits
    edition: int
    made: frozenset[OutputKind]
    has_strip: bool


#: What a browser should try first.
_ORDER = (OutputKind.AV1, OutputKind.H264, OutputKind.REMUX)


def sources(outputs: Iterable[Output]) -> tuple[Media, ...]:
    """What a player should offer, best first. The remux is for the time before the encodes are there."""
    found = sorted(outputs, key=lambda output: _ORDER.index(output.kind))
    if any(output.kind is OutputKind.H264 for output in found):
        found = [output for output in found if output.kind is not OutputKind.REMUX]
    return tuple(output.media for output in found)


def nearest(stills: Iterable[Still], second: float) -> Still | None:
    """The still closest to a second; None when there are none."""
    return min(stills, key=lambda still: abs(still.at - second), default=None)


def strip_seconds(length: float, *, most: int = 24) -> tuple[float, ...]:
    """Where the pictures to choose a poster from are taken: every two seconds or further apart, in the middles."""
    count = max(1, min(most, int(length // 2)))
    return tuple(round((index + 0.5) * length / count, 3) for index in range(count))


def size_words(size: int) -> str:
    """“12 MB”, “2 GB”, “300 KB”."""
    if size >= GIGABYTE:
        return f"{size / GIGABYTE:.1f}".removesuffix(".0") + " GB"
    return f"{size / MEGABYTE:.0f} MB" if size >= MEGABYTE else f"{-(-size // 1024)} KB"


def check_declared(declared: int | None, *, growing: bool) -> None:
    """Raise TooLarge or EmptyUpload for a length that can't be."""
    if declared is None and not growing:
        raise EmptyUpload
    if declared is not None and declared > LARGEST_BYTES:
        raise TooLarge(declared)
    if declared is not None and declared <= 0:
        raise EmptyUpload
