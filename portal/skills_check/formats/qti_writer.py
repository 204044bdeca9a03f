"""QTI packages in 2.1, 2.2 or 3.0, written so that reading one gives the same questions.

Items are written once with the names of QTI 2; for 3.0 each name is turned (``simpleChoice`` to ``qti-simple-choice``).
"""

import io
import re
import zipfile
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from enum import StrEnum
from xml.sax.saxutils import escape, quoteattr

from portal.skills_check.formats.gift_reader import plain_number
from portal.skills_check.formats.pictures import picture_type
from portal.skills_check.formats.tags import tags_of
from portal.skills_check.rules.exchange import Written
from portal.skills_check.rules.marking import tolerance_around
from portal.skills_check.rules.questions import Ignore, Kind, Marking, Question

_PURL = "http://www.imsglobal.org/question/qti_v2p1/rptemplates/"
_TAG = re.compile(r"<(/?)([A-Za-z]+)((?:\s+[A-Za-z:-]+=\"[^\"]*\")*)\s*(/?)>")
_HTML = {"p", "img", "object"}


class QtiVersion(StrEnum):
    """The versions of QTI that are written."""

    V2_1 = "2.1"
    V2_2 = "2.2"
    V3_0 = "3.0"


_NAMESPACES = {
    QtiVersion.V2_1: "http://www.imsglobal.org/xsd/imsqti_v2p1",
    QtiVersion.V2_2: "http://www.imsglobal.org/xsd/imsqti_v2p2",
    QtiVersion.V3_0: "http://www.imsglobal.org/xsd/imsqtiasi_v3p0",
}
_TYPES = {
    QtiVersion.V2_1: "imsqti_item_xmlv2p1",
    QtiVersion.V2_2: "imsqti_item_xmlv2p2",
    QtiVersion.V3_0: "imsqti_item_xmlv3p0",
}


def write_qti(questions: Iterable[Question], *, pictures: Mapping[str, bytes], version: QtiVersion) -> Written:
    """A package of all questions. ``pictures``: digest → content."""
    files: dict[str, bytes] = {}
    resources, lost, left_out = [], [], []
    for question in questions:
        if question.kind not in _BODIES:
            left_out.append((question.id, "QTI has no counterpart for this type."))
            continue
        beside = []
        if question.picture is not None:
            if question.picture.digest not in pictures:
                left_out.append((question.id, "Its picture isn’t stored here any more."))
                continue
            beside.append(_picture_name(question))
            files[beside[0]] = pictures[question.picture.digest]
        path = f"items/{question.id}.xml"
        files[path] = _versioned(_item(question), version).encode()
        resources.append(_resource(question, path, beside, version))
        lost += [(question.id, what) for what in _lost(question)]
    files["imsmanifest.xml"] = _manifest(resources).encode()
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as package:
        for name in sorted(files):
            package.writestr(zipfile.ZipInfo(name), files[name], zipfile.ZIP_DEFLATED)
    return Written(
        content=held.getvalue(),
        name=f"questions.qti-{version.value}.zip",
        media_type="application/zip",
        lost=tuple(lost),
        left_out=tuple(left_out),
    )


def _lost(question: Question) -> list[str]:
    told = []
    if question.unit:
        told.append("other programs don’t show its unit")
    if question.typos or set(question.ignore) - {Ignore.CASE}:
        told.append("other programs ignore capitals only, and no typing mistakes")
    return told


def _versioned(xml: str, version: QtiVersion) -> str:
    head = f'<?xml version="1.0" encoding="UTF-8"?>\n<assessmentItem xmlns="{_NAMESPACES[version]}"'
    xml = xml.replace("<assessmentItem", head, 1)
    return (
        _TAG.sub(_renamed, xml).replace(f"{_PURL}", "https://purl.imsglobal.org/spec/qti/v3p0/rptemplates/")
        if (version is QtiVersion.V3_0)
        else xml
    )


def _renamed(met: "re.Match[str]") -> str:
    close, name, attributes, empty = met.groups()
    new = name if name in _HTML else f"qti-{_kebab(name)}"
    named = re.sub(r"\s([A-Za-z:]+)=", lambda one: f" {one[1] if ':' in one[1] else _kebab(one[1])}=", attributes)
    return f"<{close}{new}{named}{'/' if empty else ''}>"


def _kebab(name: str) -> str:
    return re.sub(r"([A-Z])", lambda met: f"-{met[1].lower()}", name)


def _item(question: Question) -> str:
    declaration, body, names = _BODIES[question.kind](question)
    feedback = [
        _modal(name, choice.feedback) for name, choice in zip(names, question.choices, strict=False) if choice.feedback
    ]
    if question.feedback:
        feedback.append(_modal("GENERAL", question.feedback))
    outcomes = '<outcomeDeclaration identifier="SCORE" cardinality="single" baseType="float"/>'
    if feedback:
        outcomes += '<outcomeDeclaration identifier="FEEDBACK" cardinality="multiple" baseType="identifier"/>'
    return (
        f'<assessmentItem identifier="{question.id}" title={_quoted(question.id)} adaptive="false" '
        f'timeDependent="false">\n{declaration}\n{outcomes}\n<itemBody>\n{body}\n</itemBody>\n'
        f"{_processing(question, told=bool(feedback))}\n{''.join(feedback)}</assessmentItem>\n"
    )


def _quoted(text: str) -> str:
    """An attribute in double quotes, whatever is in it."""
    quoted = quoteattr(text)
    return quoted if quoted.startswith('"') else f'"{escape(text, {chr(34): "&quot;"})}"'


def _modal(name: str, text: str) -> str:
    return (
        f'<modalFeedback outcomeIdentifier="FEEDBACK" showHide="show" identifier="{name}">'
        f"{escape(text)}</modalFeedback>\n"
    )


def _processing(question: Question, *, told: bool) -> str:
    """How the mark comes about. Where there is feedback, or a tolerance, it is spelt out."""
    by_map = question.marking is Marking.PER_PART or question.kind is Kind.TEXT
    tolerance = _tolerance(question)
    if not told and not tolerance:
        return f'<responseProcessing template="{_PURL}{"map_response" if by_map else "match_correct"}"/>'
    if by_map:
        score = '<setOutcomeValue identifier="SCORE"><mapResponse identifier="RESPONSE"/></setOutcomeValue>'
    else:
        test = "match" if not tolerance else f"equal {tolerance}"
        own = '<variable identifier="RESPONSE"/><correct identifier="RESPONSE"/>'
        right = '<setOutcomeValue identifier="SCORE"><baseValue baseType="float">1</baseValue></setOutcomeValue>'
        score = (
            f"<responseCondition><responseIf><{test}>{own}</{test.split()[0]}>{right}</responseIf></responseCondition>"
        )
    shown = ""
    if told:
        general = '<baseValue baseType="identifier">GENERAL</baseValue>' if question.feedback else ""
        answer = '<variable identifier="RESPONSE"/>' if question.kind.is_choice else ""
        shown = f'<setOutcomeValue identifier="FEEDBACK"><multiple>{answer}{general}</multiple></setOutcomeValue>'
    return f"<responseProcessing>{score}{shown}</responseProcessing>"


def _tolerance(question: Question) -> str:
    if question.kind is not Kind.NUMBER or not question.tolerance:
        return ""
    if question.tolerance.strip().endswith("%"):
        return f'toleranceMode="relative" tolerance="{question.tolerance.strip()[:-1].strip()}"'
    around = plain_number(tolerance_around(Decimal(question.answer), question.tolerance))
    return f'toleranceMode="absolute" tolerance="{around}"'


def _declared(cardinality: str, base: str, values: Iterable[str], mapping: str = "") -> str:
    correct = "".join(f"<value>{escape(value)}</value>" for value in values)
    return (
        f'<responseDeclaration identifier="RESPONSE" cardinality="{cardinality}" baseType="{base}">'
        f"<correctResponse>{correct}</correctResponse>{mapping}</responseDeclaration>"
    )


def _mapping(weights: Iterable[tuple[str, float]]) -> str:
    entries = "".join(f'<mapEntry mapKey={_quoted(key)} mappedValue="{weight:.10g}"/>' for key, weight in weights)
    return f'<mapping lowerBound="0" defaultValue="0">{entries}</mapping>'


def _names(count: int, letter: str = "C") -> list[str]:
    return [f"{letter}{place}" for place in range(1, count + 1)]


def _lines(text: str) -> str:
    return "".join(f"<p>{escape(line)}</p>" for line in text.split("\n"))


def _parts_mapping(question: Question, right: list[str], names: list[str]) -> str:
    if question.marking is not Marking.PER_PART:
        return ""
    share = 1 / len(right)
    return _mapping((name, share if name in right else -share) for name in names)


Body = tuple[str, str, list[str]]


def _choices(question: Question) -> Body:
    names = _names(len(question.choices))
    right = [name for name, choice in zip(names, question.choices, strict=True) if choice.right]
    several = question.kind is Kind.MULTIPLE
    options = "".join(
        f'<simpleChoice identifier="{name}">{escape(choice.text)}</simpleChoice>\n'
        for name, choice in zip(names, question.choices, strict=True)
    )
    declared = _declared(
        "multiple" if several else "single", "identifier", right, _parts_mapping(question, right, names)
    )
    body = (
        f'{_lines(question.stem)}<choiceInteraction responseIdentifier="RESPONSE" '
        f'shuffle="{str(question.shuffle).lower()}" maxChoices="{0 if several else 1}">\n{options}</choiceInteraction>'
    )
    return declared, body, names


def _entry(question: Question) -> str:
    return f'{_lines(question.stem)}<p><textEntryInteraction responseIdentifier="RESPONSE"/></p>'


def _number(question: Question) -> Body:
    return _declared("single", "float", [question.answer]), _entry(question), []


def _text(question: Question) -> Body:
    sensitive = "false" if Ignore.CASE in question.ignore else "true"
    mapping = _mapping((text, 1.0) for text in question.accept)
    mapping = mapping.replace(" mappedValue=", f' caseSensitive="{sensitive}" mappedValue=')
    return _declared("single", "string", question.accept[:1], mapping), _entry(question), []


def _match(question: Question) -> Body:
    lefts = [pair.left for pair in question.pairs if pair.left]
    rights = list(dict.fromkeys(pair.right for pair in question.pairs))
    left_names, right_names = _names(len(lefts), "L"), _names(len(rights), "R")
    pairs = [pair for pair in question.pairs if pair.left]
    values = [f"{name} {right_names[rights.index(pair.right)]}" for name, pair in zip(left_names, pairs, strict=True)]
    mapping = _mapping((value, 1 / len(values)) for value in values) if question.marking is Marking.PER_PART else ""
    most = len(lefts)
    sets = "".join(
        "<simpleMatchSet>"
        + "".join(
            f'<simpleAssociableChoice identifier="{name}" matchMax="{matches}">{escape(text)}</simpleAssociableChoice>'
            for name, text in zip(names, texts, strict=True)
        )
        + "</simpleMatchSet>\n"
        for names, texts, matches in ((left_names, lefts, 1), (right_names, rights, most))
    )
    body = (
        f'{_lines(question.stem)}<matchInteraction responseIdentifier="RESPONSE" shuffle="true" '
        f'maxAssociations="{most}">\n{sets}</matchInteraction>'
    )
    return _declared("multiple", "directedPair", values, mapping), body, []


def _order(question: Question) -> Body:
    names = _names(len(question.items), "S")
    steps = "".join(
        f'<simpleChoice identifier="{name}">{escape(text)}</simpleChoice>\n'
        for name, text in zip(names, question.items, strict=True)
    )
    mapping = _mapping((name, 1 / len(names)) for name in names) if question.marking is Marking.PER_PART else ""
    body = (
        f'{_lines(question.stem)}<orderInteraction responseIdentifier="RESPONSE" shuffle="true">\n{steps}'
        "</orderInteraction>"
    )
    return _declared("ordered", "identifier", names, mapping), body, []


def _picture_name(question: Question) -> str:
    picture = question.picture
    if picture is None:
        return ""
    name = re.sub(r"[^A-Za-z0-9._-]", "-", picture.file.rsplit("/", 1)[-1])
    return f"pictures/{picture.digest[:8]}-{name}"


def _hotspot(question: Question) -> Body:
    picture = question.picture
    if picture is None:
        raise ValueError("a question on a picture without its picture")
    names = _names(len(question.regions), "H")
    right = [name for name, region in zip(names, question.regions, strict=True) if region.right]
    places = "".join(
        f'<hotspotChoice identifier="{name}" hotspotLabel={_quoted(region.label)} shape="rect" '
        f'coords="{_coords(region.box)}"/>\n'
        for name, region in zip(names, question.regions, strict=True)
    )
    kind = picture_type(b"\xff\xd8") if picture.file.lower().endswith((".jpg", ".jpeg")) else "image/png"
    shown = (
        f'<object data="../{_picture_name(question)}" type="{kind}" width="{picture.width}" '
        f'height="{picture.height}">{escape(question.alt)}</object>'
    )
    several = len(right) > 1 or question.marking is Marking.PER_PART
    declared = _declared(
        "multiple" if several else "single", "identifier", right, _parts_mapping(question, right, names)
    )
    body = (
        f'{_lines(question.stem)}<hotspotInteraction responseIdentifier="RESPONSE" '
        f'maxChoices="{0 if several else 1}">{shown}\n{places}</hotspotInteraction>'
    )
    return declared, body, []


def _coords(box: tuple[int, int, int, int]) -> str:
    x, y, width, height = box
    return f"{x},{y},{x + width},{y + height}"


def _resource(question: Question, path: str, beside: list[str], version: QtiVersion) -> str:
    keywords = "".join(
        f"<imsmd:keyword><imsmd:string>{escape(tag)}</imsmd:string></imsmd:keyword>" for tag in tags_of(question)
    )
    files = "".join(f'<file href="{name}"/>' for name in (path, *beside))
    return (
        f'<resource identifier="r-{question.id}" type="{_TYPES[version]}" href="{path}"><metadata><imsmd:lom>'
        f"<imsmd:general>{keywords}</imsmd:general></imsmd:lom></metadata>{files}</resource>"
    )


def _manifest(resources: list[str]) -> str:
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<manifest identifier="questions" '
        'xmlns="http://www.imsglobal.org/xsd/imscp_v1p1" xmlns:imsmd="http://ltsc.ieee.org/xsd/LOM">\n'
        "<metadata><schema>QTI Package</schema></metadata>\n<organizations/>\n<resources>\n"
        + "\n".join(resources)
        + "\n</resources>\n</manifest>\n"
    )


_BODIES: Mapping[Kind, Callable[[Question], Body]] = {
    Kind.SINGLE: _choices,
    Kind.MULTIPLE: _choices,
    Kind.TRUE_FALSE: _choices,
    Kind.NUMBER: _number,
    Kind.TEXT: _text,
    Kind.MATCH: _match,
    Kind.ORDER: _order,
    Kind.HOTSPOT: _hotspot,
}
