"""What a draft still lacks, and the guide it becomes."""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from portal.catalogue.rules import System
from portal.core.errors import Conflict
from portal.core.text import squeezed
from portal.guides.rules.drafts import LONGEST_TITLE, Draft, DraftCue, DraftStep, written_time
from portal.guides.rules.library import Cue, Guide, Media, Step
from portal.guides.rules.recordings import Recording, sources

FIRST_VERSION = "First version."


class Place(StrEnum):
    """Where on the editor's pages something is mended."""

    TITLE = "title"
    SUMMARY = "summary"
    SYSTEM = "system"
    SKILLS = "skills"
    OWNER = "owner"
    REVIEW = "review-every"
    CHANGED = "changed"
    VIDEO = "video"
    STEPS = "steps"
    CAPTIONS = "captions"
    CAPTIONS_REVIEWED = "captions-reviewed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """One thing that stands in the way of publishing. ``part``: id of the step or caption that is meant."""

    place: Place
    words: str
    part: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownFiles:
    """The files a guide shows. ``seconds``: the video's length, 0 where it isn't known.

    ``alternatives``: smaller files of the same video, best first. ``recording`` and ``edition``: what they were made
    of; None for a video from a folder. ``up_to_date``: whether they show the newest cuts and boxes.
    """

    video: Media
    poster: Media | None
    seconds: float
    alternatives: tuple[Media, ...] = ()
    recording: str | None = None
    edition: int | None = None
    up_to_date: bool = True

    @property
    def sources(self) -> tuple[Media, ...]:
        """What a player should offer, best first."""
        return (*self.alternatives, self.video)


def files_of_recording(recording: Recording) -> ShownFiles | None:
    """What a guide made of this recording shows; None until it can be played."""
    made = sources(recording.outputs)
    if not made:
        return None
    return ShownFiles(
        video=made[-1],
        poster=None if recording.poster is None else recording.poster.media,
        seconds=recording.seconds,
        alternatives=made[:-1],
        recording=recording.id,
        edition=recording.shown_edition,
        up_to_date=recording.up_to_date,
    )


def files_of_guide(guide: Guide) -> ShownFiles:
    """What a published guide shows."""
    return ShownFiles(
        video=guide.video,
        poster=guide.poster,
        seconds=guide.seconds,
        alternatives=guide.alternatives,
        recording=guide.recording,
        edition=guide.recording_edition,
    )


def files_of_draft(recording: Recording | None, draft: Draft, *, published: Guide | None) -> ShownFiles | None:
    """What a draft shows: its own recording, else the published guide's video; None while there is none."""
    if draft.recording is not None:
        return None if recording is None else files_of_recording(recording)
    return None if published is None else files_of_guide(published)


class NotReady(Conflict):
    """The draft can't be published yet."""

    def __init__(self, missing: Sequence[Missing]) -> None:
        self.missing = tuple(missing)
        listed = "\n".join(one.words for one in missing)
        super().__init__(f"The guide wasn't published. This is missing:\n{listed}")


class PublishedMeanwhile(Conflict):
    """Somebody else published the guide after this draft was begun."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(
            f"{code} was published by somebody else after this draft was begun. Open its versions to see what changed, "
            "and bring over what you need before you publish."
        )


def missing(draft: Draft, *, system: System | None, files: ShownFiles | None) -> tuple[Missing, ...]:
    """Everything that is missing, in the order of the editor; empty when the draft can be published.

    ``system``: the draft's, None when the catalogue lacks it. ``files``: None while there is no playable video.
    """
    return (
        *_missing_facts(draft, system),
        *_missing_in_video(files),
        *_missing_in_steps(draft.steps, files.seconds if files else 0.0),
        *_missing_in_captions(draft, files.seconds if files else 0.0),
    )


def finished_steps(draft: Draft) -> tuple[Step, ...]:
    """The steps of a draft that lacks nothing."""
    return tuple(Step(at=step.at or 0.0, title=step.title, text=step.text) for step in draft.steps)


def finished_cues(draft: Draft) -> tuple[Cue, ...]:
    """The captions of a draft that lacks nothing."""
    return tuple(Cue(start=cue.start or 0.0, end=cue.end or 0.0, text=cue.text) for cue in draft.cues)


def guide_of_draft(
    draft: Draft, *, slug: str, published: Guide | None, files: ShownFiles, captions: Media, today: dt.date
) -> Guide:
    """The guide a draft becomes when it is published today; for a preview, also of a draft that lacks something."""
    facts = draft.facts
    return Guide(
        code=draft.code,
        system=facts.system,
        slug=slug,
        title=draft.title,
        summary=facts.summary,
        skills=facts.skills,
        owner=facts.owner,
        published=published.published if published else today,
        reviewed=today,
        review_every=facts.review_every or 12,
        captions_reviewed=draft.captions_reviewed or today,
        changed=draft.changed or (FIRST_VERSION if published is None else ""),
        silent=facts.silent,
        also=facts.also,
        steps=finished_steps(draft),
        cues=finished_cues(draft),
        seconds=files.seconds,
        video=files.video,
        captions=captions,
        poster=files.poster,
        alternatives=files.alternatives,
        recording=files.recording,
        recording_edition=files.edition,
    )


def review_by(reviewed: dt.date, months: int) -> dt.date:
    """The day by which a guide is to be looked at again; the month's last day where the month is shorter."""
    month = reviewed.month - 1 + months
    year, month = reviewed.year + month // 12, month % 12 + 1
    for day in (reviewed.day, 30, 29, 28):
        try:
            return dt.date(year, month, min(day, reviewed.day))
        except ValueError:
            continue
    raise AssertionError("every month has 28 days")


def _missing_facts(draft: Draft, system: System | None) -> Iterator[Missing]:
    facts = draft.facts
    if not facts.title:
        yield Missing(place=Place.TITLE, words="Write a title that says the task")
    elif len(facts.title) > LONGEST_TITLE:
        yield Missing(place=Place.TITLE, words=f"Shorten the title to {LONGEST_TITLE} characters")
    if not facts.summary:
        yield Missing(place=Place.SUMMARY, words="Write a summary")
    if system is None or system.archived:
        yield Missing(place=Place.SYSTEM, words="Choose a system in use")
    elif not any(system.skill(skill) for skill in facts.skills):
        yield Missing(place=Place.SKILLS, words="Tick a skill it teaches")
    if not facts.owner:
        yield Missing(place=Place.OWNER, words="Say who looks after it")
    if not facts.review_every:
        yield Missing(place=Place.REVIEW, words="Choose when it is to be reviewed")
    if not draft.is_new and not draft.changed:
        yield Missing(place=Place.CHANGED, words="Say what changed")


def _missing_in_video(files: ShownFiles | None) -> Iterator[Missing]:
    if files is None:
        yield Missing(place=Place.VIDEO, words="Add a video that plays")
    elif not files.up_to_date:
        yield Missing(place=Place.VIDEO, words="Wait until the video is cut as you asked")


def _missing_in_steps(steps: Sequence[DraftStep], seconds: float) -> Iterator[Missing]:
    if not steps:
        yield Missing(place=Place.STEPS, words="Write the steps: they are the guide")
    latest: float | None = None
    for number, step in enumerate(steps, start=1):
        for lacking, words in ((not step.title, "a title"), (not step.text, "its text"), (step.at is None, "a time")):
            if lacking:
                yield _in_step(step, f"Give step {number} {words}")
        if step.at is None:
            continue
        if latest is not None and step.at <= latest:
            yield _in_step(step, f"Step {number} doesn’t start after the one above it")
        elif seconds and step.at >= seconds:
            yield _in_step(step, f"Step {number} starts after the video’s end at {written_time(seconds)}")
        latest = step.at


def _missing_in_captions(draft: Draft, seconds: float) -> Iterator[Missing]:
    if not draft.cues:
        silent = ": a silent guide’s captions say what happens" if draft.facts.silent else ""
        yield Missing(place=Place.CAPTIONS, words=f"Write captions{silent}")
        return
    wrong = [(cue, words) for number, cue in enumerate(draft.cues, 1) if (words := cue_problem(cue, number, seconds))]
    for cue, words in wrong[:5]:
        yield Missing(place=Place.CAPTIONS, words=words, part=cue.id)
    if len(wrong) > 5:
        yield Missing(place=Place.CAPTIONS, words=f"{len(wrong) - 5} more captions need mending", part=wrong[5][0].id)
    if draft.captions_reviewed is None:
        yield Missing(place=Place.CAPTIONS_REVIEWED, words="Read the captions against the picture, then tick it")


def cue_problem(cue: DraftCue, number: int, seconds: float) -> str:
    """What is wrong with a caption, in words; "" when nothing is. ``seconds``: the video's length or 0."""
    if not squeezed(cue.text):
        return f"Caption {number} has no words"
    if cue.start is None or cue.end is None:
        return f"Caption {number} lacks a time"
    if cue.end <= cue.start:
        return f"Caption {number} ends before it starts"
    if seconds and cue.start >= seconds:
        return f"Caption {number} starts after the video’s end"
    return ""


def _in_step(step: DraftStep, words: str) -> Missing:
    return Missing(place=Place.STEPS, words=words, part=step.id)
