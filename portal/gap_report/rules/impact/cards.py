"""Design problems: a screen that makes people call, whatever they know."""

import datetime as dt
from dataclasses import dataclass

from portal.core.errors import InvalidInput, NotFound
from portal.desk_calls.rules.weekly import CategoryOfSource

LONGEST_TEXT = 2000


class UnknownCard(NotFound):
    """No design-problem card has this number."""

    def __init__(self, number: int) -> None:
        self.number = number
        super().__init__(f"There is no design problem number {number}. The list shows all of them.")


class UnusableFixDate(InvalidInput):
    """A problem can't be mended before it was raised, or in the future."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CardText:
    """What a person writes on a card. ``system``: its key."""

    title: str
    system: str
    screen: str
    evidence: str
    suggestion: str
    owner: str
    categories: tuple[CategoryOfSource, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DesignCard:
    """A design problem. ``fixed_on`` None: not mended yet."""

    number: int
    text: CardText
    raised_on: dt.date
    fixed_on: dt.date | None

    @property
    def code(self) -> str:
        """The number as the impact test names it."""
        return str(self.number)


def check_fixed_on(fixed_on: dt.date, *, today: dt.date) -> None:
    """Raises UnusableFixDate. A fix may be older than its card: it is often written down afterwards."""
    if fixed_on > today:
        raise UnusableFixDate("Choose today or an earlier day. Come back when it is mended")
