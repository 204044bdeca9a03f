"""Our own fields as tags, for formats that have tags but no field for them: ``skill:formulas``, ``level:1``."""

import dataclasses
from collections.abc import Iterable

from portal.skills_check.rules.questions import Ignore, Kind, Marking, Question


def tags_of(question: Question) -> tuple[str, ...]:
    """What a format with tags carries beside the question itself."""
    said = {
        "skill": question.skill,
        "level": str(question.level),
        "marking": question.marking.value if question.marking is Marking.PER_PART else "",
        "shuffle": "" if question.shuffle or question.kind is Kind.TRUE_FALSE else "false",
        "typos": str(question.typos) if question.typos else "",
        "ignore": "+".join(part.value for part in question.ignore),
        "tolerance": question.tolerance,
        "unit": question.unit,
        "guide": question.guide or "",
        "at": f"{question.at:g}" if question.at else "",
        "difficulty": "" if question.difficulty is None else repr(question.difficulty),
        "source": question.source,
    }
    if question.kind is Kind.TEXT and not question.ignore:
        said["ignore"] = "nothing"
    return tuple(f"{name}:{value}" for name, value in said.items() if value)


def with_tags(question: Question, tags: Iterable[str]) -> Question:
    """The question with the fields its tags name. A tag that isn't one of ours, or can't be read, changes nothing."""
    for tag in tags:
        name, colon, value = tag.partition(":")
        if colon:
            question = _with_tag(question, name.strip(), value.strip())
    return question


def _with_tag(question: Question, name: str, value: str) -> Question:
    try:
        fields = _fields(name, value)
    except ValueError:
        return question
    return dataclasses.replace(question, **fields) if fields else question  # type: ignore[arg-type]


def _fields(name: str, value: str) -> dict[str, object]:
    if name in ("skill", "tolerance", "unit", "guide", "source"):
        return {name: value}
    if name == "level":
        return {"level": int(value)} if value in ("1", "2", "3") else {}
    if name == "typos":
        return {"typos": int(value)} if value in ("0", "1", "2") else {}
    if name in ("at", "difficulty"):
        return {name: float(value)}
    if name == "shuffle":
        return {"shuffle": value != "false"}
    if name == "marking":
        return {"marking": Marking(value)}
    if name == "ignore":
        return {"ignore": () if value == "nothing" else tuple(Ignore(part) for part in value.split("+"))}
    return {}
