"""Keeping the index in step with the guides; synonyms; what is kept of searches that led nowhere."""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from enum import StrEnum

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from portal.catalogue.queries import newest_catalogue
from portal.catalogue.rules import Catalogue
from portal.core.periods import monday_of
from portal.guides.models.library import GuideRow
from portal.guides.models.search import MissRow, SynonymRow, TopicRow, WishRow
from portal.guides.queries.search import topics
from portal.guides.rules import search as rules
from portal.storage import search as index


class SyncedSynonyms(StrEnum):
    """What a sync did with the list of synonyms."""

    UNCHANGED = "unchanged"
    CHANGED = "changed"
    NEWER_IN_BROWSER = "newer-in-browser"
    CONFLICT = "conflict"


def index_guides(session: Session, codes: Collection[str] | None = None) -> None:
    """Bring the index to what is published: all guides, or these codes. What didn't change isn't written."""
    query = select(GuideRow) if codes is None else select(GuideRow).where(GuideRow.code.in_(codes))
    rows = session.scalars(query).all()
    known, asked = newest_catalogue(session), topics(session)
    fresh = {row.code: _document(row, known, asked) for row in rows if row.archived_at is None}
    if codes is None:
        kept = index.indexed(session)
        gone: Iterable[str] = set(kept) - set(fresh)
        changed = [one for one in fresh.values() if kept.get(one.key) != index.as_kept(one)]
    else:
        gone, changed = set(codes) - set(fresh), list(fresh.values())
    index.remove(session, sorted(gone))
    index.put(session, changed)


def take_topics(session: Session, asked: Mapping[str, Sequence[str]]) -> None:
    """Remember what the questions that lead to each guide are about (by ``system/slug``), and index what changed."""
    session.execute(delete(TopicRow))
    session.expire_all()
    session.add_all(TopicRow(address=address, topics=list(said)) for address, said in sorted(asked.items()))
    session.flush()
    index_guides(session)


def sync_synonyms(session: Session, groups: Sequence[Sequence[str]] | None, *, now: dt.datetime) -> SyncedSynonyms:
    """Bring the list to what the file holds (None: there is no file), unless the page changed it since.

    Where both changed, nothing is loaded and the file's list is kept beside for a person to choose.
    """
    file = [list(group) for group in groups or ()]
    row = session.get(SynonymRow, 1)
    if row is None:
        session.add(SynonymRow(id=1, groups=file, agreed=file, file=None, changed_at=now))
        return SyncedSynonyms.CHANGED if file else SyncedSynonyms.UNCHANGED
    if row.groups == file:
        row.agreed, row.file = file, None
        return SyncedSynonyms.UNCHANGED
    if row.agreed == file:
        row.file = None
        return SyncedSynonyms.NEWER_IN_BROWSER
    if row.agreed == row.groups:
        row.groups, row.agreed, row.file, row.changed_at = file, file, None, now
        return SyncedSynonyms.CHANGED
    row.file = file
    return SyncedSynonyms.CONFLICT


def save_synonyms(session: Session, text: str, *, now: dt.datetime) -> None:
    """Make what was typed the list. Raises BadSynonyms."""
    groups = [list(group) for group in rules.read_groups(text)]
    row = session.get(SynonymRow, 1)
    if row is None:
        session.add(SynonymRow(id=1, groups=groups, agreed=None, file=None, changed_at=now))
    else:
        row.groups, row.changed_at = groups, now


def choose_synonyms(session: Session, *, take_file: bool, now: dt.datetime) -> None:
    """End a conflict: the file's list, or the page's. Raises NoSynonymConflict."""
    row = session.get(SynonymRow, 1)
    if row is None or row.file is None:
        raise rules.NoSynonymConflict
    if take_file:
        row.groups, row.changed_at = row.file, now
    row.agreed, row.file = row.file, None


def note_miss(session: Session, query: str, *, today: dt.date) -> None:
    """Count a search that found nothing: its words without what could name a person, and the week."""
    term = rules.miss_term(query)
    if term is None:
        return
    week = monday_of(today)
    row = session.scalar(select(MissRow).where(MissRow.term == term, MissRow.week == week).with_for_update())
    if row is None:
        session.add(MissRow(term=term, week=week, count=1, days=1, last_day=today))
        return
    row.count += 1
    row.days += row.last_day != today
    row.last_day = today


def note_wish(session: Session, text: str, *, system: str | None, today: dt.date) -> None:
    """Keep what somebody was looking for: masked, with its week and without a person."""
    session.add(WishRow(week=monday_of(today), text=rules.masked(text)[: rules.LONGEST_WISH], system_key=system))


def _document(row: GuideRow, known: Catalogue | None, asked: Mapping[str, Sequence[str]]) -> index.Document:
    system = known.system(row.system_key) if known and known.has_system(row.system_key) else None
    group = row.system_key.replace("-", " ") if system is None else " ".join((system.name, *system.also))
    named = (*row.also, *asked.get(f"{row.system_key}/{row.slug}", ()), *(step["title"] for step in row.steps))
    said = (row.summary, *(step["text"] for step in row.steps), *(cue["text"] for cue in row.cues))
    return index.Document(
        key=row.code,
        facet=row.system_key,
        title=row.title,
        words=" ".join(named),
        group=group,
        text=" ".join(said),
    )
