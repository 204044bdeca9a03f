"""Where the council's content lies, and what a look at the whole portal may find."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class ContentFolders:
    """``content``: catalogue.yaml and videos/. ``quizzes``: the question bank."""

    content: Path
    quizzes: Path


class CheckState(StrEnum):
    """Well, off on purpose, or wrong and to be mended."""

    WELL = "well"
    OFF = "off"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One thing that was looked at."""

    name: str
    state: CheckState
    words: str
