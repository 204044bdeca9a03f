"""The author's pages without JavaScript, from a new guide to its second version."""

import re
from collections.abc import Callable

import pytest

from portal.guides.operations import drafts as operations
from portal.guides.queries import drafts as queries
from portal.guides.queries import library
from portal.guides.rules.drafts import Draft
from portal.storage.database import Database
from tests.conftest import Clock
from tests.pages import Page, PageClient
from tests.people import ADMINISTRATOR, AUTHOR, STAFF, Named

pytestmark = pytest.mark.usefixtures("content")
GUIDE = "/guides/spreadsheets/freeze-the-heading-row/"
EDITOR = "/authoring/drafts/G-101/"
CAPTIONS = "/authoring/drafts/G-101/captions/"


@pytest.fixture
def author(signed_in: Callable[[Named], PageClient]) -> PageClient:
    return signed_in(AUTHOR)


@pytest.fixture
def editing(author: PageClient) -> PageClient:
    """An author with a draft of the published guide."""
    author.post("/authoring/guides/G-101/edit", author.get("/authoring/").form(action="/authoring/guides/G-101/edit"))
    return author


def draft(database: Database, code: str = "G-101") -> Draft:
    with database.session() as session:
        return queries.draft(session, code)


def send(page: PageClient, shown: str, action: str, *, expect: int = 303, **changes: str) -> Page:
    """Fill in the form with this action on a page, and send it."""
    values = page.get(shown).form(action=action)
    assert set(changes) - {"then"} <= {re.sub(r"^(new|(step|caption)-\d+)-", "", name) for name in values} | {
        "skills",
        "silent",
        "reviewed",
    }
    prefix = next((found[0] for name in values if (found := re.match(r"(new|(step|caption)-\d+)-", name))), "")
    return page.post(action, values | {prefix + name: value for name, value in changes.items()}, expect=expect)


def test_the_list_shows_every_guide_and_leads_on(author: PageClient, clock: Clock) -> None:
    home = author.get("/authoring/")
    assert "Freeze the heading row G-101" in home.text
    assert "1 February 2027" in home.text
    assert "overdue" not in home.text.lower()
    assert "Make guides" in home.links
    clock.forward(days=365)
    late = author.get("/authoring/")
    assert "Review overdue" in late.text
    assert "Reviews that are due (1 overdue)" in late.links
    assert "Overdue" in author.get("/authoring/reviews/").text


def test_the_list_can_be_searched(author: PageClient) -> None:
    for query in ("g-101", "freeze head", "corporate"):
        assert "Freeze the heading row" in author.get(f"/authoring/?q={query}").text
    nothing = author.get("/authoring/?q=xylophone")
    assert "No guide has “xylophone”" in nothing.text


def test_only_authors_get_in(signed_in: Callable[[Named], PageClient], page: PageClient) -> None:
    signed_in(STAFF).get("/authoring/", expect=403)
    signed_in(ADMINISTRATOR).get("/authoring/")
    assert "/sign-in" in page.get("/authoring/", expect=303).response.headers["Location"]
    assert "Make guides" not in page.get("/").links


def test_a_new_guide_gets_the_next_code_and_says_what_is_missing(author: PageClient, database: Database) -> None:
    refused = author.post("/authoring/new", author.get("/authoring/new").form(), expect=422)
    assert "Enter a title" in refused.text
    assert "Choose the system it belongs to" in refused.text
    form = author.get("/authoring/new").form(action=None)
    page = author.follow("/authoring/new", form | {"title": " Add up  a column ", "system": "spreadsheets"})
    assert page.h1 == "Edit: Add up a column"
    for words in (
        "Write a summary",
        "Tick a skill it teaches",
        "Add a video that plays",
        "Write the steps: they are the guide",
    ):
        assert words in page.links
    (publish,) = [button for button in page.all("button") if button.text == "Publish"]
    assert publish.get("disabled") is not None
    assert draft(database, "G-102").title == "Add up a column"
    refused = author.post("/authoring/drafts/G-102/publish", page.form(action="/authoring/drafts/G-102/publish"))
    assert "wasn’t published" in author.get(refused.response.headers["Location"]).text


def test_facts_are_saved_and_readers_see_nothing_yet(editing: PageClient, database: Database) -> None:
    send(
        editing,
        EDITOR,
        f"{EDITOR}facts",
        title="Keep headings in sight",
        also="lock row, LOCK ROW\nfreeze",
        review_every="6",
    )
    facts = draft(database).facts
    assert (facts.title, facts.also, facts.review_every) == ("Keep headings in sight", ("lock row", "freeze"), 6)
    assert editing.get(GUIDE).h1 == "Freeze the heading row"
    refused = send(editing, EDITOR, f"{EDITOR}facts", title="x" * 81, expect=422)
    assert "Use 80 characters or fewer" in refused.text
    assert "x" * 81 in refused.html


def test_a_published_guide_keeps_its_system_for_ever(editing: PageClient, database: Database) -> None:
    values = editing.get(EDITOR).form(action=f"{EDITOR}facts")
    editing.post(f"{EDITOR}facts", values | {"system": "email"}, expect=422)
    assert draft(database).facts.system == "spreadsheets"


def test_another_system_of_a_new_guide_drops_skills_it_lacks(author: PageClient, database: Database) -> None:
    author.post("/authoring/new", author.get("/authoring/new").form() | {"title": "Book", "system": "spreadsheets"})
    address = "/authoring/drafts/G-102/"
    send(author, address, f"{address}facts", skills="formulas")
    assert draft(database, "G-102").facts.skills == ("formulas",)
    send(author, address, f"{address}facts", system="email", skills="formulas")
    assert (draft(database, "G-102").facts.system, draft(database, "G-102").facts.skills) == ("email", ())


def test_steps_are_added_moved_deleted_and_brought_back(editing: PageClient, database: Database) -> None:
    send(editing, EDITOR, f"{EDITOR}steps/", title="Choose Freeze", text="Choose View > Freeze.", at="0:01.5")
    assert [step.title for step in draft(database).steps] == [
        "Open the sheet", "Click below the headings", "Choose Freeze",
    ]  # fmt: skip
    send(editing, EDITOR, f"{EDITOR}steps/5", title="Choose Freeze Rows", then="up")
    assert [step.title for step in draft(database).steps][1] == "Choose Freeze Rows"
    assert "Step 3 doesn’t start after the one above it" in editing.get(EDITOR).links
    deleted = send(editing, EDITOR, f"{EDITOR}steps/5", then="delete")
    page = editing.get(deleted.response.headers["Location"])
    assert "The step “Choose Freeze Rows” was deleted" in page.text
    send(editing, EDITOR, f"{EDITOR}undo")
    assert [step.title for step in draft(database).steps][1] == "Choose Freeze Rows"


def test_a_time_that_is_none_is_refused_and_kept_in_its_field(editing: PageClient, database: Database) -> None:
    refused = send(editing, EDITOR, f"{EDITOR}steps/2", at="soon", text="Changed", expect=422)
    assert "Write the time like 0:12 or 1:02.5" in refused.text
    assert 'value="soon"' in refused.html
    assert "Changed" in refused.html
    assert draft(database).steps[1].at == 1.0


@pytest.mark.parametrize(
    ("typed", "seconds"), [("12", 12.0), ("0:12", 12.0), ("1:02,5", 62.5), ("", None), ("1.25", 1.25)]
)
def test_times_may_be_typed_as_people_do(
    editing: PageClient, database: Database, typed: str, seconds: float | None
) -> None:
    send(editing, EDITOR, f"{EDITOR}steps/2", at=typed)
    assert draft(database).steps[1].at == seconds


def test_captions_are_written_split_and_ticked(editing: PageClient, database: Database) -> None:
    send(editing, CAPTIONS, CAPTIONS, start="0:02", end="", text="The row stays.")
    cue = draft(database).cues[-1]
    assert (cue.start, cue.end, cue.text) == (2.0, 5.0, "The row stays.")
    assert "Read the captions against the picture, then tick it" in editing.get(EDITOR).links
    send(editing, CAPTIONS, f"{CAPTIONS}{cue.id}", end="0:02.4", then="split")
    assert [one.text for one in draft(database).cues[-2:]] == ["The row", "stays."]
    send(editing, CAPTIONS, f"{CAPTIONS}reviewed", reviewed="y")
    assert draft(database).captions_reviewed is not None
    editing.post(f"{CAPTIONS}reviewed", {"csrf_token": editing.get(CAPTIONS).form()["csrf_token"]})
    assert draft(database).captions_reviewed is None


def test_captions_come_from_a_file_or_are_refused_by_line(editing: PageClient, database: Database) -> None:
    from io import BytesIO

    token = editing.get(CAPTIONS).form()["csrf_token"]

    def upload(data: bytes, expect: int = 303) -> Page:
        values = {"csrf_token": token, "file": (BytesIO(data), "made.srt")}
        return editing.post(f"{CAPTIONS}file", values, expect=expect, content_type="multipart/form-data")

    refused = upload(b"1\n00:00:01,000 --> soon\nHello\n", expect=422)
    assert "made.srt, line 2: “00:00:01,000 --> soon” isn't a pair of times." in refused.text
    assert len(draft(database).cues) == 2
    upload(b"1\n00:00:00,100 --> 00:00:01,000\nHello & <b>welcome</b>\n")
    (cue,) = draft(database).cues
    assert (cue.text, draft(database).captions_reviewed) == ("Hello & welcome", None)
    assert "came from a file" in editing.get(CAPTIONS).text


def test_all_times_move_together(editing: PageClient, database: Database) -> None:
    send(editing, CAPTIONS, f"{EDITOR}shift", seconds="-0.5")
    assert [step.at for step in draft(database).steps] == [0.0, 0.5]
    refused = send(editing, CAPTIONS, f"{EDITOR}shift", seconds="a bit", expect=422)
    assert "Enter a number of seconds" in refused.text


def test_a_script_saves_with_a_word_back(editing: PageClient) -> None:
    values = editing.get(CAPTIONS).form(action=f"{CAPTIONS}3")
    accept = {"Accept": "application/json"}
    answer = editing.post(f"{CAPTIONS}3", values | {"caption-3-text": "Other"}, expect=200, headers=accept).response
    assert answer.get_json() == {"saved": "Saved 09:30", "order": [1, 2, 3, 4]}
    refused = editing.post(f"{CAPTIONS}3", values | {"caption-3-start": "x"}, expect=422, headers=accept).response
    assert refused.get_json() == {"errors": {"caption-3-start": "Write the time like 0:12 or 1:02.5"}}


def test_a_part_deleted_in_another_window_says_so(editing: PageClient) -> None:
    values = editing.get(EDITOR).form(action=f"{EDITOR}steps/2")
    send(editing, EDITOR, f"{EDITOR}steps/2", then="delete")
    assert "Load the page again" in editing.post(f"{EDITOR}steps/2", values, expect=404).text


def publish(author: PageClient, what: str) -> Page:
    form = author.get(EDITOR).form(action=f"{EDITOR}publish")
    return author.post(f"{EDITOR}publish", form | {"changed": what})


def test_the_second_version_is_published_compared_and_rolled_back(editing: PageClient, database: Database) -> None:
    send(editing, EDITOR, f"{EDITOR}facts", title="Keep headings in sight")
    assert "Say what changed" in editing.get(EDITOR).links
    assert "Preview." in editing.get(f"{EDITOR}preview").text
    published = publish(editing, "A clearer title.")
    assert published.response.headers["Location"] == GUIDE
    assert editing.get(GUIDE).h1 == "Keep headings in sight"
    versions = editing.get("/authoring/guides/G-101/")
    assert "A clearer title." in versions.text
    assert "Aisha" in versions.text
    first = editing.get("/authoring/guides/G-101/versions/1")
    assert "Freeze the heading row" in first.text
    back = "/authoring/guides/G-101/versions/1/roll-back"
    editing.post(back, first.form(action=back))
    assert editing.get(GUIDE).h1 == "Freeze the heading row"
    with database.session() as session:
        (guide,) = library.guides(session)
    assert guide.changed == "Back to version 1."
    editing.get(EDITOR, expect=404)


def test_the_captions_file_is_written_anew_only_when_a_caption_changed(editing: PageClient, database: Database) -> None:
    def stored() -> str:
        with database.session() as session:
            return library.guides(session)[0].captions.digest

    before = stored()
    send(editing, EDITOR, f"{EDITOR}facts", title="New")
    publish(editing, "Title.")
    assert stored() == before
    editing.post("/authoring/guides/G-101/edit", editing.get("/authoring/").form(action="/authoring/guides/G-101/edit"))
    send(editing, CAPTIONS, f"{CAPTIONS}3", text="Other & <i>words</i>")
    send(editing, CAPTIONS, f"{CAPTIONS}reviewed", reviewed="y")
    publish(editing, "Captions.")
    assert stored() != before
    track = editing.get(GUIDE).all("track")[0].get("src")
    assert "Other &amp; &lt;i&gt;words&lt;/i&gt;" in editing.get(str(track)).html


def test_two_drafts_of_the_same_version_do_not_overwrite_each_other(editing: PageClient, database: Database) -> None:
    from portal.guides.operations.publishing import roll_back
    from tests.conftest import START

    with database.transaction() as session:
        roll_back(session, "G-101", 1, now=START, account_id=None)
    page = editing.get(EDITOR)
    assert "was published by somebody else after you began" in page.text
    form = page.form(action=f"{EDITOR}publish")
    refused = editing.post(f"{EDITOR}publish", form | {"changed": "Mine."})
    assert "Look at what was published meanwhile first" in editing.get(refused.response.headers["Location"]).text
    editing.post(f"{EDITOR}accept", page.form(action=f"{EDITOR}accept"))
    publish(editing, "Mine.")
    with database.session() as session:
        assert library.guides(session)[0].changed == "Mine."


def test_a_draft_is_put_aside_and_brought_back(editing: PageClient) -> None:
    page = editing.get(f"{EDITOR}discard")
    home = editing.follow(f"{EDITOR}discard", page.form(action=None))
    assert "Drafts put aside (1)" in home.text
    editing.get(EDITOR, expect=404)
    editing.post(f"{EDITOR}restore", home.form(action=f"{EDITOR}restore"))
    editing.get(EDITOR)


def test_a_guide_is_archived_with_a_successor_and_brought_back(author: PageClient, database: Database) -> None:
    form = author.get("/authoring/guides/G-101/archive").form(action=None)
    page = author.follow("/authoring/guides/G-101/archive", form | {"moved_to": ""})
    assert "Its address says that it isn’t here any more" in page.text
    author.get(GUIDE, expect=404)
    assert "Archived" in author.get("/authoring/").text
    author.post("/authoring/guides/G-101/bring-back", page.form(action="/authoring/guides/G-101/bring-back"))
    author.get(GUIDE)


def test_a_review_moves_the_day(author: PageClient, clock: Clock) -> None:
    clock.forward(days=365)
    page = author.get("/authoring/reviews/")
    author.post("/authoring/guides/G-101/reviewed", page.form(action="/authoring/guides/G-101/reviewed"))
    assert "overdue" not in author.get("/authoring/").text.lower()


def test_a_conflict_shows_both_versions_and_waits_for_a_choice(
    editing: PageClient, database: Database, run_command: Callable[..., object], content_root: object
) -> None:
    from pathlib import Path

    send(editing, EDITOR, f"{EDITOR}facts", title="From the browser")
    publish(editing, "Title.")
    path = Path(str(content_root)) / "content/videos/spreadsheets/freeze-the-heading-row/guide.yaml"
    path.write_text(path.read_text().replace("Freeze the heading row", "From the folder"))
    run_command("content", "sync")
    assert "Compare both and choose for G-101" in editing.get("/authoring/").links
    page = editing.get("/authoring/conflicts/G-101")
    assert "From the folder" in page.text
    assert "From the browser" in page.text
    editing.post("/authoring/conflicts/G-101/folder", page.form(action="/authoring/conflicts/G-101/folder"))
    assert editing.get(GUIDE).h1 == "From the folder"
    editing.get("/authoring/conflicts/G-101", expect=404)


def test_drafts_media_are_for_authors_alone(editing: PageClient, page: PageClient) -> None:
    send(editing, CAPTIONS, f"{CAPTIONS}3", text="Not yet for readers")
    track = str(editing.get(f"{EDITOR}preview").all("track")[0].get("src"))
    assert "Not yet for readers" in editing.get(track).html
    page.get(track, expect=404)


def test_what_is_typed_never_runs(editing: PageClient, database: Database) -> None:
    nasty = "<script>alert(1)</script>"
    send(editing, EDITOR, f"{EDITOR}steps/2", title=nasty, text=nasty)
    send(editing, CAPTIONS, f"{CAPTIONS}3", text=nasty)
    for address in (EDITOR, CAPTIONS, f"{EDITOR}preview"):
        assert nasty not in editing.get(address).html
    with database.transaction() as session:
        from tests.conftest import START

        operations.delete_step(session, "G-101", 2, now=START)
    assert nasty not in editing.get(EDITOR).html
