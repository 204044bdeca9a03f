"""GLPI: the search of its REST interface, in ranges. Status 206 says that more are to come."""

import contextlib
import datetime as dt
from collections.abc import Iterator
from typing import Any

from portal.desk_calls.clients.feed import MARGIN, moment, pages, rows_of, words
from portal.desk_calls.clients.http import Answer, Pause, Query, Refused, Web
from portal.desk_calls.rules.feeds import Feed, FeedCall, FeedFailed, Window

_A_PAGE = 200
_ID, _CATEGORY, _SOURCE, _TYPE, _OPENED = "2", "7", "9", "14", "15"
_TYPES = {"1": "Incident", "2": "Request"}


class Glpi:
    """Opens a session with a user's token (and an application's) and ends it; one that ran out is opened again."""

    by_week = True

    def __init__(self, feed: Feed, *, zone: dt.tzinfo, pause: Pause) -> None:
        self._web = Web(feed.source, feed.address, pause=pause)
        self._secret = feed.secret
        self._zone = zone
        self._directorate = feed.field("directorate", "")
        if feed.app_secret:
            self._web.headers["App-Token"] = feed.app_secret

    def calls(self, window: Window) -> Iterator[FeedCall]:
        self._sign_in()
        try:
            yield from self._found(window)
        finally:
            with contextlib.suppress(Refused, FeedFailed):
                self._web.get("/apirest.php/killSession", allowed=(400, 401))

    def _found(self, window: Window) -> Iterator[FeedCall]:
        shown = [field for field in (_ID, _CATEGORY, _SOURCE, _TYPE, _OPENED, self._directorate) if field]
        query: list[tuple[str, str | int]] = [
            ("criteria[0][field]", _OPENED),
            ("criteria[0][searchtype]", "morethan"),
            ("criteria[0][value]", f"{window.start - MARGIN} 00:00:00"),
            ("criteria[1][link]", "AND"),
            ("criteria[1][field]", _OPENED),
            ("criteria[1][searchtype]", "lessthan"),
            ("criteria[1][value]", f"{window.end + MARGIN} 00:00:00"),
            *((f"forcedisplay[{number}]", field) for number, field in enumerate(shown)),
            ("sort", _ID),
            ("order", "ASC"),
        ]
        seen = 0
        for _ in pages(self._web):
            answer = self._page([*query, ("range", f"{seen}-{seen + _A_PAGE - 1}")])
            data = answer.data if isinstance(answer.data, dict) else {}
            rows = rows_of(self._web, data, "data") if data.get("totalcount") else []
            yield from (call for row in rows if (call := self._call(row)) is not None)
            seen += len(rows)
            if not rows or seen >= int(data["totalcount"]):
                return

    def _page(self, query: Query) -> Answer:
        try:
            return self._web.get("/apirest.php/search/Ticket", query, allowed=(401,))
        except Refused:
            self._sign_in()
            return self._web.get("/apirest.php/search/Ticket", query)

    def _sign_in(self) -> None:
        self._web.headers.pop("Session-Token", None)
        self._web.headers["Authorization"] = f"user_token {self._secret}"
        answer = self._web.get("/apirest.php/initSession")
        token = answer.data.get("session_token") if isinstance(answer.data, dict) else None
        if not token:
            raise self._web.failed("It opened no session.", "Check the user's token and the application's.")
        del self._web.headers["Authorization"]
        self._web.headers["Session-Token"] = str(token)

    def _call(self, row: dict[str, Any]) -> FeedCall | None:
        opened = moment(row.get(_OPENED), self._zone)
        if opened is None:
            return None
        kind = words(row.get(_TYPE))
        return FeedCall(
            ticket=words(row.get(_ID)) or "",
            opened=opened,
            path=tuple(part.strip() for part in (words(row.get(_CATEGORY)) or "").split(">")),
            call_type=_TYPES.get(kind or "", kind),
            channel=words(row.get(_SOURCE)),
            directorate=words(row.get(self._directorate)) if self._directorate else None,
        )
