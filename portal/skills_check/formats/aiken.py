"""Aiken: a question, its answers behind letters, and ``ANSWER: B``.

Traps met here and tested: ``A.`` and ``A)``; a question of several lines; lower-case letters; an ``ANSWER`` letter
that isn’t there; a question without its answer line; no blank line between two questions; Windows-1252.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from portal.skills_check.formats.plain_text import decoded
from portal.skills_check.formats.weights import is_true_false
from portal.skills_check.rules.exchange import CannotHold, Found, ReadFile, Written
from portal.skills_check.rules.questions import Choice, Kind, Question

_OPTION = re.compile(r"^\s*([A-Za-z])[.)]\s+(.*)$")
_ANSWER = re.compile(r"^\s*ANSWER\s*:\s*(.*)$", re.I)


@dataclass(slots=True, kw_only=True)
class _Block:
    line: int
    stem: list[str] = field(default_factory=list)
    options: list[tuple[str, str]] = field(default_factory=list)
    answer: str | None = None


def read_aiken(data: bytes) -> ReadFile:
    """Every question of a file. Raises UnreadableFile when it isn't text."""
    text, notices = decoded(data)
    blocks: list[_Block] = []
    current: _Block | None = None
    for number, line in enumerate(text.split("\n"), start=1):
        answer, option = _ANSWER.match(line), _OPTION.match(line)
        if not line.strip():
            # A blank line may stand between the question and its answers, and ends anything else.
            current = current if current is not None and not current.options else None
            continue
        if current is None:
            current = _Block(line=number)
            blocks.append(current)
        if answer:
            current.answer, current = answer[1].strip().upper(), None
        elif option and (current.stem or current.options):
            current.options.append((option[1].upper(), option[2].strip()))
        elif current.options:
            letter, told = current.options[-1]
            current.options[-1] = (letter, f"{told} {line.strip()}")
        else:
            current.stem.append(line.strip())
    return ReadFile(found=tuple(_found(block) for block in blocks), notices=notices)


def _found(block: _Block) -> Found:
    stem = "\n".join(block.stem)
    name = " ".join(stem.split())[:60] or "a question without text"
    try:
        return Found(name=name, place=f"line {block.line}", question=_question(block, stem))
    except CannotHold as error:
        return Found(name=name, place=f"line {block.line}", refusal=str(error))


def _question(block: _Block, stem: str) -> Question:
    letters = [letter for letter, _ in block.options]
    if not block.options:
        raise CannotHold("It has no answers. Begin each with a letter and a full stop, like “A. Yes”.")
    if block.answer is None:
        raise CannotHold("Its answer is missing. End it with a line like “ANSWER: A”.")
    if block.answer not in letters:
        raise CannotHold(f"Its answer is “{block.answer}”, and there is no answer with that letter.")
    if len(set(letters)) < len(letters):
        raise CannotHold("Two answers have the same letter.")
    choices = tuple(Choice(text=text, right=letter == block.answer) for letter, text in block.options)
    if is_true_false([choice.text for choice in choices]):
        ordered = tuple(sorted(choices, key=lambda choice: choice.text.casefold() not in ("true", "t")))
        pair = tuple(Choice(text=word, right=one.right) for word, one in zip(("True", "False"), ordered, strict=True))
        return _blank(stem, Kind.TRUE_FALSE, pair, shuffle=False)
    return _blank(stem, Kind.SINGLE, choices, shuffle=True)


def _blank(stem: str, kind: Kind, choices: tuple[Choice, ...], *, shuffle: bool) -> Question:
    return Question(id="", system="", skill="", level=0, kind=kind, stem=stem, choices=choices, shuffle=shuffle)


def write_aiken(questions: Iterable[Question]) -> Written:
    """A file of all questions with one right answer of several; the others are left out."""
    blocks, lost, left_out = [], [], []
    for question in questions:
        if question.kind not in (Kind.SINGLE, Kind.TRUE_FALSE):
            left_out.append((question.id, "Aiken holds only questions with one right answer to choose."))
            continue
        letters = [chr(ord("A") + place) for place in range(len(question.choices))]
        told = [
            f"{letter}. {' '.join(choice.text.split())}"
            for letter, choice in zip(letters, question.choices, strict=True)
        ]
        right = next(letter for letter, choice in zip(letters, question.choices, strict=True) if choice.right)
        blocks.append("\n".join([question.stem, *told, f"ANSWER: {right}"]) + "\n")
        lost.append((question.id, "Aiken keeps no id, skill, level, guide or feedback"))
    return Written(
        content="\n".join(blocks).encode(),
        name="questions.aiken.txt",
        media_type="text/plain",
        lost=tuple(lost),
        left_out=tuple(left_out),
    )
