"""Writing drafts: each operation reads one, lets the rules change it, and stores it."""

import dataclasses
import datetime as dt
from collections.abc import Callable, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.guides.models.drafts import DraftRow
from portal.guides.operations.recordings import edit_recording
from portal.guides.queries import drafts as queries
from portal.guides.queries.library import guide_with_code
from portal.guides.queries.recordings import recording, recording_row
from portal.guides.queries.versions import current_version
from portal.guides.rules import drafts as rules
from portal.guides.rules.drafts import Draft, Facts, UnknownDraft
from portal.guides.rules.library import Cue, Guide
from portal.guides.rules.recordings import Edits, UnknownRecording
from portal.guides.rules.versions import UnknownCode
from portal.jobs.operations import record_job

DRAFT_CAPTIONS = "guides.draft_captions"
_AT_WORK = "A machine is drafting captions. They will be here in a few minutes: look again."


def start_draft(session: Session, *, title: str, system: str, now: dt.datetime) -> Draft:
    """A new guide's draft, with the next free code."""
    row = DraftRow(
        code=rules.next_code(queries.given_codes(session)),
        base_version=None,
        system_key=system,
        title=title,
        summary="",
        skills=[],
        owner="",
        review_every=None,
        silent=False,
        also=[],
        changed="",
        steps=[],
        cues=[],
        captions_reviewed=None,
        captions_note="",
        recording=None,
        removed=None,
        next_id=1,
        created_at=now,
        changed_at=now,
        discarded_at=None,
    )
    session.add(row)
    session.flush()
    return queries.draft_of(row)


def edit_guide(session: Session, code: str, *, now: dt.datetime) -> Draft:
    """The draft of a published guide: the one there is, else a fresh one that holds what is published.

    Raises UnknownCode.
    """
    row = session.scalar(select(DraftRow).where(DraftRow.code == code))
    if row is not None and row.discarded_at is None:
        return queries.draft_of(row)
    guide, version = guide_with_code(session, code), current_version(session, code)
    if guide is None or version is None:
        raise UnknownCode(code)
    if row is None:
        row = DraftRow(code=code, created_at=now)
        session.add(row)
    row.discarded_at = None
    _store(row, _draft_of_guide(guide, version, now=now), now=now)
    session.flush()
    return queries.draft_of(row)


def save_facts(session: Session, code: str, facts: Facts, *, now: dt.datetime) -> Draft:
    """Store what a guide says about itself. Once published, a guide stays with its system: its address holds it."""

    def save(draft: Draft) -> Draft:
        kept = facts if draft.is_new else dataclasses.replace(facts, system=draft.facts.system)
        return dataclasses.replace(draft, facts=kept)

    return _change(session, code, save, now=now)


def save_changed(session: Session, code: str, changed: str, *, now: dt.datetime) -> Draft:
    """Store the sentence that says what is new."""
    return _change(session, code, lambda draft: dataclasses.replace(draft, changed=changed), now=now)


def add_step(
    session: Session, code: str, *, at: float | None, title: str, text: str, after: int | None = None, now: dt.datetime
) -> Draft:
    """Add a step. Raises UnknownPart when the step ``after`` is gone, TooManyParts."""
    return _change(
        session, code, lambda draft: rules.with_step(draft, at=at, title=title, text=text, after=after), now=now
    )


def save_step(
    session: Session, code: str, part_id: int, *, at: float | None, title: str, text: str, now: dt.datetime
) -> Draft:
    """Store what was typed into a step. Raises UnknownPart."""
    return _change(
        session, code, lambda draft: rules.with_step_saved(draft, part_id, at=at, title=title, text=text), now=now
    )


def move_step(session: Session, code: str, part_id: int, *, by: int, now: dt.datetime) -> Draft:
    """Move a step down by so many places, up when negative. Raises UnknownPart."""
    return _change(session, code, lambda draft: rules.with_step_moved(draft, part_id, by), now=now)


def delete_step(session: Session, code: str, part_id: int, *, now: dt.datetime) -> Draft:
    """Delete a step. Raises UnknownPart."""
    return _change(session, code, lambda draft: rules.without_step(draft, part_id), now=now)


def add_cue(
    session: Session, code: str, *, start: float | None, end: float | None, text: str, now: dt.datetime
) -> Draft:
    """Add a caption. Raises TooManyParts."""
    return _change(session, code, lambda draft: rules.with_cue(draft, start=start, end=end, text=text), now=now)


def save_cue(
    session: Session, code: str, part_id: int, *, start: float | None, end: float | None, text: str, now: dt.datetime
) -> Draft:
    """Store what was typed into a caption. Raises UnknownPart."""
    return _change(
        session, code, lambda draft: rules.with_cue_saved(draft, part_id, start=start, end=end, text=text), now=now
    )


def split_cue(session: Session, code: str, part_id: int, *, at: float | None, now: dt.datetime) -> Draft:
    """Cut a caption in two. Raises UnknownPart, TooManyParts."""
    return _change(session, code, lambda draft: rules.with_cue_split(draft, part_id, at=at), now=now)


def delete_cue(session: Session, code: str, part_id: int, *, now: dt.datetime) -> Draft:
    """Delete a caption. Raises UnknownPart."""
    return _change(session, code, lambda draft: rules.without_cue(draft, part_id), now=now)


def replace_cues(session: Session, code: str, cues: Sequence[Cue], *, note: str, now: dt.datetime) -> Draft:
    """Put these captions in the place of all there are. Raises TooManyParts."""
    return _change(session, code, lambda draft: rules.with_cues(draft, cues, note=note), now=now)


def ask_for_captions(session: Session, code: str, *, now: dt.datetime) -> Draft:
    """Have a program draft captions for a draft that has none yet; others stay as they are."""
    draft = queries.draft(session, code)
    if draft.cues:
        return draft
    record_job(session, DRAFT_CAPTIONS, now=now, code=code)
    return note_on_captions(session, code, _AT_WORK, now=now)


def note_on_captions(session: Session, code: str, note: str, *, now: dt.datetime) -> Draft:
    """Say beside the captions what a person has to know."""
    return _change(session, code, lambda draft: dataclasses.replace(draft, captions_note=note), now=now)


def review_captions(session: Session, code: str, *, reviewed: bool, today: dt.date, now: dt.datetime) -> Draft:
    """Set the tick that somebody read the captions against the picture, or take it away."""
    day = today if reviewed else None
    return _change(session, code, lambda draft: rules.with_captions_reviewed(draft, day), now=now)


def shift_times(session: Session, code: str, *, seconds: float, now: dt.datetime) -> Draft:
    """Move every step and caption by so many seconds."""
    return _change(session, code, lambda draft: rules.shifted(draft, seconds), now=now)


def use_recording(session: Session, code: str, public_id: str, *, now: dt.datetime) -> Draft:
    """Make a recording the draft's video; captions it has are carried over and have to be read again.

    Raises UnknownRecording.
    """
    recording_row(session, public_id)
    return _change(session, code, lambda draft: rules.with_recording(draft, public_id), now=now)


def cut_video(session: Session, code: str, edits: Edits, *, by: int, now: dt.datetime) -> float:
    """Have the draft's recording made anew with these cuts and boxes; steps and captions move with its start.

    Returns by how many seconds they moved. Raises UnknownRecording when the draft has none, UnusableEdits.
    """
    public_id = queries.draft(session, code).recording
    if public_id is None:
        raise UnknownRecording("")
    before = recording(session, public_id).edits.start
    after = edit_recording(session, public_id, edits, by=by, now=now).edits.start
    moved = round(before - after, 3)
    shift_times(session, code, seconds=moved, now=now)
    return moved


def undo(session: Session, code: str, *, now: dt.datetime) -> Draft:
    """Bring back the part deleted last."""
    return _change(session, code, rules.restored, now=now)


def accept_published(session: Session, code: str, *, now: dt.datetime) -> Draft:
    """Note that the author has seen what was published meanwhile: the draft may take its place."""
    version = current_version(session, code)
    return _change(session, code, lambda draft: dataclasses.replace(draft, base_version=version), now=now)


def discard_draft(session: Session, code: str, *, now: dt.datetime) -> None:
    """Put a draft aside; its code stays given. Raises UnknownDraft."""
    _row(session, code).discarded_at = now


def restore_draft(session: Session, code: str, *, now: dt.datetime) -> None:
    """Bring a discarded draft back. Raises UnknownDraft when there is none."""
    row = session.scalar(select(DraftRow).where(DraftRow.code == code))
    if row is None:
        raise UnknownDraft(code)
    row.discarded_at = None
    row.changed_at = now


def _change(session: Session, code: str, change: Callable[[Draft], Draft], *, now: dt.datetime) -> Draft:
    row = _row(session, code)
    before = queries.draft_of(row)
    after = change(before)
    if after != before:
        _store(row, after, now=now)
        session.flush()
    return queries.draft_of(row)


def _row(session: Session, code: str) -> DraftRow:
    """Locked until the transaction ends, so that of two saves at once neither undoes the other."""
    query = select(DraftRow).where(DraftRow.code == code, DraftRow.discarded_at.is_(None)).with_for_update()
    row = session.scalar(query)
    if row is None:
        raise UnknownDraft(code)
    return row


def _draft_of_guide(guide: Guide, version: int, *, now: dt.datetime) -> Draft:
    steps = rules.draft_steps(guide.steps)
    cues = rules.draft_cues(guide.cues, first_id=len(steps) + 1)
    return Draft(
        code=guide.code,
        base_version=version,
        facts=Facts(
            title=guide.title,
            summary=guide.summary,
            system=guide.system,
            skills=guide.skills,
            owner=guide.owner,
            review_every=guide.review_every,
            silent=guide.silent,
            also=guide.also,
        ),
        changed="",
        steps=steps,
        cues=cues,
        captions_reviewed=guide.captions_reviewed,
        captions_note="",
        recording=None,
        removed=None,
        next_id=len(steps) + len(cues) + 1,
        changed_at=now,
    )


def _store(row: DraftRow, draft: Draft, *, now: dt.datetime) -> None:
    facts = draft.facts
    row.base_version = draft.base_version
    row.system_key, row.title, row.summary, row.owner = facts.system, facts.title, facts.summary, facts.owner
    row.skills, row.also = list(facts.skills), list(facts.also)
    row.review_every, row.silent, row.changed = facts.review_every, facts.silent, draft.changed
    row.steps = [dataclasses.asdict(step) for step in draft.steps]
    row.cues = [dataclasses.asdict(cue) for cue in draft.cues]
    row.captions_reviewed, row.captions_note = draft.captions_reviewed, draft.captions_note
    row.recording, row.next_id, row.changed_at = draft.recording, draft.next_id, now
    row.removed = None if draft.removed is None else dataclasses.asdict(draft.removed)
