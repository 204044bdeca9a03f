"""Choices with weights in per cent, as other programs keep them, and as ours: right or wrong, all or parts.

Traps: ``33.33333`` means a third; a wrong answer may carry a negative weight; half-right answers have no place here.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypedDict

from portal.skills_check.rules.exchange import CannotHold, Losses
from portal.skills_check.rules.questions import Choice, Kind, Marking, Question

_YES_NO = ({"true", "false"}, {"t", "f"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighted:
    """One answer with its weight from −100 to 100."""

    text: str
    weight: float
    feedback: str = ""


class ChoiceParts(TypedDict):
    """What a question of a choice kind is made from."""

    kind: Kind
    choices: tuple[Choice, ...]
    marking: Marking


def choice_parts(answers: Sequence[Weighted], *, several: bool, losses: Losses) -> ChoiceParts:
    """Kind, choices and marking from weights. Raises CannotHold when no answer is right."""
    unique = _without_doubles(answers, losses)
    if several:
        return _several(unique, losses)
    best = max((one.weight for one in unique), default=0)
    if best <= 0:
        raise CannotHold("No answer is marked as right.")
    right = [one for one in unique if one.weight == best]
    if len(right) > 1:
        raise CannotHold("More than one answer is right although only one can be chosen.")
    if any(0 < one.weight < best for one in unique):
        losses.add("an answer that earned part of the mark counts as wrong")
    choices = tuple(Choice(text=one.text, right=one is right[0], feedback=one.feedback) for one in unique)
    return ChoiceParts(kind=Kind.SINGLE, choices=choices, marking=Marking.ALL_OR_NOTHING)


def _several(answers: Sequence[Weighted], losses: Losses) -> ChoiceParts:
    right = [one for one in answers if one.weight > 0]
    if not right:
        raise CannotHold("No answer is marked as right.")
    wrong = [one.weight for one in answers if one.weight <= 0]
    share = 100 / len(right)
    equal = all(abs(one.weight - share) < 0.5 for one in right)
    if all(abs(weight + 100) < 0.5 for weight in wrong):
        marking = Marking.ALL_OR_NOTHING
    else:
        marking = Marking.PER_PART
        if not equal or not all(abs(weight + share) < 0.5 for weight in wrong):
            losses.add("the weights become: right answers less wrong ones, never below nothing")
    choices = tuple(Choice(text=one.text, right=one.weight > 0, feedback=one.feedback) for one in answers)
    return ChoiceParts(kind=Kind.MULTIPLE, choices=choices, marking=marking)


def weights(question: Question) -> list[float]:
    """The weight of each choice in per cent, so that reading them gives the question back."""
    right = sum(choice.right for choice in question.choices)
    if question.kind is not Kind.MULTIPLE:
        return [100.0 if choice.right else 0.0 for choice in question.choices]
    share = 100 / right
    wrong = -share if question.marking is Marking.PER_PART else -100.0
    return [share if choice.right else wrong for choice in question.choices]


def percent(weight: float) -> str:
    """A weight as files have it: ``33.33333``, ``-100``."""
    return f"{weight:.5f}".rstrip("0").rstrip(".")


def accepted(answers: Sequence[Weighted], losses: Losses) -> tuple[str, ...]:
    """Typed answers that count: from half of the mark up. An asterisk stands for any text, and is left out."""
    best = max((one.weight for one in answers), default=0)
    taken: list[str] = []
    for one in sorted(answers, key=lambda one: -one.weight):
        if one.weight <= 0:
            continue
        if "*" in one.text.replace("\\*", ""):
            losses.add(f"“{one.text}” is left out: an asterisk can’t stand for any text here")
            continue
        if one.weight < best:
            losses.add("an answer that earned half of the mark or more counts as right, one below as wrong")
            if one.weight < best / 2:
                continue
        text = one.text.replace("\\*", "*")
        if text not in taken:
            taken.append(text)
    if not taken:
        raise CannotHold("No answer that can be typed is accepted.")
    if any(one.feedback for one in answers):
        losses.add("feedback on single typed answers is left out")
    return tuple(taken)


def is_true_false(texts: Sequence[str]) -> bool:
    """Whether two choices are the words true and false."""
    return {text.casefold() for text in texts} in _YES_NO


def _without_doubles(answers: Sequence[Weighted], losses: Losses) -> list[Weighted]:
    seen: dict[str, Weighted] = {}
    for one in answers:
        if one.text in seen:
            losses.add(f"the answer “{one.text}” was there twice; its better weight stays")
        if one.text not in seen or one.weight > seen[one.text].weight:
            seen[one.text] = one
    return list(seen.values())
