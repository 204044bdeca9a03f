"""A guide while somebody writes it: its parts may still be empty, and every change gives a new draft."""

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TypeVar

from portal.core.errors import Conflict, NotFound
from portal.core.text import folded, squeezed, words
from portal.guides.rules.library import Cue, Step

LONGEST_TITLE = 80
LONGEST_SUMMARY = 300
LONGEST_TEXT = 2000
LONGEST_CUE = 300
MOST_PARTS = 500
MOST_MONTHS = 60
#: How long a caption added by hand lasts until its end is set, in seconds.
NEW_CUE_SECONDS = 3.0
_FIRST_CODE = 101
CODE = re.compile(r"G-(\d{3,5})")


class UnknownDraft(NotFound):
    """No draft has this code."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__("There is no draft with this code. It may have been published or discarded: look at the list.")


class UnknownPart(NotFound):
    """The step or caption was deleted, perhaps in another window."""

    def __init__(self, part_id: int) -> None:
        self.part_id = part_id
        super().__init__("This part isn't in the draft any more. Load the page again to see how it stands.")


class TooManyParts(Conflict):
    """A draft holds as many steps or captions as it may."""

    def __init__(self) -> None:
        super().__init__(f"A guide holds {MOST_PARTS} steps and {MOST_PARTS} captions at most. Make two guides of it.")


class PartKind(StrEnum):
    """What a draft is made of, part by part."""

    STEP = "step"
    CUE = "caption"


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftStep:
    """A step in writing. ``id`` stays with it while it moves; ``at``: seconds into the video, None until it is set."""

    id: int
    at: float | None
    title: str
    text: str

    @property
    def at_words(self) -> str:
        return "" if self.at is None else written_time(self.at)


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftCue:
    """A caption in writing. ``start`` and ``end`` in seconds, None until they are set."""

    id: int
    start: float | None
    end: float | None
    text: str

    @property
    def start_words(self) -> str:
        return "" if self.start is None else written_time(self.start)

    @property
    def end_words(self) -> str:
        return "" if self.end is None else written_time(self.end)


@dataclass(frozen=True, slots=True, kw_only=True)
class Removed:
    """The part deleted last, and where it stood: what “Undo” brings back."""

    kind: PartKind
    index: int
    part: DraftStep | DraftCue

    @property
    def words(self) -> str:
        """What a person calls it."""
        name = self.part.title if isinstance(self.part, DraftStep) else self.part.text
        return squeezed(name)[:60] or "without words"


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What a guide says about itself, as it was typed. ``review_every`` in months."""

    title: str
    summary: str
    system: str
    skills: tuple[str, ...]
    owner: str
    review_every: int | None
    silent: bool
    also: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A guide in writing.

    ``base_version``: the published version it started from, None for a guide never published. ``recording``: public
    id of the recording that replaces the published video, or is the first. ``captions_note``: why the captions have
    to be looked at again, "" when nobody has to be told.
    """

    code: str
    base_version: int | None
    facts: Facts
    changed: str
    steps: tuple[DraftStep, ...]
    cues: tuple[DraftCue, ...]
    captions_reviewed: dt.date | None
    captions_note: str
    recording: str | None
    removed: Removed | None
    next_id: int
    changed_at: dt.datetime
    discarded: bool = False

    @property
    def is_new(self) -> bool:
        """Whether the guide was never published."""
        return self.base_version is None

    @property
    def title(self) -> str:
        """The title, or the code where none is written yet."""
        return self.facts.title or self.code

    def step(self, part_id: int) -> DraftStep:
        """Raises UnknownPart."""
        return _found(self.steps, part_id)

    def cue(self, part_id: int) -> DraftCue:
        """Raises UnknownPart."""
        return _found(self.cues, part_id)


def written_time(seconds: float) -> str:
    """Seconds as a person types them: 0:12, 1:02.5. Exact to a thousandth."""
    thousandths = round(seconds * 1000)
    minutes, rest = divmod(thousandths, 60_000)
    whole, part = divmod(rest, 1000)
    tail = f".{part:03}".rstrip("0") if part else ""
    return f"{minutes}:{whole:02}{tail}"


def next_code(given: Iterable[str]) -> str:
    """The next free code: one more than the highest ever given."""
    numbers = [int(match[1]) for code in given if (match := CODE.fullmatch(code))]
    return f"G-{max(numbers, default=_FIRST_CODE - 1) + 1}"


def slug_of(title: str, taken: Iterable[str]) -> str:
    """The end of a guide's address: its title in small letters and hyphens, with a number where it is taken."""
    base = "-".join(words(title))[:80].strip("-") or "guide"
    used = set(taken)
    if base not in used:
        return base
    number = 2
    while f"{base}-{number}" in used:
        number += 1
    return f"{base}-{number}"


def split_words(text: str) -> tuple[str, ...]:
    """Words people would type, from a field with one a line or with commas; each once."""
    pieces = (squeezed(piece) for line in text.splitlines() for piece in line.split(","))
    seen: dict[str, str] = {}
    for piece in pieces:
        if piece:
            seen.setdefault(folded(piece), piece)
    return tuple(seen.values())


# Steps


def with_step(draft: Draft, *, at: float | None, title: str, text: str, after: int | None = None) -> Draft:
    """The draft with one step more: after the step ``after``, else where its time belongs, else at the end."""
    _refuse_too_many(draft.steps)
    step = DraftStep(id=draft.next_id, at=at, title=title, text=text)
    index = _place_of_step(draft, at, after)
    steps = (*draft.steps[:index], step, *draft.steps[index:])
    return replace(draft, steps=steps, next_id=draft.next_id + 1)


def with_step_saved(draft: Draft, part_id: int, *, at: float | None, title: str, text: str) -> Draft:
    """The draft with what was typed into a step. Raises UnknownPart."""
    draft.step(part_id)
    steps = tuple(replace(step, at=at, title=title, text=text) if step.id == part_id else step for step in draft.steps)
    return replace(draft, steps=steps)


def with_step_moved(draft: Draft, part_id: int, by: int) -> Draft:
    """The draft with a step ``by`` places further down (up when negative); its time moves with it.

    Raises UnknownPart.
    """
    index = draft.steps.index(draft.step(part_id))
    target = min(max(index + by, 0), len(draft.steps) - 1)
    steps = list(draft.steps)
    steps.insert(target, steps.pop(index))
    return replace(draft, steps=tuple(steps))


def without_step(draft: Draft, part_id: int) -> Draft:
    """The draft without a step, which “Undo” can bring back. Raises UnknownPart."""
    step = draft.step(part_id)
    removed = Removed(kind=PartKind.STEP, index=draft.steps.index(step), part=step)
    return replace(draft, steps=tuple(one for one in draft.steps if one.id != part_id), removed=removed)


# Captions


def with_cue(draft: Draft, *, start: float | None, end: float | None, text: str) -> Draft:
    """The draft with one caption more, where its time belongs."""
    _refuse_too_many(draft.cues)
    cue = DraftCue(id=draft.next_id, start=start, end=end, text=text)
    return _unread(replace(draft, cues=_in_time((*draft.cues, cue)), next_id=draft.next_id + 1))


def with_cue_saved(draft: Draft, part_id: int, *, start: float | None, end: float | None, text: str) -> Draft:
    """The draft with what was typed into a caption. Raises UnknownPart."""
    before = draft.cue(part_id)
    after = replace(before, start=start, end=end, text=text)
    if after == before:
        return draft
    cues = _in_time(after if cue.id == part_id else cue for cue in draft.cues)
    return _unread(replace(draft, cues=cues))


def with_cue_split(draft: Draft, part_id: int, *, at: float | None = None) -> Draft:
    """The draft with a caption cut in two at a second (its middle when that lies outside), the words shared out.

    Raises UnknownPart.
    """
    _refuse_too_many(draft.cues)
    cue = draft.cue(part_id)
    start = cue.start or 0.0
    end = cue.end if cue.end is not None and cue.end > start else start + NEW_CUE_SECONDS
    cut = at if at is not None and start < at < end else round((start + end) / 2, 3)
    share = (cut - start) / (end - start)
    first, second = _words_shared(cue.text, share)
    halves = (
        replace(cue, start=start, end=cut, text=first),
        DraftCue(id=draft.next_id, start=cut, end=end, text=second),
    )
    index = draft.cues.index(cue)
    cues = (*draft.cues[:index], *halves, *draft.cues[index + 1 :])
    return _unread(replace(draft, cues=cues, next_id=draft.next_id + 1))


def without_cue(draft: Draft, part_id: int) -> Draft:
    """The draft without a caption, which “Undo” can bring back. Raises UnknownPart."""
    cue = draft.cue(part_id)
    removed = Removed(kind=PartKind.CUE, index=draft.cues.index(cue), part=cue)
    return _unread(replace(draft, cues=tuple(one for one in draft.cues if one.id != part_id), removed=removed))


def with_cues(draft: Draft, cues: Sequence[Cue], *, note: str) -> Draft:
    """The draft with these captions instead of its own; ``note`` says why they have to be read."""
    if len(cues) > MOST_PARTS:
        raise TooManyParts
    fresh = tuple(
        DraftCue(id=draft.next_id + index, start=cue.start, end=cue.end, text=cue.text)
        for index, cue in enumerate(cues)
    )
    changed = replace(draft, cues=_in_time(fresh), next_id=draft.next_id + len(fresh))
    return replace(changed, captions_reviewed=None, captions_note=note)


def with_captions_reviewed(draft: Draft, day: dt.date | None) -> Draft:
    """The draft with the tick set on a day, or taken away."""
    note = draft.captions_note if day is None else ""
    return replace(draft, captions_reviewed=day, captions_note=note)


def restored(draft: Draft) -> Draft:
    """The draft with the part deleted last where it was; the same draft when nothing was deleted."""
    removed = draft.removed
    if removed is None:
        return draft
    if isinstance(removed.part, DraftStep):
        steps = (*draft.steps[: removed.index], removed.part, *draft.steps[removed.index :])
        return replace(draft, steps=steps, removed=None)
    return _unread(replace(draft, cues=_in_time((*draft.cues, removed.part)), removed=None))


def shifted(draft: Draft, seconds: float) -> Draft:
    """The draft with every step and caption ``seconds`` later (earlier when negative), never before the start."""

    def moved(at: float | None) -> float | None:
        return None if at is None else max(round(at + seconds, 3), 0.0)

    steps = tuple(replace(step, at=moved(step.at)) for step in draft.steps)
    cues = tuple(replace(cue, start=moved(cue.start), end=moved(cue.end)) for cue in draft.cues)
    if steps == draft.steps and cues == draft.cues:
        return draft
    note = "The times were moved: read the captions against the picture." if cues else ""
    return replace(draft, steps=steps, cues=cues, captions_reviewed=None, captions_note=note)


def with_recording(draft: Draft, recording: str | None) -> Draft:
    """The draft with another video; captions it has already are carried over and have to be read again."""
    if recording == draft.recording:
        return draft
    note = "The video was replaced: read the captions against the new picture." if draft.cues else ""
    return replace(draft, recording=recording, captions_reviewed=None, captions_note=note)


def draft_steps(steps: Iterable[Step]) -> tuple[DraftStep, ...]:
    """Published steps as parts of a draft, numbered from 1."""
    return tuple(
        DraftStep(id=number, at=step.at, title=step.title, text=step.text) for number, step in enumerate(steps, start=1)
    )


def draft_cues(cues: Iterable[Cue], *, first_id: int) -> tuple[DraftCue, ...]:
    """Published captions as parts of a draft, numbered from ``first_id``."""
    return tuple(
        DraftCue(id=number, start=cue.start, end=cue.end, text=cue.text)
        for number, cue in enumerate(cues, start=first_id)
    )


def _place_of_step(draft: Draft, at: float | None, after: int | None) -> int:
    if after is not None:
        return draft.steps.index(draft.step(after)) + 1
    if at is None:
        return len(draft.steps)
    later = (index for index, step in enumerate(draft.steps) if step.at is not None and step.at > at)
    return next(later, len(draft.steps))


def _in_time(cues: Iterable[DraftCue]) -> tuple[DraftCue, ...]:
    """By start; a caption without one stays behind the caption it follows."""
    placed: list[tuple[float, DraftCue]] = []
    latest = 0.0
    for cue in cues:
        latest = latest if cue.start is None else cue.start
        placed.append((latest, cue))
    return tuple(cue for _, cue in sorted(placed, key=lambda pair: pair[0]))


def _unread(draft: Draft) -> Draft:
    """Captions that changed after somebody read them have to be read again."""
    if draft.captions_reviewed is None:
        return draft
    return replace(draft, captions_reviewed=None, captions_note="A caption changed after the captions were reviewed.")


def _words_shared(text: str, share: float) -> tuple[str, str]:
    pieces = text.split()
    cut = min(max(round(len(pieces) * share), 1), max(len(pieces) - 1, 1))
    return " ".join(pieces[:cut]), " ".join(pieces[cut:])


def _refuse_too_many(parts: Sequence[DraftStep | DraftCue]) -> None:
    if len(parts) >= MOST_PARTS:
        raise TooManyParts


Part = TypeVar("Part", DraftStep, DraftCue)


def _found(parts: Sequence[Part], part_id: int) -> Part:
    found = next((part for part in parts if part.id == part_id), None)
    if found is None:
        raise UnknownPart(part_id)
    return found
