"""Every kind of question without JavaScript, and what is told when something stands against an answer."""

import re
from pathlib import Path

import pytest
from openpyxl import Workbook

from portal.skills_check.formats.workbooks import read_cells
from portal.skills_check.rules.marking import Answer, Outcome, UnreadableAnswer, mark
from portal.skills_check.rules.questions import CellCheck, CellFormat, Kind, Marking, Pair, Question
from tests.pages import PageClient
from tests.skills_check.test_views import begin, own_form

ITEMS = ("First of all", "Then this", "At the very end")


@pytest.fixture
def quiz(write_quiz: None) -> None:
    """Questions of the kinds with parts."""


@pytest.fixture
def write_quiz(content_root: Path) -> None:
    (content_root / "quizzes" / "email.yaml").write_text(
        """\
system: email
questions:
  - {id: email-order-01, skill: meetings, level: 1, type: order, stem: Put these in order, items: [First of all, Then this, At the very end]}
  - id: email-match-01
    skill: meetings
    level: 2
    type: match
    stem: What belongs together?
    pairs: [{left: One, right: Eins}, {left: Two, right: Zwei}]
"""
    )


@pytest.fixture
def asked(quiz: None, content: None, page: PageClient) -> dict[str, str]:
    """Heading of each question of a check of e-mail → its address."""
    start = page.get("/check/")
    sent = page.post("/check/", {**start.form(action="/check/"), "systems": ["email"]})
    address = str(sent.response.headers["Location"])
    pages = [re.sub(r"\d+$", str(number), address) for number in (1, 2)]
    return {page.get(one).h1: one for one in pages}


def standing(page: PageClient, address: str, shown: object = None) -> list[str]:
    found = shown or page.get(address)
    return list(re.findall(r'portal-order__text"[^>]*>([^<]+)<', found.html))  # type: ignore[attr-defined]


def test_items_move_by_buttons_without_script(page: PageClient, asked: dict[str, str]) -> None:
    address = asked["Put these in order"]
    shown = page.get(address)
    before = standing(page, address)
    part = re.findall(r'value="down-(\d)"', shown.html)[0]
    moved = page.post(address, {**shown.form(own_form(shown)), "move": f"down-{part}"}, expect=200)
    assert standing(page, address, moved) == [before[1], before[0], before[2]]
    assert standing(page, address) == before  # nothing was saved


def test_an_order_is_kept_as_it_was_given(page: PageClient, asked: dict[str, str]) -> None:
    address = asked["Put these in order"]
    shown = page.get(address)
    values = dict(shown.form(own_form(shown)))
    labels = {label.get("for"): "".join(label.itertext()) for label in shown.all("label")}
    for field, text in labels.items():
        place = next((number for number, item in enumerate(ITEMS, start=1) if item in text), None)
        if place is not None:
            values[str(field)] = str(place)
    page.post(address, values)
    assert standing(page, address) == list(ITEMS)
    values |= {name: "1" for name in values if name.startswith("part")}
    assert "Give each item a place of its own" in page.post(address, values, expect=422).text


def test_a_match_asks_for_each(page: PageClient, asked: dict[str, str]) -> None:
    address = asked["What belongs together?"]
    shown = page.get(address)
    assert "Choose one" in page.post(address, shown.form(own_form(shown)), expect=422).text
    page.post(address, {**shown.form(own_form(shown)), "dont_know": "y"})


@pytest.mark.usefixtures("content")
def test_a_stale_tab_is_shown_what_is_kept(page: PageClient) -> None:
    address = begin(page)
    first, second = page.get(address), page.get(address)
    given = (
        {"dont_know": "y"}
        if "dont_know" in first.html
        else {"choices" if 'name="choices"' in first.html else "choice": "dont-know"}
    )
    page.post(address, {**first.form(own_form(first)), **given})
    page.post(address, {**first.form(own_form(first)), **given})  # the same sending again
    stale = page.post(address, {**second.form(own_form(second)), **given}, expect=409)
    assert "was answered somewhere else" in stale.text
    page.post(address, {**stale.form(own_form(stale)), **given})


@pytest.mark.usefixtures("content")
def test_a_script_is_told_when_it_was_saved(page: PageClient) -> None:
    address = begin(page)
    shown = page.get(address)
    given = (
        {"dont_know": "y"}
        if "dont_know" in shown.html
        else {"choices" if 'name="choices"' in shown.html else "choice": "dont-know"}
    )
    reply = page.client.post(
        address, data={**shown.form(own_form(shown)), **given}, headers={"Accept": "application/json"}
    )
    assert reply.get_json()["saved"] == "09:30"
    assert reply.get_json()["next"].endswith("/question/2")


@pytest.mark.usefixtures("content")
def test_a_note_says_what_is_wrong(page: PageClient) -> None:
    address = begin(page)
    shown = page.get(f"{address}/wrong")
    assert "Write what is wrong" in page.post(f"{address}/wrong", shown.form(own_form(shown)), expect=422).text
    page.post(f"{address}/wrong", {**shown.form(own_form(shown)), "text": "No answer is right"})
    assert "without your name" in page.get(address).text


def workbook(path: Path, formula: str) -> bytes:
    book = Workbook()
    book.active["B2"] = formula
    book.active["B2"].number_format = "0%"
    book.save(path)
    return path.read_bytes()


def test_cells_of_a_workbook_are_marked(tmp_path: Path) -> None:
    checks = (CellCheck(cell="B2", formula="SUM"), CellCheck(cell="B2", format=CellFormat.PERCENT))
    asked = Question(
        id="q", system="s", skill="k", level=1, kind=Kind.FILE, stem="?", checks=checks, marking=Marking.PER_PART
    )
    right = Answer(text="a.xlsx", cells=read_cells(workbook(tmp_path / "a.xlsx", "=SUM(A1:A3)"), checks))
    assert mark(asked, right).share == 1
    other = Answer(text="b.xlsx", cells=read_cells(workbook(tmp_path / "b.xlsx", '="SUM(A1)"&MYSUM(A1)'), checks))
    assert mark(asked, other).share == 0.5
    with pytest.raises(UnreadableAnswer, match="can’t be opened"):
        read_cells(b"nonsense", checks)


def test_parts_of_a_match() -> None:
    pairs = (Pair(left="1", right="a"), Pair(left="2", right="b"), Pair(left="", right="c"))
    asked = Question(id="q", system="s", skill="k", level=1, kind=Kind.MATCH, stem="?", pairs=pairs)
    assert mark(asked, Answer(choices=(0, 1))).outcome is Outcome.RIGHT
    assert mark(asked, Answer(choices=(0, 2))).outcome is Outcome.WRONG
