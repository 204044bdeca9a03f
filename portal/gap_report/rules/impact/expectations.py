"""What was said beforehand: which calls, how many fewer, by when. It is kept as it was said."""

import datetime as dt
from dataclasses import dataclass

from portal.core.errors import Conflict, InvalidInput
from portal.desk_calls.rules.weekly import CategoryOfSource

SMALLEST_FALL, LARGEST_FALL = 0.01, 0.95
#: How long after the start something may still be said: before four weeks of calls nobody can see a change.
GRACE = dt.timedelta(weeks=4)


class AlreadySaid(Conflict):
    """An expectation is said once."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(f"What is expected of {code} was said already. It can’t be changed afterwards.")


class TooLateToSay(Conflict):
    """What is said so long after the start isn't said beforehand."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(
            f"It is more than four weeks since {code} began. What is said now would no longer be said beforehand."
        )


class UnusableExpectation(InvalidInput):
    """Something in an expectation can't be. ``field``: its name on the form."""

    def __init__(self, field: str, text: str) -> None:
        self.field = field
        super().__init__(text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Expectation:
    """``fall``: share of calls, 0 to 1, that should be gone by ``by``. ``said_at``: when it was locked."""

    categories: tuple[CategoryOfSource, ...]
    fall: float
    by: dt.date
    said_at: dt.datetime
    account_id: int | None


def check_expectation(*, categories: tuple[CategoryOfSource, ...], fall: float, by: dt.date, today: dt.date) -> None:
    """Raises UnusableExpectation."""
    if not categories:
        raise UnusableExpectation("categories", "Choose at least one category of calls")
    if not SMALLEST_FALL <= fall <= LARGEST_FALL:
        raise UnusableExpectation("fall", "Enter a whole per cent from 1 to 95")
    if by <= today:
        raise UnusableExpectation("by", "Choose a day that is still to come")


def may_be_said(*, started: dt.date, today: dt.date) -> bool:
    """Whether it is early enough to say what is expected."""
    return today <= started + GRACE
