"""Moodle XML with the traps its reader names."""

import pytest

from portal.skills_check.formats.moodle_reader import read_moodle
from portal.skills_check.rules.exchange import Fate, Found, UnreadableFile
from portal.skills_check.rules.questions import Choice, Ignore, Kind, Marking, Pair, Question

TEXT = '<name><text>Q</text></name><questiontext format="html"><text><![CDATA[<p>Ask &amp; see</p>]]></text></questiontext>'


def one(kind: str, body: str, *, text: str = TEXT) -> Found:
    data = f'<?xml version="1.0"?><quiz><question type="{kind}">{text}{body}</question></quiz>'.encode()
    (found,) = read_moodle(data).found
    return found


def asked(kind: str, body: str, *, text: str = TEXT) -> Question:
    found = one(kind, body, text=text)
    assert found.question is not None, found.refusal
    return found.question


def answer(text: str, fraction: float = 0, feedback: str = "") -> str:
    told = f"<feedback><text>{feedback}</text></feedback>"
    return f'<answer fraction="{fraction}"><text>{text}</text>{told}</answer>'


def test_single_with_feedback_and_weight() -> None:
    body = "<defaultgrade>3.0</defaultgrade><single>true</single><shuffleanswers>false</shuffleanswers>"
    body += "<correctfeedback><text>Your answer is correct.</text></correctfeedback>"
    body += answer("Yes", 100, "&lt;p&gt;So it is&lt;/p&gt;") + answer("No")
    found = one("multichoice", body)
    assert found.question is not None
    assert found.question.stem == "Ask & see"
    assert found.question.choices == (Choice(text="Yes", right=True, feedback="So it is"), Choice(text="No"))
    assert not found.question.shuffle
    assert found.losses == ("its weight of 3 marks: every question counts one",)


def test_several_with_minus_a_third() -> None:
    body = "<single>false</single>" + "".join(answer(text, 33.33333) for text in "abc") + answer("d", -33.33333)
    question = asked("multichoice", body)
    assert (question.kind, question.marking) == (Kind.MULTIPLE, Marking.PER_PART)


def test_short_answers_numbers_pairs_and_steps() -> None:
    text = asked(
        "shortanswer", "<usecase>0</usecase>" + answer("View", 100) + answer("See*", 50) + answer("*", 0, "No")
    )
    assert (text.accept, text.ignore) == (("View",), (Ignore.CASE,))
    body = '<answer fraction="100"><text>2.50</text><tolerance>0.5</tolerance></answer>'
    body += "<units><unit><multiplier>1</multiplier><unit_name>kg</unit_name></unit></units>"
    number = asked("numerical", body)
    assert (number.answer, number.tolerance, number.unit) == ("2.5", "±0.5", "kg")
    pairs = "".join(
        f"<subquestion><text>{left}</text><answer><text>{right}</text></answer></subquestion>"
        for left, right in (("Copy", "C"), ("", "Q"), ("Paste", "V"))
    )
    assert asked("matching", pairs).pairs[1] == Pair(left="", right="Q")
    assert asked("ordering", answer("one", 1) + answer("two", 2)).items == ("one", "two")


GAPS = "<selectoption><text>cat</text><group>1</group></selectoption><selectoption><text>mat</text><group>2</group></selectoption>"
GAPS += "<selectoption><text>dog</text><group>1</group></selectoption>"


def test_one_missing_word_is_a_choice_and_several_are_a_match() -> None:
    single = asked("gapselect", GAPS, text="<questiontext><text>The [[1]] sat.</text></questiontext>")
    assert single.stem == "The _____ sat."
    assert single.choices == (Choice(text="cat", right=True), Choice(text="dog"))
    found = one("gapselect", GAPS, text="<questiontext><text>The [[1]] on the [[2]].</text></questiontext>")
    assert found.question is not None
    assert found.question.stem == "The (1) on the (2)."
    assert found.question.pairs[2] == Pair(left="", right="dog")
    assert "gaps are asked as a list" in found.losses[1]


def cloze(text: str) -> Found:
    return one("cloze", "", text=f"<questiontext><text>{text}</text></questiontext>")


def test_cloze_that_maps() -> None:
    typed = cloze("Open {1:SHORTANSWER:=View#Yes~%50%Show} now").question
    assert typed is not None
    assert (typed.stem, typed.accept) == ("Open _____ now", ("View", "Show"))
    number = cloze("It is {2:NUMERICAL:=5:0.1} wide").question
    assert number is not None
    assert (number.answer, number.tolerance) == ("5", "±0.1")
    single = cloze("Press {1:MULTICHOICE:Alt~=Ctrl \\} key}").question
    assert single is not None
    assert [choice.text for choice in single.choices if choice.right] == ["Ctrl } key"]
    several = cloze("{1:MC:=a~b} then {1:MC:c~=d}").question
    assert several is not None
    assert [pair.right for pair in several.pairs] == ["a", "d", "b", "c"]
    assert "several gaps to type in" in cloze("{1:SA:=a} {1:SA:=b}").refusal


@pytest.mark.parametrize(
    ("kind", "why"), [("essay", "essay"), ("ddmarker", "no counterpart"), ("description", "text without a question")]
)
def test_what_has_no_counterpart_is_refused(kind: str, why: str) -> None:
    assert why in one(kind, "").refusal


def test_categories_and_windows_1252_that_says_utf_8() -> None:
    data = b'<?xml version="1.0" encoding="UTF-8"?><quiz>\n<question type="category"><category><text>top/Charts</text>'
    data += (
        b"</category></question>\n<question type='truefalse'><questiontext><text>It costs \xa35</text></questiontext>"
    )
    data += b'<answer fraction="100"><text>true</text></answer><answer fraction="0"><text>false</text></answer></question></quiz>'
    (found,) = read_moodle(data).found
    assert found.category == "top/Charts"
    assert found.place == "line 3"
    assert found.question is not None
    assert found.question.stem == "It costs £5"


def test_a_broken_question_never_loses_the_others() -> None:
    good = f'<question type="truefalse">{TEXT}{answer("true", 100)}{answer("false")}</question>'
    data = f"<quiz>\n{good}\n<question type='essay'><b></question>\n{good}\n</quiz>".encode()
    read = read_moodle(data)
    assert [found.fate for found in read.found] == [Fate.WHOLE, Fate.REFUSED, Fate.WHOLE]
    assert read.found[1].place == "line 3"
    assert read.found[2].place == "line 4"


@pytest.mark.parametrize(
    "data",
    [
        b'<!DOCTYPE quiz [<!ENTITY a "aaaa">]><quiz><question type="essay">&a;</question></quiz>',
        b'<!DOCTYPE quiz SYSTEM "http://example.org/x.dtd"><quiz/>',
        b"<html/>",
        b"not xml",
    ],
)
def test_entities_document_types_and_other_xml_are_refused(data: bytes) -> None:
    with pytest.raises(UnreadableFile):
        read_moodle(data)


def test_depth_is_limited() -> None:
    with pytest.raises(UnreadableFile, match="too deeply"):
        read_moodle(b"<quiz>" + b"<a>" * 200 + b"</a>" * 200 + b"</quiz>")
