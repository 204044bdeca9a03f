"""ServiceNow: the Table API."""

import datetime as dt
import re
from collections.abc import Iterator
from typing import Any

from portal.desk_calls.clients.feed import MARGIN, moment, pages, rows_of, words
from portal.desk_calls.clients.http import Answer, Pause, Web
from portal.desk_calls.rules.feeds import Feed, FeedCall, Window

_LIMIT = 1_000
_NEXT = re.compile(r'sysparm_offset=(\d+)[^>]*>;\s*rel="next"')


class ServiceNow:
    """Signs in with a user's name and password, or with an API key where no user is given."""

    by_week = True

    def __init__(self, feed: Feed, *, zone: dt.tzinfo, pause: Pause) -> None:  # noqa: ARG002 (it says UTC itself)
        self._web = Web(feed.source, feed.address, pause=pause)
        if feed.user:
            self._web.basic(feed.user, feed.secret)
        else:
            self._web.headers["x-sn-apikey"] = feed.secret
        self._path = tuple(
            feed.field(role, usual)
            for role, usual in (
                ("category", "category"), ("category level 2", "subcategory"), ("category level 3", "cmdb_ci")
            )
        )  # fmt: skip
        self._others = {
            role: feed.field(role, usual)
            for role, usual in (
                ("call_type", "u_type"), ("closing_code", "close_code"), ("channel", "contact_type"),
                ("directorate", "u_department"),
            )
        }  # fmt: skip

    def calls(self, window: Window) -> Iterator[FeedCall]:
        start, end = window.start - MARGIN, window.end + MARGIN
        query = f"opened_at>={start} 00:00:00^opened_at<{end} 00:00:00^ORDERBYopened_at^ORDERBYnumber"
        fields = ",".join(("number", "opened_at", *self._path, *self._others.values()))
        offset: int | None = 0
        for _ in pages(self._web):
            answer = self._web.get(
                "/api/now/table/incident",
                [
                    ("sysparm_query", query),
                    ("sysparm_fields", fields),
                    ("sysparm_display_value", "all"),
                    ("sysparm_exclude_reference_link", "true"),
                    ("sysparm_limit", _LIMIT),
                    ("sysparm_offset", offset or 0),
                ],
            )
            rows = rows_of(self._web, answer.data, "result")
            yield from (call for row in rows if (call := self._call(row)) is not None)
            offset = _following(answer, offset or 0, len(rows))
            if offset is None:
                return

    def _call(self, row: dict[str, Any]) -> FeedCall | None:
        opened = moment(_stored(row.get("opened_at")), dt.UTC)
        if opened is None:
            return None
        others = {role: words(_shown(row.get(field))) for role, field in self._others.items()}
        path = tuple(words(_shown(row.get(field))) for field in self._path)
        return FeedCall(ticket=words(_stored(row.get("number"))) or "", opened=opened, path=path, **others)


def _following(answer: Answer, offset: int, rows: int) -> int | None:
    """Where the next page begins: rows we may not see count there, too, so that the page's own link knows best."""
    link = _NEXT.search(answer.headers.get("link", ""))
    if link is not None and int(link[1]) > offset:
        return int(link[1])
    return offset + _LIMIT if rows >= _LIMIT else None


def _stored(value: Any) -> Any:
    """The stored form of a field: dates in UTC, whatever the user's own format."""
    return value.get("value") if isinstance(value, dict) else value


def _shown(value: Any) -> Any:
    """The form that people read."""
    return (value.get("display_value") or value.get("value")) if isinstance(value, dict) else value
