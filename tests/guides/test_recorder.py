"""Recordings on their way into a draft: used, cut off half-way, replaced, and what nobody else may do."""

from collections.abc import Callable

import pytest
from flask import Flask

from portal.guides.operations import recordings as recording_operations
from portal.guides.queries import drafts as queries
from portal.guides.queries.recordings import recording
from portal.guides.rules.drafts import Draft
from portal.guides.rules.recordings import RecordingOptions, RecordingState
from portal.storage.database import Database
from tests.conftest import START
from tests.content import VIDEO
from tests.pages import PageClient
from tests.people import ADMINISTRATOR, AUTHOR, Named

pytestmark = pytest.mark.usefixtures("content")
DRAFT = "/authoring/drafts/G-101/"


@pytest.fixture
def author(signed_in: Callable[[Named], PageClient]) -> PageClient:
    browser = signed_in(AUTHOR)
    edit = "/authoring/guides/G-101/edit"
    browser.post(edit, browser.get("/authoring/").form(action=edit))
    return browser


@pytest.fixture
def arriving(app: Flask, database: Database, author: PageClient) -> Callable[..., str]:
    """Begins a growing recording of the author's; its public id."""

    def begin(data: bytes = VIDEO.read_bytes(), *, by: int | None = None) -> str:
        options = app.extensions["showhow"].options[RecordingOptions]
        with database.transaction() as session:
            who = by or _account(session)
            begun = recording_operations.begin_recording(
                session,
                by=who,
                name="G-101 recorded.mp4",
                declared_bytes=None,
                growing=True,
                options=options,
                now=START,
            )
            recording_operations.append_chunk(
                session, begun.id, by=who, offset=0, data=data, options=options, now=START
            )
        return begun.id

    return begin


def _account(session: object) -> int:
    from portal.accounts.queries import person_by_email

    person = person_by_email(session, AUTHOR.email)  # type: ignore[arg-type]
    assert person is not None
    return person.id


def draft(database: Database) -> Draft:
    with database.session() as session:
        return queries.draft(session, "G-101")


def hand_over(author: PageClient, recording_id: str, marks: str = "", *, expect: int = 303) -> None:
    token = author.get(f"{DRAFT}record/").form()["csrf_token"]
    values = {"csrf_token": token, "recording": recording_id, "marks": marks}
    author.post(f"{DRAFT}record/done", values, expect=expect)


def test_only_the_recorder_may_ask_for_screen_and_microphone(author: PageClient) -> None:
    asked = author.get(f"{DRAFT}record/").response.headers["Permissions-Policy"]
    assert "microphone=(self)" in asked
    assert "display-capture=(self)" in asked
    assert "microphone=()" in author.get(DRAFT).response.headers["Permissions-Policy"]


def test_a_recording_becomes_the_video_and_its_marks_become_steps(
    author: PageClient, database: Database, arriving: Callable[..., str]
) -> None:
    public_id = arriving()
    hand_over(author, public_id, "1.5,0.5,rubbish,1.5")
    found = draft(database)
    assert found.recording == public_id
    assert [(step.at, step.title) for step in found.steps] == [
        (0.0, "Open the sheet"), (0.5, ""), (1.0, "Click below the headings"), (1.5, ""),
    ]  # fmt: skip
    assert "replaced" in found.captions_note
    with database.session() as session:
        assert recording(session, public_id).state is RecordingState.RECEIVED
    shown = author.get(f"{DRAFT}video/")
    assert "Arrived, being checked" in shown.text
    assert "Add a video that plays" in author.get(DRAFT).links


def test_what_arrived_of_a_recording_cut_off_can_be_used(
    author: PageClient, database: Database, arriving: Callable[..., str]
) -> None:
    public_id = arriving()
    page = author.get(f"{DRAFT}record/")
    assert "A recording was cut off on 4 March 2026 at 09:30" in page.text
    author.post(f"{DRAFT}record/done", page.form(action=f"{DRAFT}record/done"))
    assert draft(database).recording == public_id
    assert "cut off" not in author.get(f"{DRAFT}record/").text


def test_a_recording_of_somebody_else_cannot_be_taken(
    author: PageClient, database: Database, arriving: Callable[..., str], account: Callable[[Named], object]
) -> None:
    other = account(ADMINISTRATOR)
    public_id = arriving(by=other.id)  # type: ignore[attr-defined]
    hand_over(author, public_id, expect=403)
    assert draft(database).recording is None
    hand_over(author, "0" * 32, expect=404)


def test_an_uploaded_video_is_offered_and_then_used(
    author: PageClient, database: Database, arriving: Callable[..., str]
) -> None:
    public_id = arriving()
    address = f"{DRAFT}video/?recording={public_id}"
    page = author.get(address)
    assert "A recording is here" in page.text
    author.post(f"{DRAFT}video/use", page.form(action=f"{DRAFT}video/use"))
    assert draft(database).recording == public_id
    assert "A recording is here" not in author.get(address).text
    assert "A recording is here" not in author.get(f"{DRAFT}video/?recording=nonsense").text


def test_a_recording_that_is_not_checked_yet_cannot_be_cut(
    author: PageClient, database: Database, arriving: Callable[..., str]
) -> None:
    hand_over(author, arriving())
    page = author.get(f"{DRAFT}video/")
    assert not [form for form in page.all("form") if str(form.get("action")).endswith("/cut")]
    token = page.form()["csrf_token"]
    values = {"csrf_token": token, "start": "0:01", "end": ""}
    author.post(f"{DRAFT}video/cut", values, expect=409)
