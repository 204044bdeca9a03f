"""Reading drafts."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.guides.models.drafts import DraftRow
from portal.guides.models.library import GuideRow
from portal.guides.queries.recordings import recordings_at
from portal.guides.rules.drafts import Draft, DraftCue, DraftStep, Facts, PartKind, Removed, UnknownDraft
from portal.guides.rules.library import Guide
from portal.guides.rules.publishing import ShownFiles, files_of_draft
from portal.guides.rules.recordings import Recording


def every_draft(session: Session) -> tuple[Draft, ...]:
    """Every draft, discarded ones too, the one changed last first."""
    query = select(DraftRow).order_by(DraftRow.changed_at.desc(), DraftRow.id)
    return tuple(draft_of(row) for row in session.scalars(query))


def draft(session: Session, code: str) -> Draft:
    """One draft. Raises UnknownDraft; a discarded one counts as unknown."""
    row = session.scalar(select(DraftRow).where(DraftRow.code == code, DraftRow.discarded_at.is_(None)))
    if row is None:
        raise UnknownDraft(code)
    return draft_of(row)


def given_codes(session: Session) -> frozenset[str]:
    """Every code that was ever given, to a guide or to a draft, discarded or not."""
    return frozenset((*session.scalars(select(GuideRow.code)), *session.scalars(select(DraftRow.code))))


def taken_slugs(session: Session, system: str) -> frozenset[str]:
    """The ends of addresses that a system's guides have, archived ones too."""
    return frozenset(session.scalars(select(GuideRow.slug).where(GuideRow.system_key == system)))


def shown_files(session: Session, draft: Draft, *, published: Guide | None) -> ShownFiles | None:
    """The video a draft shows: its own recording's, else the published guide's; None while there is none."""
    return files_of_draft(draft_recording(session, draft), draft, published=published)


def draft_recording(session: Session, draft: Draft) -> Recording | None:
    """The recording a draft uses, None when it uses none."""
    return None if draft.recording is None else recordings_at(session, [draft.recording]).get(draft.recording)


def draft_of(row: DraftRow) -> Draft:
    """The draft a row holds."""
    return Draft(
        code=row.code,
        base_version=row.base_version,
        facts=Facts(
            title=row.title,
            summary=row.summary,
            system=row.system_key,
            skills=tuple(row.skills),
            owner=row.owner,
            review_every=row.review_every,
            silent=row.silent,
            also=tuple(row.also),
        ),
        changed=row.changed,
        steps=tuple(DraftStep(**step) for step in row.steps),
        cues=tuple(DraftCue(**cue) for cue in row.cues),
        captions_reviewed=row.captions_reviewed,
        captions_note=row.captions_note,
        recording=row.recording,
        removed=None if row.removed is None else _removed(row.removed),
        next_id=row.next_id,
        changed_at=row.changed_at,
        discarded=row.discarded_at is not None,
    )


def _removed(stored: Mapping[str, Any]) -> Removed:
    kind = PartKind(stored["kind"])
    part = DraftStep(**stored["part"]) if kind is PartKind.STEP else DraftCue(**stored["part"])
    return Removed(kind=kind, index=stored["index"], part=part)
