"""One QTI item: choice, text entry, inline choice, match, order and hotspot; 2.1, 2.2 and 3.0 are one language here.

QTI 3 writes ``qti-simple-choice max-choices`` for ``simpleChoice maxChoices``: names are brought to the older form, so
that one reader serves all. Traps met here and tested: namespaces and none; answers named by identifiers; a mapping
beside a correct response; a mapping that is part marks; feedback by identifier; ``caseSensitive``; several interactions
in one item; pictures; shapes that are no rectangles.
"""

import posixpath
import re
from collections.abc import Callable, Mapping

from portal.skills_check.formats.gift_reader import GAP, plain_number
from portal.skills_check.formats.pictures import read_picture
from portal.skills_check.formats.plain_text import tidied
from portal.skills_check.formats.qti_parts import (
    Declared,
    Parts,
    address_of,
    declared,
    normal,
    number,
    said,
    short,
    words,
)
from portal.skills_check.formats.weights import is_true_false
from portal.skills_check.formats.xml_tree import BrokenXml, Node, read_xml
from portal.skills_check.rules.exchange import CannotHold, Found, Losses
from portal.skills_check.rules.questions import Choice, Ignore, Kind, Marking, Pair, Question, Region

Files = Mapping[str, bytes]
#: What our writer puts before a picture's name, so that two pictures of one name can lie side by side.
_OURS = re.compile(r"^[0-9a-f]{8}-")
_INTERACTION = re.compile(r"\w+Interaction")


def read_item(data: bytes, *, path: str, files: Files) -> Found:
    """The question of one item. ``path``: its name in the package, "" for a file alone; ``files``: what lies beside."""
    try:
        root = normal(read_xml(data))
    except BrokenXml as error:
        place = f"{path}, line {error.line}" if path else f"line {error.line}"
        return Found(name=path or "the item", place=place, refusal=str(error))
    place = f"{path}, line {root.line}" if path else f"line {root.line}"
    name = root.attributes.get("title") or root.attributes.get("identifier") or path or "an item"
    losses = Losses()
    try:
        question, picture = _question(root, path, files, losses)
    except CannotHold as error:
        return Found(name=name, place=place, refusal=str(error))
    return Found(name=name, place=place, question=question, losses=losses(), picture=picture)


def _question(root: Node, path: str, files: Files, losses: Losses) -> tuple[Question, bytes]:
    if root.name == "questestinterop":
        raise CannotHold("It is QTI 1.2, which isn’t read. Export it as QTI 2.1 or newer.")
    if root.name != "assessmentItem":
        raise CannotHold(f"Its first element is {root.name}, not an item.")
    body = root.first("itemBody")
    interactions = _interactions(body) if body else []
    if body is None or not interactions:
        raise CannotHold("It asks nothing: it has no interaction.")
    kinds = {one.name for one in interactions}
    if kinds == {"inlineChoiceInteraction"} and len(interactions) > 1:
        parts, picture = _several_gaps(body, interactions, declared(root), losses), b""
    elif len(interactions) > 1:
        raise CannotHold("It asks several things at once. Split it into one question each.")
    else:
        (interaction,) = interactions
        reader = _READERS.get(interaction.name)
        if reader is None and interaction.name != "hotspotInteraction":
            raise CannotHold(f"A {interaction.name} has no counterpart here.")
        answer = declared(root).get(interaction.attributes.get("responseIdentifier", ""), Declared())
        if reader is None:
            parts, picture = _hotspot(interaction, answer, path, files, losses)
        else:
            parts, picture = reader(interaction, answer, losses), b""
    stem = str(parts.pop("stem", "")) or _stem(body, interactions, losses)
    parts, general = _with_feedback(parts, root, losses)
    identifier = root.attributes.get("identifier", "")
    if root.all("templateDeclaration", "templateProcessing"):
        losses.add("it is a template; its first values stay")
    question = Question(
        id=identifier if re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", identifier) else "",
        system="",
        skill="",
        level=0,
        stem=stem,
        feedback=general,
        **{name: value for name, value in parts.items() if name != "_names"},  # type: ignore[arg-type]
    )
    return question, picture


def _interactions(body: Node) -> list[Node]:
    found = []
    for child in body.children:
        if _INTERACTION.fullmatch(child.name) and child.name != "endAttemptInteraction":
            found.append(child)
        else:
            found += _interactions(child)
    return found


def _stem(body: Node, interactions: list[Node], losses: Losses) -> str:
    text = words(body, losses, gaps={id(one): GAP for one in interactions if one.name in _INLINE})
    prompts = [words(prompt, losses) for one in interactions for prompt in one.all("prompt")]
    # A field after the text needs no mark of its own: the page puts the field there anyway.
    return tidied("\n".join([text, *prompts])).removesuffix(f"\n{GAP}")


def _several_gaps(
    body: Node, interactions: list[Node], answers: Mapping[str, Declared], losses: Losses
) -> dict[str, object]:
    losses.add("its gaps are asked as a list below the text")
    gaps: dict[int, str] = {}
    pairs, all_words, rights = [], [], set()
    for place, one in enumerate(interactions, start=1):
        gaps[id(one)] = f"({place})"
        texts = {choice.attributes.get("identifier", ""): short(choice, losses) for choice in one.all("inlineChoice")}
        values = answers.get(one.attributes.get("responseIdentifier", ""), Declared()).correct
        if len(values) != 1 or values[0] not in texts:
            raise CannotHold("One of its gaps hasn’t one right answer.")
        pairs.append(Pair(left=f"Gap {place}", right=texts[values[0]]))
        rights.add(texts[values[0]])
        all_words += list(texts.values())
    pairs += [Pair(left="", right=word) for word in dict.fromkeys(all_words) if word not in rights]
    return {"kind": Kind.MATCH, "pairs": tuple(pairs), "stem": tidied(words(body, losses, gaps=gaps))}


def _choice(interaction: Node, answer: Declared, losses: Losses) -> Parts:
    options = interaction.all("simpleChoice", "inlineChoice")
    names = [option.attributes.get("identifier", "") for option in options]
    right = answer.right(names)
    if not right:
        raise CannotHold("No answer is marked as right.")
    several = answer.several or interaction.attributes.get("maxChoices", "1") not in ("1", "")
    if any(option.attributes.get("fixed") == "true" for option in options):
        losses.add("an answer with a fixed place is shuffled with the others")
    choices = tuple(
        Choice(text=short(option, losses), right=name in right) for option, name in zip(options, names, strict=True)
    )
    shuffle = interaction.attributes.get("shuffle") == "true"
    if several:
        marking = answer.marking(right, names, losses)
        return {"kind": Kind.MULTIPLE, "choices": choices, "shuffle": shuffle, "marking": marking, "_names": names}
    if is_true_false([choice.text for choice in choices]) and len(choices) == 2:
        pair = sorted(zip(choices, names, strict=True), key=lambda one: one[0].text.casefold() not in ("true", "t"))
        texts = tuple(
            Choice(text=word, right=one.right) for word, (one, _) in zip(("True", "False"), pair, strict=True)
        )
        return {"kind": Kind.TRUE_FALSE, "choices": texts, "shuffle": False, "_names": [name for _, name in pair]}
    if any(0 < weight < max(answer.mapped.values()) for weight in answer.mapped.values()):
        losses.add("an answer that earned part of the mark counts as wrong")
    return {"kind": Kind.SINGLE, "choices": choices, "shuffle": shuffle, "_names": names}


def _text_entry(_interaction: Node, answer: Declared, losses: Losses) -> Parts:
    if answer.base in ("integer", "float"):
        right = answer.right(())
        if len(right) != 1:
            raise CannotHold("It hasn’t one right number.")
        return {"kind": Kind.NUMBER, "answer": plain_number(number(right[0])), "tolerance": answer.tolerance}
    best = max(answer.mapped.values(), default=0)
    typed = [name for name, weight in answer.mapped.items() if weight > 0 and weight >= best / 2]
    if any(0 < weight < best for weight in answer.mapped.values()):
        losses.add("an answer that earned half of the mark or more counts as right, one below as wrong")
    accept = tuple(dict.fromkeys(" ".join(text.split()) for text in (*answer.correct, *typed) if text.strip()))
    if not accept:
        raise CannotHold("No answer that can be typed is accepted.")
    ignore = () if answer.case_sensitive else (Ignore.CASE,)
    return {"kind": Kind.TEXT, "accept": accept, "ignore": ignore}


def _match(interaction: Node, answer: Declared, losses: Losses) -> Parts:
    sets = interaction.all("simpleMatchSet")
    if len(sets) != 2:
        raise CannotHold("It hasn’t two lists to match.")
    left, right = (
        {one.attributes.get("identifier", ""): short(one, losses) for one in part.all("simpleAssociableChoice")}
        for part in sets
    )
    pairs, used = [], set()
    for value in answer.right(()):
        first, _, second = value.partition(" ")
        if first in right and second in left:
            first, second = second, first
        if first not in left or second not in right:
            raise CannotHold("A right pair names something that isn’t in its lists.")
        if first in used:
            raise CannotHold("Something on the left belongs to several on the right.")
        used.add(first)
        pairs.append(Pair(left=left[first], right=right[second]))
    if set(left) - used:
        raise CannotHold("Something on the left belongs to nothing on the right.")
    taken = {pair.right for pair in pairs}
    pairs += [Pair(left="", right=text) for text in right.values() if text not in taken]
    return {"kind": Kind.MATCH, "pairs": tuple(pairs), "marking": answer.part_marks}


def _order(interaction: Node, answer: Declared, losses: Losses) -> Parts:
    texts = {one.attributes.get("identifier", ""): short(one, losses) for one in interaction.all("simpleChoice")}
    if sorted(answer.correct) != sorted(texts):
        raise CannotHold("Its right order doesn’t name each step once.")
    return {"kind": Kind.ORDER, "items": tuple(texts[name] for name in answer.correct)}


def _hotspot(interaction: Node, answer: Declared, path: str, files: Files, losses: Losses) -> tuple[Parts, bytes]:
    picture = next(iter(interaction.inside("object", "img")), None)
    address = picture.attributes.get("data") or picture.attributes.get("src") or "" if picture else ""
    name = posixpath.normpath(posixpath.join(posixpath.dirname(path), address_of(address)))
    content = files.get(name)
    if picture is None or not address or content is None:
        raise CannotHold(f"Its picture {address or ''} isn’t in the file. Import the whole package.".replace("  ", " "))
    try:
        read = read_picture(content, _OURS.sub("", posixpath.basename(name)))
    except ValueError as error:
        raise CannotHold(str(error)) from None
    choices = interaction.all("hotspotChoice")
    names = [choice.attributes.get("identifier", "") for choice in choices]
    right = answer.right(names)
    regions = tuple(
        Region(
            label=choice.attributes.get("hotspotLabel") or f"Place {place}",
            box=_box(choice, losses),
            right=own in right,
        )
        for place, (choice, own) in enumerate(zip(choices, names, strict=True), start=1)
    )
    alt = picture.attributes.get("alt") or " ".join(picture.text.split())
    if not alt:
        losses.add("it has no description of the picture")
    parts: Parts = {
        "kind": Kind.HOTSPOT,
        "picture": read,
        "alt": alt or "A picture without a description",
        "regions": regions,
        "marking": answer.marking(right, names, losses) if answer.several else Marking.ALL_OR_NOTHING,
    }
    return parts, content


def _box(choice: Node, losses: Losses) -> tuple[int, int, int, int]:
    shape = choice.attributes.get("shape", "rect")
    try:
        numbers = [round(float(part)) for part in choice.attributes.get("coords", "").split(",")]
    except (ValueError, OverflowError):
        numbers = []
    if shape == "circle" and len(numbers) == 3:
        x, y, radius = numbers
        numbers = [x - radius, y - radius, x + radius, y + radius]
    elif shape in ("poly", "ellipse") and len(numbers) >= 6 and len(numbers) % 2 == 0:
        numbers = [min(numbers[::2]), min(numbers[1::2]), max(numbers[::2]), max(numbers[1::2])]
    if len(numbers) != 4:
        raise CannotHold("A place on its picture can’t be read as a rectangle.")
    if shape != "rect":
        losses.add("a round or many-sided place becomes the rectangle around it")
    left, top, far, bottom = numbers
    return max(0, left), max(0, top), far - max(0, left), bottom - max(0, top)


def _with_feedback(parts: Parts, root: Node, losses: Losses) -> tuple[Parts, str]:
    """The parts with the feedback of choices, and the feedback on all."""
    known = parts.get("_names")
    names = known if isinstance(known, list) else []
    told = {one.attributes.get("identifier", ""): one for one in root.all("modalFeedback")}
    general = " ".join(said(told.pop(name), losses) for name in [*told] if name not in names)
    choices = parts.get("choices")
    if isinstance(choices, tuple) and told:
        fresh = tuple(
            Choice(text=one.text, right=one.right, feedback=said(told[name], losses) if name in told else "")
            for one, name in zip(choices, names, strict=True)
        )
        parts = {**parts, "choices": fresh}
    return parts, " ".join(general.split())


_INLINE = ("textEntryInteraction", "inlineChoiceInteraction")
_READERS: Mapping[str, Callable[[Node, Declared, Losses], Parts]] = {
    "choiceInteraction": _choice,
    "inlineChoiceInteraction": _choice,
    "textEntryInteraction": _text_entry,
    "matchInteraction": _match,
    "orderInteraction": _order,
}
