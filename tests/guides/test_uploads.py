"""Uploads over HTTP: the resumable protocol, the plain form, and the pages of recordings."""

import base64
import io
from collections.abc import Callable

import pytest
from flask import Flask

from portal.guides.queries.recordings import recording_row
from portal.guides.rules.recordings import GIGABYTE, RecordingOptions, RecordingState
from tests.pages import Page, PageClient
from tests.people import AUTHOR, RECRUITER, STAFF, Named

BEGIN = "/authoring/recordings/"
PATCH = "application/offset+octet-stream"


@pytest.fixture
def author(signed_in: Callable[[Named], PageClient]) -> PageClient:
    return signed_in(AUTHOR)


def token(page: PageClient) -> str:
    return page.get(BEGIN).form(action=BEGIN)["csrf_token"]


def send(page: PageClient, method: str, address: str, *, expect: int, data: bytes = b"", **headers: str) -> Page:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    sent = {"Tus-Resumable": "1.0.0", "X-CSRFToken": token(page), **named}
    return page._send(method, address, expect, data=data, headers=sent)


def begin(page: PageClient, size: int, *, expect: int = 201) -> str:
    name = base64.b64encode("Añadir.mp4".encode()).decode()
    opened = send(page, "POST", BEGIN, expect=expect, Upload_Length=str(size), Upload_Metadata=f"filename {name}")
    return opened.response.headers.get("Location", opened.html)


def test_an_upload_cut_in_the_middle_goes_on_where_it_stands(author: PageClient) -> None:
    address = begin(author, 10)
    send(author, "PATCH", address, expect=204, data=b"01234", Upload_Offset="0", Content_Type=PATCH)
    stands = send(author, "HEAD", address, expect=200).response.headers
    assert (stands["Upload-Offset"], stands["Upload-Length"], stands["Cache-Control"]) == ("5", "10", "no-store")
    wrong = send(author, "PATCH", address, expect=409, data=b"x", Upload_Offset="3", Content_Type=PATCH)
    assert wrong.response.headers["Upload-Offset"] == "5"
    send(author, "PATCH", address, expect=204, data=b"56789", Upload_Offset="5", Content_Type=PATCH)
    shown = author.get(address.removesuffix("upload"))
    assert shown.h1 == "Añadir.mp4"
    assert "Arrived, being checked" in shown.text
    assert "Añadir.mp4" in author.get(BEGIN).links


def test_a_growing_upload_says_at_the_end_how_long_it_was(author: PageClient) -> None:
    opened = send(author, "POST", BEGIN, expect=201, Upload_Defer_Length="1")
    address = opened.response.headers["Location"]
    send(author, "PATCH", address, expect=204, data=b"one", Upload_Offset="0", Content_Type=PATCH)
    assert send(author, "HEAD", address, expect=200).response.headers["Upload-Defer-Length"] == "1"
    send(author, "PATCH", address, expect=204, Upload_Offset="3", Upload_Length="3", Content_Type=PATCH)
    state = author.get(address.replace("upload", "state")).response.get_json()
    assert (state["state"], state["at_work"], state["playable"]) == ("received", True, False)


def test_three_gigabytes_are_refused_in_words(author: PageClient) -> None:
    assert begin(author, 3 * GIGABYTE, expect=413).startswith("The file is larger than 500 MB.")
    assert "You have no recordings yet" in author.get(BEGIN).text


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Upload_Offset": "-1", "Content_Type": PATCH}, 422),
        ({"Upload_Offset": "0"}, 422),
        ({"Upload_Offset": "²", "Content_Type": PATCH}, 422),
    ],
)
def test_a_request_that_is_none_is_refused(author: PageClient, headers: dict[str, str], status: int) -> None:
    address = begin(author, 10)
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    sent = {"X-CSRFToken": token(author), **named}
    author._send("PATCH", address, status, data=b"x", headers=sent)


def test_a_chunk_larger_than_a_chunk_is_refused(author: PageClient) -> None:
    address = begin(author, 9 << 20)
    send(author, "PATCH", address, expect=422, data=bytes(9 << 20), Upload_Offset="0", Content_Type=PATCH)


def test_an_upload_can_be_thrown_away_half_way(author: PageClient, app: Flask) -> None:
    address = begin(author, 10)
    send(author, "PATCH", address, expect=204, data=b"01234", Upload_Offset="0", Content_Type=PATCH)
    send(author, "DELETE", address, expect=204)
    send(author, "HEAD", address, expect=404)
    options = app.extensions["showhow"].options[RecordingOptions]
    assert not (options.folder / address.split("/")[3]).exists()


def test_the_plain_form_takes_a_file_and_leads_on(author: PageClient) -> None:
    values = {**author.get(BEGIN).form(action=BEGIN), "next": "/somewhere?step=2#video"}
    sent = author.post(BEGIN, {**values, "video": (io.BytesIO(b"0123456789" * 500_000), "clip.mp4")})
    sent.response.request.environ["wsgi.input"].close()  # the test client leaves its own copy of a large form open
    where = sent.response.headers["Location"]
    assert where.startswith("/somewhere?step=2&recording=")
    recording = where.partition("recording=")[2].removesuffix("#video")
    assert author.get(f"{BEGIN}{recording}/").h1 == "clip.mp4"


def test_the_plain_form_leads_nobody_away(author: PageClient) -> None:
    for address in ("https://elsewhere.example/", "//elsewhere.example/", "/\\elsewhere.example"):
        values = {**author.get(BEGIN).form(action=BEGIN), "next": address}
        sent = author.post(BEGIN, {**values, "video": (io.BytesIO(b"x"), "clip.mp4")})
        assert sent.response.headers["Location"].startswith(BEGIN)


def test_the_plain_form_without_a_file_says_so(author: PageClient) -> None:
    assert "No file was chosen" in author.post(BEGIN, author.get(BEGIN).form(action=BEGIN), expect=422).text


def test_nobody_else_sees_or_sends(
    author: PageClient, signed_in: Callable[[Named], PageClient], page: PageClient
) -> None:
    address = begin(author, 10)
    for named in (STAFF, RECRUITER):
        other = signed_in(named)
        other.get(BEGIN, expect=403)
        other.get(address.removesuffix("upload"), expect=403)
    page.get(BEGIN, expect=303)


def test_a_recording_is_thrown_away_after_a_question(author: PageClient) -> None:
    address = begin(author, 10).removesuffix("upload")
    assert "can’t be undone" in author.get(f"{address}discard").text
    author.post(f"{address}discard", author.get(f"{address}discard").form())
    author.get(address, expect=404)


def test_the_protocol_says_what_it_can(author: PageClient) -> None:
    headers = author._send("OPTIONS", BEGIN, 204).response.headers
    assert headers["Tus-Extension"] == "creation,creation-defer-length,termination"
    assert int(headers["Tus-Max-Size"]) == 500 * 1024 * 1024


def test_what_failed_says_why_and_can_be_tried_again(author: PageClient, app: Flask) -> None:
    address = begin(author, 3).removesuffix("upload")
    send(author, "PATCH", f"{address}upload", expect=204, data=b"abc", Upload_Offset="0", Content_Type=PATCH)
    with app.extensions["showhow"].database.transaction() as session:
        row = recording_row(session, address.split("/")[3])
        row.state, row.reason = RecordingState.FAILED, "The disk was full."
    failed = author.get(address)
    assert "The disk was full." in failed.text
    author.post(f"{address}retry", failed.form(action=f"{address}retry"))
    assert "Arrived, being checked" in author.get(address).text
