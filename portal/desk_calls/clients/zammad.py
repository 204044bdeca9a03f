"""Zammad: its search for tickets by the day they were made. It has no category: the group stands in for it."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

from portal.desk_calls.clients.feed import MARGIN, moment, pages, rows_of, words
from portal.desk_calls.clients.http import Pause, Web
from portal.desk_calls.rules.feeds import Feed, FeedCall, Window

_A_PAGE = 200


class Zammad:
    """Signs in with an access token."""

    by_week = True

    def __init__(self, feed: Feed, *, zone: dt.tzinfo, pause: Pause) -> None:  # noqa: ARG002 (it says UTC itself)
        self._web = Web(feed.source, feed.address, pause=pause)
        self._web.headers["Authorization"] = f"Token token={feed.secret}"
        self._path = (feed.field("category", "group"), feed.field("category level 2", ""))
        self._others = {
            role: feed.field(role, usual)
            for role, usual in (
                ("call_type", ""), ("closing_code", ""), ("channel", "create_article_type"), ("directorate", "")
            )
        }  # fmt: skip

    def calls(self, window: Window) -> Iterator[FeedCall]:
        start, end = window.start - MARGIN, window.end + MARGIN
        for page in pages(self._web):
            answer = self._web.get(
                "/api/v1/tickets/search",
                [
                    ("query", f"created_at:[{start} TO {end}]"),
                    ("expand", "true"),
                    ("sort_by", "created_at"),
                    ("order_by", "asc"),
                    ("page", page + 1),
                    ("per_page", _A_PAGE),
                ],
            )
            rows = rows_of(self._web, answer.data)
            yield from (call for row in rows if (call := self._call(row)) is not None)
            if len(rows) < _A_PAGE:
                return

    def _call(self, row: dict[str, Any]) -> FeedCall | None:
        opened = moment(row.get("created_at"), dt.UTC)
        if opened is None:
            return None
        others = {role: words(row.get(field)) for role, field in self._others.items()}
        segments = [part for field in self._path if field for part in (words(row.get(field)) or "").split("::")]
        return FeedCall(ticket=words(row.get("number")) or "", opened=opened, path=tuple(segments), **others)
