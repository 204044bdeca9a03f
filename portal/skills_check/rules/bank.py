"""The bank as authors see it: entries, versions and what changed, where a question lives, what an import would do."""

import dataclasses
import datetime as dt
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from portal.core.errors import Conflict, InvalidInput, NotFound
from portal.skills_check.rules.bank_figures import QuestionFigures
from portal.skills_check.rules.exchange import Fate, Found
from portal.skills_check.rules.questions import CellCheck, Question

LEVEL_UNSAID = 2
_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


class Way(StrEnum):
    """How a version came in."""

    PAGE = "page"
    IMPORT = "import"
    FILE = "file"

    @property
    def words(self) -> str:
        return {"page": "written here", "import": "imported", "file": "from the files"}[self.value]


class Home(StrEnum):
    """Where a question lives."""

    FILES = "files"
    CHANGED = "changed-here"
    HERE = "here"
    CONFLICT = "conflict"

    @property
    def words(self) -> str:
        return {
            "files": "In the files",
            "changed-here": "Changed here, the files have another text",
            "here": "Only here, not in the files",
            "conflict": "Changed here and in the files",
        }[self.value]


class QuestionMoved(Conflict):
    """Somebody else saved this question in the meantime."""

    def __init__(self) -> None:
        super().__init__(
            "Somebody saved another version while you were writing. Open the question in a second tab, compare, "
            "and save once more to put yours on top."
        )


class IdTaken(Conflict):
    """Another question has this id."""

    def __init__(self, question_id: str) -> None:
        self.question_id = question_id
        super().__init__(f"There is a question “{question_id}” already. Choose another id.")


class ImportGone(NotFound):
    """The file that waited is no longer there."""

    def __init__(self) -> None:
        super().__init__("This import isn’t waiting any more. Choose the file again.")


class NothingToImport(InvalidInput):
    """No question of a file can be stored."""

    def __init__(self) -> None:
        super().__init__("No question of this file can be imported, so nothing was stored.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One question of the bank as it is now."""

    question: Question
    version_id: int
    home: Home
    archived: bool
    offered: Question | None = None
    file_version_id: int | None = None
    figures: QuestionFigures | None = None
    flags: tuple[str, ...] = ()
    calibrated: float | None = None
    withdrawn: bool = False

    @property
    def right_share(self) -> float | None:
        return None if self.figures is None else self.figures.facility


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionLine:
    """One version in a question's history."""

    id: int
    question: Question
    created_at: dt.datetime
    way: Way
    account_id: int | None
    why: str
    changes: tuple["Difference", ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One part of a question that differs between two versions."""

    part: str
    before: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Landed:
    """One question of a file with what would become of it. ``question`` has its id, system and skill."""

    found: Found
    question: Question | None
    what: str

    @property
    def fate(self) -> Fate:
        return Fate.REFUSED if self.question is None else self.found.fate


@dataclass(frozen=True, slots=True, kw_only=True)
class Placing:
    """Where imported questions go: the system, its skills (key → name), and what is chosen where a file is silent."""

    system: str
    skills: Mapping[str, str]
    skill: str = ""


_PARTS: Mapping[str, str] = {
    "stem": "Question",
    "kind": "Type",
    "skill": "Skill",
    "level": "Level",
    "choices": "Answers",
    "answer": "Right number",
    "tolerance": "Tolerance",
    "unit": "Unit",
    "accept": "Accepted answers",
    "ignore": "Ignored",
    "typos": "Typing mistakes",
    "pairs": "Pairs",
    "items": "Order",
    "picture": "Picture",
    "alt": "Description",
    "regions": "Places",
    "template": "File",
    "checks": "Looked at",
    "marking": "Marking",
    "shuffle": "Shuffled",
    "feedback": "Feedback",
    "guide": "Guide",
    "at": "Second of the guide",
    "difficulty": "Difficulty",
    "source": "Source",
}


def differences(before: Question, after: Question) -> tuple[Difference, ...]:
    """What changed between two versions, part by part, in words."""
    return tuple(
        Difference(part=words, before=_told(getattr(before, name)), after=_told(getattr(after, name)))
        for name, words in _PARTS.items()
        if getattr(before, name) != getattr(after, name)
    )


def _told(value: object) -> str:
    if isinstance(value, tuple):
        return "\n".join(_told(part) for part in value) or "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return _told_part(value)
    return "–" if value in (None, "") else str(value)


def _told_part(part: object) -> str:
    if isinstance(part, CellCheck):
        return part.in_words()
    if hasattr(part, "left"):
        return f"{part.left or '(nothing)'}: {getattr(part, 'right', '')}"
    text = getattr(part, "text", None) or getattr(part, "label", None) or getattr(part, "file", "")
    right = " (right)" if getattr(part, "right", False) is True else ""
    feedback = getattr(part, "feedback", "")
    box = getattr(part, "box", None)
    return f"{text}{right}{f' – {feedback}' if feedback else ''}{f' at {box}' if box else ''}"


def place(
    found: Iterable[Found], placing: Placing, *, known: Mapping[str, Question], hashes: Collection[str] = ()
) -> tuple[Landed, ...]:
    """Give each question of a file its id, system, skill and level, or say why it has no place here.

    ``known``: the questions of the bank by id. An id of the file that is known here makes a new version of it.
    """
    taken: dict[str, str] = {}
    landed = []
    for one in found:
        if one.question is None:
            landed.append(Landed(found=one, question=None, what="refused"))
            continue
        landed.append(_landed(one, one.question, placing, known, taken, hashes))
    return tuple(landed)


def _landed(
    found: Found,
    question: Question,
    placing: Placing,
    known: Mapping[str, Question],
    taken: dict[str, str],
    hashes: Collection[str],
) -> Landed:
    skill = _skill(question.skill, found.category, placing)
    if not skill:
        why = "It names no skill of this system. Choose one for the whole file."
        return _refused(found, why)
    question_id = _id(question, placing, known, taken)
    if question_id in taken:
        return _refused(found, f"Its id “{question_id}” is used already by {taken[question_id]} of this file.")
    other = known.get(question_id)
    if other is not None and other.system != placing.system:
        return _refused(found, f"The id “{question_id}” belongs to a question of {other.system}.")
    taken[question_id] = found.place
    placed = dataclasses.replace(
        question, id=question_id, system=placing.system, skill=skill, level=question.level or LEVEL_UNSAID
    )
    if other is None:
        return Landed(found=found, question=placed, what="new")
    same = other == placed or placed.content_hash() in hashes
    return Landed(found=found, question=placed, what="unchanged" if same else "new version")


def _refused(found: Found, why: str) -> Landed:
    return Landed(
        found=dataclasses.replace(found, question=None, losses=(), refusal=why), question=None, what="refused"
    )


def _skill(named: str, category: str, placing: Placing) -> str:
    """The skill a question names, else the one its category names, else the one chosen, else the only one."""
    if named in placing.skills:
        return named
    last = category.rstrip("/").rsplit("/", 1)[-1].strip().casefold()
    for key, name in placing.skills.items():
        if last and last in (key.casefold(), name.casefold()):
            return key
    if placing.skill:
        return placing.skill
    return next(iter(placing.skills)) if len(placing.skills) == 1 else ""


def _id(question: Question, placing: Placing, known: Mapping[str, Question], taken: Mapping[str, str]) -> str:
    if question.id and (question.id in known or question.id.startswith(f"{placing.system}-")):
        return question.id
    if question.id:
        return f"{placing.system}-{question.id}"[:120].rstrip("-")
    return free_id(placing.system, question.stem, known, taken, like=question)


def free_id(
    system: str,
    stem: str,
    known: Mapping[str, Question],
    taken: Collection[str] = (),
    like: Question | None = None,
) -> str:
    """An id from the first words of a question. The same text finds the same id again, so importing twice is once."""
    words = "-".join(re.findall(r"[a-z0-9]+", stem.casefold())[:5])[:60].strip("-") or "question"
    for number in range(1, 1000):
        candidate = f"{system}-{words}-{number:02}"
        other = known.get(candidate)
        if candidate not in taken and (other is None or (like is not None and other.stem == like.stem)):
            return candidate
    return f"{system}-{words}-{len(known)}"


def is_id(text: str) -> bool:
    """Whether a text can be the id of a question."""
    return bool(_ID.fullmatch(text)) and len(text) <= 120


def summary(landed: Sequence[Landed]) -> str:
    """“3 imported, 1 imported with loss, 2 refused”"""
    whole = sum(one.fate is Fate.WHOLE for one in landed)
    lossy = sum(one.fate is Fate.WITH_LOSS for one in landed)
    refused = sum(one.fate is Fate.REFUSED for one in landed)
    return f"{whole} whole, {lossy} with loss, {refused} refused"
