"""The one interface behind which every product's client stands, and what they share."""

import datetime as dt
from collections.abc import Iterator
from typing import Any, Protocol

from portal.desk_calls.clients.http import Web
from portal.desk_calls.rules.feeds import FeedCall, Window

#: A product may compare dates in a zone of its own: we ask for a day more on both sides, and look at each date here.
MARGIN = dt.timedelta(days=1)
#: No desk has so many calls in one question; a product that ignores the dates we ask for goes on without end.
MOST_PAGES = 2_000
#: Calls outside the days asked for, past which a product must have ignored them.
MOST_OUTSIDE = 20_000


class FeedClient(Protocol):
    """Asks one product for its calls. ``by_week``: it can be asked for a week; else only for all since a day."""

    by_week: bool

    def calls(self, window: Window) -> Iterator[FeedCall]:
        """The calls of these days, page by page; some further ones may come along. Raises FeedFailed."""


def moment(text: object, zone: dt.tzinfo) -> dt.datetime | None:
    """A time as products write it, ISO or with a space; ``zone`` is for those that don't say theirs."""
    if not isinstance(text, str):
        return None
    try:
        found = dt.datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    return found.replace(tzinfo=zone) if found.tzinfo is None else found


def words(value: Any) -> str | None:
    """What a field says: text, a number, or an object or list that holds a name. None where it says nothing."""
    if isinstance(value, list):
        return next((text for text in map(words, value) if text), None)
    if isinstance(value, dict):
        for name in ("name", "value", "label", "requestType", "display_value"):
            if value.get(name):
                return words(value[name])
        return None
    if isinstance(value, bool) or value is None:
        return None
    return str(value).strip() or None


def rows_of(web: Web, data: Any, name: str | None = None) -> list[dict[str, Any]]:
    """The rows of an answer, or of one part of it. Raises FeedFailed when it has another shape."""
    if name is not None:
        data = data.get(name) if isinstance(data, dict) else None
    if data is None and name is None:
        return []
    if not isinstance(data, list) or not all(isinstance(row, dict) for row in data):
        raise web.failed("Its answer doesn’t have the shape that was expected.", "Showhow may need an update.")
    return data


def pages(web: Web) -> Iterator[int]:
    """Numbers of pages from 0. Raises FeedFailed where they don't end."""
    yield from range(MOST_PAGES)
    raise web.failed(f"It sent {MOST_PAGES:,} pages and didn’t end.", "It may ignore the dates it is asked for.")
