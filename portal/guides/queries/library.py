"""Reading guides."""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from sqlalchemy import Connection, Row, Select, func, select
from sqlalchemy.orm import Session

from portal.guides.models.library import GuideMedia, GuideRow
from portal.guides.models.versions import VersionRow
from portal.guides.rules.library import Cue, Guide, Media, Step, UnknownGuide, UnknownMedia, sort_key


def guides(session: Session) -> tuple[Guide, ...]:
    """Every published guide, by title."""
    return _read(session, select(GuideRow).where(GuideRow.archived_at.is_(None)))


def every_guide(session: Session) -> tuple[Guide, ...]:
    """Every guide there ever was, archived ones too, by title."""
    return _read(session, select(GuideRow))


def guides_of_system(session: Session, system: str) -> tuple[Guide, ...]:
    """The published guides of a system, by title; may be empty."""
    return _read(session, select(GuideRow).where(GuideRow.archived_at.is_(None), GuideRow.system_key == system))


def guide(session: Session, system: str, slug: str) -> Guide:
    """One guide. Raises UnknownGuide; an archived one counts as unknown."""
    found = _read(
        session,
        select(GuideRow).where(GuideRow.system_key == system, GuideRow.slug == slug, GuideRow.archived_at.is_(None)),
    )
    if not found:
        raise UnknownGuide(system, slug)
    return found[0]


def guide_with_code(session: Session, code: str) -> Guide | None:
    """The guide with this code, archived or not; None when there is none."""
    found = _read(session, select(GuideRow).where(GuideRow.code == code))
    return found[0] if found else None


def address_after(session: Session, system: str, slug: str) -> str | None:
    """``system/slug`` of the guide that takes the readers of the archived one at this address, or None."""
    moved = select(GuideRow.moved_to).where(GuideRow.system_key == system, GuideRow.slug == slug)
    target = select(GuideRow).where(GuideRow.code == moved.scalar_subquery(), GuideRow.archived_at.is_(None))
    row = session.scalar(target)
    return None if row is None else f"{row.system_key}/{row.slug}"


def guides_at(session: Session, addresses: Iterable[str]) -> Mapping[str, Guide]:
    """``system/slug`` → guide, for those of the addresses that are published."""
    wanted = set(addresses)
    if not wanted:
        return {}
    systems = {address.partition("/")[0] for address in wanted}
    found = _read(session, select(GuideRow).where(GuideRow.system_key.in_(systems), GuideRow.archived_at.is_(None)))
    return {guide.address: guide for guide in found if guide.address in wanted}


def guide_counts(session: Session) -> Mapping[str, int]:
    """System key → number of published guides; systems without any are missing."""
    query = (
        select(GuideRow.system_key, func.count()).where(GuideRow.archived_at.is_(None)).group_by(GuideRow.system_key)
    )
    return {row[0]: row[1] for row in session.execute(query)}


def newest_guides(session: Session, *, most: int) -> tuple[Row[str, str, str, str], ...]:
    """System key, slug, title and what changed of the guides published or reviewed last, newest first."""
    query = (
        select(GuideRow.system_key, GuideRow.slug, GuideRow.title, GuideRow.changed)
        .where(GuideRow.archived_at.is_(None))
        .order_by(GuideRow.reviewed.desc(), GuideRow.id.desc())
        .limit(most)
    )
    return tuple(session.execute(query))


def published_guides(session: Session) -> tuple[Row[str, str, str, list[str], dt.date], ...]:
    """Code, system key, title, skills and publishing day of every published guide, without its files."""
    columns = (GuideRow.code, GuideRow.system_key, GuideRow.title, GuideRow.skills, GuideRow.published)
    return tuple(session.execute(select(*columns).where(GuideRow.archived_at.is_(None))))


def related_guides(session: Session, guide: Guide, *, most: int) -> tuple[Row[str, str, str, list[str]], ...]:
    """System key, slug, title and skills of other guides of its system, those of the same skills first."""
    query = select(GuideRow.system_key, GuideRow.slug, GuideRow.title, GuideRow.skills).where(
        GuideRow.system_key == guide.system, GuideRow.code != guide.code, GuideRow.archived_at.is_(None)
    )
    rows = sorted(session.execute(query), key=lambda row: (-len({*row.skills} & {*guide.skills}), row.title))
    return tuple(rows[:most])


def address_of_code(session: Session, code: str) -> str | None:
    """``system/slug`` of the published guide with this code, or of the one that takes its readers; None for neither."""
    row = session.scalar(select(GuideRow).where(GuideRow.code == code))
    if row is not None and row.archived_at is not None:
        row = session.scalar(select(GuideRow).where(GuideRow.code == row.moved_to, GuideRow.archived_at.is_(None)))
    return None if row is None else f"{row.system_key}/{row.slug}"


def latest_changes(session: Session, *, most: int) -> tuple[Row[Any], ...]:
    """Code, system key, slug, title, summary, what changed, owner, version and its time of the guides published last,
    newest first."""
    newest = select(VersionRow.code, func.max(VersionRow.number).label("number")).group_by(VersionRow.code).subquery()
    query = (
        select(
            GuideRow.code, GuideRow.system_key, GuideRow.slug, GuideRow.title, GuideRow.summary, GuideRow.changed,
            GuideRow.owner, VersionRow.number, VersionRow.published_at,
        )
        .join(newest, newest.c.code == GuideRow.code)
        .join(VersionRow, (VersionRow.code == newest.c.code) & (VersionRow.number == newest.c.number))
        .where(GuideRow.archived_at.is_(None))
        .order_by(VersionRow.published_at.desc(), GuideRow.id.desc())
        .limit(most)
    )  # fmt: skip
    return tuple(session.execute(query))


def media(session: Session, digest: str, name: str) -> Media:
    """A file that some guide shows, by exact look-up of its digest and name. Raises UnknownMedia."""
    row = session.scalar(select(GuideMedia).where(GuideMedia.digest == digest, GuideMedia.name == name).limit(1))
    if row is None:
        raise UnknownMedia(digest)
    return _media(row)


def published_type(connection: Connection, digest: str, name: str) -> str | None:
    """Media type of a file that some guide shows; the quickest way to learn that it may be sent. None if none does."""
    table = GuideMedia.__table__
    query = select(table.c.mimetype).where(table.c.digest == digest, table.c.name == name).limit(1)
    found: str | None = connection.scalar(query)
    return found


def _read(session: Session, query: Select[GuideRow]) -> tuple[Guide, ...]:
    return guides_of_rows(session, session.scalars(query).all())


def guides_of_rows(session: Session, rows: Collection[GuideRow]) -> tuple[Guide, ...]:
    """The guides that rows hold, by title."""
    files = session.scalars(select(GuideMedia).where(GuideMedia.guide_id.in_([row.id for row in rows])))
    by_guide: dict[int, dict[str, Media]] = {}
    for file in files if rows else ():
        by_guide.setdefault(file.guide_id, {})[file.role] = _media(file)
    return tuple(sorted((_guide(row, by_guide[row.id]) for row in rows), key=sort_key))


def _guide(row: GuideRow, files: Mapping[str, Media]) -> Guide:
    return Guide(
        code=row.code,
        system=row.system_key,
        slug=row.slug,
        title=row.title,
        summary=row.summary,
        skills=tuple(row.skills),
        owner=row.owner,
        published=row.published,
        reviewed=row.reviewed,
        review_every=row.review_every,
        captions_reviewed=row.captions_reviewed,
        changed=row.changed,
        silent=row.silent,
        also=tuple(row.also),
        steps=tuple(Step(**step) for step in row.steps),
        cues=tuple(Cue(**cue) for cue in row.cues),
        seconds=row.seconds,
        video=files["video"],
        captions=files["captions"],
        poster=files.get("poster"),
        archived=row.archived_at is not None,
        alternatives=tuple(files[role] for role in sorted(files) if role.startswith("video-")),
        recording=row.recording,
        recording_edition=row.recording_edition,
        stills=tuple(files[role] for role in sorted(files) if role.startswith("still-")),
    )


def _media(row: GuideMedia) -> Media:
    return Media(digest=row.digest, name=row.name, mimetype=row.mimetype, size=row.size)
