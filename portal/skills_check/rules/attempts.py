"""An attempt, and what may be done with it when."""

import datetime as dt
import hashlib
import hmac
from dataclasses import dataclass
from enum import StrEnum

from portal.core.errors import Conflict, InvalidInput, NotFound
from portal.skills_check.rules.marking import Answer, Outcome

UNFINISHED_KEPT = dt.timedelta(days=30)
FINISHED_KEPT = dt.timedelta(days=90)


class Consent(StrEnum):
    """Whether the answers may join the anonymous council figures."""

    UNASKED = "unasked"
    GIVEN = "given"
    REFUSED = "refused"


class UnknownAttempt(NotFound):
    """No attempt has this key."""

    def __init__(self) -> None:
        super().__init__(
            "This check isn’t here any more. It may have been deleted: unfinished checks are kept for 30 days, "
            "finished ones for 90. You can start a new one."
        )


class UnknownQuestion(NotFound):
    """The attempt has no question with this number."""

    def __init__(self, position: int) -> None:
        self.position = position
        super().__init__("Your check has no question with this number. Go back to your check and continue there.")


class AttemptFinished(Conflict):
    """A finished attempt takes no answers."""

    def __init__(self) -> None:
        super().__init__("This check is finished, so this answer was not saved. Your result shows what was counted.")


class AlreadyCounted(Conflict):
    """The answers have joined the figures; they can't be found in them any more."""

    def __init__(self) -> None:
        super().__init__("Your answers have joined the figures already. Nobody can tell which are yours, so they stay.")


class UnknownDirectorate(InvalidInput):
    """The directorate isn't in the catalogue."""

    def __init__(self) -> None:
        super().__init__("Choose a directorate from the list, or “I’d rather not say”")


@dataclass(frozen=True, slots=True, kw_only=True)
class SkillsCheckOptions:
    """``secret`` keys the hashes of persons; ``networks`` are addresses that show staff status."""

    secret: bytes
    networks: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One question of an attempt. ``position`` counts from 1."""

    position: int
    version_id: int
    choice_order: tuple[int, ...]
    answer: Answer | None
    outcome: Outcome | None
    answered_at: dt.datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """An attempt and its items in order."""

    id: int
    started_at: dt.datetime
    finished_at: dt.datetime | None
    systems: tuple[str, ...]
    later: tuple[str, ...]
    consent: Consent
    items: tuple[Item, ...]

    @property
    def answered(self) -> int:
        return sum(item.outcome is not None for item in self.items)

    @property
    def left(self) -> int:
        return len(self.items) - self.answered

    @property
    def saved_at(self) -> dt.datetime | None:
        """When the latest answer was stored."""
        return max((item.answered_at for item in self.items if item.answered_at is not None), default=None)

    def item(self, position: int) -> Item:
        """Raises UnknownQuestion."""
        if not 1 <= position <= len(self.items):
            raise UnknownQuestion(position)
        return self.items[position - 1]

    def next_open(self, after: int = 0) -> int | None:
        """Position of the first unanswered question after ``after``, else of the first one at all, else None."""
        opened = [item.position for item in self.items if item.outcome is None]
        return next((position for position in opened if position > after), opened[0] if opened else None)


def accepts(finished_at: dt.datetime | None) -> None:
    """The one gate for every write to an attempt. Raises AttemptFinished."""
    if finished_at is not None:
        raise AttemptFinished


def key_hash(key: str) -> str:
    """What is stored of an attempt's key: it can't be turned back into the link."""
    return hashlib.sha256(key.encode()).hexdigest()


def keyed_hash(secret: bytes, kind: str, value: str) -> str:
    """A hash that only the holder of the secret can make again. ``kind`` keeps hashes of different things apart."""
    return hmac.new(secret, f"{kind}:{value}".encode(), hashlib.sha256).hexdigest()
