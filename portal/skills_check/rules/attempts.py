"""An attempt, and what may be done with it when."""

import datetime as dt
import hashlib
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol

from portal.core.errors import Conflict, InvalidInput, NotFound
from portal.skills_check.rules.marking import Answer, Outcome

UNFINISHED_KEPT = dt.timedelta(days=30)
FINISHED_KEPT = dt.timedelta(days=90)
_EVENT = re.compile(r"[A-Za-z0-9_-]{8,24}")


class Consent(StrEnum):
    """Whether the answers may join the anonymous council figures."""

    UNASKED = "unasked"
    GIVEN = "given"
    REFUSED = "refused"


class Mode(StrEnum):
    """How the questions of an attempt are chosen."""

    CHECK = "check"  # of staff: forms, or one question after the other where enough is known of them
    BLUEPRINT = "blueprint"  # the same numbers and levels for everybody
    ONE_MORE = "one-more"  # one question after a guide was watched


class Audience(StrEnum):
    """Whose attempt it is. Applicants' answers never enter the figures of staff."""

    STAFF = "staff"
    APPLICANT = "applicant"


class Reception(StrEnum):
    """What became of an answer that arrived."""

    SAVED = "saved"
    REPEATED = "repeated"  # sent before and kept then: said again
    STALE = "stale"  # built on an answer that has changed since
    LATE = "late"  # after the end: stored as late, not counted


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


class NotForFigures(Conflict):
    """Answers of applicants, and single questions after a guide, never join the figures."""

    def __init__(self) -> None:
        super().__init__("These answers can’t join the council figures. They stay between you and this page.")


class BadSequence(InvalidInput):
    """The sending's own name or number can't be read: the page was changed by hand."""

    def __init__(self) -> None:
        super().__init__("This page can’t be sent any more. Load the question again and answer it there.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sending:
    """One sending of an answer. ``event``: its name, for ever; ``base``: the sequence of the answer it builds on."""

    event: str
    base: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What became of a sending, and what is stored now. ``sequence`` counts the answers kept for this question."""

    reception: Reception
    sequence: int
    saved_at: dt.datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SkillsCheckOptions:
    """``secret`` keys the hashes of persons; ``networks`` are addresses that show staff status."""

    secret: bytes
    networks: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One question of an attempt. ``position`` counts from 1; ``sequence`` counts the answers kept for it.

    ``choice_order``: places in the version's own order, in the order of the page.
    """

    position: int
    version_id: int
    choice_order: tuple[int, ...]
    answer: Answer | None
    outcome: Outcome | None
    answered_at: dt.datetime | None
    sequence: int = 0
    #: What the choice of this question followed from, where answers before it chose it.
    why: Mapping[str, Any] | None = None


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
    mode: Mode = Mode.CHECK
    audience: Audience = Audience.STAFF
    deadline_at: dt.datetime | None = None
    #: Whether something follows from each answer: the next question, or the end.
    grows: bool = False
    #: How many questions are likely to come after those that are pinned, in an attempt that chooses as it goes.
    to_come: int = 0

    def ended_at(self, now: dt.datetime) -> dt.datetime | None:
        """When it ended: finished by its person, or out of time. None while it is open."""
        if self.finished_at is not None:
            return self.finished_at
        return self.deadline_at if self.deadline_at is not None and self.deadline_at <= now else None

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


class Ending(Protocol):
    """What decides whether an attempt is open."""

    @property
    def finished_at(self) -> dt.datetime | None: ...

    @property
    def deadline_at(self) -> dt.datetime | None: ...


def accepts(attempt: Ending, now: dt.datetime) -> None:
    """The one gate for every write to an attempt. Raises AttemptFinished."""
    if attempt.finished_at is not None or (attempt.deadline_at is not None and attempt.deadline_at <= now):
        raise AttemptFinished


def sending_from(event: str, base: str) -> Sending:
    """A sending from what a page sent. Raises BadSequence."""
    if not _EVENT.fullmatch(event) or not base.isdecimal() or len(base) > 4:
        raise BadSequence
    return Sending(event=event, base=int(base))


def one_more_key(key: str, number: int) -> str:
    """The key of the single question with this number that followed an attempt: who has the one has the other."""
    return f"{key.partition('.')[0]}.{number}"


def key_hash(key: str) -> str:
    """What is stored of an attempt's key: it can't be turned back into the link."""
    return hashlib.sha256(key.encode()).hexdigest()


def keyed_hash(secret: bytes, kind: str, value: str) -> str:
    """A hash that only the holder of the secret can make again. ``kind`` keeps hashes of different things apart."""
    return hmac.new(secret, f"{kind}:{value}".encode(), hashlib.sha256).hexdigest()
