"""Guides: written steps, illustrated by a screencast. Decisions, without a database."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from portal.core.errors import NotFound
from portal.core.text import folded


class UnknownGuide(NotFound):
    """No guide has this address."""

    def __init__(self, system: str, slug: str) -> None:
        self.system, self.slug = system, slug
        super().__init__("There is no guide at this address. Search for what you need, or pick a system.")


class UnknownMedia(NotFound):
    """No guide uses a file with this digest."""

    def __init__(self, digest: str) -> None:
        self.digest = digest
        super().__init__("This file belongs to no guide any more. Open the guide again.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step. ``at``: seconds into the video."""

    at: float
    title: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Cue:
    """One caption. ``start`` and ``end`` in seconds."""

    start: float
    end: float
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Media:
    """A stored file. ``name`` is what a browser sees at the end of its address."""

    digest: str
    name: str
    mimetype: str
    size: int

    @property
    def address_parts(self) -> Mapping[str, str]:
        return {"digest": self.digest, "name": self.name}


@dataclass(frozen=True, slots=True, kw_only=True)
class Guide:
    """A guide as it is shown. ``seconds``: the video's length; ``review_every`` in months.

    ``alternatives``: smaller files of the same video, best first, made of ``recording`` in the edition published.
    ``stills``: pictures of the video, named by ``still_name``.
    """

    code: str
    system: str
    slug: str
    title: str
    summary: str
    skills: tuple[str, ...]
    owner: str
    published: dt.date
    reviewed: dt.date
    review_every: int
    captions_reviewed: dt.date
    changed: str
    silent: bool
    also: tuple[str, ...]
    steps: tuple[Step, ...]
    cues: tuple[Cue, ...]
    seconds: float
    video: Media
    captions: Media
    poster: Media | None
    archived: bool = False
    alternatives: tuple[Media, ...] = ()
    recording: str | None = None
    recording_edition: int | None = None
    stills: tuple[Media, ...] = ()

    @property
    def address(self) -> str:
        """``system/slug``: how questions and paths name it."""
        return f"{self.system}/{self.slug}"

    @property
    def sources(self) -> tuple[Media, ...]:
        """What a player should offer, best first; the last one plays everywhere."""
        return (*self.alternatives, self.video)

    def step_at(self, seconds: float) -> int:
        """Index of the step that runs at this second; the first before any has begun."""
        started = [index for index, step in enumerate(self.steps) if step.at <= seconds + 0.05]
        return started[-1] if started else 0

    def still_milliseconds(self, index: int) -> int:
        """When a step is seen best: half-way through it, 2 seconds in at most, in thousandths of a second."""
        start = self.steps[index].at
        return round(1000 * min(start + min(2.0, (self.end_of(index) - start) / 2), max(self.seconds - 0.1, start)))

    def still_of(self, index: int) -> Media | None:
        """The picture of a step, where one was cut of this video at this step's time."""
        wanted = still_name(self.still_milliseconds(index))
        return next((still for still in self.stills if still.name == wanted), None)

    def end_of(self, index: int) -> float:
        """The second at which a step ends: where the next begins, or the video stops."""
        return self.steps[index + 1].at if index + 1 < len(self.steps) else max(self.seconds, self.steps[index].at + 1)


def still_name(milliseconds: int) -> str:
    """The name of the picture of a video at this time."""
    return f"still-{milliseconds}.jpg"


def sort_key(guide: Guide) -> tuple[str, str]:
    """The order of guides in a list: by title, whatever its capitals."""
    return folded(guide.title), guide.code
