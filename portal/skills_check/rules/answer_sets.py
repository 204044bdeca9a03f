"""Answers that may be counted, without the person: what evidence pulls at a release."""

import datetime as dt
from dataclasses import dataclass

from portal.skills_check.rules.marking import Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkedAnswer:
    """One answered question and its parameters (measurement A). “Don't know” isn't right."""

    skill: str
    question: str
    a: float
    b: float
    c: float
    right: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerSet:
    """One person's answers about one system. ``person``: keyed hash; ``directorate`` None where it isn't counted."""

    id: int
    person: str
    directorate: str | None
    system: str
    answered_on: dt.date
    answers: tuple[MarkedAnswer, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedAnswer:
    """One line of an answers file. ``sitting``: an opaque word; one sitting counts as one person."""

    sitting: str
    directorate: str | None
    question: str
    result: Outcome
    answered_on: dt.date
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedAnswers:
    """What an import did. ``known``: sittings that were waiting already and stayed as they were."""

    answers: int
    sittings: int
    known: int
