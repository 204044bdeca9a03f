"""The publish gate, rule by rule, and the guide a draft becomes."""

import dataclasses
import datetime as dt

import pytest

from portal.guides.rules.drafts import Draft, DraftCue, DraftStep
from portal.guides.rules.library import Media
from portal.guides.rules.publishing import Place, guide_of_draft, missing, review_by
from tests.factories import small_catalogue
from tests.guides.making import DRAFT, FILES, draft_with, facts_with

SYSTEM = small_catalogue().system("spreadsheets")


def step(**changes: object) -> Draft:
    return draft_with(steps=(DRAFT.steps[0], dataclasses.replace(DRAFT.steps[1], **changes)))  # type: ignore[arg-type]


def cue(**changes: object) -> Draft:
    return draft_with(cues=(DRAFT.cues[0], dataclasses.replace(DRAFT.cues[1], **changes)))  # type: ignore[arg-type]


def test_a_draft_that_lacks_nothing_can_be_published() -> None:
    assert missing(DRAFT, system=SYSTEM, files=FILES) == ()


@pytest.mark.parametrize(
    ("draft", "place", "part", "words"),
    [
        (facts_with(title=""), Place.TITLE, None, "Write a title"),
        (facts_with(title="x" * 81), Place.TITLE, None, "80 characters"),
        (facts_with(summary=""), Place.SUMMARY, None, "summary"),
        (facts_with(skills=()), Place.SKILLS, None, "Tick a skill"),
        (facts_with(skills=("no-longer-there",)), Place.SKILLS, None, "Tick a skill"),
        (facts_with(owner=""), Place.OWNER, None, "looks after"),
        (facts_with(review_every=None), Place.REVIEW, None, "reviewed"),
        (draft_with(base_version=3), Place.CHANGED, None, "what changed"),
        (draft_with(steps=()), Place.STEPS, None, "Write the steps"),
        (step(title=""), Place.STEPS, 2, "step 2 a title"),
        (step(text=""), Place.STEPS, 2, "step 2 its text"),
        (step(at=None), Place.STEPS, 2, "step 2 a time"),
        (step(at=0.0), Place.STEPS, 2, "Step 2 doesn’t start after"),
        (step(at=2.5), Place.STEPS, 2, "after the video’s end at 0:02.5"),
        (draft_with(cues=()), Place.CAPTIONS, None, "silent guide’s captions say what happens"),
        (cue(text=" "), Place.CAPTIONS, 4, "Caption 2 has no words"),
        (cue(end=None), Place.CAPTIONS, 4, "Caption 2 lacks a time"),
        (cue(end=1.0), Place.CAPTIONS, 4, "Caption 2 ends before"),
        (cue(start=3.0, end=4.0), Place.CAPTIONS, 4, "Caption 2 starts after"),
        (draft_with(captions_reviewed=None), Place.CAPTIONS_REVIEWED, None, "Read the captions"),
    ],
)
def test_each_thing_missing_is_named_with_its_place(draft: Draft, place: Place, part: int | None, words: str) -> None:
    (found,) = missing(draft, system=SYSTEM, files=FILES)
    assert (found.place, found.part) == (place, part)
    assert words in found.words


def test_a_system_must_be_in_use_and_a_video_must_play() -> None:
    archived = dataclasses.replace(SYSTEM, archived=True)
    for system in (None, archived):
        assert [one.place for one in missing(DRAFT, system=system, files=FILES)] == [Place.SYSTEM]
    assert [one.place for one in missing(DRAFT, system=SYSTEM, files=None)] == [Place.VIDEO]


def test_an_empty_draft_lacks_everything_and_says_it_in_order() -> None:
    empty = dataclasses.replace(
        facts_with(title="", summary="", skills=(), owner="", review_every=None), steps=(), cues=()
    )
    assert [one.place for one in missing(empty, system=SYSTEM, files=None)] == [
        Place.TITLE, Place.SUMMARY, Place.SKILLS, Place.OWNER, Place.REVIEW, Place.VIDEO, Place.STEPS, Place.CAPTIONS,
    ]  # fmt: skip


def test_many_wrong_captions_are_counted_not_listed() -> None:
    wrong = tuple(DraftCue(id=number, start=0.0, end=1.0, text="") for number in range(10, 18))
    found = [one for one in missing(draft_with(cues=wrong), system=SYSTEM, files=FILES) if one.place is Place.CAPTIONS]
    assert [one.words for one in found][-1] == "3 more captions need mending"
    assert len(found) == 6


@pytest.mark.parametrize(
    ("reviewed", "months", "day"),
    [
        (dt.date(2026, 3, 14), 12, dt.date(2027, 3, 14)),
        (dt.date(2026, 8, 31), 6, dt.date(2027, 2, 28)),
        (dt.date(2027, 8, 31), 6, dt.date(2028, 2, 29)),
        (dt.date(2026, 12, 30), 1, dt.date(2027, 1, 30)),
    ],
)
def test_review_by_counts_in_months(reviewed: dt.date, months: int, day: dt.date) -> None:
    assert review_by(reviewed, months) == day


def test_the_guide_a_draft_becomes_keeps_its_first_day() -> None:
    captions = Media(digest="c" * 64, name="captions.vtt", mimetype="text/vtt", size=5)
    today = dt.date(2026, 5, 1)
    first = guide_of_draft(DRAFT, slug="freeze", published=None, files=FILES, captions=captions, today=today)
    assert (first.published, first.reviewed, first.changed) == (today, today, "First version.")
    assert first.steps[1].at == 1.0
    later = dt.date(2026, 6, 1)
    again = draft_with(
        base_version=1, changed="Steps are shorter.", steps=(DraftStep(id=1, at=0.0, title="a", text="b"),)
    )
    second = guide_of_draft(again, slug="freeze", published=first, files=FILES, captions=captions, today=later)
    assert (second.published, second.reviewed, second.changed) == (today, later, "Steps are shorter.")
