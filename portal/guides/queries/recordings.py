"""Reading recordings."""

import dataclasses
from collections.abc import Collection, Iterable

from sqlalchemy import JSON, String, Text, case, cast, func, or_, select
from sqlalchemy.orm import Session

from portal.guides.models.recordings import RecordingFile, RecordingRow
from portal.guides.rules.library import Media
from portal.guides.rules.recordings import (
    Blur,
    Edits,
    Output,
    OutputKind,
    Recording,
    RecordingState,
    Still,
    UnknownRecording,
    Work,
    nearest,
    sources,
)
from portal.storage.database import Base

OUR_TABLES = "portal.guides.models"


def recording(session: Session, public_id: str) -> Recording:
    """One recording with everything made of it. Raises UnknownRecording."""
    found = _read(session, (recording_row(session, public_id),))
    return found[0]


def recordings_of(session: Session, account_id: int, *, most: int = 50) -> tuple[Recording, ...]:
    """A person's recordings, newest first."""
    query = select(RecordingRow).where(RecordingRow.account_id == account_id)
    return _read(session, session.scalars(query.order_by(RecordingRow.id.desc()).limit(most)).all())


def recordings_at(session: Session, public_ids: Iterable[str]) -> dict[str, Recording]:
    """Public id → recording, for those of the ids that exist."""
    query = select(RecordingRow).where(RecordingRow.public_id.in_(tuple(public_ids)))
    return {found.id: found for found in _read(session, session.scalars(query).all())}


def media_of(found: Recording) -> tuple[Media, ...]:
    """What a player should offer, best first; empty until something is playable. The poster is ``found.poster``."""
    return sources(found.outputs)


def recording_media(session: Session, digest: str, name: str) -> Media | None:
    """A file made of some recording, by exact look-up of its digest and name. The original is never among them."""
    query = select(RecordingFile).where(RecordingFile.digest == digest, RecordingFile.name == name).limit(1)
    row = session.scalar(query)
    return None if row is None else _media(row)


def bytes_of_person(session: Session, account_id: int) -> int:
    """How much room the originals of a person's recordings take, announced bytes included."""
    declared = func.coalesce(RecordingRow.declared_bytes, 0)
    kept = RecordingRow.refused.is_(False)
    size = case((declared > RecordingRow.received_bytes, declared), else_=RecordingRow.received_bytes)
    return int(session.scalar(select(func.sum(size)).where(RecordingRow.account_id == account_id, kept)) or 0)


def recordings_in_state(session: Session, *states: RecordingState) -> tuple[str, ...]:
    """Public ids, oldest first."""
    query = select(RecordingRow.public_id).where(RecordingRow.state.in_(states)).order_by(RecordingRow.id)
    return tuple(session.scalars(query))


def work(session: Session, public_id: str) -> Work | None:
    """What the worker needs; None for a recording that was thrown away."""
    row = session.scalar(select(RecordingRow).where(RecordingRow.public_id == public_id))
    if row is None:
        return None
    query = select(RecordingFile).where(RecordingFile.recording_id == row.id, RecordingFile.edition == row.edition)
    files = session.scalars(query).all()
    return Work(
        id=row.public_id,
        name=row.name,
        state=row.state,
        original=row.original_digest,
        edits=edits_of(row),
        edition=row.edition,
        made=frozenset(file.kind for file in files if file.kind is not OutputKind.STILL),
        has_strip=any(file.in_strip for file in files),
    )


def digests_in_use(session: Session, digests: Iterable[str]) -> frozenset[str]:
    """Those of the digests that any table of guides still names, also inside a stored version."""
    return frozenset(digest for digest in digests if _named(session, digest))


def is_used(session: Session, public_id: str) -> bool:
    """Whether a guide, a draft or a stored version names the recording."""
    return _named(session, public_id, but=("recording", "recording_file"))


def recording_row(session: Session, public_id: str) -> RecordingRow:
    """The stored row, for operations. Raises UnknownRecording."""
    row = session.scalar(select(RecordingRow).where(RecordingRow.public_id == public_id))
    if row is None:
        raise UnknownRecording(public_id)
    return row


def _named(session: Session, word: str, *, but: Collection[str] = ()) -> bool:
    """Whether any text of any table of guides, JSON included, holds the word."""
    ours = (mapper for mapper in Base.registry.mappers if mapper.class_.__module__.startswith(OUR_TABLES))
    for table in dict.fromkeys(table for mapper in ours for table in mapper.tables):
        columns = [column for column in table.columns if isinstance(column.type, (JSON, String))]
        if table.name in but or not columns:
            continue
        held = or_(*(cast(column, Text).contains(word, autoescape=True) for column in columns))
        if session.scalar(select(1).select_from(table).where(held).limit(1)):
            return True
    return False


def _read(session: Session, rows: Iterable[RecordingRow]) -> tuple[Recording, ...]:
    kept = tuple(rows)
    files: dict[int, list[RecordingFile]] = {row.id: [] for row in kept}
    if kept:
        query = select(RecordingFile).where(RecordingFile.recording_id.in_(files)).order_by(RecordingFile.at)
        for file in session.scalars(query):
            files[file.recording_id].append(file)
    return tuple(_recording(row, files[row.id]) for row in kept)


def _recording(row: RecordingRow, files: list[RecordingFile]) -> Recording:
    playable = [file for file in files if file.kind is not OutputKind.STILL]
    shown = max((file.edition for file in playable), default=None)
    stills = [file for file in files if file.kind is OutputKind.STILL and file.edition == shown]
    strip = tuple(still_of(file) for file in stills if file.in_strip)
    default = strip[len(strip) // 3] if strip else None
    poster = default if row.poster_at is None else nearest((still_of(file) for file in stills), row.poster_at)
    edits = edits_of(row)
    return Recording(
        id=row.public_id,
        name=row.name,
        made_by=row.account_id,
        made_at=row.made_at,
        growing=row.growing,
        declared_bytes=row.declared_bytes,
        received_bytes=row.received_bytes,
        state=row.state,
        reason=row.reason,
        refused=row.refused,
        seconds=next((file.seconds for file in playable if file.edition == shown), 0.0),
        source_seconds=row.seconds,
        width=row.width,
        height=row.height,
        has_audio=row.has_audio,
        outputs=tuple(
            Output(kind=file.kind, edition=file.edition, media=_media(file))
            for file in playable
            if file.edition == shown
        ),
        strip=strip,
        poster=poster,
        edits=edits,
        edition=row.edition,
        shown_edition=shown,
    )


def edits_of(row: RecordingRow) -> Edits:
    """The stored edits."""
    stored = row.edits
    return Edits(start=stored["start"], end=stored["end"], blurs=tuple(Blur(**blur) for blur in stored["blurs"]))


def stored_edits(edits: Edits) -> dict[str, object]:
    """The form in which edits are stored."""
    return {"start": edits.start, "end": edits.end, "blurs": [dataclasses.asdict(blur) for blur in edits.blurs]}


def still_of(file: RecordingFile) -> Still:
    """The still that a stored file is."""
    return Still(at=file.at or 0.0, edition=file.edition, media=_media(file))


def _media(file: RecordingFile) -> Media:
    return Media(digest=file.digest, name=file.name, mimetype=file.mimetype, size=file.size)
