"""What every QTI item is read with: names of all versions as one, right answers, words."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation

from portal.skills_check.formats.gift_reader import plain_number
from portal.skills_check.formats.xml_tree import Node
from portal.skills_check.rules.exchange import CannotHold, Losses
from portal.skills_check.rules.questions import Marking

Parts = dict[str, object]
_KEBAB = re.compile(r"-([a-z0-9])")
_BLOCKS = {"p", "div", "li", "br", "h1", "h2", "h3", "h4", "h5", "h6", "pre", "tr", "blockquote", "prompt"}
_PLAIN = _BLOCKS | {"span", "itemBody", "simpleChoice", "inlineChoice", "simpleAssociableChoice", "modalFeedback"}
_PLAIN |= {"contentBody", "rubricBlock"}
_MEDIA = {"img": "a picture", "object": "an embedded file", "video": "a video", "audio": "a sound", "math": "a formula"}
_SILENT = {"feedbackInline", "feedbackBlock", "script", "style", "stylesheet", "rubricBlock", "prompt"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared:
    """The right answers of one interaction. ``mapped``: answer → its share of the marks."""

    correct: tuple[str, ...] = ()
    mapped: Mapping[str, float] = field(default_factory=dict)
    base: str = "identifier"
    several: bool = False
    case_sensitive: bool = False
    scored_by_map: bool = False
    tolerance: str = ""

    def right(self, names: Sequence[str]) -> tuple[str, ...]:
        """What is right: the correct response, or what the mapping values most, among ``names`` where given."""
        found = self.correct
        if not found and self.mapped:
            best = max(self.mapped.values())
            positive = [name for name, weight in self.mapped.items() if weight > 0]
            found = tuple(positive if self.several else [name for name in positive if self.mapped[name] == best])
        return tuple(name for name in found if not names or name in names)

    def marking(self, right: Sequence[str], names: Sequence[str], losses: Losses) -> Marking:
        """All or nothing, or right less wrong; told where the mapping says something else."""
        if not self.scored_by_map or not self.mapped:
            return Marking.ALL_OR_NOTHING
        weight = max(self.mapped.values())
        wrong = [self.mapped.get(name, 0.0) for name in names if name not in right]
        equal = all(self.mapped.get(name) == weight for name in right)
        if not equal or any(abs(one + weight) > weight * 0.01 for one in wrong):
            losses.add("the weights become: right answers less wrong ones, never below nothing")
        return Marking.PER_PART

    @property
    def part_marks(self) -> Marking:
        return Marking.PER_PART if self.scored_by_map and self.mapped else Marking.ALL_OR_NOTHING


def normal(node: Node) -> Node:
    """The tree with QTI 3 names brought to the form of QTI 2: ``qti-item-body`` is ``itemBody``."""
    name = _camel(node.name.removeprefix("qti-")) if node.name.startswith("qti-") else node.name
    return Node(
        name=name,
        namespace=node.namespace,
        attributes={_camel(key): value for key, value in node.attributes.items()},
        line=node.line,
        parts=[part if isinstance(part, str) else normal(part) for part in node.parts],
    )


def _camel(name: str) -> str:
    return _KEBAB.sub(lambda met: met[1].upper(), name)


def declared(root: Node) -> Mapping[str, Declared]:
    """Identifier of each response → its right answers."""
    processing = root.first("responseProcessing")
    template = processing.attributes.get("template", "") if processing else ""
    by_map = "map_response" in template or bool(processing and processing.inside("mapResponse"))
    return {
        one.attributes.get("identifier", ""): _declared(one, by_map=by_map, tolerance=_tolerance(processing))
        for one in root.all("responseDeclaration")
    }


def _declared(node: Node, *, by_map: bool, tolerance: str) -> Declared:
    correct = node.first("correctResponse")
    mapping = node.first("mapping")
    entries = mapping.all("mapEntry") if mapping else []
    base = node.attributes.get("baseType", "identifier")
    sensitive = base == "string" and not any(one.attributes.get("caseSensitive") == "false" for one in entries)
    return Declared(
        correct=tuple(" ".join(value.text.split()) for value in correct.all("value")) if correct else (),
        mapped={one.attributes.get("mapKey", ""): _share(one.attributes.get("mappedValue", "0")) for one in entries},
        base=base,
        several=node.attributes.get("cardinality") in ("multiple", "ordered"),
        case_sensitive=sensitive,
        scored_by_map=by_map,
        tolerance=tolerance,
    )


def _tolerance(processing: Node | None) -> str:
    """The tolerance of a comparison of numbers: absolute as ±0.5, relative as 5%."""
    for equal in processing.inside("equal") if processing else ():
        around = equal.attributes.get("tolerance", "").split()
        mode = equal.attributes.get("toleranceMode", "exact")
        if around and mode in ("absolute", "relative"):
            value = plain_number(max(number(part) for part in around))
            return f"±{value}" if mode == "absolute" else f"{value}%"
    return ""


def _share(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise CannotHold(f"“{text}” isn’t a share of the marks.") from None


def number(text: str) -> Decimal:
    """A number as XML has it. Raises CannotHold."""
    try:
        value = Decimal(text.strip())
    except InvalidOperation:
        value = Decimal("NaN")
    if not value.is_finite():
        raise CannotHold(f"“{text}” isn’t a number.")
    return value


def short(node: Node, losses: Losses) -> str:
    """The words of an element on one line."""
    return " ".join(words(node, losses).split())


def said(node: Node, losses: Losses) -> str:
    """The words of a feedback."""
    return short(node, losses)


def words(node: Node, losses: Losses, gaps: Mapping[int, str] | None = None) -> str:
    """The words of an element. ``gaps``: what stands for an interaction, by its identity; the others are skipped."""
    parts = []
    for part in node.parts:
        if isinstance(part, str):
            parts.append(part.replace("\n", " "))
        elif gaps is not None and id(part) in gaps:
            parts.append(gaps[id(part)])
        elif part.name in _SILENT or part.name.endswith("Interaction"):
            continue
        else:
            parts.append(_worded(part, losses, gaps))
    return "".join(parts)


def _worded(part: Node, losses: Losses, gaps: Mapping[int, str] | None) -> str:
    if part.name in _MEDIA:
        losses.add(f"{_MEDIA[part.name]} in the text is left out")
        alt = part.attributes.get("alt", "")
        return f" ({alt}) " if alt else ""
    if part.name not in _PLAIN:
        losses.add("formatting such as bold is left out; the words stay")
    inner = words(part, losses, gaps)
    return f"\n{inner}\n" if part.name in _BLOCKS else inner


def address_of(written: str) -> str:
    """A path as files have it: ``%20`` is a space."""
    escaped = re.sub(rb"%([0-9A-Fa-f]{2})", lambda met: bytes([int(met[1], 16)]), written.encode())
    return escaped.decode(errors="replace")
