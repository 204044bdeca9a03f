"""Disclosure control that every feature shares: minimum group sizes, bands, whole per cents coded at the ends."""

from enum import StrEnum

#: No figure about a group of staff stands on fewer people (settled: "Minimums, everywhere").
MINIMUM_PEOPLE = 10


class Band(StrEnum):
    """How many people stand behind a figure, as it may be shown. Ordered from few to many."""

    TEN = "10-19"
    TWENTY = "20-49"
    FIFTY = "50-99"
    HUNDRED = "100+"

    @property
    def words(self) -> str:
        """The band as people read it."""
        return "100 or more" if self is Band.HUNDRED else self.value.replace("-", " to ")


def band(people: int) -> Band | None:
    """The band of a number of people; None under the minimum, where nothing may be shown."""
    if people < MINIMUM_PEOPLE:
        return None
    if people < 20:
        return Band.TEN
    if people < 50:
        return Band.TWENTY
    return Band.FIFTY if people < 100 else Band.HUNDRED


def published_share(share: float) -> float:
    """A share from 0 to 1 as it may be published: whole per cents, never below 0.05 or above 0.95."""
    return min(0.95, max(0.05, round(share, 2)))


def neutral_cell(value: str) -> str:
    """A text cell for an export: an apostrophe before what a spreadsheet would run as a formula."""
    return f"'{value}" if value[:1] in ("=", "+", "-", "@", "\t", "\r") else value
