"""Guides by browser: the page is whole without the video, and the video comes in parts."""

from pathlib import Path

import pytest
from flask import Flask

from portal.guides.operations.library import AddressTaken, CodeTaken, sync_guides
from portal.guides.queries.library import guides
from portal.storage.database import Database
from tests.conftest import START
from tests.content import VIDEO
from tests.pages import PageClient

pytestmark = pytest.mark.usefixtures("content")
GUIDE = "/guides/spreadsheets/freeze-the-heading-row/"


def video_address(page: PageClient) -> str:
    return str(page.get(GUIDE).all("source")[0].get("src"))


def test_home_lists_systems_with_their_guides(page: PageClient) -> None:
    home = page.get("/")
    assert home.h1 == "What do you need to do?"
    assert "Spreadsheets 1 guide" in home.links
    assert home.links["Freeze the heading row"] == GUIDE
    assert len(home.statements) <= 5


def test_a_system_shows_its_guides_or_says_that_there_are_none(page: PageClient) -> None:
    assert page.get("/systems/spreadsheets/").links["Freeze the heading row"] == GUIDE
    empty = page.get("/systems/email/")
    assert "No guide yet for E-mail and calendar" in empty.text
    assert page.get("/systems/nothing/", expect=404).h1 == "This page isn’t here"


def test_a_guide_is_whole_without_its_video(page: PageClient) -> None:
    shown = page.get(GUIDE)
    for text in (
        "G-101",
        "Open the sheet with your list.",
        "Click below the headings",
        "A sheet with a long list opens.",
    ):
        assert text in shown.text
    kinds = {track.get("kind"): track.get("src") for track in shown.all("track")}
    assert page.get(str(kinds["captions"])).response.mimetype == "text/vtt"
    chapters = page.get(str(kinds["chapters"])).html
    assert "00:00:01.000 --> 00:00:02.500\nClick below the headings" in chapters


@pytest.mark.parametrize(("t", "current"), [("1.0", 1), ("0", 0)])
def test_a_link_to_a_second_opens_there_without_javascript(page: PageClient, t: str, current: int) -> None:
    shown = page.get(f"{GUIDE}?t={t}")
    assert str(shown.all("source")[0].get("src")).endswith(f"#t={float(t)}")
    assert [step.get("aria-current") for step in shown.all("li") if step.get("data-at")][current] == "step"


@pytest.mark.parametrize("t", ["-1", "999", "soon", "", "nan", "inf"])
def test_a_second_that_is_none_is_ignored(page: PageClient, t: str) -> None:
    assert "#t=" not in page.get(f"{GUIDE}?t={t}").html


def test_the_video_comes_whole_or_in_parts(page: PageClient, app: Flask) -> None:
    address, data = video_address(page), VIDEO.read_bytes()
    client = app.test_client()
    whole = client.get(address)
    assert (whole.status_code, whole.data) == (200, data)
    part = client.get(address, headers={"Range": "bytes=100-199"})
    assert (part.status_code, part.data) == (206, data[100:200])
    assert part.headers["Content-Range"] == f"bytes 100-199/{len(data)}"
    tail = client.get(address, headers={"Range": "bytes=-50"})
    assert (tail.status_code, tail.data) == (206, data[-50:])
    beyond = client.get(address, headers={"Range": f"bytes={len(data)}-"})
    assert (beyond.status_code, beyond.headers["Content-Range"]) == (416, f"bytes */{len(data)}")
    again = client.get(address, headers={"If-None-Match": whole.headers["ETag"]})
    assert again.status_code == 304
    assert "immutable" in whole.headers["Cache-Control"]
    assert client.head(address).headers["Content-Length"] == str(len(data))


def test_an_open_ended_range_is_answered_with_two_megabytes_at_most(app: Flask, tmp_path: Path) -> None:
    from portal.storage.files import FolderStore
    from portal.web.ranges import OPEN_ENDED, send_part

    store = FolderStore(tmp_path / "media")
    stored = store.put(bytes(OPEN_ENDED + 1000))
    with app.test_request_context(headers={"Range": "bytes=10-"}):
        sent = send_part(store, digest=stored.digest, mimetype="video/mp4")
    assert sent.headers["Content-Length"] == str(OPEN_ENDED)
    assert sent.headers["Content-Range"] == f"bytes 10-{OPEN_ENDED + 9}/{OPEN_ENDED + 1000}"
    sent.close()


def test_media_are_found_by_exact_digest_and_name_only(page: PageClient) -> None:
    address = video_address(page)
    page.get(address.replace("video.mp4", "other.mp4"), expect=404)
    page.get(f"/media/{'0' * 64}/video.mp4", expect=404)


def test_a_code_is_never_given_to_another_guide(database: Database) -> None:
    import dataclasses

    with database.session() as session:
        (guide,) = guides(session)
    moved = dataclasses.replace(guide, slug="elsewhere")
    with (
        pytest.raises(CodeTaken, match="belonged to spreadsheets/freeze-the-heading-row"),
        database.transaction() as session,
    ):
        sync_guides(session, [moved], now=START)


def test_an_address_keeps_its_code(database: Database) -> None:
    import dataclasses

    with database.session() as session:
        (guide,) = guides(session)
    renumbered = dataclasses.replace(guide, code="G-999")
    with pytest.raises(AddressTaken, match="belongs to G-101"), database.transaction() as session:
        sync_guides(session, [renumbered], now=START)


def test_a_guide_whose_files_are_gone_is_archived_and_comes_back(database: Database, page: PageClient) -> None:
    with database.session() as session:
        (guide,) = guides(session)
    with database.transaction() as session:
        assert sync_guides(session, [], now=START).archived == 1
    page.get(GUIDE, expect=404)
    with database.transaction() as session:
        assert sync_guides(session, [guide], now=START).changed == 1
    page.get(GUIDE)
