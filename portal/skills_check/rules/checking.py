"""What every question must have before anybody is asked it, however it came in."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from portal.skills_check.rules.marking import tolerance_around
from portal.skills_check.rules.questions import Kind, Question

LONGEST_STEM = 2000
LONGEST_TEXT = 500
MOST_PARTS = 26


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One thing wrong. ``field``: the part of the question it belongs to."""

    field: str
    what: str


def faults(question: Question) -> tuple[Fault, ...]:
    """Everything wrong with a question; empty when it can be asked."""
    own = _OWN.get(question.kind)
    return (*_stem(question), *(own(question) if own else ()))


def _stem(question: Question) -> Iterator[Fault]:
    if not question.stem.strip():
        yield Fault(field="stem", what="Write the question")
    elif len(question.stem) > LONGEST_STEM:
        yield Fault(field="stem", what=f"Write the question in {LONGEST_STEM:,} characters or fewer")


def _choices(question: Question) -> Iterator[Fault]:
    texts = [choice.text for choice in question.choices]
    right = sum(choice.right for choice in question.choices)
    yield from _parts("choices", "answers", texts)
    if question.kind is not Kind.MULTIPLE and right != 1:
        yield Fault(field="choices", what=f"{right} answers are right. Mark exactly one as right")
    elif not right:
        yield Fault(field="choices", what="No answer is right. Mark at least one as right")


def _parts(field: str, what: str, texts: list[str]) -> Iterator[Fault]:
    if len(texts) < 2:
        yield Fault(field=field, what=f"Write at least two {what}")
    elif len(texts) > MOST_PARTS:
        yield Fault(field=field, what=f"Keep to {MOST_PARTS} {what}")
    if len(set(texts)) < len(texts):
        yield Fault(field=field, what=f"Two {what} have the same text. Make them differ")
    if any(not text.strip() for text in texts):
        yield Fault(field=field, what=f"One of the {what} has no text. Write it, or remove it")
    if any(len(text) > LONGEST_TEXT for text in texts):
        yield Fault(field=field, what=f"Write each of the {what} in {LONGEST_TEXT} characters or fewer")


def _number(question: Question) -> Iterator[Fault]:
    try:
        answer = Decimal(question.answer)
    except InvalidOperation:
        yield Fault(field="answer", what="Write the right number in digits, like 12.5")
        return
    if not answer.is_finite():
        yield Fault(field="answer", what="Write the right number in digits, like 12.5")
        return
    try:
        around = tolerance_around(answer, question.tolerance)
    except ValueError:
        yield Fault(field="tolerance", what="Write the tolerance like ±0.5 or 5%")
        return
    if not around.is_finite() or around < 0:
        yield Fault(field="tolerance", what="Write the tolerance like ±0.5 or 5%")


def _text(question: Question) -> Iterator[Fault]:
    if not question.accept:
        yield Fault(field="accept", what="Write at least one answer that counts as right")
    if any(len(text) > LONGEST_TEXT for text in question.accept):
        yield Fault(field="accept", what=f"Write each answer in {LONGEST_TEXT} characters or fewer")


def _match(question: Question) -> Iterator[Fault]:
    lefts = [pair.left for pair in question.pairs if pair.left]
    yield from _parts("pairs", "pairs", lefts)
    if any(not pair.right.strip() for pair in question.pairs):
        yield Fault(field="pairs", what="A pair has nothing on the right. Write it, or remove the pair")
    elif question.pairs and len({pair.right for pair in question.pairs}) < 2:
        yield Fault(field="pairs", what="All pairs have the same text on the right. Make them differ")


def _order(question: Question) -> Iterator[Fault]:
    yield from _parts("items", "steps", list(question.items))


def _hotspot(question: Question) -> Iterator[Fault]:
    picture = question.picture
    if picture is None:
        yield Fault(field="picture", what="Choose a picture")
    if not question.alt.strip():
        yield Fault(field="alt", what="Describe the picture for people who don’t see it")
    yield from _parts("regions", "places", [region.label for region in question.regions])
    if question.regions and not any(region.right for region in question.regions):
        yield Fault(field="regions", what="No place is right. Mark at least one as right")
    for region in question.regions:
        x, y, width, height = region.box
        if width < 1 or height < 1 or x < 0 or y < 0:
            yield Fault(field="regions", what=f"“{region.label}” has no size. Give it a width and a height")
        elif picture is not None and (x + width > picture.width or y + height > picture.height):
            size = f"the picture is {picture.width} wide and {picture.height} high"
            yield Fault(field="regions", what=f"“{region.label}” lies outside the picture: {size}")


_OWN: Mapping[Kind, Callable[[Question], Iterator[Fault]]] = {
    Kind.SINGLE: _choices,
    Kind.MULTIPLE: _choices,
    Kind.TRUE_FALSE: _choices,
    Kind.NUMBER: _number,
    Kind.TEXT: _text,
    Kind.MATCH: _match,
    Kind.ORDER: _order,
    Kind.HOTSPOT: _hotspot,
}
