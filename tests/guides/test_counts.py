"""Did this answer your question? The hand-over to the desk, and what is counted: sums, never people."""

from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from sqlalchemy import select

from portal.app import create_app
from portal.config import BadSettings, Settings
from portal.guides.models.counts import AnswerCount, WatchCount
from portal.guides.operations import counts as operations
from portal.guides.queries.counts import how_guides_do
from portal.guides.rules.counts import BINS, Doing, Verdict, read_bins
from portal.guides.rules.handover import CallFields, filled, subject_line
from portal.storage.database import Database
from tests.conftest import START, Clock
from tests.pages import Page, PageClient
from tests.people import AUTHOR, STAFF, Named

pytestmark = pytest.mark.usefixtures("content")
GUIDE = "/guides/spreadsheets/freeze-the-heading-row/"
TODAY = START.date()


def answer(browser: PageClient, given: str, *, query: str = "") -> Page:
    form = browser.get(f"{GUIDE}?q={query}").form(action=f"{GUIDE}answer")
    return browser.follow(f"{GUIDE}answer", {**form, "answer": given})


def link_of(shown: Page) -> str:
    (link,) = [link for link in shown.all("a") if link.get("data-call-link") is not None]
    return str(link.get("href"))


def stored(database: Database) -> list[tuple[int, int, int, int]]:
    with database.session() as session:
        return [(row.version, row.yes, row.partly, row.no) for row in session.scalars(select(AnswerCount))]


def test_answers_are_counted_by_version_and_week(page: PageClient, database: Database, clock: Clock) -> None:
    assert "Your answer was counted" in answer(page, "yes").text
    answer(page, "no")
    answer(page, "yes")
    assert stored(database) == [(1, 2, 0, 1)]
    clock.forward(days=7)
    answer(page, "partly")
    assert stored(database) == [(1, 2, 0, 1), (1, 0, 1, 0)]


def test_an_answer_that_is_none_changes_nothing(page: PageClient, database: Database) -> None:
    answer(page, "maybe")
    assert stored(database) == []


def test_authors_are_left_out(signed_in: Callable[[Named], PageClient], database: Database) -> None:
    author = signed_in(AUTHOR)
    answer(author, "no")
    token = author.get(GUIDE).form(action=f"{GUIDE}answer")["csrf_token"]
    author.post(f"{GUIDE}watched", {"csrf_token": token, "bins": "0", "first": "1"}, expect=204)
    assert stored(database) == []
    assert "data-watched" not in author.get(GUIDE).html
    answer(signed_in(STAFF), "no")
    assert stored(database) == [(1, 0, 0, 1)]


def test_no_leads_to_a_call_that_says_what_was_tried(page: PageClient) -> None:
    shown = answer(page, "no", query="sticky header")
    assert shown.h1 == "Still stuck?"
    values = shown.form(action=None)
    assert values["subject"] == "Still stuck: Freeze the heading row G-101"
    for line in (
        "System: Spreadsheets",
        "Guide I watched: G-101 Freeze the heading row",
        "I searched for: sticky header",
    ):
        assert line in values["message"]
    assert "What I was trying to do" not in values["message"]
    again = page.post(
        "/help?guide=spreadsheets/freeze-the-heading-row",
        {**values, "what": "Freeze\ntwo rows", "write": "anew"},
        expect=200,
    )
    assert "What I was trying to do: Freeze two rows" in again.form(action=None)["message"]
    mine = page.post("/help", {**values, "message": "My own words & more", "write": "link"}, expect=200)
    sent = urlsplit(link_of(mine))
    assert (sent.scheme, sent.path) == ("mailto", "servicedesk@example.gov.uk")
    assert parse_qs(sent.query)["body"] == ["My own words & more"]


def test_a_text_too_long_for_a_link_is_refused_and_kept(page: PageClient) -> None:
    values = page.get("/help").form(action=None)
    refused = page.post("/help", {**values, "message": "x" * 1700, "write": "link"}, expect=422)
    assert "Use 1600 characters or fewer" in refused.text
    assert "x" * 1700 in refused.html


def test_the_call_of_a_search_without_a_guide(page: PageClient) -> None:
    found = page.get("/search?q=kubernetes")
    shown = page.get(found.links["Log a call"])
    assert "I searched for: kubernetes" in shown.form(action=None)["message"]
    assert "Guide I watched" not in shown.html.split("data-template")[0]


def test_two_more_guides_are_offered_before_the_call(page: PageClient) -> None:
    shown = page.get("/help?q=headings")
    assert shown.links["Freeze the heading row"].startswith(GUIDE)
    other = page.get("/help?q=headings&guide=spreadsheets/freeze-the-heading-row")
    assert other.links.get("Freeze the heading row", "").endswith(GUIDE)  # the way back, and nothing else


def test_the_desks_form_gets_the_text_in_its_address(app: Flask, environment: dict[str, str]) -> None:
    settings = {
        **environment,
        "SHOWHOW_CALL_URL": "https://desk.example.gov.uk/new?title={subject}&text={text}",
        "SHOWHOW_CALL_TEXT": r"Tried: {what}\nGuide {code}",
    }
    other = create_app(Settings.from_environment(settings))
    shown = PageClient(app=other, client=other.test_client()).get("/help?guide=spreadsheets/freeze-the-heading-row")
    sent = urlsplit(link_of(shown))
    other.extensions["showhow"].database.close()
    assert (sent.netloc, parse_qs(sent.query)["text"]) == ("desk.example.gov.uk", ["Guide G-101"])
    with pytest.raises(BadSettings, match=r"“\{who\}” isn't known"):
        Settings.from_environment({**environment, "SHOWHOW_CALL_TEXT": "{who}"})
    with pytest.raises(BadSettings, match=r"Only \{subject\} and \{text\}"):
        Settings.from_environment({**environment, "SHOWHOW_CALL_URL": "https://desk.example.gov.uk/{code}"})


def test_lines_that_would_say_nothing_are_left_out() -> None:
    template = "Hello\nWhat: {what}\nGuide: {code} {title}\nBye"
    assert filled(template, CallFields(code="G-1")) == "Hello\nGuide: G-1\nBye"
    assert filled("{what}", CallFields(what="{code} and {nothing}")) == "{code} and {nothing}"
    assert subject_line("Stuck: {title} {code}", CallFields()) == "Stuck:"


@pytest.mark.parametrize(
    ("text", "bins"),
    [("0,1,19", {0, 1, 19}), ("20,-1,x,007,1", {1}), ("", set()), ("1" * 4000, set()), ("²,٣", set())],
)
def test_what_a_browser_may_tell(text: str, bins: set[int]) -> None:
    assert read_bins(text) == bins


def test_watching_is_counted_in_twentieths(page: PageClient, database: Database) -> None:
    token = page.get(GUIDE).form(action=f"{GUIDE}answer")["csrf_token"]
    for bins, first in (("0,1,2", "1"), ("3", "0"), ("0", "1"), ("99", "1")):
        page.post(f"{GUIDE}watched", {"csrf_token": token, "bins": bins, "first": first}, expect=204)
    page.post("/guides/spreadsheets/nothing/watched", {"csrf_token": token, "bins": "1"}, expect=204)
    with database.session() as session:
        (row,) = session.scalars(select(WatchCount))
    assert (row.plays, row.bins) == (2, [2, 1, 1, 1, *[0] * 16])


def test_nothing_is_shown_of_fewer_than_five(
    signed_in: Callable[[Named], PageClient], database: Database, clock: Clock
) -> None:
    clock.forward(days=70)
    author = signed_in(AUTHOR)

    def watch(times: int) -> None:
        for _ in range(times):
            with database.transaction() as session:
                operations.count_watching(
                    session, "spreadsheets", "freeze-the-heading-row", range(12), is_new=True, today=clock().date()
                )
                operations.count_answer(
                    session, "spreadsheets", "freeze-the-heading-row", Verdict.NO, today=clock().date()
                )

    assert "Never watched (1)" in author.get("/authoring/counts/").text
    watch(4)
    few = author.get("/authoring/counts/")
    assert "under 5" in few.text
    assert "<rect" not in few.html
    assert "G-101,Freeze the heading row,spreadsheets,,,,,," in author.client.get("/authoring/counts/counts.csv").text
    assert "Fewer than 5 plays" in author.get("/authoring/counts/G-101").text
    watch(1)
    enough = author.get("/authoring/counts/?show=no&weeks=4")
    assert "Often ends in No" in enough.text
    assert enough.html.count("<rect") == BINS
    assert "spreadsheets,5,0,0,5,5" in author.client.get("/authoring/counts/counts.csv").text
    assert "5 plays; 0% reached the end. Many stop before 0:01" in author.get("/authoring/counts/G-101").text
    clock.forward(days=7 * 60)
    with database.session() as session:
        (one,) = how_guides_do(session, since=clock().date(), today=clock().date())
    assert one.never_watched
    author.get("/authoring/counts/G-999", expect=404)


def test_where_people_stop() -> None:
    one = Doing(
        code="G-1", system="s", slug="s", title="T", version=1, plays=10, bins=(10,) * 7 + (3,) * 13, yes=3, partly=1, no=1
    )  # fmt: skip
    assert (one.left_at, one.to_the_end, one.often_no) == (8, 0.3, False)
