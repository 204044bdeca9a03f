"""Finding guides, and what authors read about searches."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.guides.models.library import GuideRow
from portal.guides.models.search import MissRow, SynonymRow, TopicRow, WishRow
from portal.guides.rules import search as rules
from portal.guides.rules.library import Cue, Step
from portal.storage import search as index

MOST_FOUND = 20
#: A term is shown to authors once it was looked for on this many days: one person's words stay theirs.
SHOWN_DAYS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a search came to."""

    wanted: rules.Wanted
    hits: tuple[rules.Hit, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Synonyms:
    """The list of synonyms. ``file``: what the file holds where both were changed; None when there is no conflict.

    ``in_file``: whether the file holds the same.
    """

    groups: tuple[tuple[str, ...], ...]
    file: tuple[tuple[str, ...], ...] | None
    in_file: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What somebody was looking for. ``week``: its Monday."""

    week: dt.date
    text: str
    system: str | None


def search(session: Session, query: str, *, system: str | None = None) -> Found:
    """Guides in which any of the words stands, best first, each with its best sentence."""
    wanted = meant(session, query)
    matches = index.find(session, (wanted.typed, wanted.widened), most=MOST_FOUND, facet=system)
    if not matches:
        return Found(wanted=wanted, hits=())
    columns = (
        GuideRow.code, GuideRow.system_key, GuideRow.slug, GuideRow.title, GuideRow.summary, GuideRow.seconds,
        GuideRow.steps, GuideRow.cues,
    )  # fmt: skip
    rows = session.execute(select(*columns).where(GuideRow.code.in_([match.key for match in matches])))
    by_code = {row.code: row for row in rows}
    hits = []
    for match in matches:
        row = by_code.get(match.key)
        if row is None:
            continue
        steps, cues = (Step(**step) for step in row.steps), (Cue(**cue) for cue in row.cues)
        hits.append(
            rules.Hit(
                code=row.code,
                system=row.system_key,
                slug=row.slug,
                title=row.title,
                seconds=row.seconds,
                passage=rules.best_passage(row.summary, steps, cues, wanted),
            )
        )
    return Found(wanted=wanted, hits=tuple(hits))


def meant(session: Session, query: str) -> rules.Wanted:
    """The words a query means, by the synonyms and the words of the index."""
    typed = rules.said_words(query)
    if not typed:
        return rules.Wanted(typed=(), widened=(), corrected={})
    extra = rules.synonyms_of(query, synonyms(session).groups)
    joined = rules.split_candidates(typed)
    known = index.known_words(session, (*typed, *joined))
    unknown = tuple(word for word in typed if word not in known)
    alike = index.words_like(session, unknown)
    corrected = {word: found for word in unknown if (found := rules.corrections(word, alike[word]))}
    widened = (*typed, *(word for word in joined if word in known), *extra, *(w for c in corrected.values() for w in c))
    return rules.Wanted(typed=typed, widened=tuple(dict.fromkeys(widened)), corrected=corrected)


def synonyms(session: Session) -> Synonyms:
    """The list of synonyms; empty before the first sync."""
    row = session.get(SynonymRow, 1)
    if row is None:
        return Synonyms(groups=(), file=None, in_file=True)
    return Synonyms(
        groups=tuple(map(tuple, row.groups)),
        file=None if row.file is None else tuple(map(tuple, row.file)),
        in_file=row.groups == row.agreed,
    )


def topics(session: Session) -> Mapping[str, tuple[str, ...]]:
    """``system/slug`` of a guide → what the questions that lead to it are about."""
    return {row.address: tuple(row.topics) for row in session.scalars(select(TopicRow))}


def misses(session: Session, *, since: dt.date) -> tuple[rules.Miss, ...]:
    """Terms that found nothing on at least three days since then, most frequent first."""
    days, count = func.sum(MissRow.days), func.sum(MissRow.count)
    query = (
        select(MissRow.term, count, days)
        .where(MissRow.week >= since)
        .group_by(MissRow.term)
        .having(days >= SHOWN_DAYS)
        .order_by(count.desc(), MissRow.term)
    )
    return tuple(rules.Miss(term=term, count=int(n), days=int(on)) for term, n, on in session.execute(query))


def wishes(session: Session, *, since: dt.date) -> tuple[Wish, ...]:
    """What people wrote they were looking for since then, newest week first, in no order within a week."""
    query = select(WishRow).where(WishRow.week >= since).order_by(WishRow.week.desc(), WishRow.text)
    return tuple(Wish(week=row.week, text=row.text, system=row.system_key) for row in session.scalars(query))
