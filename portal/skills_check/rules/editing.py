"""What an author typed into the form of a question, and the question it makes. Nothing typed is ever lost."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from portal.guides.formats.times import seconds_of
from portal.skills_check.rules.checking import Fault, faults
from portal.skills_check.rules.marking import Answer as GivenAnswer
from portal.skills_check.rules.marking import Mark, Outcome, mark
from portal.skills_check.rules.questions import (
    LEVELS,
    Choice,
    Ignore,
    Kind,
    Marking,
    Pair,
    Picture,
    Question,
    Region,
)

FEWEST_ROWS = 4
MORE_ROWS = 2
EDITABLE = (
    Kind.SINGLE,
    Kind.MULTIPLE,
    Kind.TRUE_FALSE,
    Kind.NUMBER,
    Kind.TEXT,
    Kind.MATCH,
    Kind.ORDER,
    Kind.HOTSPOT,
)
KIND_WORDS: Mapping[str, str] = {
    "single": "One right answer",
    "multiple": "Several right answers",
    "true-false": "True or false",
    "number": "A number",
    "text": "A short text",
    "match": "Match pairs",
    "order": "Put in order",
    "hotspot": "A place on a picture",
    "file": "A task in a file",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of a form: an answer, a pair, a step or a place."""

    text: str = ""
    other: str = ""
    right: bool = False
    box: tuple[str, str, str, str] = ("", "", "", "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """Everything in the form, as it was typed."""

    kind: Kind
    stem: str = ""
    skill: str = ""
    level: str = "2"
    feedback: str = ""
    guide: str = ""
    at: str = ""
    source: str = ""
    why: str = ""
    rows: tuple[Row, ...] = ()
    shuffle: bool = True
    per_part: bool = False
    answer: str = ""
    tolerance: str = ""
    unit: str = ""
    accept: str = ""
    ignore: tuple[str, ...] = ()
    typos: str = "0"
    attempt: str = ""
    alt: str = ""
    picture: Picture | None = None
    difficulty: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """The question a form makes (as far as it goes) and what is wrong, by field."""

    question: Question
    errors: Mapping[str, str] = field(default_factory=dict)


def blank(kind: Kind) -> Typed:
    """An empty form."""
    if kind is Kind.TRUE_FALSE:
        return Typed(kind=kind, rows=(Row(text="True", right=True), Row(text="False")), shuffle=False)
    return Typed(kind=kind, rows=(Row(),) * FEWEST_ROWS, ignore=(Ignore.CASE.value,) if kind is Kind.TEXT else ())


def typed_from(question: Question) -> Typed:
    """The form of a question that is stored."""
    return Typed(
        kind=question.kind,
        stem=question.stem,
        skill=question.skill,
        level=str(question.level),
        feedback=question.feedback,
        guide=question.guide or "",
        at=_clock(question.at),
        source=question.source,
        rows=_rows(question),
        shuffle=question.shuffle,
        per_part=question.marking is Marking.PER_PART,
        answer=question.answer,
        tolerance=question.tolerance,
        unit=question.unit,
        accept="\n".join(question.accept),
        ignore=tuple(part.value for part in question.ignore),
        typos=str(question.typos),
        alt=question.alt,
        picture=question.picture,
        difficulty=question.difficulty,
    )


def _clock(seconds: float) -> str:
    if not seconds:
        return ""
    minutes, rest = divmod(round(seconds * 1000), 60_000)
    whole, part = divmod(rest, 1000)
    return f"{minutes}:{whole:02}" + (f".{part:03}".rstrip("0") if part else "")


def _rows(question: Question) -> tuple[Row, ...]:
    rows = [Row(text=one.text, other=one.feedback, right=one.right) for one in question.choices]
    rows += [Row(text=pair.left, other=pair.right) for pair in question.pairs]
    rows += [Row(text=item) for item in question.items]
    for region in question.regions:
        x, y, width, height = (str(side) for side in region.box)
        rows.append(Row(text=region.label, right=region.right, box=(x, y, width, height)))
    return tuple(rows)


def with_rows(typed: Sequence[Row], *, more: bool) -> tuple[Row, ...]:
    """The rows with empty ones after them: at least four in all, and two more where they were asked for."""
    kept = list(typed)
    while len(kept) < FEWEST_ROWS:
        kept.append(Row())
    return tuple(kept + [Row()] * (MORE_ROWS if more else 0))


def check(
    typed: Typed, *, question_id: str, system: str, skills: Mapping[str, str], guides: Mapping[str, str]
) -> Checked:
    """The question a form makes. ``skills``: key → name; ``guides``: address → title of those that are published."""
    errors: dict[str, str] = {}
    at = seconds_of(typed.at) if typed.at.strip() else 0.0
    if at is None:
        errors["at"] = "Write a time like 0:24"
    if typed.guide and typed.guide not in guides:
        errors["guide"] = "Choose a guide from the list, or none"
    if typed.skill not in skills:
        errors["skill"] = "Choose the skill it asks for"
    if typed.level not in {str(level) for level in LEVELS}:
        errors["level"] = "Choose a level"
    question = Question(
        id=question_id,
        system=system,
        skill=typed.skill,
        level=int(typed.level) if typed.level in ("1", "2", "3") else 2,
        kind=typed.kind,
        stem=_tidied(typed.stem),
        feedback=_line(typed.feedback),
        guide=typed.guide or None,
        at=(at or 0.0) if typed.guide else 0.0,
        source=_line(typed.source),
        difficulty=typed.difficulty,
        **_parts(typed, errors),  # type: ignore[arg-type]
    )
    for fault in (*faults(question), *_doubled(typed)):
        errors.setdefault(_field(fault), fault.what)
    return Checked(question=question, errors=errors)


def _doubled(typed: Typed) -> tuple[Fault, ...]:
    lefts_missing = typed.kind is Kind.MATCH and any(row.text.strip() and not row.other.strip() for row in typed.rows)
    return (Fault(field="pairs", what="A pair has nothing on the right. Write it"),) if lefts_missing else ()


def _field(fault: Fault) -> str:
    return "rows" if fault.field in ("choices", "pairs", "items", "regions") else fault.field


def _tidied(text: str) -> str:
    lines = (" ".join(line.split()) for line in text.replace("\r", "").split("\n"))
    return "\n".join(line for line in lines if line)


def _line(text: str) -> str:
    return " ".join(text.split())


def _parts(typed: Typed, errors: dict[str, str]) -> Mapping[str, object]:
    marking = Marking.PER_PART if typed.per_part else Marking.ALL_OR_NOTHING
    rows = [row for row in typed.rows if row.text.strip() or row.other.strip()]
    if typed.kind.is_choice:
        choices = tuple(Choice(text=_line(row.text), right=row.right, feedback=_line(row.other)) for row in rows)
        several = typed.kind is Kind.MULTIPLE
        return {"choices": choices, "shuffle": typed.shuffle, **({"marking": marking} if several else {})}
    if typed.kind is Kind.NUMBER:
        answer = typed.answer.replace(",", "").replace("−", "-").strip()
        return {"answer": answer, "tolerance": typed.tolerance.strip(), "unit": _line(typed.unit)}
    if typed.kind is Kind.TEXT:
        accept = tuple(dict.fromkeys(_line(line) for line in typed.accept.split("\n") if line.strip()))
        ignore = tuple(part for part in Ignore if part.value in typed.ignore)
        return {"accept": accept, "ignore": ignore, "typos": int(typed.typos) if typed.typos in ("1", "2") else 0}
    if typed.kind is Kind.MATCH:
        pairs = tuple(Pair(left=_line(row.text), right=_line(row.other)) for row in rows)
        return {"pairs": pairs, "marking": marking}
    if typed.kind is Kind.ORDER:
        return {"items": tuple(_line(row.text) for row in rows), "marking": marking}
    regions = tuple(_region(row, errors) for row in rows)
    return {"regions": regions, "picture": typed.picture, "alt": _line(typed.alt), "marking": marking}


def _region(row: Row, errors: dict[str, str]) -> Region:
    sides = [side.strip() for side in row.box]
    if not all(side.isdecimal() and len(side) < 6 for side in sides):
        errors["rows"] = f"Write left, top, width and height of “{_line(row.text)}” as whole numbers"
        return Region(label=_line(row.text), box=(0, 0, 1, 1), right=row.right)
    x, y, width, height = (int(side) for side in sides)
    return Region(label=_line(row.text), box=(x, y, width, height), right=row.right)


def tried(question: Question, text: str) -> str:
    """What would become of a typed answer, in words; "" where none was tried."""
    if not text.strip() or faults(question):
        return ""
    try:
        given: Mark = mark(question, GivenAnswer(text=text))
    except ValueError as error:
        return str(error)
    return "This counts as right." if given.outcome is Outcome.RIGHT else "This counts as wrong."


def passing(question: Question) -> tuple[str, ...]:
    """What a typed answer may differ in, in words."""
    told = []
    if Ignore.CASE in question.ignore:
        told.append("capital and small letters")
    if Ignore.ACCENTS in question.ignore:
        told.append("accents")
    if Ignore.SPACES in question.ignore:
        told.append("spaces")
    if Ignore.PUNCTUATION in question.ignore:
        told.append("punctuation")
    if question.typos:
        told.append("one typing mistake" if question.typos == 1 else f"{question.typos} typing mistakes")
    return tuple(told)
