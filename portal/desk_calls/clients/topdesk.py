"""TOPdesk: incidents by a FIQL query. Status 206 says that more are to come, 204 that there are none."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

from portal.desk_calls.clients.feed import MARGIN, moment, pages, rows_of, words
from portal.desk_calls.clients.http import Answer, Pause, Query, Refused, Web
from portal.desk_calls.rules.feeds import Feed, FeedCall, Window

_A_PAGE = 500
_MORE = 206
#: Names of the two paging fields today, and in older versions.
_PAGING = (("pageStart", "pageSize"), ("start", "page_size"))


class Topdesk:
    """Signs in with a login name and an application password."""

    by_week = True

    def __init__(self, feed: Feed, *, zone: dt.tzinfo, pause: Pause) -> None:
        self._web = Web(feed.source, feed.address, pause=pause)
        self._web.basic(feed.user, feed.secret)
        self._zone = zone
        self._paging = _PAGING[0]
        self._path = tuple(
            feed.field(role, usual)
            for role, usual in (
                ("category", "category"), ("category level 2", "subcategory"), ("category level 3", "object")
            )
        )  # fmt: skip
        self._others = {
            role: feed.field(role, usual)
            for role, usual in (
                ("call_type", "callType"), ("closing_code", "closureCode"), ("channel", "entryType"),
                ("directorate", "branch"),
            )
        }  # fmt: skip

    def calls(self, window: Window) -> Iterator[FeedCall]:
        start, end = window.start - MARGIN, window.end + MARGIN
        fiql = f"creationDate=ge={start}T00:00:00Z;creationDate=lt={end}T00:00:00Z"
        query = [
            ("query", fiql),
            ("fields", ",".join(("number", "creationDate", *self._path, *self._others.values()))),
            ("sort", "creationDate:asc"),
        ]
        seen = 0
        for _ in pages(self._web):
            answer = self._page(query, seen)
            rows = rows_of(self._web, answer.data)
            yield from (call for row in rows if (call := self._call(row)) is not None)
            seen += len(rows)
            if answer.status != _MORE or not rows:
                return

    def _page(self, query: Query, seen: int) -> Answer:
        first, size = self._paging
        try:
            return self._web.get("/tas/api/incidents", [*query, (first, seen), (size, _A_PAGE)], allowed=(400,))
        except Refused:
            if self._paging == _PAGING[1]:
                raise self._web.failed("It doesn’t accept the question (status 400).") from None
            self._paging = _PAGING[1]
            return self._page(query, seen)

    def _call(self, row: dict[str, Any]) -> FeedCall | None:
        opened = moment(row.get("creationDate"), self._zone)
        if opened is None:
            return None
        others = {role: words(row.get(field)) for role, field in self._others.items()}
        path = tuple(words(row.get(field)) for field in self._path)
        return FeedCall(ticket=words(row.get("number")) or "", opened=opened, path=path, **others)
