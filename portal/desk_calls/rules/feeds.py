"""Live feeds: which products can be asked for their calls, what a council says about one, and how its pulls went."""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from portal.core.errors import Conflict, InvalidInput, NotFound
from portal.core.periods import monday_of


class Product(StrEnum):
    """A product with a client."""

    SERVICENOW = "servicenow"
    FRESHSERVICE = "freshservice"
    JIRA = "jira"
    TOPDESK = "topdesk"
    GLPI = "glpi"
    ZAMMAD = "zammad"
    HALOITSM = "haloitsm"


#: Without ``since``, a pull goes back so far: categories and closing codes are often set days after the call.
LOOK_BACK = dt.timedelta(weeks=4)
#: The first pull of a feed for which nobody says how far back to go.
FIRST_PULL = dt.timedelta(weeks=13)
OLDEST_PULL = dt.timedelta(days=5 * 366)


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """One desk to pull from. ``user``, ``secret``, ``app_secret``: from the environment, "" where not given.

    ``fields``: (role, the product's field for it) where that isn't the usual one; roles are those of presets.
    """

    source: str
    product: Product
    address: str
    user: str = ""
    secret: str = ""
    app_secret: str = ""
    fields: tuple[tuple[str, str], ...] = ()

    def __repr__(self) -> str:
        """Without the secrets: a feed may stand in a log or an error."""
        return f"Feed(source={self.source!r}, product={self.product.value!r}, address={self.address!r})"

    def field(self, role: str, usual: str) -> str:
        """The product's field for a role."""
        return dict(self.fields).get(role, usual)


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedOptions:
    """The feeds a council has set up."""

    feeds: tuple[Feed, ...] = ()

    def feed(self, source: str) -> Feed:
        """Raises UnknownFeed."""
        for feed in self.feeds:
            if feed.source == source:
                return feed
        raise UnknownFeed(source, [feed.source for feed in self.feeds])


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """The calls opened from ``start`` (included) to ``end`` (not included), days in the council's zone."""

    start: dt.date
    end: dt.date


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedCall:
    """One call as a client hands it on, words as the product says them. ``opened``: aware.

    ``ticket`` is only compared, and forgotten with the pull. ``path``: the category, outermost first.
    """

    ticket: str
    opened: dt.datetime
    path: tuple[str | None, ...]
    call_type: str | None = None
    closing_code: str | None = None
    channel: str | None = None
    directorate: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedState:
    """How the newest pull went. ``problem`` "": well."""

    source: str
    pulled_at: dt.datetime
    stored_to: dt.date | None
    calls: int
    problem: str


class UnknownFeed(NotFound):
    """No feed has this source name."""

    def __init__(self, source: str, known: list[str]) -> None:
        self.source = source
        listed = f"Use one of: {', '.join(known)}." if known else "No feed is set up: docs/live-feeds.md says how."
        super().__init__(f"No live feed is called “{source}”. {listed}")


class BadSince(InvalidInput):
    """A pull can't begin there."""

    def __init__(self, since: dt.date) -> None:
        super().__init__(f"A pull can’t begin on {since:%Y-%m-%d}. Choose a day in the past, within five years.")


class FeedFailed(Conflict):
    """A product didn't give what was asked. Never holds what it sent: that may be about a person."""

    def __init__(self, source: str, what: str, do: str = "") -> None:
        self.source = source
        self.what = what
        super().__init__(f"{source}: {what} {do}".rstrip())


def windows(since: dt.date, today: dt.date) -> tuple[Window, ...]:
    """Whole weeks from the Monday of ``since`` on, and the days of this week that are over. Raises BadSince."""
    if not today - OLDEST_PULL <= since < today:
        raise BadSince(since)
    found = []
    start = monday_of(since)
    while start < today:
        end = min(start + dt.timedelta(days=7), today)
        found.append(Window(start=start, end=end))
        start += dt.timedelta(days=7)
    return tuple(found)


def since_of(state: FeedState | None, today: dt.date) -> dt.date:
    """Where a pull begins when nobody says it."""
    if state is None or state.stored_to is None:
        return today - FIRST_PULL
    return min(state.stored_to + dt.timedelta(days=1), today - dt.timedelta(days=1)) - LOOK_BACK
