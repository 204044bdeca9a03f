"""Texts with gaps: select-missing-words and cloze, as far as a question of ours can ask the same.

One gap keeps its kind: a choice, a number or a text. Several gaps with choices become a match, a gap a pair.
"""

import re
from collections.abc import Sequence

from portal.skills_check.formats.gift_reader import GAP, number_and_tolerance
from portal.skills_check.formats.plain_text import unescaped
from portal.skills_check.formats.weights import Weighted, accepted, choice_parts
from portal.skills_check.rules.exchange import CannotHold, Losses
from portal.skills_check.rules.questions import Choice, Ignore, Kind, Pair

Parts = dict[str, object]
_MARK = re.compile(r"\[\[(\d+)\]\]")
_CLOZE = re.compile(r"\{(\d*):([A-Z_]+):((?:\\.|[^}\\])*)\}", re.S)
_SPLIT = re.compile(r"(?<!\\)~")
_CHOICES = {"MULTICHOICE", "MC", "MCV", "MCH", "MCS", "MCVS", "MCHS", "MULTICHOICE_V", "MULTICHOICE_H", "MULTICHOICE_S"}
_TYPED = {"SHORTANSWER", "SA", "MW", "SHORTANSWER_C", "SAC", "MWC"}
_NUMBERS = {"NUMERICAL", "NM"}
SHOWN_AS_LIST = "its gaps are asked as a list below the text"


def gap_parts(text: str, options: Sequence[tuple[str, str]], losses: Losses) -> Parts:
    """A text with ``[[2]]`` for the second option. ``options``: text and group. Raises CannotHold."""
    numbers = [int(number) for number in _MARK.findall(text)]
    if not numbers:
        raise CannotHold("Its text has no gap.")
    if any(not 1 <= number <= len(options) for number in numbers):
        raise CannotHold("A gap names a word that isn’t in its list.")
    if len(numbers) == 1:
        right, group = options[numbers[0] - 1]
        texts = dict.fromkeys(word for word, own in options if own == group)
        choices = tuple(Choice(text=word, right=word == right) for word in texts)
        return {"kind": Kind.SINGLE, "choices": choices, "stem": _MARK.sub(GAP, text)}
    if len({options[number - 1][1] for number in numbers}) > 1:
        losses.add("its groups of words become one list")
    rights = [options[number - 1][0] for number in numbers]
    return _listed(_MARK.split(text)[::2], rights, [word for word, _ in options], losses)


def _listed(texts: Sequence[str], rights: Sequence[str], words: Sequence[str], losses: Losses) -> Parts:
    losses.add(SHOWN_AS_LIST)
    stem = "".join(f"{part}({place})" for place, part in enumerate(texts[:-1], start=1)) + texts[-1]
    pairs = [Pair(left=f"Gap {place}", right=right) for place, right in enumerate(rights, start=1)]
    others = [Pair(left="", right=word) for word in dict.fromkeys(words) if word not in rights]
    return {"kind": Kind.MATCH, "pairs": tuple(pairs + others), "stem": stem}


def cloze_parts(text: str, losses: Losses) -> Parts:
    """A text with ``{1:SHORTANSWER:=word}``. Raises CannotHold."""
    gaps = list(_CLOZE.finditer(text))
    if not gaps:
        raise CannotHold("Its text has no gap that can be read.")
    if len(gaps) == 1:
        parts = _one(gaps[0], losses)
        return {**parts, "stem": _CLOZE.sub(GAP, text)}
    if any(gap[2] not in _CHOICES for gap in gaps):
        raise CannotHold("It has several gaps to type in. Split it into one question a gap.")
    rights, words = [], []
    for gap in gaps:
        answers = _answers(gap[3])
        right = [one.text for one in answers if one.weight >= 100]
        if len(right) != 1:
            raise CannotHold("One of its gaps hasn’t one right answer.")
        rights.append(right[0])
        words += [one.text for one in answers]
    losses.add("the words of all gaps become one list")
    if any(one.feedback for gap in gaps for one in _answers(gap[3])):
        losses.add("feedback on single words is left out")
    return _listed(_CLOZE.sub("\0", text).split("\0"), rights, words, losses)


def _one(gap: "re.Match[str]", losses: Losses) -> Parts:
    kind, body = gap[2], gap[3]
    if gap[1] not in ("", "1"):
        losses.add(f"its weight of {gap[1]} marks: every question counts one")
    if kind in _CHOICES:
        return dict(choice_parts(_answers(body), several=False, losses=losses))
    if kind in _TYPED:
        ignore = () if kind in ("SHORTANSWER_C", "SAC", "MWC") else (Ignore.CASE,)
        return {"kind": Kind.TEXT, "accept": accepted(_answers(body), losses), "ignore": ignore}
    if kind in _NUMBERS:
        right = [one for one in _answers(body) if one.weight >= 100]
        if not right:
            raise CannotHold("No number is marked as wholly right.")
        answer, tolerance = number_and_tolerance(right[0].text)
        return {"kind": Kind.NUMBER, "answer": answer, "tolerance": tolerance}
    raise CannotHold(f"A gap of the type {kind} has no counterpart here.")


def _answers(body: str) -> list[Weighted]:
    answers = []
    for part in _SPLIT.split(body):
        told = part.strip()
        weight = 0.0
        if told.startswith("="):
            weight, told = 100.0, told[1:]
        elif met := re.match(r"%(-?[\d.]+)%", told):
            weight, told = float(met[1]), told[met.end() :]
        text, _, feedback = _hash(told)
        answers.append(Weighted(text=_plain(text), weight=weight, feedback=_plain(feedback)))
    return [one for one in answers if one.text]


def _hash(told: str) -> tuple[str, str, str]:
    parts = re.split(r"(?<!\\)#", told, maxsplit=1)
    return parts[0], "#", parts[1] if len(parts) > 1 else ""


def _plain(text: str) -> str:
    return " ".join(unescaped(re.sub(r"\\(.)", r"\1", text)).split())
