"""Marking: a question and an answer in, a mark out. Nothing else decides."""

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from enum import StrEnum

from portal.core.errors import InvalidInput
from portal.skills_check.rules.questions import Ignore, Kind, Marking, Question

LONGEST_ANSWER = 500
_NUMBER = re.compile(r"[-+−]?(\d[\d,  ]*(\.\d*)?|\.\d+)")


class Outcome(StrEnum):
    """What became of a question. “Don't know” is kept apart from wrong."""

    RIGHT = "right"
    WRONG = "wrong"
    DONT_KNOW = "dont-know"


class NoAnswer(InvalidInput):
    """Nothing was chosen or typed."""

    def __init__(self, kind: Kind) -> None:
        self.kind = kind
        verb = "Choose" if kind.is_choice else "Type"
        super().__init__(f"{verb} an answer, or “I don’t know”")


class UnreadableAnswer(InvalidInput):
    """The answer isn't of the form this question takes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a person answered: indexes of choices in the version's own order, or a text, or that they don't know."""

    choices: tuple[int, ...] = ()
    text: str = ""
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
    if question.kind.is_choice:
        share = _choices_share(question, answer)
    elif not answer.text.strip():
        raise NoAnswer(question.kind)
    elif question.kind is Kind.NUMBER:
        share = float(_number_is_right(question, answer.text))
    else:
        share = float(_text_is_right(question, answer.text))
    return Mark(outcome=Outcome.RIGHT if share >= 0.5 else Outcome.WRONG, share=share)


def _choices_share(question: Question, answer: Answer) -> float:
    if not answer.choices:
        raise NoAnswer(question.kind)
    if any(not 0 <= index < len(question.choices) for index in answer.choices):
        raise UnreadableAnswer("Choose one of the answers on the page.")
    if question.kind is not Kind.MULTIPLE and len(answer.choices) > 1:
        raise UnreadableAnswer("Choose one answer only.")
    chosen = set(answer.choices)
    right = {index for index, choice in enumerate(question.choices) if choice.right}
    if question.marking is Marking.PER_PART:
        return max(0.0, (len(chosen & right) - len(chosen - right)) / len(right))
    return float(chosen == right)


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


def _text_is_right(question: Question, text: str) -> bool:
    given = normal_text(text, question.ignore)
    return any(
        distance(given, normal_text(accepted, question.ignore), most=question.typos) <= question.typos
        for accepted in question.accept
    )


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
