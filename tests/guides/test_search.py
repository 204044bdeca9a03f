"""Search on the engine under test: one table of queries, the sentence, the second, and what is kept of a miss."""

import datetime as dt
from collections.abc import Callable

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import select

from portal.config import ROOT
from portal.guides.models.search import MissRow, WishRow
from portal.guides.operations import search as operations
from portal.guides.operations.library import store_guide
from portal.guides.operations.publishing import archive_guide, unarchive_guide
from portal.guides.queries import search as queries
from portal.guides.rules import search as rules
from portal.guides.rules.versions import Origin
from portal.storage import search as index
from portal.storage.database import Database
from portal.storage.files import FolderStore
from portal.upkeep.operations import read_content, sync_content
from portal.upkeep.rules import ContentFolders
from tests.conftest import START, Clock
from tests.guides.searching import MADE, QUERIES
from tests.pages import PageClient
from tests.people import AUTHOR, Named

GUIDE = "/guides/spreadsheets/freeze-the-heading-row/"


@pytest.fixture
def library(app: Flask, database: Database) -> Database:
    """The content of this repository with the made-up guides."""
    content = read_content(ContentFolders(content=ROOT / "content", quizzes=ROOT / "quizzes"))
    files: FolderStore = app.extensions["showhow"].files
    with database.transaction() as session:
        for one in MADE:
            store_guide(session, one, origin=Origin.BROWSER, now=START)
        sync_content(session, content, files=files, now=START)
    return database


def found(database: Database, query: str, system: str | None = None) -> list[str]:
    with database.session() as session:
        return [hit.code for hit in queries.search(session, query, system=system).hits]


def test_the_right_guide_is_among_the_first_three(library: Database) -> None:
    assert len(QUERIES) >= 60
    wrong = [
        (query, found(library, query)[:3])
        for query, right in QUERIES
        if not set(right) & set(found(library, query)[:3])
    ]
    share = 1 - len(wrong) / len(QUERIES)
    assert share >= 0.9, f"{share:.1%}; not among the first three: {wrong}"


def test_a_search_is_narrowed_to_a_system(library: Database) -> None:
    assert {"G-903", "G-101"} <= set(found(library, "headings"))
    assert "G-101" not in found(library, "headings", "documents")
    assert found(library, "headings", "printing") == []


@pytest.mark.parametrize("query", ["kubernetes", "xylophone", "%%%", '" OR NEAR(', "the", "*", "_____", "a"])
def test_nothing_is_found_when_no_word_fits(library: Database, query: str) -> None:
    assert found(library, query) == []


def test_a_hit_opens_at_the_sentence(library: Database) -> None:
    with library.session() as session:
        hit = queries.search(session, "where is the star to keep a page").hits[0]
    assert hit.code == "G-907"
    assert hit.passage.at == 0.0
    assert [piece.text for piece in hit.passage.sentence if piece.found] == ["star"]


def test_an_archived_guide_is_not_found_and_comes_back(library: Database) -> None:
    with library.transaction() as session:
        archive_guide(session, "G-916", moved_to=None, now=START)
    assert "G-916" not in found(library, "duplex")
    with library.transaction() as session:
        unarchive_guide(session, "G-916")
    assert "G-916" in found(library, "duplex")


def test_indexing_twice_writes_nothing(library: Database) -> None:
    with library.transaction() as session:
        before = {key: id(one) for key, one in index.indexed(session).items()}
        operations.index_guides(session)
        assert not session.new
        assert not session.dirty
        assert set(index.indexed(session)) == set(before)


def test_words_that_look_alike_and_those_that_do_not(library: Database) -> None:
    with library.session() as session:
        alike = index.words_like(session, ["heding", "exel", "qqqqqq"])
    assert "heading" in alike["heding"]
    assert "excel" in alike["exel"]
    assert rules.corrections("qqqqqq", alike["qqqqqq"]) == ()


@pytest.mark.parametrize(
    ("typed", "candidates", "nearest"),
    [
        ("exel", ("excel", "exit", "equals"), ("excel",)),
        ("calender", ("calendar", "colander"), ("calendar",)),
        ("authen", ("authenticator", "author"), ("authenticator",)),
        ("teh", ("the", "ten"), ()),
        ("moniter", ("monitors", "monitor"), ("monitor",)),
        ("resotre", ("restore", "result"), ("restore",)),
    ],
)
def test_what_a_mistake_may_have_meant(typed: str, candidates: tuple[str, ...], nearest: tuple[str, ...]) -> None:
    assert rules.corrections(typed, candidates) == nearest


def test_nearest_systems_by_the_words_people_use() -> None:
    systems = {"spreadsheets": ("excel", "calc"), "housing": ("rents", "tenancy")}
    assert rules.nearest_systems("my rent screen is odd", systems) == ("housing",)
    assert rules.nearest_systems("excell", systems) == ("spreadsheets",)
    assert rules.nearest_systems("nothing like it", systems) == ()


@pytest.mark.parametrize(
    ("query", "term"),
    [
        ("Reset jo@bloggs.gov.uk NOW", "reset (e-mail) now"),
        ("tenant 07700 900123", "tenant #"),
        ("can’t open", "can’t open"),
        ("???", None),
    ],
)
def test_what_is_kept_of_a_search_names_nobody(query: str, term: str | None) -> None:
    assert rules.miss_term(query) == term


def test_a_miss_is_shown_once_it_came_on_three_days(database: Database) -> None:
    monday = dt.date(2026, 3, 2)

    def shown() -> tuple[rules.Miss, ...]:
        with database.session() as session:
            return queries.misses(session, since=monday)

    for day in (0, 0, 1):
        with database.transaction() as session:
            operations.note_miss(session, "Xylophone 12", today=monday + dt.timedelta(days=day))
    assert shown() == ()
    with database.transaction() as session:
        operations.note_miss(session, "xylophone 99", today=monday + dt.timedelta(days=9))
    assert shown() == (rules.Miss(term="xylophone #", count=4, days=3),)


# The page


@pytest.mark.usefixtures("content")
def test_search_leads_to_the_sentence_and_its_second(page: PageClient) -> None:
    shown = page.get("/search?q=headings+pointer")
    assert shown.links["Freeze the heading row"].startswith(f"{GUIDE}?t=1.0")
    assert [mark.text for mark in shown.all("mark")]
    assert len(shown.statements) <= 8


@pytest.mark.usefixtures("content")
def test_a_mistake_is_said_and_forgiven(page: PageClient) -> None:
    shown = page.get("/search?q=heding")
    assert "Freeze the heading row" in shown.links
    assert "“heding” stands in no guide; looked for heading" in shown.text


@pytest.mark.usefixtures("content")
def test_no_result_is_no_dead_end(page: PageClient) -> None:
    shown = page.get("/search?q=outlook+is+slow")
    assert "No guide answers this yet" in shown.text
    assert shown.links["E-mail and calendar"] == "/systems/email/"
    assert "Log a call" in page.get("/search?q=kubernetes").links
    assert "Search all systems" in page.get("/search?q=freeze&system=email").links
    assert page.get("/search?q=", expect=302).response.headers["Location"] == "/"


@pytest.mark.usefixtures("content")
def test_what_was_typed_is_shown_and_never_run(page: PageClient) -> None:
    assert "<script>alert" not in page.get("/search?q=<script>alert(1)</script>").html


@pytest.mark.usefixtures("content")
def test_a_miss_is_counted_but_not_an_authors(
    page: PageClient, database: Database, signed_in: Callable[[Named], PageClient]
) -> None:
    page.get("/search?q=kubernetes")
    signed_in(AUTHOR).get("/search?q=docker")
    with database.session() as session:
        assert session.scalars(select(MissRow.term)).all() == ["kubernetes"]


@pytest.mark.usefixtures("content")
def test_people_tell_what_they_looked_for(page: PageClient, database: Database) -> None:
    address = "/search/missing"
    values = page.get("/search?q=kubernetes").form(action=address)
    refused = page.post(address, {**values, "text": ""}, expect=422)
    assert "Enter what you were looking for" in refused.text
    after = page.follow(address, {**values, "text": "Ask ann@example.gov.uk, extension 4711"})
    assert "Sent to the authors" in after.text
    with database.session() as session:
        (wish,) = session.scalars(select(WishRow))
    assert (wish.text, wish.week) == ("Ask (e-mail), extension #", dt.date(2026, 3, 2))


# Synonyms


def test_synonyms_of_file_and_page_never_overwrite_each_other(database: Database) -> None:
    def sync(*groups: tuple[str, ...]) -> operations.SyncedSynonyms:
        with database.transaction() as session:
            return operations.sync_synonyms(session, groups, now=START)

    def save(text: str) -> None:
        with database.transaction() as session:
            operations.save_synonyms(session, text, now=START)

    def held() -> queries.Synonyms:
        with database.session() as session:
            return queries.synonyms(session)

    state = operations.SyncedSynonyms
    assert sync(("a1", "b1")) is state.CHANGED
    assert sync(("a1", "b1")) is state.UNCHANGED
    save("a1, c1")
    assert sync(("a1", "b1")) is state.NEWER_IN_BROWSER
    assert sync(("a1", "d1")) is state.CONFLICT
    assert (held().groups, held().file) == ((("a1", "c1"),), (("a1", "d1"),))
    with database.transaction() as session:
        operations.choose_synonyms(session, take_file=False, now=START)
    assert sync(("a1", "d1")) is state.NEWER_IN_BROWSER
    assert sync(("a1", "c1")) is state.UNCHANGED
    with pytest.raises(rules.NoSynonymConflict), database.transaction() as session:
        operations.choose_synonyms(session, take_file=True, now=START)


@pytest.mark.usefixtures("content")
def test_authors_edit_synonyms_on_a_page(
    signed_in: Callable[[Named], PageClient], run_command: Callable[..., Result], page: PageClient, clock: Clock
) -> None:
    author = signed_in(AUTHOR)
    assert author.get("/search?q=kopfzeile").text.count("No guide answers") == 1
    form = author.get("/authoring/synonyms/").form(action=None)
    refused = author.post("/authoring/synonyms/", {**form, "groups": "one\nheading, kopfzeile"}, expect=422)
    assert "Line 1: Write at least two words" in refused.text
    assert "heading, kopfzeile" in refused.text
    author.follow("/authoring/synonyms/", {**form, "groups": "heading, kopfzeile"})
    assert "Freeze the heading row" in page.get("/search?q=kopfzeile").links
    assert "newer in the browser" in run_command("content", "sync").output
    written = author.client.get("/authoring/synonyms/synonyms.yaml").get_data(as_text=True)
    assert '- words: ["heading", "kopfzeile"]' in written
    for day in range(3):
        page.get("/search?q=kubernetes")
        clock.forward(days=1)
        assert ("kubernetes" in author.get("/authoring/searches/").text) == (day == 2)


def test_a_bad_list_of_synonyms_is_told_by_line(content_root: object, run_command: Callable[..., Result]) -> None:
    from pathlib import Path

    path = Path(str(content_root)) / "content" / "synonyms.yaml"
    path.write_text("synonyms:\n  - words: [one]\n  - wrods: [a, b]\n")
    output = run_command("content", "check").output
    assert "content/synonyms.yaml, line 2" in output
    assert "line 3" in output
