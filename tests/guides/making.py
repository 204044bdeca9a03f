"""A draft and a guide that lack nothing, for tests that take one thing away."""

import dataclasses
import datetime as dt

from portal.guides.rules.drafts import Draft, DraftCue, DraftStep, Facts
from portal.guides.rules.library import Media
from portal.guides.rules.publishing import ShownFiles
from tests.conftest import START

FACTS = Facts(
    title="Freeze the heading row",
    summary="Keep the headings in sight.",
    system="spreadsheets",
    skills=("charts",),
    owner="Corporate ICT",
    review_every=12,
    silent=True,
    also=("lock row",),
)
DRAFT = Draft(
    code="G-105",
    base_version=None,
    facts=FACTS,
    changed="",
    steps=(
        DraftStep(id=1, at=0.0, title="Open the sheet", text="Open the sheet with your list."),
        DraftStep(id=2, at=1.0, title="Click below", text="Click the cell below the headings."),
    ),
    cues=(
        DraftCue(id=3, start=0.0, end=1.0, text="A sheet with a long list opens."),
        DraftCue(id=4, start=1.0, end=2.0, text="The pointer clicks a cell."),
    ),
    captions_reviewed=dt.date(2026, 3, 1),
    captions_note="",
    recording=None,
    removed=None,
    next_id=5,
    changed_at=START,
)
FILES = ShownFiles(
    video=Media(digest="a" * 64, name="video.mp4", mimetype="video/mp4", size=9), poster=None, seconds=2.5
)


def draft_with(**changes: object) -> Draft:
    """The whole draft with some of it changed."""
    return dataclasses.replace(DRAFT, **changes)  # type: ignore[arg-type]


def facts_with(**changes: object) -> Draft:
    """The whole draft with some of its facts changed."""
    return draft_with(facts=dataclasses.replace(FACTS, **changes))  # type: ignore[arg-type]
