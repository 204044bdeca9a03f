"""A guide's page and where else it is shown: paper, code, frame, feed."""

import gzip
from collections.abc import Callable, Iterator
from xml.etree import ElementTree

import pytest
from click.testing import Result
from flask import Flask

from portal.app import create_app
from portal.config import ROOT, Settings
from portal.guides.operations.library import store_guide, sync_guides
from portal.guides.operations.publishing import archive_guide
from portal.guides.rules.versions import Origin
from portal.storage.database import Database
from tests.conftest import START
from tests.guides.searching import MADE
from tests.pages import PageClient

pytestmark = pytest.mark.usefixtures("content")
GUIDE = "/guides/spreadsheets/freeze-the-heading-row/"
EMBED = "/embed/spreadsheets/freeze-the-heading-row"
ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture
def embedding(app: Flask, environment: dict[str, str]) -> Iterator[PageClient]:
    """A portal that the intranet may show guides of."""
    settings = Settings.from_environment({**environment, "SHOWHOW_EMBED_ORIGINS": "https://intranet.example.gov.uk"})
    other = create_app(settings)
    yield PageClient(app=other, client=other.test_client())
    other.extensions["showhow"].database.close()


def test_the_script_stays_small() -> None:
    script = (ROOT / "portal" / "web" / "static" / "guide.js").read_bytes()
    assert len(gzip.compress(script)) < 4096


def test_the_page_tells_other_programs_what_it_is(page: PageClient) -> None:
    shown = page.get(GUIDE)
    told = {meta.get("property"): meta.get("content") for meta in shown.all("meta") if meta.get("property")}
    assert told["og:title"] == "Freeze the heading row"
    assert told["og:url"] == f"http://localhost{GUIDE}"
    (alternate,) = [link for link in shown.all("link") if link.get("type") == "application/json+oembed"]
    answer = page.client.get(str(alternate.get("href"))).get_json()
    assert (answer["type"], answer["title"]) == ("link", "Freeze the heading row")


def test_the_code_leads_to_the_guide_or_to_the_one_that_took_its_readers(page: PageClient, database: Database) -> None:
    assert page.get("/g/g-101?t=1.0", expect=302).response.headers["Location"] == f"{GUIDE}?t=1.0"
    page.get("/g/G-999", expect=404)
    with database.transaction() as session:
        store_guide(session, MADE[0], origin=Origin.BROWSER, now=START)
        archive_guide(session, "G-101", moved_to="G-901", now=START)
    assert page.get("/g/G-101", expect=302).response.headers["Location"] == "/guides/spreadsheets/sort-a-list/"


def test_the_steps_on_paper_carry_the_code(page: PageClient) -> None:
    paper = page.get(f"{GUIDE}print")
    assert "http://localhost/g/G-101" in paper.text
    assert "Click the first cell below the row with the headings." in paper.text
    square = page.client.get(f"{GUIDE}qr.svg")
    assert square.mimetype == "image/svg+xml"
    assert square.data.lstrip().startswith(b"<?xml")


def test_no_other_site_may_show_a_guide_unless_it_is_named(page: PageClient) -> None:
    page.get(EMBED, expect=404)
    assert "SHOWHOW_EMBED_ORIGINS" in page.get(f"{GUIDE}share").text
    assert "frame-ancestors 'none'" in page.get(GUIDE).response.headers["Content-Security-Policy"]


def test_a_named_site_may_show_a_guide_in_a_frame(embedding: PageClient) -> None:
    shown = embedding.get(f"{EMBED}?t=1")
    policy = shown.response.headers["Content-Security-Policy"]
    assert "frame-ancestors https://intranet.example.gov.uk" in policy
    assert "form-action 'none'" in policy
    assert "unsafe-inline" not in policy
    assert shown.all("video")[0].get("data-start") == "1.0"
    code = embedding.get(f"{GUIDE}share").by_id("embed").text or ""
    assert f'src="http://localhost{EMBED}"' in code
    answer = embedding.client.get(f"/oembed?url=http://localhost{GUIDE}?t=1&maxwidth=320").get_json()
    assert (answer["type"], answer["width"], answer["height"]) == ("video", 320, 210)
    assert f"{EMBED}?t=1" in answer["html"]


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("url=https://elsewhere.example/guides/spreadsheets/freeze-the-heading-row/", 404),
        ("url=http://localhost/guides/spreadsheets/nothing/", 404),
        ("url=http://localhost/privacy", 404),
        ("url=", 404),
        ("url=//[", 404),
        ("url=http://localhost/g/g-101", 200),
        (f"url={GUIDE}&format=xml", 501),
    ],
)
def test_what_is_told_of_addresses(page: PageClient, query: str, status: int) -> None:
    assert page.client.get(f"/oembed?{query}").status_code == status


@pytest.mark.parametrize("origins", ["intranet.example.gov.uk", "https://a.uk/path", "*", "https://a.uk;script-src *"])
def test_a_site_that_is_none_stops_the_start(environment: dict[str, str], origins: str) -> None:
    with pytest.raises(Exception, match="SHOWHOW_EMBED_ORIGINS"):
        Settings.from_environment({**environment, "SHOWHOW_EMBED_ORIGINS": origins})


def test_the_feed_tells_of_new_and_changed_guides(page: PageClient, database: Database) -> None:
    with database.transaction() as session:
        store_guide(session, MADE[0], origin=Origin.BROWSER, now=START.replace(month=5))
    answer = page.client.get("/new.atom")
    assert answer.mimetype == "application/atom+xml"
    feed = ElementTree.fromstring(answer.data)  # noqa: S314 (our own feed)
    titles = [entry.findtext(f"{ATOM}title") for entry in feed.findall(f"{ATOM}entry")]
    assert titles == ["Sort a list without mixing up its rows", "Freeze the heading row"]
    assert feed.findtext(f"{ATOM}updated") == "2026-05-04T09:30:00+00:00"
    with database.transaction() as session:
        sync_guides(session, [], now=START)
        archive_guide(session, "G-901", moved_to=None, now=START)
    assert b"<entry>" not in page.client.get("/new.atom").data


def test_guides_beside_this_one(page: PageClient, database: Database, run_command: Callable[..., Result]) -> None:
    assert "Guides beside this one" not in page.get(GUIDE).text
    with database.transaction() as session:
        store_guide(session, MADE[0], origin=Origin.BROWSER, now=START)
        store_guide(session, MADE[2], origin=Origin.BROWSER, now=START)
    shown = page.get(GUIDE)
    assert shown.links["Sort a list without mixing up its rows"] == "/guides/spreadsheets/sort-a-list/"
    assert "Give a report headings that work" not in shown.links
    assert len(shown.statements) <= 6
    assert run_command("content", "check").exit_code == 0
