"""quizzes/*.yaml, written so that reading it gives the same questions; with pictures, a zip of both."""

import io
import zipfile
from collections.abc import Iterable, Mapping

import yaml

from portal.skills_check.rules.exchange import Written
from portal.skills_check.rules.questions import Kind, Marking, Question


def write_quizzes(questions: Iterable[Question], *, pictures: Mapping[str, bytes]) -> Written:
    """A YAML file for one system, or a zip with one a system and what lies beside.

    ``pictures``: digest → content, also of workbooks.
    """
    by_system: dict[str, list[Question]] = {}
    for question in questions:
        by_system.setdefault(question.system, []).append(question)
    files = {f"{system}.yaml": quiz_text(system, ones).encode() for system, ones in by_system.items()}
    for question in (one for ones in by_system.values() for one in ones):
        for beside in (question.picture, question.template):
            if beside is not None and beside.digest in pictures:
                files[beside.file] = pictures[beside.digest]
    if len(files) == 1:
        ((name, content),) = files.items()
        return Written(content=content, name=name, media_type="application/yaml")
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in files.items():
            package.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return Written(content=held.getvalue(), name="quizzes.zip", media_type="application/zip")


def quiz_text(system: str, questions: Iterable[Question]) -> str:
    """The text of one quiz file."""
    top = {"system": system, "questions": [_entry(question) for question in questions]}
    return yaml.safe_dump(top, allow_unicode=True, sort_keys=False, width=110)


def _entry(question: Question) -> dict[str, object]:
    entry: dict[str, object] = {
        "id": question.id,
        "skill": question.skill,
        "level": question.level,
        "type": question.kind.value,
        "stem": question.stem,
        **_own(question),
    }
    if question.marking is Marking.PER_PART:
        entry["marking"] = question.marking.value
    if question.kind in (Kind.SINGLE, Kind.MULTIPLE) and not question.shuffle:
        entry["shuffle"] = False
    optional = {
        "feedback": question.feedback,
        "guide": question.guide,
        "at": _time(question.at),
        "difficulty": question.difficulty,
        "source": question.source,
    }
    return entry | {name: value for name, value in optional.items() if value not in ("", None)}


def _time(seconds: float) -> str:
    if not seconds:
        return ""
    minutes, rest = divmod(round(seconds * 1000), 60_000)
    whole, part = divmod(rest, 1000)
    return f"{minutes}:{whole:02}" + (f".{part:03}".rstrip("0") if part else "")


def _own(question: Question) -> dict[str, object]:
    if question.kind is Kind.TRUE_FALSE:
        return {"answer": question.choices[0].right}
    if question.kind.is_choice and question.choices:
        return {"choices": [_choice(choice.text, choice.feedback, right=choice.right) for choice in question.choices]}
    if question.kind is Kind.NUMBER:
        parts = {"answer": question.answer, "tolerance": question.tolerance, "unit": question.unit}
        return {name: value for name, value in parts.items() if value}
    if question.kind is Kind.TEXT:
        ignore = [part.value for part in question.ignore]
        typos = {"typos": question.typos} if question.typos else {}
        return {"accept": list(question.accept), **({"ignore": ignore} if ignore else {}), **typos}
    if question.kind is Kind.MATCH:
        return {
            "pairs": [
                {"left": pair.left, "right": pair.right} if pair.left else {"right": pair.right}
                for pair in question.pairs
            ]
        }
    if question.kind is Kind.ORDER:
        return {"items": list(question.items)}
    return _task(question) if question.kind is Kind.FILE else _hotspot(question)


def _task(question: Question) -> dict[str, object]:
    checks = []
    for check in question.checks:
        parts = {"cell": check.cell, "sheet": check.sheet, "formula": check.formula, "value": check.value}
        shown = {"format": check.format.value} if check.format else {}
        checks.append({name: value for name, value in parts.items() if value} | shown)
    return {"template": question.template.file if question.template else "", "checks": checks}


def _hotspot(question: Question) -> dict[str, object]:
    return {
        "image": question.picture.file if question.picture else "",
        "alt": question.alt,
        "regions": [
            {"label": region.label, "box": list(region.box), **({"right": True} if region.right else {})}
            for region in question.regions
        ],
    }


def _choice(text: str, feedback: str, *, right: bool) -> dict[str, object]:
    return {"text": text, **({"right": True} if right else {}), **({"feedback": feedback} if feedback else {})}
