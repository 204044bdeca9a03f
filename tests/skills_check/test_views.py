"""The check as a person without JavaScript meets it."""

import re
from collections.abc import Callable

import pytest
from sqlalchemy import inspect, select, text
from sqlalchemy.orm import Session

from portal.skills_check.models.attempts import AttemptItem, AttemptRow
from portal.skills_check.models.waiting import WaitingSet
from portal.skills_check.operations.sharing import forget_sets
from portal.storage.database import Database
from tests.conftest import Clock
from tests.pages import Page, PageClient
from tests.people import STAFF, Named

pytestmark = pytest.mark.usefixtures("content")

RIGHT = {
    "Which formula adds A1 to A9?": {"choice": "=SUM(A1:A9)"},
    "A1 holds 2 and A2 holds 3. What does =A1*A2 show?": {"text": "6"},
    "Which menu holds Freeze rows?": {"text": "veiw"},
    "A frozen row stays in sight when you scroll.": {"choice": "True"},
    "Which of these can be frozen?": {"choices": ["Rows", "Columns"]},
}


def begin(page: PageClient) -> str:
    """Start a check of spreadsheets; the address of its first question."""
    start = page.get("/check/")
    sent = page.post("/check/", {**start.form(action="/check/"), "systems": ["spreadsheets"]})
    return str(sent.response.headers["Location"])


def own_form(page: Page) -> int:
    """Number of the form that answers the question: the last one on the page."""
    return len(page.all("form")) - 1


def answers_for(page: Page, wanted: dict[str, object]) -> dict[str, object]:
    """Form values for the choices with these labels, or the text typed."""
    values: dict[str, object] = {**page.form(own_form(page))}
    labels = {"".join(label.itertext()).strip(): label.get("for") for label in page.all("label")}
    for name, value in wanted.items():
        if name == "text":
            values[name] = value
        elif isinstance(value, list):
            values[name] = [page.by_id(labels[one] or "").get("value") for one in value]
        else:
            values[name] = page.by_id(labels[str(value)] or "").get("value")
    return values


def answer_all(page: PageClient, address: str, answers: dict[str, dict[str, object]] | None = None) -> str:
    """Answer until the check asks to be finished; the address of that page."""
    for _ in range(20):
        if address.endswith("/finish"):
            return address
        shown = page.get(address)
        wanted = (answers or RIGHT)[shown.h1]
        address = str(page.post(address, answers_for(shown, wanted)).response.headers["Location"])
    raise AssertionError("the check never ended")


def finish(page: PageClient, address: str, consent: str = "no", **more: str) -> Page:
    shown = page.get(address)
    share = page.post(address, shown.form(own_form(shown))).response.headers["Location"]
    asked = page.get(share)
    sent = page.post(share, {**asked.form(own_form(asked)), "consent": consent, **more})
    return page.get(sent.response.headers["Location"])


def test_from_start_to_result(page: PageClient) -> None:
    result = finish(page, answer_all(page, begin(page)))
    can = result.text.partition("You can")[2].partition("Next step")[0]
    assert "Use a formula (Spreadsheets)" in can
    assert "Lay out a sheet (Spreadsheets)" in can
    assert "Nothing was wrong" in result.text
    assert "Your answers stay out of the council figures" in result.text


def test_what_is_not_yet_leads_to_the_guide_at_its_second(page: PageClient) -> None:
    answers = {**RIGHT, "Which formula adds A1 to A9?": {"choice": "I don’t know"}}
    result = finish(page, answer_all(page, begin(page), answers))
    assert "Use a formula (Spreadsheets): not yet" in result.text
    assert result.links["Freeze the heading row"] == "/guides/spreadsheets/freeze-the-heading-row/?t=1.0"
    assert "failed" not in result.text.lower()


def test_each_answer_says_when_it_was_saved(page: PageClient, clock: Clock) -> None:
    address = begin(page)
    assert "Saved" not in page.get(address).text
    clock.forward(minutes=3)
    shown = page.get(address)
    following = page.post(address, answers_for(shown, RIGHT[shown.h1])).response.headers["Location"]
    assert "Saved 09:33. About" in page.get(following).text


def test_an_answer_is_kept_and_can_be_changed(page: PageClient, database: Database) -> None:
    address = begin(page)
    shown = page.get(address)
    page.post(address, answers_for(shown, RIGHT[shown.h1]))
    page.post(address, answers_for(page.get(address), RIGHT[shown.h1]))
    with database.session() as session:
        stored = session.scalars(select(AttemptItem).where(AttemptItem.answer.is_not(None))).all()
    assert [item.position for item in stored] == [1]


@pytest.mark.parametrize(
    ("kind", "says"),
    [
        ("single", "Choose an answer, or “I don’t know”"),
        ("multiple", "Tick at least one answer, or “I don’t know”"),
        ("typed", "Type an answer, or tick “I don’t know”"),
    ],
)
def test_nothing_chosen_is_told_beside_the_field(page: PageClient, kind: str, says: str) -> None:
    address = begin(page)
    kinds = {"A1 holds 2 and A2 holds 3. What does =A1*A2 show?": "typed", "Which of these can be frozen?": "multiple"}
    for position in range(1, 6):
        shown = page.get(re.sub(r"\d+$", str(position), address))
        if kinds.get(shown.h1, "typed" if "menu" in shown.h1 else "single") == kind:
            break
    refused = page.post(re.sub(r"\d+$", str(position), address), shown.form(own_form(shown)), expect=422)
    assert refused.text.count(says) == 2  # in the summary, and beside the field
    assert refused.h1 == shown.h1


def test_a_number_that_is_none_is_told_and_kept(page: PageClient) -> None:
    address = begin(page)
    for position in range(1, 6):
        here = re.sub(r"\d+$", str(position), address)
        shown = page.get(here)
        if "A1*A2" in shown.h1:
            break
    refused = page.post(here, {**shown.form(own_form(shown)), "text": "six"}, expect=422)
    assert "Type a number in digits, like 12.5" in refused.text
    assert refused.by_id("text").get("value") == "six"


def test_no_page_shows_the_right_answer_before_the_end(page: PageClient) -> None:
    address = begin(page)
    for position in range(1, 6):
        html = page.get(re.sub(r"\d+$", str(position), address)).html
        assert "right" not in re.sub(r"copyright|aria-[a-z]+", "", html.split("<main")[1]).lower().replace(
            "that are right", ""
        )
        assert "This adds only the two end cells" not in html


def test_stopping_gives_a_link_and_the_start_page_offers_to_continue(page: PageClient) -> None:
    address = begin(page)
    shown = page.get(address)
    page.post(address, answers_for(shown, RIGHT[shown.h1]))
    key = address.split("/")[2]
    assert f"/check/{key}/" in page.get(f"/check/{key}/stop").text
    assert page.get("/check/").links["Continue your check"] == f"/check/{key}/"
    resumed = page.get(f"/check/{key}/", expect=303)
    assert resumed.response.headers["Location"] == f"/check/{key}/question/2"


def test_a_finished_check_takes_no_answer(page: PageClient) -> None:
    address = begin(page)
    shown = page.get(address)
    values = answers_for(shown, RIGHT[shown.h1])
    finish(page, answer_all(page, address))
    refused = page.post(address, values, expect=409)
    assert "this answer was not saved" in refused.text


def test_a_question_the_check_does_not_have(page: PageClient) -> None:
    address = begin(page)
    assert page.get(re.sub(r"\d+$", "99", address), expect=404).h1 == "This page isn’t here"
    assert "This check isn’t here any more" in page.get("/check/nothing/", expect=404).text


def test_no_system_ticked_is_told(page: PageClient) -> None:
    start = page.get("/check/")
    refused = page.post("/check/", start.form(action="/check/"), expect=422)
    assert refused.text.count("Tick at least one system you use") == 2


def test_refusing_keeps_everything_out(page: PageClient, database: Database) -> None:
    finish(page, answer_all(page, begin(page)), "no")
    with database.session() as session:
        assert session.scalars(select(WaitingSet)).all() == []


def test_consent_is_asked_with_nothing_chosen(page: PageClient) -> None:
    address = answer_all(page, begin(page))
    shown = page.get(address)
    share = page.post(address, shown.form(own_form(shown))).response.headers["Location"]
    asked = page.get(share)
    assert "consent" not in asked.form(own_form(asked))
    assert "Choose yes or no" in page.post(share, asked.form(own_form(asked)), expect=422).text


def test_a_stranger_counts_for_the_council_only(page: PageClient, database: Database) -> None:
    result = finish(page, answer_all(page, begin(page)), "yes", directorate="housing")
    assert "wait to join the council figures" in result.text
    with database.session() as session:
        waiting = session.scalars(select(WaitingSet)).one()
    assert (waiting.directorate_key, waiting.system_key, len(waiting.answers)) == (None, "spreadsheets", 5)


def test_somebody_signed_in_may_name_a_directorate_and_leaves_no_name(
    signed_in: Callable[[Named], PageClient], database: Database
) -> None:
    browser = signed_in(STAFF)
    finish(browser, answer_all(browser, begin(browser)), "yes", directorate="housing")
    with database.session() as session:
        assert session.scalars(select(WaitingSet)).one().directorate_key == "housing"
        stored = everything_but(session, "account", "audit_entry")
    assert "Sam" not in stored
    assert "sam@" not in stored


def test_answers_can_be_taken_back_until_they_are_counted(page: PageClient, database: Database) -> None:
    result = finish(page, answer_all(page, begin(page)), "yes")
    withdraw = next(form.get("action") for form in result.all("form") if "withdraw" in (form.get("action") or ""))
    page.post(str(withdraw), result.form(action=str(withdraw)))
    with database.session() as session:
        assert session.scalars(select(WaitingSet)).all() == []


def test_counted_answers_cannot_be_taken_back_and_it_says_so(page: PageClient, database: Database) -> None:
    result = finish(page, answer_all(page, begin(page)), "yes")
    withdraw = next(str(form.get("action")) for form in result.all("form") if "withdraw" in (form.get("action") or ""))
    with database.transaction() as session:
        forget_sets(session, list(session.scalars(select(WaitingSet.id))))
    refused = page.post(withdraw, result.form(action=withdraw), expect=409)
    assert "Nobody can tell which are yours" in refused.text


def test_deleting_leaves_nothing(page: PageClient, database: Database) -> None:
    address = begin(page)
    finish(page, answer_all(page, address), "yes")
    key = address.split("/")[2]
    shown = page.get(f"/check/{key}/delete")
    page.post(f"/check/{key}/delete", shown.form(own_form(shown)))
    with database.session() as session:
        for table in (AttemptRow, AttemptItem, WaitingSet):
            assert session.scalars(select(table)).all() == []


def test_a_save_takes_few_statements(page: PageClient) -> None:
    address = begin(page)
    shown = page.get(address)
    saved = page.post(address, answers_for(shown, RIGHT[shown.h1]))
    assert len(saved.statements) <= 5
    assert len(page.get(address).statements) <= 4


def everything_but(session: Session, *tables: str) -> str:
    """Every stored value as one text."""
    names = [name for name in inspect(session.get_bind()).get_table_names() if name not in tables]
    return " ".join(str(tuple(row)) for name in names for row in session.execute(text(f'SELECT * FROM "{name}"')))  # noqa: S608
