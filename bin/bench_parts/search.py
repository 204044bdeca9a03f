"""Search: median CPU of a query at 60 and 10,000 generated guides, on both engines.

CPU is that of this process and of the database's own process for the connection. The guides hold words drawn as a
language draws them (the r-th most frequent of 6,000 with a chance of 1/r), the words of the shared test's guides among
them at any place; the queries are those of the shared test.
"""

import contextlib
import statistics
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import psutil
from sqlalchemy import text
from sqlalchemy.orm import Session

from bin.bench_parts.postgresql import postgresql
from bin.bench_parts.rows import Row
from portal.catalogue.models import CatalogueEdition  # noqa: F401 (its table is asked for)
from portal.core.text import words
from portal.guides.models.library import GuideRow
from portal.guides.operations.library import store_guide
from portal.guides.operations.search import index_guides
from portal.guides.queries.search import search
from portal.guides.rules.versions import Origin
from portal.storage.database import Base, Database
from tests.conftest import START
from tests.guides.searching import MADE, QUERIES

SIZES = (60, 10_000)
VOCABULARY = 6_000
STEPS, WORDS_A_STEP = 6, 25
SEED = 2026
AT_ONCE = 500


def search_rows() -> list[Row]:
    """S1."""
    rows = []
    for engine, url in (("SQLite", _sqlite), ("PostgreSQL", postgresql)):
        for size in SIZES:
            with url() as address:
                median, slowest = measure(address, size)
            found = f"{median:.1f} ms CPU (slowest query {slowest:.0f})"
            rows.append(Row("S1", f"a search among {size:,} guides, {engine}", "", "", found, True))
    return rows


def measure(address: str, size: int) -> tuple[float, float]:
    """Median and most CPU milliseconds of a query."""
    database = Database(address)
    Base.metadata.create_all(database.engine)
    _fill(database, size)
    costs = []
    with database.session() as session:
        for query, _ in QUERIES[:10]:  # what a warm server has in its caches
            search(session, query)
        for query, _ in QUERIES:
            before = _cpu(session)
            search(session, query)
            costs.append((_cpu(session) - before) * 1000)
    database.close()
    return statistics.median(costs), max(costs)


def _fill(database: Database, size: int) -> None:
    random = np.random.default_rng(SEED)
    chances = 1 / np.arange(1, VOCABULARY + 1)
    letters = np.array(list("aabcdeeefghiiklmnooprsttuvw"))
    real = sorted({word for one in MADE for step in one.steps for word in words(f"{step.title} {step.text}")})
    invented = ["".join(random.choice(letters, size=random.integers(3, 10))) for _ in range(VOCABULARY - len(real))]
    known = [*map(str, random.permutation([*real, *invented]))]
    with database.transaction() as session:
        for one in MADE:
            store_guide(session, one, origin=Origin.BROWSER, now=START)
    for start in range(len(MADE), size, AT_ONCE):
        with database.transaction() as session:
            rows = []
            for number in range(start, min(start + AT_ONCE, size)):
                said = random.choice(known, size=STEPS * WORDS_A_STEP, p=chances / chances.sum())
                rows.append(_row(1000 + number, [list(map(str, part)) for part in np.split(said, STEPS)]))
            session.add_all(rows)
            session.flush()
            index_guides(session, [row.code for row in rows])


def _row(number: int, said: list[list[str]]) -> GuideRow:
    steps = [{"at": 10.0 * at, "title": " ".join(part[:4]), "text": " ".join(part)} for at, part in enumerate(said)]
    cues = [{"start": 10.0 * at, "end": 10.0 * at + 9, "text": " ".join(part)} for at, part in enumerate(said)]
    day = START.date()
    return GuideRow(
        code=f"G-{number}", system_key="spreadsheets", slug=f"made-{number}", title=" ".join(said[0][4:9]),
        summary=" ".join(said[1][4:14]), skills=[], owner="ICT", published=day, reviewed=day, review_every=12,
        captions_reviewed=day, changed="", silent=True, also=said[2][:3], steps=steps, cues=cues,
        seconds=60.0, version=1,
    )  # fmt: skip


def _cpu(session: Session) -> float:
    spent = time.process_time()
    if session.get_bind().dialect.name == "postgresql":
        backend = session.execute(text("SELECT pg_backend_pid()")).scalar_one()
        times = psutil.Process(backend).cpu_times()
        spent += times.user + times.system
    return spent


@contextlib.contextmanager
def _sqlite() -> Iterator[str]:
    with tempfile.TemporaryDirectory(prefix="showhow-bench-") as folder:
        yield f"sqlite:///{Path(folder) / 'search.sqlite'}"


PARTS = ((("S1",), search_rows),)
