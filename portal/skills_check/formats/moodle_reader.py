"""Moodle XML: single, multiple, true-false, short answer, numerical, match, ordering, missing words, cloze that maps.

Traps met here and tested: HTML in CDATA and escaped twice; ``<file>`` pictures; weights of thirds and of minus a third;
feedback in seven places; ``usecase``; an asterisk for any text; tolerance and units; a category as a question; hidden
text of several choices; groups of missing words; braces in cloze; namespaces; Windows-1252 that says UTF-8; a DTD.
Where the XML is broken inside one question, the others are still read.
"""

import re
from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation

from portal.skills_check.formats.cloze import cloze_parts, gap_parts
from portal.skills_check.formats.gift_reader import number_and_tolerance, plain_number
from portal.skills_check.formats.plain_text import decoded, looks_like_html, tidied, words_of
from portal.skills_check.formats.tags import with_tags
from portal.skills_check.formats.weights import Weighted, accepted, choice_parts
from portal.skills_check.formats.xml_tree import BrokenXml, Node, read_xml
from portal.skills_check.rules.exchange import CannotHold, Found, Losses, ReadFile, UnreadableFile
from portal.skills_check.rules.questions import Choice, Ignore, Kind, Pair, Question

Parts = dict[str, object]
_ONE = re.compile(r"<question\b[^>]*>.*?</question\s*>", re.S)
#: What Moodle puts in by itself says nothing about a question.
_STOCK = re.compile(r"your answer is (partially |)(correct|incorrect)\.?", re.I)
_UNMARKED = {"essay": "It asks for an essay", "description": "It is a text without a question"}


def read_moodle(data: bytes) -> ReadFile:
    """Every question of a file. Raises UnreadableFile when there is none to be found."""
    try:
        root = read_xml(data)
    except BrokenXml as error:
        return _pieces(data, error)
    if root.name != "quiz":
        raise UnreadableFile("This isn’t Moodle XML: its first element must be <quiz>. Choose another format.")
    return ReadFile(found=_all(root.all("question"), 0))


def _pieces(data: bytes, whole: BrokenXml) -> ReadFile:
    """Question by question, where the file as a whole can't be read."""
    text, notices = decoded(data)
    if "<!DOCTYPE" in text or "<!ENTITY" in text or not _ONE.search(text):
        raise UnreadableFile(f"Line {whole.line}: {whole} Nothing of the file was read.")
    found: list[Found] = []
    category = ""
    for met in _ONE.finditer(text):
        before = text.count("\n", 0, met.start())
        try:
            node = read_xml(met[0].encode())
        except BrokenXml as error:
            name = re.search(r"<name>\s*<text>([^<]*)", met[0])
            place = f"line {before + error.line}"
            found.append(Found(name=name[1] if name else "a question", place=place, refusal=str(error)))
            continue
        found += _all([node], before, category)
        if node.attributes.get("type") == "category":
            category = _category(node)
    notice = f"Line {whole.line}: {whole} The questions were read one by one."
    return ReadFile(found=tuple(found), notices=(*notices, notice))


def _all(nodes: list[Node], before: int, category: str = "") -> tuple[Found, ...]:
    found = []
    for node in nodes:
        if node.attributes.get("type") == "category":
            category = _category(node)
            continue
        found.append(_found(node, before, category))
    return tuple(found)


def _category(node: Node) -> str:
    category = node.first("category")
    return category.said("text") if category else ""


def _found(node: Node, before: int, category: str) -> Found:
    losses = Losses()
    place = f"line {before + node.line}"
    name = " ".join((node.first("name") or node).said("text").split())[:80] or "a question without a name"
    try:
        question = _question(node, losses)
    except CannotHold as error:
        return Found(name=name, place=place, refusal=str(error), category=category)
    return Found(name=name, place=place, question=question, losses=losses(), category=category)


def _question(node: Node, losses: Losses) -> Question:
    kind = node.attributes.get("type", "")
    reader = _READERS.get(kind)
    if reader is None:
        reason = _UNMARKED.get(kind, f"Its type “{kind or 'none'}” has no counterpart here")
        raise CannotHold(f"{reason}, so it can’t be marked here.")
    parts = reader(node, losses)
    stem = parts.pop("stem", None) or _words(node.first("questiontext"), losses, lines=True)
    weight = node.said("defaultgrade", "1")
    if _decimal(weight) not in (None, Decimal(1)):
        losses.add(f"its weight of {plain_number(_decimal(weight) or Decimal(1))} marks: every question counts one")
    for name in ("correctfeedback", "partiallycorrectfeedback", "incorrectfeedback"):
        told = _words(node.first(name), Losses())
        if told and not _STOCK.fullmatch(told):
            losses.add("feedback on the answer as a whole is left out")
    if node.all("hint"):
        losses.add("hints between tries are left out")
    question = Question(
        id=node.said("idnumber") if re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", node.said("idnumber")) else "",
        system="",
        skill="",
        level=0,
        stem=str(stem),
        feedback=_words(node.first("generalfeedback"), losses),
        **parts,  # type: ignore[arg-type]
    )
    tags = node.first("tags")
    return with_tags(question, (tag.said("text") for tag in tags.all("tag")) if tags else ())


def _words(node: Node | None, losses: Losses, *, lines: bool = False) -> str:
    """The words of an element that holds <text> and perhaps says its format."""
    if node is None:
        return ""
    text = node.said("text")
    if node.all("file") and "@@PLUGINFILE@@" not in text:
        losses.add("a file beside the text is left out")
    style = node.attributes.get("format", "")
    if style == "html" or (style != "plain_text" and looks_like_html(text)):
        text = words_of(text, losses)
    return tidied(text) if lines else " ".join(text.split())


def _weighted(node: Node, losses: Losses) -> list[Weighted]:
    return [
        Weighted(
            text=_words_of_answer(answer, losses),
            weight=float(_decimal(answer.attributes.get("fraction", "0")) or 0),
            feedback=_words(answer.first("feedback"), losses),
        )
        for answer in node.all("answer")
    ]


def _words_of_answer(answer: Node, losses: Losses) -> str:
    return _words(answer, losses) if answer.first("text") else " ".join(answer.text.split())


def _multichoice(node: Node, losses: Losses) -> Parts:
    several = node.said("single", "true").lower() in ("false", "0")
    shuffle = node.said("shuffleanswers", "1").lower() in ("1", "true")
    return {**choice_parts(_weighted(node, losses), several=several, losses=losses), "shuffle": shuffle}


def _true_false(node: Node, losses: Losses) -> Parts:
    answers = {one.text.casefold(): one for one in _weighted(node, losses)}
    if set(answers) != {"true", "false"}:
        raise CannotHold("Its answers aren’t true and false.")
    choices = tuple(
        Choice(text=word, right=answers[word.lower()].weight > 0, feedback=answers[word.lower()].feedback)
        for word in ("True", "False")
    )
    if choices[0].right == choices[1].right:
        raise CannotHold("It doesn’t say whether true or false is right.")
    return {"kind": Kind.TRUE_FALSE, "choices": choices, "shuffle": False}


def _short_answer(node: Node, losses: Losses) -> Parts:
    ignore = () if node.said("usecase") == "1" else (Ignore.CASE,)
    return {"kind": Kind.TEXT, "accept": accepted(_weighted(node, losses), losses), "ignore": ignore}


def _numerical(node: Node, losses: Losses) -> Parts:
    whole = [one for one in node.all("answer") if (_decimal(one.attributes.get("fraction", "0")) or 0) >= 100]
    if not whole:
        raise CannotHold("No number is marked as wholly right.")
    if len(node.all("answer")) > 1:
        losses.add("only the first number that earned the whole mark counts as right")
    if any(_words(one.first("feedback"), losses) for one in node.all("answer")):
        losses.add("feedback on single typed answers is left out")
    text, around = whole[0].said("text"), whole[0].said("tolerance", "0")
    answer, tolerance = number_and_tolerance(f"{text}:{around}")
    units = [unit.said("unit_name") for group in node.all("units") for unit in group.all("unit")]
    if len(units) > 1:
        losses.add("units after the first, with their factors, are left out")
    return {"kind": Kind.NUMBER, "answer": answer, "tolerance": tolerance, "unit": units[0] if units else ""}


def _matching(node: Node, losses: Losses) -> Parts:
    pairs = []
    for part in node.all("subquestion"):
        answer = part.first("answer")
        pairs.append(Pair(left=_words(part, losses), right=" ".join(answer.said("text").split()) if answer else ""))
    return {"kind": Kind.MATCH, "pairs": tuple(pair for pair in pairs if pair.right)}


def _ordering(node: Node, losses: Losses) -> Parts:
    items = [_words_of_answer(answer, losses) for answer in node.all("answer")]
    if node.said("selecttype") in ("1", "RANDOM", "2", "CONTIGUOUS"):
        losses.add("all of its steps are asked, not a choice of them")
    return {"kind": Kind.ORDER, "items": tuple(items)}


def _gap_select(node: Node, losses: Losses) -> Parts:
    options = [(_words(option, losses), option.said("group", "1")) for option in node.all("selectoption", "dragbox")]
    return gap_parts(_words(node.first("questiontext"), losses, lines=True), options, losses)


def _cloze(node: Node, losses: Losses) -> Parts:
    return cloze_parts(_words(node.first("questiontext"), losses, lines=True), losses)


def _decimal(text: str) -> Decimal | None:
    try:
        value = Decimal(text.strip())
    except InvalidOperation:
        return None
    return value if value.is_finite() else None


_READERS: Mapping[str, Callable[[Node, Losses], Parts]] = {
    "multichoice": _multichoice,
    "truefalse": _true_false,
    "shortanswer": _short_answer,
    "numerical": _numerical,
    "matching": _matching,
    "ordering": _ordering,
    "gapselect": _gap_select,
    "ddwtos": _gap_select,
    "cloze": _cloze,
    "multianswer": _cloze,
}
