"""GIFT and Aiken with the traps their readers name."""

import pytest

from portal.skills_check.formats.aiken import read_aiken
from portal.skills_check.formats.gift_reader import read_gift
from portal.skills_check.rules.exchange import Fate, Found
from portal.skills_check.rules.questions import Choice, Kind, Marking, Pair, Question


def only(text: str | bytes) -> Found:
    data = text if isinstance(text, bytes) else text.encode()
    (found,) = read_gift(data).found
    return found


def asked(text: str | bytes) -> Question:
    found = only(text)
    assert found.question is not None, found.refusal
    return found.question


def test_escapes_arrows_and_hashes_inside_answers() -> None:
    question = asked(r"Which \{formula\} \= right?\nSay. {=A1\=B1 #Yes \# it is ~A1 \~ B1 ~C\:\\D}")
    assert question.stem == "Which {formula} = right?\nSay."
    assert question.choices == (
        Choice(text="A1=B1", right=True, feedback="Yes # it is"),
        Choice(text="A1 ~ B1"),
        Choice(text="C:\\D"),
    )


def test_weights_of_thirds_are_right_less_wrong() -> None:
    text = "Q {~%33.33333%a ~%33.33333%b ~%33.33333%c ~%-33.33333%d}"
    question = asked(text)
    assert (question.kind, question.marking) == (Kind.MULTIPLE, Marking.PER_PART)
    assert [choice.right for choice in question.choices] == [True, True, True, False]
    assert only(text).losses == ()
    uneven = only("Q {~%70%a ~%30%b ~%-10%c}")
    assert uneven.fate is Fate.WITH_LOSS
    assert "the weights become" in uneven.losses[0]


def test_half_right_answers_are_told() -> None:
    found = only("Q {=a ~%50%b ~c}")
    assert found.losses == ("an answer that earned part of the mark counts as wrong",)


@pytest.mark.parametrize(
    ("answers", "answer", "tolerance"),
    [
        ("#3.5", "3.5", ""),
        ("#3.14:0.01", "3.14", "±0.01"),
        ("#1..6", "3.5", "±2.5"),
        ("#=1822:0 =%50%1822:2", "1822", ""),
        ("#-4..-2", "-3", "±1"),
    ],
)
def test_numbers_and_ranges(answers: str, answer: str, tolerance: str) -> None:
    question = asked(f"When? {{{answers}}}")
    assert (question.kind, question.answer, question.tolerance) == (Kind.NUMBER, answer, tolerance)


def test_true_false_feedback_comes_wrong_one_first() -> None:
    question = asked("Ice floats. {T#No, it floats#Well seen####Density}")
    assert question.choices == (
        Choice(text="True", right=True, feedback="Well seen"),
        Choice(text="False", feedback="No, it floats"),
    )
    assert question.feedback == "Density"


def test_match_short_answer_and_missing_word() -> None:
    match = asked("Pair them {=Copy -> C\n=Paste -> V\n= -> Q}")
    assert match.pairs == (Pair(left="Copy", right="C"), Pair(left="Paste", right="V"), Pair(left="", right="Q"))
    assert asked("Who? {=Ann =Anne}").accept == ("Ann", "Anne")
    assert asked("You press {~Ctrl =Alt} to open it.").stem == "You press _____ to open it."


def test_html_becomes_words_and_formulas_stay() -> None:
    found = only('::t::[html]<p>Type <b>this</b>\\:</p><p><img src\\="x.png">A &amp; B</p><script>x</script> {=a ~b}')
    assert found.question is not None
    assert found.question.stem == "Type this:\nA & B"
    assert set(found.losses) == {
        "a picture in the text is left out",
        "formatting such as bold is left out; the words stay",
        "a script or style is left out",
    }
    assert asked("Is A1<B1 or A2>B2? {T}").stem == "Is A1<B1 or A2>B2?"
    assert asked("[plain]What does <b> do? {T}").stem == "What does <b> do?"


def test_categories_comments_and_windows_1252() -> None:
    data = b"// [id:vat-01] [tag:skill:charts] [tag:level:3]\n$CATEGORY: $course$/Make a chart\n\n"
    data += b"// \x93note\x94 [id:vat-02] [tag:level:2]\nA \xa35 note {=5 ~6}\n"
    read = read_gift(data)
    (found,) = read.found
    assert found.category == "$course$/Make a chart"
    assert found.question is not None
    assert found.question.stem == "A £5 note"
    assert (found.question.id, found.question.level) == ("vat-02", 2)
    assert "Windows-1252" in read.notices[0]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("Just a text", "no answers in braces"),
        ("Write about it {}", "essay"),
        ("Open {=a ~b", "closing brace is missing"),
        ("Two {=a ~b} and {=c ~d}", "two sets of answers"),
        ("None right {~a ~b}", "No answer is marked as right"),
        ("Number {#abc}", "isn’t a number"),
        ("Both {=a =%100%b ~c}", "More than one answer is right"),
        ("Wild {=*}", "No answer that can be typed"),
    ],
)
def test_refusals_say_why(text: str, why: str) -> None:
    found = only(text)
    assert found.question is None
    assert why in found.refusal


def test_one_bad_question_never_loses_the_file() -> None:
    read = read_gift(b"Good {=a ~b}\n\nBad {=a ~b\n\nstill bad} {\n\n}\n\nWell {T}\n")
    assert [found.fate for found in read.found] == [Fate.WHOLE, Fate.REFUSED, Fate.WHOLE]
    assert [found.place for found in read.found] == ["line 1", "line 3", "line 9"]


AIKEN = "Which one\nis it?\nA. This\nb) That\nANSWER: b\nNext without a gap?\nA. Yes\nB. No\nANSWER: A\n"


def test_aiken_letters_and_lines() -> None:
    first, second = read_aiken(AIKEN.replace("\n", "\r\n").encode()).found
    assert first.question is not None
    assert first.question.stem == "Which one\nis it?"
    assert first.question.choices == (Choice(text="This"), Choice(text="That", right=True))
    assert second.place == "line 6"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("Q?\nA. a\nB. b\n", "answer is missing"),
        ("Q?\nA. a\nB. b\nANSWER: C\n", "no answer with that letter"),
        ("Q?\nANSWER: A\n", "no answers"),
        ("Q?\nA. a\nA. b\nANSWER: A\n", "same letter"),
    ],
)
def test_aiken_refusals(text: str, why: str) -> None:
    found = read_aiken(text.encode() + b"\n" + AIKEN.encode()).found
    assert why in found[0].refusal
    assert [one.fate for one in found[1:]] == [Fate.WHOLE, Fate.WHOLE]


def test_aiken_true_false() -> None:
    (found,) = read_aiken(b"Ice floats.\nA. False\nB. True\nANSWER: B").found
    assert found.question is not None
    assert found.question.kind is Kind.TRUE_FALSE
    assert found.question.choices == (Choice(text="True", right=True), Choice(text="False"))
