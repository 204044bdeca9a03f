"""The index of words, behind one interface for both engines.

SQLite keeps it in FTS5: one table by Porter stems over the documents, one by trigrams over the words that stand in
them. PostgreSQL keeps the same in a text-search vector and pg_trgm. A document is found by any of the words, not only
by all of them; a word that stands nowhere is looked for among the words that look like it.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import DDL, Integer, String, Text, TextClause, delete, event, insert, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column
from sqlalchemy.schema import ExecutableDDLElement

from portal.core.text import stem, words
from portal.storage.database import Base

#: What an engine keeps for itself begins so; migrations are not compared with it.
OWN = "search_fts"
#: How much a word counts by where it stands: title, words, group, text.
WEIGHTS = (5.0, 3.0, 2.0, 1.0)
#: How slowly a place further down a list counts less when two lists are merged by rank.
RANK_CONSTANT = 10
#: Words that look alike, taken from the index for a closer look.
MOST_ALIKE = 12
LONGEST_WORD = 40
_PARTS = ("title", "words", "place", "body")
_AT_ONCE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """Something to be found. ``key``: its own name; ``facet``: what a search may be narrowed to.

    ``group`` is the name of what it belongs to. ``title`` counts most, then ``words``, ``group`` and ``text``.
    """

    key: str
    facet: str
    title: str
    words: str
    group: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """A document that was found. ``score`` is only good for comparing within one search."""

    key: str
    facet: str
    score: float


class SearchDocument(Base):
    """A document in the index, folded to plain words."""

    __tablename__ = "search_document"

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    key: Mapped[str] = mapped_column(String(40), unique=True)
    facet: Mapped[str] = mapped_column(String(80), index=True)
    title: Mapped[str] = mapped_column(Text)
    words: Mapped[str] = mapped_column(Text)
    place: Mapped[str] = mapped_column(Text)
    body: Mapped[str] = mapped_column(Text)


class SearchWord(Base):
    """A word that stands in a document. ``grams``: the word with marks at its ends, for trigrams."""

    __tablename__ = "search_word"

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    word: Mapped[str] = mapped_column(String(LONGEST_WORD), unique=True)
    stem: Mapped[str] = mapped_column(String(LONGEST_WORD), index=True)
    grams: Mapped[str] = mapped_column(String(LONGEST_WORD + 4))


def _external(table: str, columns: Sequence[str], tokens: str) -> tuple[str, ...]:
    """An FTS5 table over an ordinary one, and the triggers that keep it in step."""
    own, names = f"{OWN}_{table}", ", ".join(columns)
    new, old = (", ".join(f"{which}.{column}" for column in columns) for which in ("new", "old"))
    add = f"INSERT INTO {own}(rowid, {names}) VALUES (new.id, {new});"  # noqa: S608 (names of this module)
    drop = f"INSERT INTO {own}({own}, rowid, {names}) VALUES ('delete', old.id, {old});"  # noqa: S608
    return (
        f"CREATE VIRTUAL TABLE {own} USING fts5({names}, content='{table}', content_rowid='id', tokenize='{tokens}')",
        f"CREATE TRIGGER {own}_add AFTER INSERT ON {table} BEGIN {add} END",
        f"CREATE TRIGGER {own}_drop AFTER DELETE ON {table} BEGIN {drop} END",
        f"CREATE TRIGGER {own}_change AFTER UPDATE ON {table} BEGIN {drop} {add} END",
    )


_VECTOR = " || ".join(
    f"setweight(to_tsvector('english', {column}), '{weight}')" for column, weight in zip(_PARTS, "ABCD", strict=True)
)
#: What each engine needs beside the tables. The migration says the same.
ENGINE_PARTS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "sqlite": {
        "search_document": _external("search_document", _PARTS, "porter unicode61"),
        "search_word": _external("search_word", ("grams",), "trigram"),
    },
    "postgresql": {
        "search_document": (
            f"ALTER TABLE search_document ADD COLUMN {OWN}_vector tsvector GENERATED ALWAYS AS ({_VECTOR}) STORED",
            f"CREATE INDEX {OWN}_vector ON search_document USING gin ({OWN}_vector)",
        ),
        "search_word": (
            "CREATE EXTENSION IF NOT EXISTS pg_trgm",
            f"CREATE INDEX {OWN}_grams ON search_word USING gin (word gin_trgm_ops)",
        ),
    },
}


def _ddl(statement: str, engine: str) -> ExecutableDDLElement:
    return DDL(statement).execute_if(dialect=engine)  # type: ignore[no-untyped-call]


for _engine, _tables in ENGINE_PARTS.items():
    for _table, _statements in _tables.items():
        for _statement in _statements:
            event.listen(Base.metadata.tables[_table], "after_create", _ddl(_statement, _engine))


def is_compared(name: str | None, _kind: str, _parents: object) -> bool:
    """Whether migrations compare this table, column or index with the models."""
    return not (name or "").startswith(OWN)


def put(session: Session, documents: Iterable[Document]) -> None:
    """Add documents, or replace those with the same key."""
    kept = [as_kept(document) for document in documents]
    if not kept:
        return
    remove(session, [one.key for one in kept])
    session.execute(
        insert(SearchDocument),
        [{"key": one.key, "facet": one.facet, **dict(zip(_PARTS, _texts(one), strict=True))} for one in kept],
    )
    _add_words(session, {word for one in kept for part in _texts(one) for word in part.split()})


def remove(session: Session, keys: Collection[str]) -> None:
    """Take documents out. Their words may stay: a word that leads nowhere harms nothing."""
    for at_once in _portions(list(keys)):
        session.execute(delete(SearchDocument).where(SearchDocument.key.in_(at_once)))


def indexed(session: Session) -> Mapping[str, Document]:
    """Every document by its key, as it is kept."""
    return {
        row.key: Document(
            key=row.key, facet=row.facet, title=row.title, words=row.words, group=row.place, text=row.body
        )
        for row in session.scalars(select(SearchDocument))
    }


def as_kept(document: Document) -> Document:
    """The document folded to plain words, as ``indexed`` gives it."""
    title, named, group, body = (
        " ".join(word for word in words(part) if len(word) <= LONGEST_WORD) for part in _texts(document)
    )
    return Document(key=document.key, facet=document.facet, title=title, words=named, group=group, text=body)


def known_words(session: Session, wanted: Collection[str]) -> frozenset[str]:
    """Those of the words that stand in a document, in some form."""
    if not wanted:
        return frozenset()
    stems = {word: stem(word) for word in wanted}
    found = set(session.scalars(select(SearchWord.stem).where(SearchWord.stem.in_(stems.values()))))
    return frozenset(word for word, its_stem in stems.items() if its_stem in found)


def words_like(session: Session, wanted: Sequence[str]) -> Mapping[str, tuple[str, ...]]:
    """Word → words of the index that share trigrams with it, most alike first."""
    if not wanted:
        return {}
    like = _like_sqlite if _is_sqlite(session) else _like_postgresql
    found: dict[str, tuple[str, ...]] = dict.fromkeys(wanted, ())
    for word, other in session.execute(*like(wanted)):
        found[word] = (*found[word], other)
    return found


def find(session: Session, lists: Sequence[Sequence[str]], *, most: int, facet: str | None = None) -> tuple[Match, ...]:
    """Documents in which any of the words stands, best first. A word may be a phrase: words with a space between.

    Each list is looked for by itself; what the lists find is merged by rank.
    """
    ranked = _find_sqlite if _is_sqlite(session) else _find_postgresql
    scores: dict[str, float] = {}
    facets: dict[str, str] = {}
    for wanted in dict.fromkeys(tuple(one) for one in lists if one):
        for rank, row in enumerate(session.execute(*ranked(wanted, most, facet))):
            scores[row.key] = scores.get(row.key, 0.0) + 1 / (RANK_CONSTANT + rank)
            facets[row.key] = row.facet
    best = sorted(scores, key=lambda key: (-scores[key], key))[:most]
    return tuple(Match(key=key, facet=facets[key], score=scores[key]) for key in best)


def _texts(document: Document) -> tuple[str, str, str, str]:
    return document.title, document.words, document.group, document.text


def _add_words(session: Session, found: Collection[str]) -> None:
    known: set[str] = set()
    for at_once in _portions(sorted(found)):
        known |= set(session.scalars(select(SearchWord.word).where(SearchWord.word.in_(at_once))))
    new = [{"word": word, "stem": stem(word), "grams": f"__{word}_"} for word in sorted(set(found) - known)]
    if new:
        session.execute(insert(SearchWord), new)


def _portions(values: list[str]) -> Iterable[list[str]]:
    return (values[start : start + _AT_ONCE] for start in range(0, len(values), _AT_ONCE))


def _is_sqlite(session: Session) -> bool:
    return session.get_bind().dialect.name == "sqlite"


def _like_sqlite(wanted: Sequence[str]) -> tuple[TextClause, dict[str, object]]:
    """One part a word: FTS5 ranks the words by the trigrams they share."""
    one = (
        "SELECT * FROM (SELECT :word{n} AS typed, w.word FROM search_fts_search_word f JOIN search_word w "
        "ON w.id = f.rowid WHERE search_fts_search_word MATCH :grams{n} ORDER BY f.rank, w.word LIMIT :most)"
    )
    values: dict[str, object] = {"most": MOST_ALIKE}
    for number, word in enumerate(wanted):
        marked = f"__{word}_"
        grams = dict.fromkeys(marked[at : at + 3] for at in range(len(marked) - 2))
        values |= {f"word{number}": word, f"grams{number}": " OR ".join(f'"{gram}"' for gram in grams)}
    return text(" UNION ALL ".join(one.format(n=number) for number in range(len(wanted)))), values


def _like_postgresql(wanted: Sequence[str]) -> tuple[TextClause, dict[str, object]]:
    return text(
        "SELECT typed.word, alike.word FROM unnest(CAST(:words AS text[])) AS typed(word), LATERAL "
        "(SELECT w.word FROM search_word w WHERE w.word % typed.word "
        "ORDER BY similarity(w.word, typed.word) DESC, w.word LIMIT :most) AS alike"
    ), {"words": list(wanted), "most": MOST_ALIKE}


def _find_sqlite(wanted: Sequence[str], most: int, facet: str | None) -> tuple[TextClause, dict[str, object]]:
    return text(
        "SELECT d.key, d.facet FROM search_fts_search_document f JOIN search_document d ON d.id = f.rowid "
        "WHERE search_fts_search_document MATCH :wanted AND (:facet IS NULL OR d.facet = :facet) "
        "ORDER BY bm25(search_fts_search_document, :title, :words, :place, :body), d.key LIMIT :most"
    ), {
        "wanted": " OR ".join(f'"{word}"' for word in wanted),
        "facet": facet,
        "most": most,
        **dict(zip(_PARTS, WEIGHTS, strict=True)),
    }


def _find_postgresql(wanted: Sequence[str], most: int, facet: str | None) -> tuple[TextClause, dict[str, object]]:
    """Text search ranks by place; that a rare word says more than a common one is reckoned here."""
    return text(
        "WITH wanted AS MATERIALIZED (SELECT typed.query, "
        "(SELECT count(*) FROM search_document d WHERE d.search_fts_vector @@ typed.query) AS known, "
        "(SELECT count(*) FROM search_document) AS everything "
        "FROM (SELECT DISTINCT phraseto_tsquery('english', word) AS query "
        "FROM unnest(CAST(:wanted AS text[])) AS word) AS typed) "
        "SELECT d.key, d.facet, sum(ln(1 + (wanted.everything - wanted.known + 0.5) / (wanted.known + 0.5)) "
        "* ts_rank(CAST(:weights AS real[]), d.search_fts_vector, wanted.query)) AS score "
        "FROM wanted JOIN search_document d ON d.search_fts_vector @@ wanted.query "
        "WHERE CAST(:facet AS text) IS NULL OR d.facet = :facet "
        "GROUP BY d.id, d.key, d.facet ORDER BY score DESC, d.key LIMIT :most"
    ), {
        "wanted": list(wanted),
        "weights": [weight / WEIGHTS[0] for weight in reversed(WEIGHTS)],
        "facet": facet,
        "most": most,
    }
