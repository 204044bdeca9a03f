"""Marking: a question and an answer in, a mark out. Nothing else decides."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from enum import StrEnum

from portal.core.errors import InvalidInput
from portal.skills_check.rules.questions import CellCheck, CellFormat, Ignore, Kind, Marking, Question

LONGEST_ANSWER = 500
_NUMBER = re.compile(r"[-+−]?(\d[\d,  ]*(\.\d*)?|\.\d+)")


class Outcome(StrEnum):
    """What became of a question. “Don't know” is kept apart from wrong; a withdrawn question counts for nothing."""

    RIGHT = "right"
    WRONG = "wrong"
    DONT_KNOW = "dont-know"
    NOT_COUNTED = "not-counted"


class NoAnswer(InvalidInput):
    """Nothing was chosen or typed."""

    def __init__(self, kind: Kind) -> None:
        self.kind = kind
        verbs = {Kind.NUMBER: "Type", Kind.TEXT: "Type", Kind.FILE: "Choose your file as"}
        super().__init__(f"{verbs.get(kind, 'Choose')} an answer, or “I don’t know”")


class UnreadableAnswer(InvalidInput):
    """The answer isn't of the form this question takes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CellFound:
    """What a checked cell of a file held. ``value``: as text, "" where it holds none."""

    cell: str
    sheet: str
    formula: str
    value: str
    formats: tuple[CellFormat, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a person answered, in the version's own order and never in the order of the page.

    ``choices``: indexes of choices or regions; the index into ``targets`` for each text on the left of a match; the
    items of an order, first to last. ``text``: what was typed, or the name of a file. ``cells``: what the file held.
    """

    choices: tuple[int, ...] = ()
    text: str = ""
    cells: tuple[CellFound, ...] = ()
    dont_know: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """``share`` from 0 to 1; ``outcome`` is right from 0.5 up."""

    outcome: Outcome
    share: float


def mark(question: Question, answer: Answer) -> Mark:
    """The mark of an answer.

    Raises:
        NoAnswer: nothing was given.
        UnreadableAnswer: a choice that doesn't exist, or a number that isn't one.
    """
    if answer.dont_know:
        return Mark(outcome=Outcome.DONT_KNOW, share=0.0)
    share = _SHARES[question.kind](question, answer)
    return Mark(outcome=Outcome.RIGHT if share >= 0.5 else Outcome.WRONG, share=share)


def _choices_share(question: Question, answer: Answer) -> float:
    right = {index for index, choice in enumerate(question.choices) if choice.right}
    return _ticked_share(question, answer, right, count=len(question.choices), several=question.kind is Kind.MULTIPLE)


def _regions_share(question: Question, answer: Answer) -> float:
    right = {index for index, region in enumerate(question.regions) if region.right}
    return _ticked_share(question, answer, right, count=len(question.regions), several=len(right) > 1)


def _ticked_share(question: Question, answer: Answer, right: set[int], *, count: int, several: bool) -> float:
    if not answer.choices:
        raise NoAnswer(question.kind)
    if any(not 0 <= index < count for index in answer.choices):
        raise UnreadableAnswer("Choose one of the answers on the page.")
    if not several and len(answer.choices) > 1:
        raise UnreadableAnswer("Choose one answer only.")
    chosen = set(answer.choices)
    if question.marking is Marking.PER_PART:
        return max(0.0, (len(chosen & right) - len(chosen - right)) / len(right))
    return float(chosen == right)


def _match_share(question: Question, answer: Answer) -> float:
    """Each left is one part; a wrong one takes away what a right one gives."""
    if not answer.choices:
        raise NoAnswer(question.kind)
    targets = question.targets
    right = [targets.index(pair.right) for pair in question.pairs if pair.left]
    if len(answer.choices) != len(right) or any(not 0 <= index < len(targets) for index in answer.choices):
        raise UnreadableAnswer("Choose one text for each.")
    hits = sum(given == wanted for given, wanted in zip(answer.choices, right, strict=True))
    return _parts_share(question, hits, len(right))


def _order_share(question: Question, answer: Answer) -> float:
    """Each pair of neighbours in the right order is one part: one item out of place doesn't cost all of it."""
    if not answer.choices:
        raise NoAnswer(question.kind)
    if sorted(answer.choices) != list(range(len(question.items))):
        raise UnreadableAnswer("Give each item a place of its own.")
    pairs = list(zip(answer.choices, answer.choices[1:], strict=False))
    return _parts_share(question, sum(second == first + 1 for first, second in pairs), len(pairs))


def _parts_share(question: Question, hits: int, parts: int) -> float:
    if question.marking is Marking.PER_PART:
        return max(0.0, (2 * hits - parts) / parts)
    return float(hits == parts)


def _number_share(question: Question, answer: Answer) -> float:
    if not answer.text.strip():
        raise NoAnswer(question.kind)
    return float(_number_is_right(question, answer.text))


def _text_share(question: Question, answer: Answer) -> float:
    if not answer.text.strip():
        raise NoAnswer(question.kind)
    return float(what_passes(question, answer.text) is not None)


def _file_share(question: Question, answer: Answer) -> float:
    if not answer.text:
        raise NoAnswer(question.kind)
    found = {(cell.sheet, cell.cell): cell for cell in answer.cells}
    hits = sum(_cell_is_right(check, found.get((check.sheet, check.cell))) for check in question.checks)
    if question.marking is Marking.PER_PART:
        return hits / len(question.checks)
    return float(hits == len(question.checks))


def _cell_is_right(check: CellCheck, found: CellFound | None) -> bool:
    if found is None or (check.format is not None and check.format not in found.formats):
        return False
    return _formula_is_right(check.formula, found.formula) and _value_is_right(check.value, found.value)


def _formula_is_right(wanted: str, found: str) -> bool:
    """A function named anywhere in the formula, or the same formula but for blanks, case and $ signs."""
    if not wanted:
        return True
    if wanted.startswith("="):
        return _bare_formula(wanted) == _bare_formula(found)
    unquoted = re.sub(r'"[^"]*"', "", found)
    return re.search(rf"(?<![\w.]){re.escape(wanted)}\s*\(", unquoted, re.IGNORECASE) is not None


def _bare_formula(formula: str) -> str:
    return re.sub(r"[\s$]", "", formula).upper()


def _value_is_right(wanted: str, found: str) -> bool:
    if not wanted:
        return True
    try:
        return abs(Decimal(wanted) - Decimal(found)) <= Decimal("0.000001")
    except InvalidOperation:
        return " ".join(wanted.split()).casefold() == " ".join(found.split()).casefold()


def read_number(text: str, unit: str = "") -> Decimal:
    """The number a person typed, with or without its unit, £, % and thousands commas. Raises UnreadableAnswer."""
    bare = text.strip()
    for mark_ in (unit, "£", "%"):
        if mark_:
            bare = re.sub(rf"^{re.escape(mark_)}|{re.escape(mark_)}$", "", bare.strip(), flags=re.IGNORECASE).strip()
    if not _NUMBER.fullmatch(bare):
        raise UnreadableAnswer("Type a number in digits, like 12.5")
    plain = re.sub(r"[,  ]", "", bare).replace("−", "-")
    try:
        return Decimal(plain)
    except InvalidOperation:
        raise UnreadableAnswer("Type a number in digits, like 12.5") from None


def tolerance_around(answer: Decimal, tolerance: str) -> Decimal:
    """How far a number may be off: ``±0.5`` or ``0.5`` as it stands, ``5%`` of the answer. Raises ValueError."""
    bare = tolerance.strip().lstrip("±").strip()
    try:
        if bare.endswith("%"):
            return abs(answer) * Decimal(bare[:-1].strip()) / 100
        return Decimal(bare or "0")
    except InvalidOperation:
        raise ValueError(f"“{tolerance}” isn't a tolerance. Write it like ±0.5 or 5%.") from None


def _number_is_right(question: Question, text: str) -> bool:
    expected = Decimal(question.answer)
    return abs(read_number(text, question.unit) - expected) <= tolerance_around(expected, question.tolerance)


def what_passes(question: Question, text: str) -> str | None:
    """The accepted text that a typed answer passes as, None where it is wrong. An author's preview calls it, too.

    Typos are forgiven only where a word stays itself: never more than one in three letters.
    """
    given = normal_text(text, question.ignore)
    for accepted in question.accept:
        wanted = normal_text(accepted, question.ignore)
        allowed = min(question.typos, len(wanted) // 3)
        if distance(given, wanted, most=allowed) <= allowed:
            return accepted
    return None


def normal_text(text: str, ignore: tuple[Ignore, ...]) -> str:
    """The text without what may differ. Spaces at the ends and runs of spaces never count."""
    result = unicodedata.normalize("NFC", " ".join(text.split())[:LONGEST_ANSWER])
    if Ignore.ACCENTS in ignore:
        decomposed = unicodedata.normalize("NFKD", result)
        result = "".join(character for character in decomposed if not unicodedata.combining(character))
    if Ignore.PUNCTUATION in ignore:
        result = "".join(character for character in result if not unicodedata.category(character).startswith("P"))
    if Ignore.CASE in ignore:
        result = result.casefold()
    return re.sub(r"\s", "", result) if Ignore.SPACES in ignore else " ".join(result.split())


def distance(one: str, other: str, *, most: int) -> int:
    """Letters to add, drop, change or swap with the next to make one text the other; ``most`` + 1 if more than that."""
    if abs(len(one) - len(other)) > most:
        return most + 1
    before_last: list[int] = []
    last = list(range(len(other) + 1))
    for row, letter in enumerate(one, start=1):
        current = [row]
        for column, counterpart in enumerate(other, start=1):
            best = min(last[column] + 1, current[-1] + 1, last[column - 1] + (letter != counterpart))
            swapped = row > 1 and column > 1 and letter == other[column - 2] and one[row - 2] == counterpart
            current.append(min(best, before_last[column - 2] + 1) if swapped else best)
        before_last, last = last, current
    return min(last[-1], most + 1)


_SHARES: Mapping[Kind, Callable[[Question, Answer], float]] = {
    Kind.SINGLE: _choices_share,
    Kind.MULTIPLE: _choices_share,
    Kind.TRUE_FALSE: _choices_share,
    Kind.NUMBER: _number_share,
    Kind.TEXT: _text_share,
    Kind.MATCH: _match_share,
    Kind.ORDER: _order_share,
    Kind.HOTSPOT: _regions_share,
    Kind.FILE: _file_share,
}
