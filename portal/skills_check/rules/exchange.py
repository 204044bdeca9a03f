"""Questions on their way in and out: what became of each, and why."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from portal.core.errors import InvalidInput
from portal.skills_check.rules.questions import Question


class Format(StrEnum):
    """The formats question banks travel in."""

    GIFT = "gift"
    AIKEN = "aiken"
    MOODLE_XML = "moodle-xml"
    QTI = "qti"
    YAML = "yaml"


class Fate(StrEnum):
    """What became of one question."""

    WHOLE = "imported"
    WITH_LOSS = "imported-with-loss"
    REFUSED = "refused"


class UnreadableFile(InvalidInput):
    """A file of which no question can be read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One question of a file. ``question`` is None where it was refused; id, system, skill and level may be empty.

    ``name``: how the file calls it. ``place``: line in the file, or a file of the package with its line. ``tags``: what
    the file says beside the question, such as a category.
    """

    name: str
    place: str
    question: Question | None = None
    losses: tuple[str, ...] = ()
    refusal: str = ""
    category: str = ""
    picture: bytes = b""

    @property
    def fate(self) -> Fate:
        if self.question is None:
            return Fate.REFUSED
        return Fate.WITH_LOSS if self.losses else Fate.WHOLE

    @property
    def told(self) -> str:
        """The line a person reads."""
        if self.question is None:
            return f"{self.place}: {self.name}: refused. {self.refusal}"
        if self.losses:
            return f"{self.place}: {self.name}: imported with loss: {'; '.join(self.losses)}."
        return f"{self.place}: {self.name}: imported"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadFile:
    """Every question of a file, and notices about the file as a whole."""

    found: tuple[Found, ...]
    notices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A file of questions. ``lost``: question id → what the format couldn't hold; ``left_out``: id → why not at all."""

    content: bytes
    name: str
    media_type: str
    lost: tuple[tuple[str, str], ...] = ()
    left_out: tuple[tuple[str, str], ...] = ()


class Losses:
    """Collects what a format couldn't carry over, each thing once."""

    def __init__(self, first: Iterable[str] = ()) -> None:
        self._said: dict[str, None] = dict.fromkeys(first)

    def add(self, what: str) -> None:
        self._said[what] = None

    def __call__(self) -> tuple[str, ...]:
        return tuple(self._said)


class CannotHold(ValueError):
    """A question that can't be carried over; the text says why, for people."""
