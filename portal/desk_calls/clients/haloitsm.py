"""HaloITSM: tickets in pages of a hundred, with a token that runs out."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

from portal.desk_calls.clients.feed import MARGIN, moment, pages, rows_of, words
from portal.desk_calls.clients.http import Answer, Pause, Query, Refused, Web
from portal.desk_calls.rules.feeds import Feed, FeedCall, Window

_A_PAGE = 100


class HaloItsm:
    """Signs in with a client's name and secret for a token; a token that ran out is asked for again."""

    by_week = True

    def __init__(self, feed: Feed, *, zone: dt.tzinfo, pause: Pause) -> None:  # noqa: ARG002 (it says UTC itself)
        self._web = Web(feed.source, feed.address, pause=pause)
        self._user, self._secret = feed.user, feed.secret
        self._path = tuple(
            feed.field(role, usual)
            for role, usual in (
                ("category", "category_1"), ("category level 2", "category_2"), ("category level 3", "category_3")
            )
        )  # fmt: skip
        self._others = {
            role: feed.field(role, usual)
            for role, usual in (
                ("call_type", "tickettype_name"), ("closing_code", "closure_code"), ("channel", "source_name"),
                ("directorate", "site_name"),
            )
        }  # fmt: skip

    def calls(self, window: Window) -> Iterator[FeedCall]:
        seen = 0
        for page in pages(self._web):
            answer = self._page(
                [
                    ("pageinate", "true"),
                    ("page_no", page + 1),
                    ("page_size", _A_PAGE),
                    ("datesearch", "dateoccurred"),
                    ("startdate", f"{window.start - MARGIN}T00:00:00Z"),
                    ("enddate", f"{window.end + MARGIN}T00:00:00Z"),
                    ("order", "id"),
                ]
            )
            rows = rows_of(self._web, answer.data, "tickets")
            yield from (call for row in rows if (call := self._call(row)) is not None)
            seen += len(rows)
            if not rows or seen >= int(answer.data.get("record_count") or 0):
                return

    def _page(self, query: Query) -> Answer:
        if "Authorization" not in self._web.headers:
            self._sign_in()
        try:
            return self._web.get("/api/Tickets", query, allowed=(401,))
        except Refused:
            self._sign_in()
            return self._web.get("/api/Tickets", query)

    def _sign_in(self) -> None:
        self._web.headers.pop("Authorization", None)
        answer = self._web.post_form(
            "/auth/token",
            [
                ("grant_type", "client_credentials"),
                ("client_id", self._user),
                ("client_secret", self._secret),
                ("scope", "all"),
            ],
        )
        token = answer.data.get("access_token") if isinstance(answer.data, dict) else None
        if not token:
            raise self._web.failed("It gave no token.", "Check the client's name and secret.")
        self._web.headers["Authorization"] = f"Bearer {token}"

    def _call(self, row: dict[str, Any]) -> FeedCall | None:
        opened = moment(row.get("dateoccurred"), dt.UTC)
        if opened is None:
            return None
        others = {role: words(row.get(field)) for role, field in self._others.items()}
        path = tuple(words(row.get(field)) for field in self._path)
        return FeedCall(ticket=words(row.get("id")) or "", opened=opened, path=path, **others)
