"""QTI items and packages with the traps their readers name."""

import io
import zipfile

import pytest

from portal.skills_check.formats.qti_package import read_qti
from portal.skills_check.rules.exchange import Fate, Found, UnreadableFile
from portal.skills_check.rules.questions import Ignore, Kind, Marking, Question

V21 = 'xmlns="http://www.imsglobal.org/xsd/imsqti_v2p1"'
V30 = 'xmlns="http://www.imsglobal.org/xsd/imsqtiasi_v3p0"'


def item(declaration: str, body: str, more: str = "") -> str:
    head = f'<assessmentItem {V21} identifier="vat-01" title="VAT">'
    return f"<?xml version='1.0'?>{head}{declaration}<itemBody>{body}</itemBody>{more}</assessmentItem>"


def response(values: str, *, cardinality: str = "single", base: str = "identifier", mapping: str = "") -> str:
    head = f'<responseDeclaration identifier="RESPONSE" cardinality="{cardinality}" baseType="{base}">'
    return f"{head}<correctResponse>{values}</correctResponse>{mapping}</responseDeclaration>"


def one(text: str) -> Found:
    (found,) = read_qti(text.encode()).found
    return found


def asked(text: str) -> Question:
    found = one(text)
    assert found.question is not None, found.refusal
    return found.question


CHOICES = '<simpleChoice identifier="A">One<feedbackInline identifier="A">x</feedbackInline></simpleChoice>'
CHOICES += '<simpleChoice identifier="B">T<em>wo</em></simpleChoice>'


def test_choice_with_prompt_and_feedback() -> None:
    body = (
        f'<p>See.</p><choiceInteraction responseIdentifier="RESPONSE" maxChoices="1"><prompt>Which?</prompt>{CHOICES}'
    )
    text = item(
        response("<value>B</value>"),
        f"{body}</choiceInteraction>",
        '<modalFeedback identifier="A">No</modalFeedback><modalFeedback identifier="ALL">Look again</modalFeedback>',
    )
    found = one(text)
    assert found.question is not None
    assert found.question.stem == "See.\nWhich?"
    assert [(c.text, c.right, c.feedback) for c in found.question.choices] == [("One", False, "No"), ("Two", True, "")]
    assert (found.question.id, found.question.feedback) == ("vat-01", "Look again")
    assert found.losses == ("formatting such as bold is left out; the words stay",)


def test_a_mapping_alone_says_what_is_right_and_that_parts_count() -> None:
    mapping = '<mapping lowerBound="0"><mapEntry mapKey="A" mappedValue="1"/><mapEntry mapKey="B" mappedValue="-1"/></mapping>'
    declared = response("", cardinality="multiple", mapping=mapping).replace("<correctResponse></correctResponse>", "")
    body = f'<p>Q</p><choiceInteraction responseIdentifier="RESPONSE" maxChoices="0">{CHOICES}</choiceInteraction>'
    question = asked(item(declared, body, '<responseProcessing template="x/map_response"/>'))
    assert (question.kind, question.marking) == (Kind.MULTIPLE, Marking.PER_PART)
    assert [choice.right for choice in question.choices] == [True, False]


def test_version_3_is_the_same_language() -> None:
    text = (
        f'<qti-assessment-item {V30} identifier="x-1" title="x"><qti-response-declaration identifier="R" '
        'cardinality="single" base-type="float"><qti-correct-response><qti-value>3.50</qti-value></qti-correct-response>'
        "</qti-response-declaration><qti-item-body><p>How many? "
        '<qti-text-entry-interaction response-identifier="R"/> boxes</p></qti-item-body><qti-response-processing>'
        '<qti-equal tolerance-mode="relative" tolerance="5 5"/></qti-response-processing></qti-assessment-item>'
    )
    question = asked(text)
    assert (question.kind, question.stem) == (Kind.NUMBER, "How many? _____ boxes")
    assert (question.answer, question.tolerance) == ("3.5", "5%")


def test_typed_text_and_case() -> None:
    mapping = '<mapping><mapEntry mapKey="View" mappedValue="1" caseSensitive="false"/><mapEntry mapKey="See" mappedValue="0.2"/></mapping>'
    body = '<p><textEntryInteraction responseIdentifier="RESPONSE"/></p><p>Q</p>'
    question = asked(item(response("<value>View</value>", base="string", mapping=mapping), body))
    assert (question.accept, question.ignore) == (("View",), (Ignore.CASE,))
    exact = asked(item(response("<value>View</value>", base="string"), body))
    assert exact.ignore == ()


def test_inline_choices_one_and_several() -> None:
    def gap(name: str) -> str:
        options = '<inlineChoice identifier="a">cat</inlineChoice><inlineChoice identifier="b">dog</inlineChoice>'
        return f'<inlineChoiceInteraction responseIdentifier="{name}">{options}</inlineChoiceInteraction>'

    single = asked(item(response("<value>a</value>"), f"<p>The {gap('RESPONSE')} sat.</p>"))
    assert (single.kind, single.stem) == (Kind.SINGLE, "The _____ sat.")
    second = response("<value>b</value>").replace("RESPONSE", "R2")
    found = one(item(response("<value>a</value>") + second, f"<p>{gap('RESPONSE')} and {gap('R2')}</p>"))
    assert found.question is not None
    assert (found.question.kind, found.question.stem) == (Kind.MATCH, "(1) and (2)")
    assert found.losses == ("its gaps are asked as a list below the text",)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (item("", "<p>Text</p>"), "asks nothing"),
        (item("", "<extendedTextInteraction responseIdentifier='R'/>"), "no counterpart"),
        (item("", "<choiceInteraction/><orderInteraction/>"), "several things"),
        (
            item("", f"<choiceInteraction responseIdentifier='RESPONSE'>{CHOICES}</choiceInteraction>"),
            "marked as right",
        ),
        ("<questestinterop/>", "QTI 1.2"),
        ("<assessmentItem>", "broken"),
        (
            f'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><assessmentItem {V21}>&b;</assessmentItem>',
            "isn’t safe",
        ),
        (item("", "<hotspotInteraction><object data='no.png'/></hotspotInteraction>"), "Its picture no.png"),
    ],
)
def test_refusals_say_why(text: str, why: str) -> None:
    found = one(text)
    assert found.question is None
    assert why in found.refusal


def package(**files: str | bytes) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in files.items():
            made.writestr(name.replace("__", "/").replace("_xml", ".xml"), content)
    return held.getvalue()


GOOD = item(
    response("<value>A</value>"),
    f'<p>Q</p><choiceInteraction responseIdentifier="RESPONSE">{CHOICES}</choiceInteraction>',
)


def test_a_package_reports_each_item() -> None:
    manifest = "".join(f'<resource type="imsqti_item_xmlv2p1" href="{name}.xml"/>' for name in ("one", "two", "three"))
    data = package(
        imsmanifest_xml=f"<manifest><resources>{manifest}</resources></manifest>", one_xml=GOOD, two_xml="<a"
    )
    found = read_qti(data).found
    assert [one.fate for one in found] == [Fate.WITH_LOSS, Fate.REFUSED, Fate.REFUSED]
    assert "doesn’t hold it" in found[2].refusal


def test_a_package_without_manifest_is_read_all_the_same() -> None:
    read = read_qti(package(deep__one_xml=GOOD, note_xml="<note/>"))
    assert [one.place for one in read.found] == ["deep/one.xml, line 1"]


def test_limits_of_packages() -> None:
    with pytest.raises(UnreadableFile, match="far more than its size"):
        read_qti(package(one_xml=b"<a>" + b" " * 15_000_000))
    with pytest.raises(UnreadableFile, match="too large"):
        read_qti(package(one_xml=b" " * 21_000_000))
    with pytest.raises(UnreadableFile, match="no QTI item"):
        read_qti(package(readme="hello"))
    with pytest.raises(UnreadableFile, match="damaged"):
        read_qti(b"PK\x03\x04 and then nothing")
