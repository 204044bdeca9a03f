"""What was done about calls: guides that were published, systems that were mended."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from portal.core.errors import NotFound
from portal.desk_calls.rules.weekly import CategoryOfSource, WeeklyCalls
from portal.gap_report.rules.impact.expectations import Expectation


class Kind(StrEnum):
    """What was done."""

    GUIDE = "guide"
    FIX = "fix"

    @property
    def words(self) -> str:
        return "Guide" if self is Kind.GUIDE else "Fix"


class UnknownIntervention(NotFound):
    """No guide or fix has this code."""

    def __init__(self, kind: Kind, code: str) -> None:
        self.kind, self.code = kind, code
        where = "The impact page lists every guide and fix."
        super().__init__(f"There is no {kind.value} {code}. {where}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Intervention:
    """A guide that was published or a system that was mended, and the categories it was meant for.

    ``code``: the guide's code or the card's number. ``started``: the day people could first feel it.
    ``said``: what was expected, said beforehand; None where nobody said.
    """

    kind: Kind
    code: str
    name: str
    system: str
    started: dt.date
    categories: tuple[CategoryOfSource, ...]
    said: Expectation | None


def categories_of_guide(calls: WeeklyCalls, *, system: str, skills: Sequence[str]) -> tuple[CategoryOfSource, ...]:
    """The categories mapped to a guide's system and one of its skills, in order; may be empty.

    This stands in where nobody said beforehand which calls a guide is for. A category of the system as a whole is left
    out: a guide of 40 seconds does not answer for a whole system.
    """
    return tuple(
        key for key in sorted(calls.places) if calls.places[key].system == system and calls.places[key].skill in skills
    )
