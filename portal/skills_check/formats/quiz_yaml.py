"""quizzes/<system>.yaml, checked line by line: a broken question never reaches a person."""

import hashlib
import re
from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from pathlib import Path

from portal.catalogue.rules import Catalogue
from portal.core.documents import Entry, Problems, nearest, read_yaml
from portal.guides.formats.times import seconds_of
from portal.skills_check.formats.pictures import read_picture
from portal.skills_check.formats.workbooks import is_workbook
from portal.skills_check.rules.marking import tolerance_around
from portal.skills_check.rules.questions import (
    CellCheck,
    CellFormat,
    Choice,
    Ignore,
    Kind,
    Marking,
    Pair,
    Picture,
    Question,
    Region,
    Template,
)

COMMON = ("id", "skill", "level", "type", "stem", "guide", "at", "difficulty", "source", "feedback")
OWN = {
    Kind.SINGLE: ("choices", "shuffle"),
    Kind.MULTIPLE: ("choices", "shuffle", "marking"),
    Kind.TRUE_FALSE: ("answer",),
    Kind.NUMBER: ("answer", "tolerance", "unit"),
    Kind.TEXT: ("accept", "ignore", "typos"),
    Kind.MATCH: ("pairs", "marking"),
    Kind.ORDER: ("items", "marking"),
    Kind.HOTSPOT: ("image", "alt", "regions", "marking"),
    Kind.FILE: ("template", "checks", "marking"),
}
#: Name of a picture → its content, None where there is none.
Pictures = Callable[[str], bytes | None]
_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_CELL = re.compile(r"[A-Z]{1,3}[1-9]\d{0,5}")
_GUIDE = re.compile(r"[a-z0-9-]+/[a-z0-9-]+")


def read_quizzes(folder: Path, *, catalogue: Catalogue, root: Path, problems: Problems) -> tuple[Question, ...]:
    """Every question below ``folder``, in the order of the files; ids are unique across them."""
    questions: list[Question] = []
    seen: dict[str, str] = {}
    for path in sorted(folder.rglob("*.yaml")):
        file = str(path.relative_to(root))
        questions += read_quiz(
            path.read_bytes(), file, catalogue=catalogue, problems=problems, seen=seen, pictures=pictures_in(folder)
        )
    return tuple(questions)


def pictures_in(folder: Path) -> Pictures:
    """Pictures by their name below ``folder``, and never beside it."""

    def content(name: str) -> bytes | None:
        path = (folder / name).resolve()
        return path.read_bytes() if path.is_relative_to(folder.resolve()) and path.is_file() else None

    return content


def read_quiz(
    data: bytes, file: str, *, catalogue: Catalogue, problems: Problems, seen: dict[str, str], pictures: Pictures
) -> tuple[Question, ...]:
    """The questions of one file. ``seen``: ids met so far and where; it is added to. Mistakes are noted."""
    top = read_yaml(data, file, problems)
    if top is None:
        return ()
    top.only("system", "questions")
    system = top.text("system")
    if system and not catalogue.has_system(system):
        known = [one.key for one in catalogue.current_systems]
        top.problem(f"The system “{system}” isn't in the catalogue.", nearest(system, known), key="system")
    questions = []
    for entry in top.entries("questions"):
        question = read_entry(entry, system, catalogue=catalogue, pictures=pictures)
        _check_id(entry, question.id, seen)
        questions.append(question)
    return tuple(questions)


def read_entry(entry: Entry, system: str, *, catalogue: Catalogue, pictures: Pictures) -> Question:
    """One question of a quiz file; mistakes are noted with the entry."""
    question = _question(entry, system, pictures)
    _check_skill(entry, question, catalogue)
    return question


def _question(entry: Entry, system: str, pictures: Pictures) -> Question:
    kind = entry.choice("type", Kind)
    entry.only(*COMMON, *OWN[kind])
    at = seconds_of(entry.text("at", default="0:00"))
    if at is None:
        entry.problem("“at” must be a time in the guide.", 'Write it in quotes, like "0:24".', key="at")
    return Question(
        id=entry.text("id"),
        system=system,
        skill=entry.text("skill"),
        level=entry.whole_number("level", low=1, high=3),
        kind=kind,
        stem=entry.text("stem"),
        feedback=entry.text("feedback", default=""),
        guide=_guide(entry),
        at=at or 0.0,
        difficulty=entry.number("difficulty"),
        source=entry.text("source", default=""),
        **_own_parts(entry, kind, pictures),  # type: ignore[arg-type]
    )


def _guide(entry: Entry) -> str | None:
    guide = entry.text("guide", default="")
    if guide and not _GUIDE.fullmatch(guide):
        entry.problem(f"“{guide}” isn't a guide's address.", "Write it as system/guide.", key="guide")
    return guide or None


def _own_parts(entry: Entry, kind: Kind, pictures: Pictures) -> Mapping[str, object]:
    if kind is Kind.HOTSPOT:
        return _hotspot_parts(entry, pictures)
    if kind is Kind.FILE:
        return _file_parts(entry, pictures)
    readers: Mapping[Kind, Callable[[Entry], Mapping[str, object]]] = {
        Kind.SINGLE: _choice_parts,
        Kind.MULTIPLE: _choice_parts,
        Kind.TRUE_FALSE: _true_false_parts,
        Kind.NUMBER: _number_parts,
        Kind.TEXT: _text_parts,
        Kind.MATCH: _match_parts,
        Kind.ORDER: _order_parts,
    }
    return readers[kind](entry)


def _choice_parts(entry: Entry) -> Mapping[str, object]:
    choices = []
    for part in entry.entries("choices"):
        part.only("text", "right", "feedback")
        choices.append(
            Choice(
                text=part.text("text"),
                right=part.flag("right", default=False),
                feedback=part.text("feedback", default=""),
            )
        )
    right = sum(choice.right for choice in choices)
    if "choices" in entry and len(choices) < 2:
        entry.problem("There are fewer than two choices.", "Add what people might believe instead.", key="choices")
    elif entry.text("type") == Kind.SINGLE and right != 1:
        entry.problem(f"{right} choices are right; there must be one.", "Mark one with right: true.", key="choices")
    elif not right and choices:
        entry.problem("No choice is right.", "Mark at least one with right: true.", key="choices")
    texts = [choice.text for choice in choices]
    if len(set(texts)) < len(texts):
        entry.problem("Two choices have the same text.", "Make them differ.", key="choices")
    return {
        "choices": tuple(choices),
        "shuffle": entry.flag("shuffle", default=True),
        "marking": entry.choice("marking", Marking, default=Marking.ALL_OR_NOTHING),
    }


def _true_false_parts(entry: Entry) -> Mapping[str, object]:
    is_true = entry.flag("answer")
    return {"choices": (Choice(text="True", right=is_true), Choice(text="False", right=not is_true)), "shuffle": False}


def _number_parts(entry: Entry) -> Mapping[str, object]:
    answer = entry.text("answer").replace(",", "")
    tolerance = entry.text("tolerance", default="")
    try:
        tolerance_around(Decimal(answer or "0"), tolerance)
    except InvalidOperation:
        entry.problem(f"The answer “{answer}” isn't a number.", "Write it in digits, like 12.5.", key="answer")
    except ValueError:
        entry.problem(f"“{tolerance}” isn't a tolerance.", "Write it like ±0.5 or 5%.", key="tolerance")
    return {"answer": answer, "tolerance": tolerance, "unit": entry.text("unit", default="")}


def _text_parts(entry: Entry) -> Mapping[str, object]:
    accept = entry.texts("accept")
    if not accept:
        entry.problem("No answer is accepted.", "List what counts as right under accept.", key="accept")
    options = [option.value for option in Ignore]
    ignored = entry.texts("ignore")
    for part in ignored:
        if part not in options:
            entry.problem(f"“{part}” can't be ignored.", nearest(part, options), key="ignore")
    return {
        "accept": accept,
        "ignore": tuple(Ignore(part) for part in ignored if part in options),
        "typos": entry.whole_number("typos", low=0, high=2, default=0),
    }


def _match_parts(entry: Entry) -> Mapping[str, object]:
    pairs = []
    for part in entry.entries("pairs"):
        part.only("left", "right")
        pairs.append(Pair(left=part.text("left", default=""), right=part.text("right")))
    lefts = [pair.left for pair in pairs if pair.left]
    if "pairs" in entry and len(lefts) < 2:
        entry.problem("There are fewer than two pairs.", "Add pairs, each with left and right.", key="pairs")
    elif len(set(lefts)) < len(lefts):
        entry.problem("Two pairs have the same text on the left.", "Make them differ.", key="pairs")
    elif pairs and len({pair.right for pair in pairs}) < 2:
        entry.problem("All pairs have the same text on the right.", "Make them differ.", key="pairs")
    return {"pairs": tuple(pairs), "marking": entry.choice("marking", Marking, default=Marking.ALL_OR_NOTHING)}


def _order_parts(entry: Entry) -> Mapping[str, object]:
    items = entry.texts("items")
    if len(items) < 2:
        entry.problem("There are fewer than two items.", "List them in the right order under items.", key="items")
    elif len(set(items)) < len(items):
        entry.problem("Two items have the same text.", "Make them differ.", key="items")
    return {"items": items, "marking": entry.choice("marking", Marking, default=Marking.ALL_OR_NOTHING)}


def _hotspot_parts(entry: Entry, pictures: Pictures) -> Mapping[str, object]:
    picture = _picture(entry, pictures)
    regions = [_region(part, picture) for part in entry.entries("regions")]
    labels = [region.label for region in regions]
    if "regions" in entry and len(regions) < 2:
        entry.problem("There are fewer than two regions.", "Add what people might click instead.", key="regions")
    elif regions and not any(region.right for region in regions):
        entry.problem("No region is right.", "Mark at least one with right: true.", key="regions")
    elif len(set(labels)) < len(labels):
        entry.problem("Two regions have the same label.", "Make them differ.", key="regions")
    return {
        "picture": picture,
        "alt": entry.text("alt"),
        "regions": tuple(regions),
        "marking": entry.choice("marking", Marking, default=Marking.ALL_OR_NOTHING),
    }


def _picture(entry: Entry, pictures: Pictures) -> Picture | None:
    name = entry.text("image")
    data = pictures(name) if name else None
    if name and data is None:
        entry.problem(f"There is no picture “{name}” in the folder of the quizzes.", "Put it there.", key="image")
    if data is None:
        return None
    try:
        return read_picture(data, name)
    except ValueError as error:
        entry.problem(str(error), "", key="image")
        return None


def _file_parts(entry: Entry, files: Pictures) -> Mapping[str, object]:
    name = entry.text("template")
    data = files(name) if name else None
    template = None
    if name and data is None:
        entry.problem(f"There is no file “{name}” in the folder of the quizzes.", "Put it there.", key="template")
    elif data is not None and not is_workbook(data):
        entry.problem(f"“{name}” isn’t a workbook that can be opened.", "Save it as .xlsx.", key="template")
    elif data is not None:
        template = Template(file=name, digest=hashlib.sha256(data).hexdigest())
    checks = tuple(_cell_check(part) for part in entry.entries("checks"))
    return {
        "template": template,
        "checks": checks,
        "marking": entry.choice("marking", Marking, default=Marking.ALL_OR_NOTHING),
    }


def _cell_check(entry: Entry) -> CellCheck:
    entry.only("cell", "sheet", "formula", "value", "format")
    cell = entry.text("cell").upper()
    if cell and not _CELL.fullmatch(cell):
        entry.problem(f"“{cell}” isn’t a cell.", "Write it like B10.", key="cell")
    check = CellCheck(
        cell=cell,
        sheet=entry.text("sheet", default=""),
        formula=entry.text("formula", default=""),
        value=entry.text("value", default=""),
        format=entry.choice("format", CellFormat) if "format" in entry else None,
    )
    if not (check.formula or check.value or check.format):
        entry.problem("The check looks for nothing.", "Give formula, value or format.", key="cell")
    return check


def _region(entry: Entry, picture: Picture | None) -> Region:
    entry.only("label", "box", "right")
    numbers = entry.texts("box")
    if len(numbers) != 4 or not all(number.isdecimal() for number in numbers):
        entry.problem("“box” must be four whole numbers.", "Write it like box: [left, top, width, height].", key="box")
        numbers = ("0", "0", "1", "1")
    x, y, width, height = (int(number) for number in numbers)
    if picture is not None and (x + width > picture.width or y + height > picture.height or not width or not height):
        size = f"The picture is {picture.width} wide and {picture.height} high."
        entry.problem("The box doesn’t lie inside the picture.", size, key="box")
    return Region(label=entry.text("label"), box=(x, y, width, height), right=entry.flag("right", default=False))


def _check_skill(entry: Entry, question: Question, catalogue: Catalogue) -> None:
    if question.skill and catalogue.has_system(question.system):
        known = [skill.key for skill in catalogue.system(question.system).skills]
        if question.skill not in known:
            what = f"The skill “{question.skill}” isn't one of {question.system}."
            entry.problem(what, nearest(question.skill, known), key="skill")


def _check_id(entry: Entry, question_id: str, seen: dict[str, str]) -> None:
    if not question_id:
        return
    if not _ID.fullmatch(question_id):
        entry.problem(f"The id “{question_id}” can't be one.", "Use a to z, digits and hyphens.", key="id")
    if question_id in seen:
        what = f"The id “{question_id}” is used already ({seen[question_id]})."
        entry.problem(what, "Give each question its own id, for ever.", key="id")
    seen.setdefault(question_id, f"{entry.file}, line {entry.line_of('id')}")
