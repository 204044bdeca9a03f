"""What may be done to a question after people answered it: withdraw it, bring it back, mark its answers again."""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from portal.core.errors import Conflict, InvalidInput, NotFound


class Change(StrEnum):
    """What was done."""

    WITHDRAWN = "withdrawn"
    RESTORED = "restored"
    MARKED_AGAIN = "marked-again"


class UnknownQuestionId(NotFound):
    """No question has this id."""

    def __init__(self, question_id: str) -> None:
        self.question_id = question_id
        super().__init__(f"There is no question “{question_id}”. Look for it in the list of questions.")


class AlreadySo(Conflict):
    """The question is in that state already."""

    def __init__(self, change: Change) -> None:
        self.change = change
        super().__init__(f"The question is {change} already. Nothing was changed.")


class ReasonMissing(InvalidInput):
    """A change of marks is logged with its reason."""

    def __init__(self) -> None:
        super().__init__("Write why: it is kept in the log of this question.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Remarked:
    """What marking again does, in counts. ``answers``: those looked at; ``marks``: those that change.

    ``better`` and ``worse``: skills of results that would be said otherwise. Never whose.
    """

    answers: int
    marks: int
    better: int
    worse: int

    @property
    def results(self) -> int:
        return self.better + self.worse


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """Something is wrong with a question, as a person wrote it."""

    id: int
    question: str
    version_id: int
    text: str
    noted_on: dt.date


@dataclass(frozen=True, slots=True, kw_only=True)
class LoggedChange:
    """One line of a question's log. ``marks`` and ``results``: how many it changed."""

    what: Change
    reason: str
    account_id: int | None
    changed_at: dt.datetime
    marks: int
    results: int
