"""GIFT: questions between blank lines, answers in braces.

Traps met here and tested: escapes (``\\~ \\= \\# \\{ \\} \\: \\n``); an arrow, a hash or an equals sign in an answer;
weights that must be read as thirds; feedback on one answer and on all; ranges ``1..5``; several numbers; ``[html]`` and
its kin; ``$CATEGORY``; comments with ``[id:]`` and ``[tag:]``; a question with no answers; text after the braces;
Windows-1252. A question that can't be held is refused with its line and the next one is read.
"""

import re
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation

from portal.skills_check.formats.plain_text import decoded, looks_like_html, tidied, words_of
from portal.skills_check.formats.tags import with_tags
from portal.skills_check.formats.weights import Weighted, accepted, choice_parts
from portal.skills_check.rules.exchange import CannotHold, Found, Losses, ReadFile
from portal.skills_check.rules.questions import Choice, Ignore, Kind, Pair, Question

GAP = "_____"
_ESCAPES = "~=#{}:\\"
#: Escaped signs wait in the private area of Unicode, so that splitting never meets them.
_HIDE = {f"\\{sign}": chr(0xE000 + place) for place, sign in enumerate(_ESCAPES)} | {"\\n": chr(0xE010)}
_SHOW = {hidden: escape[1] if escape != "\\n" else "\n" for escape, hidden in _HIDE.items()}
_ESCAPED = re.compile(r"\\[~=#{}:\\n]")
_FORMAT = re.compile(r"^\s*\[(html|moodle|plain|markdown)\]", re.I)
_WEIGHT = re.compile(r"^\s*%(-?[\d.]+)%")
_NOTE = re.compile(r"\[(id|tag):([^\]]*)\]")


@dataclass(slots=True, kw_only=True)
class _Block:
    line: int
    category: str
    lines: list[str] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    id: str = ""


def read_gift(data: bytes) -> ReadFile:
    """Every question of a file. Raises UnreadableFile when it isn't text."""
    text, notices = decoded(data)
    return ReadFile(found=tuple(_found(block) for block in _blocks(text)), notices=notices)


def _blocks(text: str) -> list[_Block]:
    """The questions as lines; blank lines end one, unless they stand inside braces."""
    blocks: list[_Block] = []
    category, tags, identity = "", [], ""
    current: _Block | None = None
    open_braces = 0
    for number, line in enumerate(text.split("\n"), start=1):
        stripped = line.strip()
        if stripped.startswith("//"):
            for kind, value in _NOTE.findall(stripped):
                if kind == "id":
                    identity = value
                else:
                    tags.append(value)
            continue
        if stripped.startswith("$CATEGORY:"):
            category, current = stripped.removeprefix("$CATEGORY:").strip(), None
            continue
        if not stripped and open_braces <= 0:
            current, open_braces = None, 0
            continue
        if current is None:
            current = _Block(line=number, category=category, tags=tags, id=identity)
            blocks.append(current)
            tags, identity = [], ""
        current.lines.append(line)
        bare = _ESCAPED.sub("", line)
        open_braces += bare.count("{") - bare.count("}")
    return blocks


def _found(block: _Block) -> Found:
    text = _ESCAPED.sub(lambda met: _HIDE[met[0]], "\n".join(block.lines).strip())
    title = ""
    if text.startswith("::"):
        title, _, text = text[2:].partition("::")
    name = _shown(title.strip()) or block.id or " ".join(_shown(text).split())[:60]
    losses = Losses()
    identity = block.id or (_shown(title.strip()) if re.fullmatch(r"[a-z0-9-]+", title.strip()) else "")
    try:
        question = with_tags(_question(text.strip(), identity, losses), block.tags)
    except CannotHold as error:
        return Found(name=name, place=f"line {block.line}", refusal=str(error), category=block.category)
    return Found(name=name, place=f"line {block.line}", question=question, losses=losses(), category=block.category)


def _question(text: str, identity: str, losses: Losses) -> Question:
    made = _FORMAT.match(text)
    style = made[1].lower() if made else ""
    text = _FORMAT.sub("", text)
    before, brace, rest = text.partition("{")
    if not brace:
        raise CannotHold("It has no answers in braces, so it is a text and not a question.")
    inside, brace, after = rest.partition("}")
    if not brace:
        raise CannotHold("Its closing brace is missing.")
    if "{" in after:
        raise CannotHold("It has two sets of answers. Split it into two questions.")
    stem = f"{before.rstrip()} {GAP} {after.lstrip()}" if after.strip() else before
    inside, general = _general(inside)
    if re.search(r"####", inside):
        raise CannotHold("It has two general feedbacks.")
    parts = _answers(inside.strip(), style, losses)
    return Question(
        id=identity,
        system="",
        skill="",
        level=0,
        stem=_clean(stem, style, losses, lines=True),
        feedback=_clean(general, style, losses),
        **parts,  # type: ignore[arg-type]
    )


def _general(inside: str) -> tuple[str, str]:
    answers, _, general = inside.partition("####")
    return answers, general.strip()


def _answers(inside: str, style: str, losses: Losses) -> dict[str, object]:
    if not inside:
        raise CannotHold("It asks for an essay, which can’t be marked here.")
    if inside.startswith("#"):
        return _number(inside[1:], losses)
    word, *feedback = (part.strip() for part in inside.split("#"))
    if word.upper() in ("T", "TRUE", "F", "FALSE"):
        return _true_false(word.upper().startswith("T"), [_clean(one, style, losses) for one in feedback])
    answers = [_answer(sign, body, style, losses) for sign, body in re.findall(r"([=~])([^=~]*)", inside)]
    if not answers:
        raise CannotHold("Its answers begin with neither = nor ~.")
    if all("->" in body for sign, body in re.findall(r"([=~])([^=~]*)", inside) if sign == "="):
        pairs = [body for sign, body in re.findall(r"([=~])([^=~]*)", inside) if sign == "="]
        if len(pairs) > 1:
            return _match(pairs, style, losses)
    signs = {sign for sign, _ in re.findall(r"([=~])([^=~]*)", inside)}
    if signs == {"="}:
        return {"kind": Kind.TEXT, "accept": accepted(answers, losses), "ignore": (Ignore.CASE,)}
    return dict(choice_parts(answers, several="=" not in signs, losses=losses))


def _answer(sign: str, body: str, style: str, losses: Losses) -> Weighted:
    weight = 100.0 if sign == "=" else 0.0
    met = _WEIGHT.match(body)
    if met:
        weight, body = _float(met[1]), body[met.end() :]
    text, _, feedback = body.partition("#")
    return Weighted(text=_clean(text, style, losses), weight=weight, feedback=_clean(feedback, style, losses))


def _true_false(right: bool, feedback: list[str]) -> dict[str, object]:
    wrong_told, right_told = (*feedback, "", "")[:2]
    choices = (
        Choice(text="True", right=right, feedback=right_told if right else wrong_told),
        Choice(text="False", right=not right, feedback=wrong_told if right else right_told),
    )
    return {"kind": Kind.TRUE_FALSE, "choices": choices, "shuffle": False}


def _match(bodies: list[str], style: str, losses: Losses) -> dict[str, object]:
    pairs = []
    for body in bodies:
        left, _, right = body.partition("->")
        pairs.append(Pair(left=_clean(left, style, losses), right=_clean(right, style, losses)))
    return {"kind": Kind.MATCH, "pairs": tuple(pairs)}


def _number(inside: str, losses: Losses) -> dict[str, object]:
    bodies = re.findall(r"[=~][^=~]*", inside) or [f"={inside}"]
    best: tuple[str, str] | None = None
    for body in bodies:
        text, _, feedback = body[1:].partition("#")
        met = _WEIGHT.match(text)
        weight = _float(met[1]) if met else (100.0 if body[0] == "=" else 0.0)
        if feedback.strip():
            losses.add("feedback on single typed answers is left out")
        if weight >= 100 and best is None:
            best = number_and_tolerance(_shown(text[met.end() if met else 0 :]).strip())
        elif weight > 0:
            losses.add("only the first number that earned the whole mark counts as right")
    if best is None:
        raise CannotHold("No number is marked as wholly right.")
    return {"kind": Kind.NUMBER, "answer": best[0], "tolerance": best[1]}


def number_and_tolerance(text: str) -> tuple[str, str]:
    """``3``, ``3:0.5`` or ``2.5..3.5`` as answer and tolerance. Raises CannotHold."""
    try:
        if ".." in text:
            low, high = (Decimal(part.strip()) for part in text.split(".."))
            answer, around = (low + high) / 2, abs(high - low) / 2
        else:
            first, _, second = text.partition(":")
            answer, around = Decimal(first.strip()), Decimal(second.strip() or "0")
    except (InvalidOperation, ValueError):
        raise CannotHold(f"“{text}” isn’t a number with its range.") from None
    if not answer.is_finite() or not around.is_finite():
        raise CannotHold(f"“{text}” isn’t a number with its range.")
    return plain_number(answer), f"±{plain_number(around)}" if around else ""


def plain_number(value: Decimal) -> str:
    """Digits without an exponent and without zeros that say nothing."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _float(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise CannotHold(f"“{text}” isn’t a weight.") from None


def _shown(text: str) -> str:
    return "".join(_SHOW.get(sign, sign) for sign in text)


def _clean(text: str, style: str, losses: Losses, *, lines: bool = False) -> str:
    own = _FORMAT.match(text)
    style = own[1].lower() if own else style
    shown = _shown(_FORMAT.sub("", text))
    if style == "html" or (style in ("", "moodle") and looks_like_html(shown)):
        shown = words_of(shown, losses)
    return tidied(shown) if lines else " ".join(shown.split())
