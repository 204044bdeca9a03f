"""GIFT, written so that reading it gives the same questions. What it can't hold is told."""

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal

from portal.skills_check.formats.gift_reader import plain_number
from portal.skills_check.formats.tags import tags_of
from portal.skills_check.formats.weights import percent, weights
from portal.skills_check.rules.exchange import Written
from portal.skills_check.rules.marking import tolerance_around
from portal.skills_check.rules.questions import Ignore, Kind, Question

_LEFT_OUT = {
    Kind.ORDER: "GIFT has no questions that ask for an order.",
    Kind.HOTSPOT: "GIFT has no questions on a picture.",
}


def write_gift(questions: Iterable[Question]) -> Written:
    """A file of all questions that GIFT can hold."""
    blocks, lost, left_out = [], [], []
    for question in questions:
        if question.kind not in _OWN:
            left_out.append((question.id, _LEFT_OUT.get(question.kind, "GIFT has no questions of this type.")))
            continue
        blocks.append(_block(question))
        lost += [(question.id, what) for what in _lost(question)]
    content = "\n".join(blocks).encode()
    return Written(
        content=content, name="questions.gift.txt", media_type="text/plain", lost=tuple(lost), left_out=tuple(left_out)
    )


def _block(question: Question) -> str:
    notes = " ".join(f"[tag:{tag}]" for tag in tags_of(question) if "]" not in tag and "\n" not in tag)
    general = f"\n####{_escaped(question.feedback)}" if question.feedback else ""
    answers = _OWN[question.kind](question)
    stem = _escaped(question.stem)
    return f"// [id:{question.id}] {notes}\n::{question.id}::[plain]{stem} {{{answers}{general}\n}}\n"


def _lost(question: Question) -> list[str]:
    told = []
    if question.unit:
        told.append("other programs don’t show its unit")
    if question.typos or set(question.ignore) - {Ignore.CASE}:
        told.append("other programs ignore capitals only, and no typing mistakes")
    if question.kind is Kind.MULTIPLE and sum(choice.right for choice in question.choices) > 1:
        told.append("other programs may give part of the mark")
    return told


def _escaped(text: str) -> str:
    out = text.replace("\\", "\\\\")
    for sign in "~=#{}:":
        out = out.replace(sign, f"\\{sign}")
    return out.replace("\n", "\\n")


def _feedback(text: str) -> str:
    return f"#{_escaped(text)}" if text else ""


def _choices(question: Question) -> str:
    lines = []
    for choice, weight in zip(question.choices, weights(question), strict=True):
        sign = "=" if choice.right and question.kind is Kind.SINGLE else "~"
        share = f"%{percent(weight)}%" if question.kind is Kind.MULTIPLE else ""
        lines.append(f"\n{sign}{share}{_escaped(choice.text)}{_feedback(choice.feedback)}")
    return "".join(lines)


def _true_false(question: Question) -> str:
    true, false = question.choices
    right, wrong = (true, false) if true.right else (false, true)
    told = f"#{_escaped(wrong.feedback)}#{_escaped(right.feedback)}" if wrong.feedback or right.feedback else ""
    return f"{'TRUE' if true.right else 'FALSE'}{told}"


def _number(question: Question) -> str:
    answer = Decimal(question.answer)
    around = tolerance_around(answer, question.tolerance)
    return f"#{plain_number(answer)}" + (f":{plain_number(around)}" if around else "")


def _text(question: Question) -> str:
    return "".join(f"\n={_escaped(text.replace('*', chr(92) + '*'))}" for text in question.accept)


def _match(question: Question) -> str:
    return "".join(f"\n={_escaped(pair.left)} -> {_escaped(pair.right)}" for pair in question.pairs)


_OWN: Mapping[Kind, Callable[[Question], str]] = {
    Kind.SINGLE: _choices,
    Kind.MULTIPLE: _choices,
    Kind.TRUE_FALSE: _true_false,
    Kind.NUMBER: _number,
    Kind.TEXT: _text,
    Kind.MATCH: _match,
}
