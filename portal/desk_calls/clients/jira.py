"""Jira Service Management in the cloud: search by JQL, a token from page to page and no total."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

from portal.desk_calls.clients.feed import MARGIN, moment, pages, rows_of, words
from portal.desk_calls.clients.http import Pause, Web
from portal.desk_calls.rules.feeds import Feed, FeedCall, Window

_A_PAGE = 100


class Jira:
    """Signs in with an e-mail address and an API token. Fields have to be listed, or none come."""

    by_week = True

    def __init__(self, feed: Feed, *, zone: dt.tzinfo, pause: Pause) -> None:
        self._web = Web(feed.source, feed.address, pause=pause)
        self._web.basic(feed.user, feed.secret)
        self._zone = zone
        self._path = (feed.field("category", "components"), feed.field("category level 2", ""))
        self._others = {
            role: feed.field(role, usual)
            for role, usual in (
                ("call_type", "issuetype"), ("closing_code", "resolution"), ("channel", ""), ("directorate", "")
            )
        }  # fmt: skip

    def calls(self, window: Window) -> Iterator[FeedCall]:
        start, end = window.start - MARGIN, window.end + MARGIN
        wanted = [field for field in ("created", *self._path, *self._others.values()) if field]
        query: list[tuple[str, str | int]] = [
            ("jql", f'created >= "{start}" AND created < "{end}" ORDER BY created ASC, key ASC'),
            ("fields", ",".join(wanted)),
            ("maxResults", _A_PAGE),
        ]
        token = ""
        for _ in pages(self._web):
            answer = self._web.get("/rest/api/3/search/jql", [*query, *([("nextPageToken", token)] if token else [])])
            rows = rows_of(self._web, answer.data, "issues")
            yield from (call for row in rows if (call := self._call(row)) is not None)
            following = words(answer.data.get("nextPageToken"))
            if following is None or answer.data.get("isLast") is True:
                return
            if following == token:
                raise self._web.failed("It sends the same page again and again.")
            token = following

    def _call(self, row: dict[str, Any]) -> FeedCall | None:
        fields = row.get("fields")
        if not isinstance(fields, dict):
            return None
        opened = moment(fields.get("created"), self._zone)
        if opened is None:
            return None
        others = {role: words(fields.get(field)) for role, field in self._others.items()}
        path = tuple(words(fields.get(field)) for field in self._path if field)
        return FeedCall(ticket=words(row.get("key")) or "", opened=opened, path=path, **others)
