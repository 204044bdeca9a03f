"""guide.yaml, checked line by line against the catalogue."""

import datetime as dt
import re
from dataclasses import dataclass

from portal.catalogue.rules import Catalogue
from portal.core.documents import Entry, Problems, nearest, read_yaml
from portal.guides.formats.times import seconds_of
from portal.guides.rules.library import Step

KEYS = (
    "code",
    "title",
    "summary",
    "system",
    "skills",
    "owner",
    "published",
    "reviewed",
    "review_every",
    "captions_reviewed",
    "changed",
    "silent",
    "also",
    "steps",
)
_CODE = re.compile(r"G-\d{3,5}")
_LONGEST_TITLE = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class GuideText:
    """What guide.yaml says, before the files beside it are read."""

    code: str
    title: str
    summary: str
    system: str
    skills: tuple[str, ...]
    owner: str
    published: dt.date | None
    reviewed: dt.date | None
    review_every: int
    captions_reviewed: dt.date | None
    changed: str
    silent: bool
    also: tuple[str, ...]
    steps: tuple[Step, ...]


def read_guide(data: bytes, file: str, *, catalogue: Catalogue, folder: str, problems: Problems) -> GuideText | None:
    """What the file says; ``folder`` is the name of the system's folder, which must agree. Mistakes are noted."""
    top = read_yaml(data, file, problems)
    if top is None:
        return None
    top.only(*KEYS)
    code = top.text("code")
    if code and not _CODE.fullmatch(code):
        top.problem(f"The code “{code}” isn't one.", "Write G- and three digits or more, like G-142.", key="code")
    title = top.text("title")
    if len(title) > _LONGEST_TITLE:
        top.problem(f"The title has {len(title)} characters.", f"Keep it to {_LONGEST_TITLE}.", key="title")
    system = top.text("system")
    _check_system(top, system, folder, catalogue)
    return GuideText(
        code=code,
        title=title,
        summary=top.text("summary"),
        system=system,
        skills=_skills(top, system, catalogue),
        owner=top.text("owner"),
        published=top.date("published"),
        reviewed=top.date("reviewed"),
        review_every=top.whole_number("review_every", low=1, high=60),
        captions_reviewed=top.date("captions_reviewed"),
        changed=top.text("changed", default=""),
        silent=top.flag("silent", default=False),
        also=top.texts("also"),
        steps=_steps(top),
    )


def _check_system(top: Entry, system: str, folder: str, catalogue: Catalogue) -> None:
    if not system:
        return
    if not catalogue.has_system(system):
        known = [one.key for one in catalogue.current_systems]
        top.problem(f"The system “{system}” isn't in the catalogue.", nearest(system, known), key="system")
    elif system != folder:
        do = f"Move the folder to {system}/, or change the system."
        top.problem(f"The guide lies in the folder of “{folder}”.", do, key="system")


def _skills(top: Entry, system: str, catalogue: Catalogue) -> tuple[str, ...]:
    skills = top.texts("skills")
    if not skills:
        top.problem("The guide names no skill.", "Add one of its system, like skills: [formulas].", key="skills")
    if catalogue.has_system(system):
        known = [skill.key for skill in catalogue.system(system).skills]
        for skill in skills:
            if skill not in known:
                top.problem(f"The skill “{skill}” isn't one of {system}.", nearest(skill, known), key="skills")
    return skills


def _steps(top: Entry) -> tuple[Step, ...]:
    steps: list[Step] = []
    entries = top.entries("steps")
    if "steps" in top and not entries:
        top.problem("The guide has no steps.", "Write them down: they are the guide.", key="steps")
    for entry in entries:
        entry.only("at", "title", "text")
        at = seconds_of(entry.text("at"))
        if at is None:
            entry.problem("“at” must be a time in the video.", 'Write it in quotes, like "0:12".', key="at")
        elif steps and at <= steps[-1].at:
            entry.problem("This step doesn't start after the one above it.", "Put steps in order of time.", key="at")
        steps.append(Step(at=at or 0.0, title=entry.text("title"), text=entry.text("text")))
    return tuple(steps)
