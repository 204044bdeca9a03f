"""What a question is. A changed text is a new version of the same question, known by the hash of its content."""

import dataclasses
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from portal.core.errors import NotFound

#: Share of people who guess although “I don't know” is offered beside the choices (measurement A).
GUESSING = 0.2
LEVELS = {1: "the basics", 2: "everyday work", 3: "can help others"}


class UnknownVersion(NotFound):
    """A question version that an attempt names isn't stored."""

    def __init__(self, version_id: int) -> None:
        self.version_id = version_id
        super().__init__("This question can’t be found any more. Go back to your check and continue with the next one.")


class Kind(StrEnum):
    """How a question is answered."""

    SINGLE = "single"
    MULTIPLE = "multiple"
    TRUE_FALSE = "true-false"
    NUMBER = "number"
    TEXT = "text"
    MATCH = "match"
    ORDER = "order"
    HOTSPOT = "hotspot"
    FILE = "file"

    @property
    def is_choice(self) -> bool:
        """Whether the answer is chosen from a list of choices."""
        return self in (Kind.SINGLE, Kind.MULTIPLE, Kind.TRUE_FALSE)

    @property
    def is_typed(self) -> bool:
        """Whether the answer is typed."""
        return self in (Kind.NUMBER, Kind.TEXT)

    @property
    def shows_alone(self) -> bool:
        """Whether one right answer shows a skill: it is hardly guessed."""
        return not self.is_choice and self is not Kind.HOTSPOT


class Marking(StrEnum):
    """What half a right answer is worth."""

    ALL_OR_NOTHING = "all-or-nothing"
    PER_PART = "per-part"


class Ignore(StrEnum):
    """What a typed answer may differ in."""

    CASE = "case"
    ACCENTS = "accents"
    SPACES = "spaces"
    PUNCTUATION = "punctuation"


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One answer to choose. ``feedback`` is shown after the check."""

    text: str
    right: bool = False
    feedback: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Two texts that belong together. An empty ``left``: one more text on the right that fits nothing."""

    left: str
    right: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Region:
    """A rectangle on a picture. ``box``: x, y, width and height in pixels of the picture; 0, 0 is its top left."""

    label: str
    box: tuple[int, int, int, int]
    right: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """The picture of a question. ``file``: its name beside the quiz; ``digest``: SHA-256 of its content; pixels."""

    file: str
    digest: str
    width: int
    height: int


class CellFormat(StrEnum):
    """How a cell is shown."""

    PERCENT = "percent"
    CURRENCY = "currency"
    DATE = "date"
    BOLD = "bold"


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """The workbook of a file task. ``file``: its name beside the quiz; ``digest``: SHA-256 of its content."""

    file: str
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CellCheck:
    """What a cell must hold; an empty part isn't looked at.

    ``sheet``: its name, the first sheet when empty. ``formula``: the name of a function it must use, or a whole formula
    that starts with =. ``value``: a number or a text.
    """

    cell: str
    sheet: str = ""
    formula: str = ""
    value: str = ""
    format: CellFormat | None = None

    def in_words(self) -> str:
        """What the check looks for, for people."""
        wanted = []
        if self.formula:
            wanted.append(self.formula if self.formula.startswith("=") else f"a formula with {self.formula.upper()}")
        if self.value:
            wanted.append(f"the value {self.value}")
        if self.format is not None:
            wanted.append(f"shown as {self.format}" if self.format is not CellFormat.BOLD else "in bold")
        return f"{self.cell}: {', '.join(wanted)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A question as it was written. ``at``: seconds into the guide that answers it; ``difficulty`` in logits.

    ``pairs`` are those of a match, ``items`` those of an order as they belong, ``regions`` those of a hotspot,
    ``checks`` those of a file task.
    """

    id: str
    system: str
    skill: str
    level: int
    kind: Kind
    stem: str
    choices: tuple[Choice, ...] = ()
    shuffle: bool = True
    marking: Marking = Marking.ALL_OR_NOTHING
    answer: str = ""
    tolerance: str = ""
    unit: str = ""
    accept: tuple[str, ...] = ()
    ignore: tuple[Ignore, ...] = ()
    typos: int = 0
    pairs: tuple[Pair, ...] = ()
    items: tuple[str, ...] = ()
    picture: Picture | None = None
    alt: str = ""
    regions: tuple[Region, ...] = ()
    template: Template | None = None
    checks: tuple[CellCheck, ...] = ()
    feedback: str = ""
    guide: str | None = None
    at: float = 0.0
    difficulty: float | None = None
    source: str = ""

    @property
    def a(self) -> float:
        """Discrimination; 1 until calibrated."""
        return 1.0

    @property
    def b(self) -> float:
        """Difficulty in logits: calibrated elsewhere, or −1, 0, 1 from the level."""
        return float(self.level - 2) if self.difficulty is None else self.difficulty

    @property
    def c(self) -> float:
        """Chance of a right answer by guessing, from 0 to 1."""
        if self.kind is Kind.MULTIPLE:
            return float(GUESSING / (2 ** len(self.choices) - 1))
        if self.kind is Kind.HOTSPOT:
            return GUESSING / len(self.regions)
        return GUESSING / len(self.choices) if self.kind.is_choice else 0.0

    @property
    def targets(self) -> tuple[str, ...]:
        """The texts on the right of a match, each once: what an answer chooses from."""
        return tuple(dict.fromkeys(pair.right for pair in self.pairs))

    @property
    def lefts(self) -> tuple[str, ...]:
        """The texts on the left of a match, each with one text of the right to be found."""
        return tuple(pair.left for pair in self.pairs if pair.left)

    @property
    def shown_parts(self) -> int:
        """How many things on its page have an order: choices, texts to match, items, regions."""
        counts = {Kind.MATCH: len(self.targets), Kind.ORDER: len(self.items), Kind.HOTSPOT: len(self.regions)}
        return counts.get(self.kind, len(self.choices))

    def content(self) -> dict[str, Any]:
        """Everything but the id, in plain values: what a version stores and its hash is made from."""
        content = dataclasses.asdict(self)
        del content["id"]
        return content

    def content_hash(self) -> str:
        """SHA-256 of the canonical content, in hex."""
        canonical = json.dumps(self.content(), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        return hashlib.sha256(canonical.encode()).hexdigest()

    def right_texts(self) -> tuple[str, ...]:
        """The right answer in words: right choices or regions, the number with its unit, the first accepted text,
        the pairs, or the items in order."""
        if self.kind.is_choice:
            return tuple(choice.text for choice in self.choices if choice.right)
        if self.kind is Kind.NUMBER:
            return (f"{self.unit}{self.answer}" if self.unit == "£" else f"{self.answer} {self.unit}".strip(),)
        if self.kind is Kind.MATCH:
            return tuple(f"{pair.left}: {pair.right}" for pair in self.pairs if pair.left)
        if self.kind is Kind.ORDER:
            return self.items
        if self.kind is Kind.HOTSPOT:
            return tuple(region.label for region in self.regions if region.right)
        if self.kind is Kind.FILE:
            return tuple(check.in_words() for check in self.checks)
        return self.accept[:1]


def question_from(question_id: str, content: Mapping[str, Any]) -> Question:
    """A question from what ``content`` gave."""
    return Question(
        **{
            **content,
            "id": question_id,
            "kind": Kind(content["kind"]),
            "marking": Marking(content["marking"]),
            "choices": tuple(Choice(**choice) for choice in content["choices"]),
            "accept": tuple(content["accept"]),
            "ignore": tuple(Ignore(part) for part in content["ignore"]),
            "pairs": tuple(Pair(**pair) for pair in content.get("pairs", ())),
            "items": tuple(content.get("items", ())),
            "picture": Picture(**content["picture"]) if content.get("picture") else None,
            "regions": tuple(_region(region) for region in content.get("regions", ())),
            "template": Template(**content["template"]) if content.get("template") else None,
            "checks": tuple(_check(check) for check in content.get("checks", ())),
        }
    )


def _region(stored: Mapping[str, Any]) -> Region:
    x, y, width, height = stored["box"]
    return Region(label=stored["label"], box=(x, y, width, height), right=stored["right"])


def _check(stored: Mapping[str, Any]) -> CellCheck:
    wanted = stored.get("format")
    return CellCheck(**{**stored, "format": CellFormat(wanted) if wanted else None})
