"""Every version of a guide that was ever published, and what happens when files and browser both changed one."""

import dataclasses
import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from portal.core.errors import Conflict, InvalidInput, NotFound
from portal.guides.rules.library import Guide, Media


class Origin(StrEnum):
    """Where a version was made."""

    FILES = "files"
    BROWSER = "browser"
    ROLL_BACK = "roll-back"


class UnknownCode(NotFound):
    """No guide has this code."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(f"No published guide has the code {code}. The list of guides shows them all.")


class UnknownVersion(NotFound):
    """The guide has no version with this number."""

    def __init__(self, code: str, number: int) -> None:
        self.code, self.number = code, number
        super().__init__(f"{code} has no version {number}. Its page lists the versions there are.")


class UnknownConflict(NotFound):
    """Files and browser agree about this guide."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(f"Files and browser agree about {code}: there is nothing to choose.")


class UnusableRedirect(InvalidInput):
    """A guide can't lead to itself or to one that isn't there."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(f"{code} can't take its readers. Choose another guide that is published.")


class CodeOfDraft(Conflict):
    """A folder claims a code that was given to a draft in the browser."""

    def __init__(self, code: str, title: str) -> None:
        self.code, self.title = code, title
        super().__init__(f"The code {code} was given to the draft “{title}”. Give the guide in the folder another one.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """One published version. ``account_id``: who published it, None when files did."""

    number: int
    published_at: dt.datetime
    account_id: int | None
    origin: Origin
    guide: Guide


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How a guide in the library stands: what the list of an author needs beside the guide itself.

    ``moved_to``: code of the guide that takes the readers of an archived one.
    """

    guide: Guide
    version: int
    archived: bool
    moved_to: str | None
    in_files: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class FileConflict:
    """Files and browser both changed a guide since they last agreed. ``files`` None: the folder is gone."""

    code: str
    found_at: dt.datetime
    files: Guide | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One thing in which two versions differ, in words; "" where a side lacks it."""

    what: str
    first: str
    second: str


class Sync(StrEnum):
    """What a sync does about one guide."""

    NOTHING = "nothing"
    TAKE_FILES = "take-files"
    KEEP_BROWSER = "keep-browser"
    ASK = "ask"


def decide_sync(*, files: str, agreed: str | None, stored: str) -> Sync:
    """What to do about a guide that is in both places, by the hashes of what files hold, of what both held when they
    last agreed (None: never), and of what is published."""
    if files == stored:
        return Sync.NOTHING
    if agreed == files:
        return Sync.KEEP_BROWSER
    return Sync.TAKE_FILES if agreed == stored else Sync.ASK


#: Stands for a guide that is archived, or whose folder isn't there, where hashes are compared.
GONE = "gone"


def content_hash(guide: Guide) -> str:
    """SHA-256, in hex, of everything a guide's folder holds; two guides with the same hash have equal folders."""
    content = dataclasses.asdict(guide)
    for elsewhere in ("archived", "alternatives", "recording", "recording_edition", "stills"):
        content.pop(elsewhere)
    for role in ("video", "captions", "poster"):
        media: Media | None = getattr(guide, role)
        content[role] = None if media is None else media.digest
    content["seconds"] = 0  # follows from the video, and reaches the last digit on no two machines
    content["also"], content["skills"] = list(guide.also), list(guide.skills)
    return hashlib.sha256(json.dumps(content, sort_keys=True, default=str).encode()).hexdigest()


def differences(first: Guide, second: Guide) -> tuple[Difference, ...]:
    """Everything in which two versions of a guide differ, for a person to compare."""
    one, other = _described(first), _described(second)
    return tuple(
        Difference(what=what, first=one.get(what, ""), second=other.get(what, ""))
        for what in dict.fromkeys((*one, *other))
        if one.get(what, "") != other.get(what, "")
    )


def _described(guide: Guide) -> Mapping[str, str]:
    every = "1 month" if guide.review_every == 1 else f"{guide.review_every} months"
    return {
        "Title": guide.title,
        "Summary": guide.summary,
        "Skills": ", ".join(guide.skills),
        "Looked after by": guide.owner,
        "Published": guide.published.isoformat(),
        "Reviewed": guide.reviewed.isoformat(),
        "Reviewed every": every,
        "Captions reviewed": guide.captions_reviewed.isoformat(),
        "Sound": "Silent" if guide.silent else "With sound",
        "Also found by": ", ".join(guide.also),
        "What changed": guide.changed,
        "Video": f"{guide.video.name}, {guide.video.size:,} bytes, {guide.video.digest[:8]}",
        "Poster": "" if guide.poster is None else f"{guide.poster.size:,} bytes, {guide.poster.digest[:8]}",
        "Captions file": f"{guide.captions.size:,} bytes, {guide.captions.digest[:8]}",
        **{f"Step {number}": _step_words(guide, number) for number in range(1, len(guide.steps) + 1)},
        **{f"Caption at {cue.start:.1f} s": cue.text for cue in guide.cues},
    }


def _step_words(guide: Guide, number: int) -> str:
    step = guide.steps[number - 1]
    return f"{step.title} ({step.at:g} s): {step.text}"
