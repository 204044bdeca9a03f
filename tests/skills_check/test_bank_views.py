"""The question bank as an author without JavaScript meets it."""

import io
from collections.abc import Callable

import pytest

from portal.skills_check.models.attempts import AttemptItem
from portal.skills_check.operations.changes import note_wrong
from portal.skills_check.operations.figures import refresh_figures, work_out
from portal.skills_check.queries import authoring
from portal.skills_check.rules.bank import Home
from portal.skills_check.rules.questions import Kind
from portal.storage.database import Database
from tests.conftest import START
from tests.pages import Page, PageClient
from tests.people import AUTHOR, DESK_ANALYST, Named
from tests.skills_check.test_quiz_kinds import png
from tests.skills_check.test_views import answer_all, begin, finish

pytestmark = pytest.mark.usefixtures("content")
LIST = "/authoring/questions/"


@pytest.fixture
def author(signed_in: Callable[[Named], PageClient]) -> PageClient:
    return signed_in(AUTHOR)


def own_form(page: Page) -> dict[str, str]:
    """The last form of the page with a button to send."""
    return page.form(len(page.all("form")) - 1)


def edit_form(page: Page) -> dict[str, object]:
    """Every value of the edit form, lists as lists."""
    form = next(one for one in page.all("form") if one.get("data-bank-edit") is not None)
    values: dict[str, object] = {}
    for control in form.iter():
        name = control.get("name")
        if not name or control.tag == "button" or control.get("type") == "file":
            continue
        if control.get("type") in ("checkbox", "radio") and control.get("checked") is None:
            continue
        value = "".join(control.itertext()).strip() if control.tag == "textarea" else control.get("value", "")
        if control.tag == "select":
            chosen = [one for one in control.iter("option") if one.get("selected") is not None]
            value = chosen[0].get("value", "") if chosen else ""
        values.setdefault(name, [])
        held = values[name]
        assert isinstance(held, list)
        held.append(value)
    return values


def test_only_authors_get_in(signed_in: Callable[[Named], PageClient], page: PageClient) -> None:
    page.get(LIST, expect=303)
    signed_in(DESK_ANALYST).get(LIST, expect=403)


def test_the_list_is_narrowed(author: PageClient) -> None:
    assert "5 questions" in author.get(LIST).text
    assert "2 questions" in author.get(f"{LIST}?skill=spreadsheets/formulas").text
    assert "1 question" in author.get(f"{LIST}?kind=number").text
    found = author.get(f"{LIST}?q=froz+row").text
    assert "spreadsheets-layout-02" in found
    assert "spreadsheets-sum-01" not in found
    assert "No question fits" in author.get(f"{LIST}?level=3").text
    assert "No question fits" in author.get(f"{LIST}?show=flagged").text


def test_a_question_page_shows_it_as_it_is_asked(author: PageClient) -> None:
    page = author.get(f"{LIST}spreadsheets-layout-01/")
    assert "Which menu holds Freeze rows?" in page.by_id("preview").findtext("p", "")
    assert "It doesn’t count: capital and small letters, one typing mistake" in page.text
    assert "Nobody has answered this version" in page.text
    author.get(f"{LIST}unknown/", expect=404)


def test_an_edit_is_a_new_version_and_says_what_changed(author: PageClient, database: Database) -> None:
    address = f"{LIST}spreadsheets-sum-01/edit"
    values = edit_form(author.get(address))
    author.post(address, {**values, "stem": "Which formula sums A1 to A9?", "why": "Shorter", "do": "save"})
    page = author.get(f"{LIST}spreadsheets-sum-01/")
    assert "written here: Shorter Asked now" in page.text
    assert "Which formula adds A1 to A9?Which formula sums A1 to A9?" in page.text.replace("  ", "").replace(
        "? W", "?W"
    )
    with database.session() as session:
        assert authoring.entry(session, "spreadsheets-sum-01").home is Home.CHANGED
    again = author.post(address, {**values, "stem": "Another", "do": "save"}, expect=422)
    assert "Somebody saved another version" in again.text
    assert "Another" in again.text


def test_errors_stand_beside_their_fields_and_nothing_typed_is_lost(author: PageClient) -> None:
    address = f"{LIST}spreadsheets-sum-01/edit"
    values = edit_form(author.get(address))
    wrong = {**values, "stem": "", "text": ["Same", "Same", "", ""], "at": "later", "skill": "", "do": "save"}
    page = author.post(address, wrong, expect=422)
    assert page.by_id("stem-error") is not None
    assert "Two answers have the same text" in page.text
    assert "Write a time like 0:24" in page.text
    assert "Choose the skill it asks for" in page.text
    assert page.by_id("at").get("value") == "later"
    assert page.by_id("text-1").get("value") == "Same"


def test_preview_and_more_lines_store_nothing(author: PageClient, database: Database) -> None:
    address = f"{LIST}spreadsheets-layout-01/edit"
    values = edit_form(author.get(address))
    page = author.post(address, {**values, "attempt": "veiw", "stem": "Where is it?", "do": "preview"}, expect=200)
    assert "“veiw”: This counts as right." in page.text
    assert "Where is it?" in page.by_id("preview").findtext("p", "")
    sum_address = f"{LIST}spreadsheets-sum-01/edit"
    more = author.post(sum_address, {**edit_form(author.get(sum_address)), "do": "more"}, expect=200)
    assert more.by_id("text-6") is not None
    with database.session() as session:
        assert len(authoring.history(session, "spreadsheets-layout-01")) == 1


NEW = {
    "single": {"text": ["One", "Two"], "other": ["", "No"], "right": "0"},
    "multiple": {"text": ["One", "Two", "Three"], "other": ["", "", ""], "right": ["0", "2"], "per_part": "yes"},
    "true-false": {"text": ["True", "False"], "other": ["", ""], "right": "1"},
    "number": {"answer": "12.5", "tolerance": "±0.5", "unit": "kg"},
    "text": {"accept": "View\nSee", "ignore": ["case"], "typos": "1"},
    "match": {"text": ["Copy", "Paste", ""], "other": ["C", "V", "Q"]},
    "order": {"text": ["First", "Second", "Third"]},
}


@pytest.mark.parametrize("kind", NEW)
def test_every_type_can_be_written(author: PageClient, database: Database, kind: str) -> None:
    address = f"{LIST}new?system=spreadsheets&type={kind}"
    values = edit_form(author.get(address))
    sent = {**values, **NEW[kind], "stem": f"A new {kind} question?", "skill": "layout", "level": "3", "do": "save"}
    page = author.follow(address, sent)
    assert page.h1 == f"spreadsheets-a-new-{kind}-question-01"[: len(page.h1)]
    with database.session() as session:
        entry = authoring.entry(session, page.h1)
    assert (entry.question.kind, entry.question.level, entry.home) == (Kind(kind), 3, Home.HERE)
    form = edit_form(author.get(f"{LIST}{page.h1}/edit"))
    author.post(f"{LIST}{page.h1}/edit", {**form, "do": "save"})
    with database.session() as session:
        assert len(authoring.history(session, page.h1)) == 1


def test_a_place_on_a_picture_can_be_written(author: PageClient, database: Database) -> None:
    address = f"{LIST}new?system=spreadsheets&type=hotspot"
    values = {**edit_form(author.get(address)), "stem": "Where?", "skill": "layout", "alt": "A bar", "do": "save"}
    places = {
        "text": ["Sum", "Sort"],
        "left": ["0", "20"],
        "top": ["0", "0"],
        "width": ["20", "20"],
        "height": ["10", "10"],
    }
    refused = author.post(address, {**values, **places, "right": "0"}, expect=422)
    assert "Choose a picture" in refused.text
    sent = {**values, **places, "right": "0", "picture": (io.BytesIO(png(40, 10)), "bar.png")}
    done = author.post(address, sent, content_type="multipart/form-data")
    page = author.get(done.response.headers["Location"])
    (image,) = page.all("{http://www.w3.org/2000/svg}image")
    assert author.get(image.get("href", "")).response.mimetype == "image/png"
    form = edit_form(author.get(f"{LIST}{page.h1}/edit"))
    author.post(f"{LIST}{page.h1}/edit", {**form, "stem": "Where is it?", "do": "save"})
    with database.session() as session:
        entry = authoring.entry(session, page.h1)
    assert entry.question.picture is not None
    assert entry.question.picture.width == 40


def test_new_asks_for_system_and_type_first(author: PageClient) -> None:
    assert "Choose a system" in author.get(f"{LIST}new?system=&type=single", expect=422).text
    taken = author.get(f"{LIST}new?system=spreadsheets&type=number")
    values = {**edit_form(taken), **NEW["number"], "stem": "Q", "skill": "layout", "do": "save"}
    address = f"{LIST}new?system=spreadsheets&type=number"
    assert "already" in author.post(address, {**values, "id": "spreadsheets-sum-01"}, expect=422).text
    assert "small letters" in author.post(address, {**values, "id": "Not an id"}, expect=422).text


GIFT = b"// [tag:skill:formulas]\nWhich? {=a ~b#<b>no</b>}\n\nBroken {~a}\n"


def sent_file(author: PageClient, data: bytes, **more: str) -> Page:
    form = own_form(author.get(f"{LIST}import"))
    values = {**form, "format": "gift", "system": "spreadsheets", **more, "file": (io.BytesIO(data), "bank.gift")}
    sent = author.post(f"{LIST}import", values, content_type="multipart/form-data")
    return author.get(sent.response.headers["Location"])


def test_an_import_is_reported_before_anything_is_stored(author: PageClient, database: Database) -> None:
    page = sent_file(author, GIFT)
    assert "0 whole, 1 with loss, 1 refused" in page.text
    assert "No answer is marked as right" in page.text
    with database.session() as session:
        assert "spreadsheets-which-01" not in authoring.known_questions(session)
    address = next(form.get("action") for form in page.all("form") if "cancel" in (form.get("action") or "")) or ""
    report = address.removesuffix("/cancel")
    done = author.follow(report, {"csrf_token": page.form(len(page.all("form")) - 1)["csrf_token"]})
    assert "Stored 1 question." in done.text
    assert "spreadsheets-which-01" in done.text
    author.get(report, expect=404)


def test_an_import_can_be_cancelled_and_a_bad_file_is_told(author: PageClient) -> None:
    page = sent_file(author, b"<quiz>", format="moodle-xml")
    assert "can’t be read" in page.text
    address = next(form.get("action") for form in page.all("form") if "cancel" in (form.get("action") or "")) or ""
    token = page.form(len(page.all("form")) - 1)["csrf_token"]
    assert "Nothing was stored" in author.follow(address, {"csrf_token": token}).text
    wrong = author.post(f"{LIST}import", own_form(author.get(f"{LIST}import")), expect=422)
    for told in ("Choose a file that isn’t empty", "Choose the format", "Choose the system"):
        assert told in wrong.text


def test_export_says_what_is_lost_before_the_file_is_fetched(author: PageClient) -> None:
    assert "Download" not in author.get(f"{LIST}export").text
    page = author.get(f"{LIST}export?format=aiken")
    assert "2 of 5 questions are in the file" in page.text
    assert "Left out" in page.text
    file = author.get(page.links["Download the file"])
    assert "ANSWER:" in file.html
    assert "attachment" in file.response.headers["Content-Disposition"]


def test_figures_come_from_finished_attempts(author: PageClient, page: PageClient, database: Database) -> None:
    finish(page, answer_all(page, begin(page)))
    finish(page, answer_all(page, begin(page)), consent="yes")
    with database.transaction() as session:
        assert not refresh_figures(session, now=START)
        assert work_out(session, now=START) == 1  # who keeps the answers out keeps them out of these, too
        assert session.query(AttemptItem).count() == 10
    shown = author.get(f"{LIST}spreadsheets-sum-01/")
    assert "1 of 20 attempts so far" in shown.text
    assert "Who chose what" in shown.text
    assert "Difficulty from the answers" in shown.text
    with database.transaction() as session:
        work_out(session, now=START, calibrating=False)


def test_a_conflict_is_shown_with_both(
    author: PageClient, run_command: Callable[..., object], content_root: object, database: Database
) -> None:
    address = f"{LIST}spreadsheets-layout-02/edit"
    author.post(address, {**edit_form(author.get(address)), "stem": "Written here.", "do": "save"})
    quiz = content_root / "quizzes" / "spreadsheets.yaml"  # type: ignore[operator]
    changed = quiz.read_text().replace("A frozen row stays", "A frozen heading stays")
    quiz.write_text(changed.replace("layout-02\n    skill: layout", "layout-02\n    skill: formulas"))
    run_command("content", "sync")
    assert "One question was changed here and in the files" in author.get(LIST).text
    page = author.get(f"{LIST}spreadsheets-layout-02/")
    assert "Written here." in page.text
    assert "A frozen heading stays in sight" in page.text
    form = page.form(action=f"{LIST}spreadsheets-layout-02/settle")
    done = author.follow(f"{LIST}spreadsheets-layout-02/settle", {**form, "take": "files"})
    assert "The text of the files is asked from now on" in done.text
    assert "Spreadsheets: Use a formula" in done.text
    assert "spreadsheets-layout-02" in author.get(f"{LIST}?skill=spreadsheets/formulas").text
    author.post(f"{LIST}spreadsheets-layout-02/settle", {**form, "take": "here"}, expect=409)


def test_a_note_is_shown_and_done_with(author: PageClient, database: Database) -> None:
    with database.transaction() as session:
        version_id = authoring.entry(session, "spreadsheets-sum-01").version_id
        note_wrong(session, "spreadsheets-sum-01", version_id=version_id, text="The menu moved.", noted_on=START.date())
    assert "1 question" in author.get(f"{LIST}?show=noted").text
    page = author.get(f"{LIST}spreadsheets-sum-01/")
    assert "The menu moved." in page.text
    address = next(one.get("action") for one in page.all("form") if "notes" in (one.get("action") or "")) or ""
    done = author.follow(address, page.form(action=address))
    assert "The menu moved." not in done.text
    assert "No question fits" in author.get(f"{LIST}?show=noted").text
    author.post(address.replace("/settle", "9/settle"), page.form(action=address), expect=404)


def test_a_question_is_withdrawn_and_brought_back_with_its_reason(
    author: PageClient, page: PageClient, database: Database
) -> None:
    finish(page, answer_all(page, begin(page)))
    address = f"{LIST}spreadsheets-sum-01/withdraw"
    before = author.get(address)
    assert "Of 1 answer that is kept" in before.text
    assert "Write why" in author.post(address, own_form(before), expect=422).text
    done = author.follow(address, {**own_form(before), "reason": "The menu moved"})
    assert "Withdrawn" in done.text
    assert "The menu moved" in done.text
    assert "4 questions" in author.get(LIST).text
    assert "1 question" in author.get(f"{LIST}?show=archived").text
    back = f"{LIST}spreadsheets-sum-01/restore"
    again = author.follow(back, {**own_form(author.get(back)), "reason": "It is back"})
    assert "Mark its answers again" in again.text
    author.get(back, expect=409)
    marked = f"{LIST}spreadsheets-sum-01/mark-again"
    assert "marked again" in author.follow(marked, {**own_form(author.get(marked)), "reason": "Checked"}).text
