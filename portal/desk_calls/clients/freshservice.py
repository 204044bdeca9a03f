"""Freshservice: tickets by the day of their last change, since it has no list by the day they were made."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

from portal.desk_calls.clients.feed import MARGIN, moment, pages, rows_of, words
from portal.desk_calls.clients.http import Pause, Web
from portal.desk_calls.rules.feeds import Feed, FeedCall, Window

_A_PAGE = 100
_SOURCES = {
    1: "Email", 2: "Portal", 3: "Phone", 4: "Chat", 5: "Feedback widget", 6: "Yammer", 7: "AWS Cloudwatch",
    8: "Pagerduty", 9: "Walkup", 10: "Slack",
}  # fmt: skip


class Freshservice:
    """Signs in with the API key as name and X as password. A ticket opened since a day was changed since that day."""

    by_week = False

    def __init__(self, feed: Feed, *, zone: dt.tzinfo, pause: Pause) -> None:  # noqa: ARG002 (it says UTC itself)
        self._web = Web(feed.source, feed.address, pause=pause)
        self._web.basic(feed.secret, "X")
        self._path = tuple(
            feed.field(role, usual)
            for role, usual in (
                ("category", "category"), ("category level 2", "sub_category"), ("category level 3", "item_category")
            )
        )  # fmt: skip
        self._call_type = feed.field("call_type", "type")
        self._closing_code = feed.field("closing_code", "resolution_code")
        self._directorate = feed.field("directorate", "department_id")

    def calls(self, window: Window) -> Iterator[FeedCall]:
        departments = self._departments() if self._directorate == "department_id" else {}
        since = f"{window.start - MARGIN}T00:00:00Z"
        for page in pages(self._web):
            answer = self._web.get(
                "/api/v2/tickets", [("updated_since", since), ("page", page + 1), ("per_page", _A_PAGE)]
            )
            rows = rows_of(self._web, answer.data, "tickets")
            yield from (call for row in rows if (call := self._call(row, departments)) is not None)
            if 'rel="next"' not in answer.headers.get("link", "") and len(rows) < _A_PAGE:
                return

    def _call(self, row: dict[str, Any], departments: dict[Any, str | None]) -> FeedCall | None:
        opened = moment(row.get("created_at"), dt.UTC)
        if opened is None:
            return None
        source = row.get("source")
        directorate = (
            departments.get(row.get("department_id")) if departments else words(self._of(row, self._directorate))
        )
        return FeedCall(
            ticket=words(row.get("id")) or "",
            opened=opened,
            path=tuple(words(self._of(row, field)) for field in self._path),
            call_type=words(self._of(row, self._call_type)),
            closing_code=words(self._of(row, self._closing_code)),
            channel=_SOURCES.get(source, f"Source {source}") if isinstance(source, int) else words(source),
            directorate=directorate,
        )

    @staticmethod
    def _of(row: dict[str, Any], field: str) -> Any:
        """A field of the ticket, or one the council made."""
        own = row.get("custom_fields")
        return row[field] if field in row else own.get(field) if isinstance(own, dict) else None

    def _departments(self) -> dict[Any, str | None]:
        found: dict[Any, str | None] = {}
        for page in pages(self._web):
            answer = self._web.get("/api/v2/departments", [("page", page + 1), ("per_page", _A_PAGE)])
            rows = rows_of(self._web, answer.data, "departments")
            found |= {row.get("id"): words(row.get("name")) for row in rows}
            if len(rows) < _A_PAGE:
                break
        return found
