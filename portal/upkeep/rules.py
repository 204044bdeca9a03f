"""Where the council's content lies."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class ContentFolders:
    """``content``: catalogue.yaml and videos/. ``quizzes``: the question bank."""

    content: Path
    quizzes: Path
