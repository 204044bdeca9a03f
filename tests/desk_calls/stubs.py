"""Service desks of our own on this machine: each pages, limits and signs in as the product's documentation says it does."""

import base64
import datetime as dt
import json
import re
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

CALLER = "Planted Person"
SUBJECT = "Cannot open my payslip"


@dataclass(frozen=True, kw_only=True)
class Ticket:
    number: int
    opened: dt.datetime
    category: str = "Software"
    sub: str = "Excel"


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A request as it came."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    form: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Said:
    """What a desk answers. ``data`` bytes are sent as they are."""

    status: int = 200
    data: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)


class Desk:
    """A desk with tickets. ``first``: answers to give before the product's own, one a request."""

    secret = "open-sesame"
    user = "showhow"

    def __init__(self, tickets: list[Ticket]) -> None:
        self.tickets = tickets
        self.first: list[Said] = []
        self.asked: list[Asked] = []
        self.address = ""

    def answer(self, asked: Asked) -> Said:
        raise NotImplementedError

    def respond(self, asked: Asked) -> Said:
        self.asked.append(asked)
        return self.first.pop(0) if self.first else self.answer(asked)

    def between(self, start: str, end: str) -> list[Ticket]:
        return [one for one in self.tickets if start <= f"{one.opened:%Y-%m-%d %H:%M:%S}" < end]

    def may(self, asked: Asked, expected: str) -> bool:
        return asked.headers.get("Authorization") == expected

    def basic(self, user: str, secret: str) -> str:
        return "Basic " + base64.b64encode(f"{user}:{secret}".encode()).decode()


class ServiceNowDesk(Desk):
    """Offset and limit, a Link header, every field in a stored and a shown form. Ignores what it doesn't know."""

    def answer(self, asked: Asked) -> Said:
        if not self.may(asked, self.basic(self.user, self.secret)):
            return Said(status=401, data={"error": {"message": "User Not Authenticated"}})
        assert asked.path == "/api/now/table/incident"
        bounds = re.search(r"opened_at>=([\d-]+ [\d:]+)\^opened_at<([\d-]+ [\d:]+)", asked.query["sysparm_query"])
        found = self.between(bounds[1], bounds[2]) if bounds else self.tickets
        offset, limit = int(asked.query["sysparm_offset"]), min(int(asked.query["sysparm_limit"]), 3)
        rows = [self.row(one, asked.query["sysparm_fields"].split(",")) for one in found[offset : offset + limit]]
        more = (
            {"Link": f'<{self.address}/x?sysparm_limit=3&sysparm_offset={offset + limit}>;rel="next"'}
            if offset + limit < len(found)
            else {}
        )
        return Said(data={"result": rows}, headers={"X-Total-Count": str(len(found)), **more})

    def row(self, one: Ticket, fields: list[str]) -> dict[str, Any]:
        shown = {"number": f"INC{one.number:07}", "category": one.category, "subcategory": one.sub, "cmdb_ci": "",
                 "opened_at": one.opened, "contact_type": "Phone", "close_code": "Solved", "caller_id": CALLER}  # fmt: skip
        row = {}
        for name in fields:
            value = shown.get(name, "")
            if isinstance(value, dt.datetime):
                row[name] = {"display_value": f"{value:%d.%m.%Y %H:%M}", "value": f"{value:%Y-%m-%d %H:%M:%S}"}
            else:
                row[name] = {"display_value": value, "value": value.lower()}
        return row


class FreshserviceDesk(Desk):
    """Pages from 1 by the day of change; without updated_since only 30 days. Key as name, X as password."""

    A_PAGE = 100

    def answer(self, asked: Asked) -> Said:
        if not self.may(asked, self.basic(self.secret, "X")):
            return Said(status=401, data={"code": "invalid_credentials"})
        page, size = int(asked.query["page"]), min(int(asked.query["per_page"]), self.A_PAGE)
        if asked.path == "/api/v2/departments":
            departments = [{"id": 7, "name": "Housing", "head_name": CALLER}]
            return Said(data={"departments": departments if page == 1 else []})
        found = self.between(asked.query["updated_since"].replace("T", " ").rstrip("Z"), "9999")
        rows = found[(page - 1) * size : page * size]
        more = {"Link": '<https://x/api/v2/tickets?page=2>; rel="next"'} if page * size < len(found) else {}
        return Said(data={"tickets": [self.row(one) for one in rows]}, headers=more)

    def row(self, one: Ticket) -> dict[str, Any]:
        return {
            "id": one.number, "subject": SUBJECT, "created_at": f"{one.opened:%Y-%m-%dT%H:%M:%SZ}", "source": 3,
            "category": one.category, "sub_category": one.sub, "item_category": None, "type": "Incident",
            "department_id": 7, "requester_id": 9, "custom_fields": {"resolution_code": "Solved"},
        }  # fmt: skip


class JiraDesk(Desk):
    """A token from page to page, fields only if listed; the old search is gone (410)."""

    def answer(self, asked: Asked) -> Said:
        if not self.may(asked, self.basic(self.user, self.secret)):
            return Said(status=401, data={})
        if asked.path != "/rest/api/3/search/jql":
            return Said(status=410, data={"errorMessages": ["The requested API has been removed."]})
        bounds = re.search(r'created >= "([\d-]+)" AND created < "([\d-]+)"', asked.query["jql"])
        assert bounds
        found = self.between(bounds[1], bounds[2])
        start = int(asked.query.get("nextPageToken", "t0")[1:])
        fields = asked.query.get("fields", "").split(",")
        rows = [self.row(one, fields) for one in found[start : start + 2]]
        last = start + 2 >= len(found)
        return Said(data={"issues": rows, "isLast": last, **({} if last else {"nextPageToken": f"t{start + 2}"})})

    def row(self, one: Ticket, fields: list[str]) -> dict[str, Any]:
        every = {
            "created": f"{one.opened:%Y-%m-%dT%H:%M:%S}.000+0000", "summary": SUBJECT, "components": [{"name": one.category}],
            "issuetype": {"name": "Service request"}, "resolution": {"name": "Solved"}, "reporter": {"name": CALLER},
            "customfield_10010": {"requestType": {"name": one.sub}}, "customfield_10020": {"value": "Phone"},
        }  # fmt: skip
        return {"key": f"IT-{one.number}", "fields": {name: every.get(name) for name in fields}}


class TopdeskDesk(Desk):
    """206 while more are to come, 204 for none. An older one knows only start and page_size."""

    old = False

    def answer(self, asked: Asked) -> Said:
        if not self.may(asked, self.basic(self.user, self.secret)):
            return Said(status=401)
        first, size = ("start", "page_size") if self.old else ("pageStart", "pageSize")
        if first not in asked.query:
            return Said(status=400, data=[{"message": "unknown parameter"}])
        bounds = re.search(r"creationDate=ge=([\d-]+)T\S*?;creationDate=lt=([\d-]+)T", asked.query["query"])
        assert bounds
        found = self.between(bounds[1], bounds[2])
        start = int(asked.query[first])
        rows = found[start : start + min(int(asked.query[size]), 2)]
        if not rows:
            return Said(status=204)
        more = start + len(rows) < len(found)
        return Said(status=206 if more else 200, data=[self.row(one) for one in rows])

    def row(self, one: Ticket) -> dict[str, Any]:
        return {
            "number": f"I {one.number}", "creationDate": f"{one.opened:%Y-%m-%dT%H:%M:%S}.000+0000", "briefDescription": SUBJECT,
            "category": {"id": "x", "name": one.category}, "subcategory": {"id": "x", "name": one.sub}, "object": None,
            "callType": {"name": "Failure"}, "entryType": {"name": "Phone"}, "closureCode": {"name": "Solved"},
            "caller": {"dynamicName": CALLER},
        }  # fmt: skip


class GlpiDesk(Desk):
    """A session to open and close, 206 with a Content-Range, an error past the end. ``sessions``: those open."""

    app_secret = "app-open-sesame"

    def __init__(self, tickets: list[Ticket]) -> None:
        super().__init__(tickets)
        self.sessions: set[str] = set()
        self.opened = 0

    def answer(self, asked: Asked) -> Said:
        if asked.headers.get("App-Token") != self.app_secret:
            return Said(status=400, data=["ERROR_WRONG_APP_TOKEN_PARAMETER", ""])
        if asked.path == "/apirest.php/initSession":
            if not self.may(asked, f"user_token {self.secret}"):
                return Said(status=401, data=["ERROR_GLPI_LOGIN_USER_TOKEN", ""])
            self.opened += 1
            self.sessions.add(f"session-{self.opened}")
            return Said(data={"session_token": f"session-{self.opened}"})
        if asked.headers.get("Session-Token") not in self.sessions:
            return Said(status=401, data=["ERROR_SESSION_TOKEN_INVALID", ""])
        if asked.path == "/apirest.php/killSession":
            self.sessions.discard(asked.headers["Session-Token"])
            return Said(data=True)
        return self.search(asked)

    def search(self, asked: Asked) -> Said:
        found = self.between(asked.query["criteria[0][value]"], asked.query["criteria[1][value]"])
        start, end = map(int, asked.query["range"].split("-"))
        if found and start >= len(found):
            return Said(status=400, data=["ERROR_RANGE_EXCEED_TOTAL", ""])
        rows = found[start : min(end + 1, start + 2)]
        data: dict[str, Any] = {"totalcount": len(found), "count": len(rows)}
        if rows:
            data["data"] = [
                {"1": SUBJECT, "2": one.number, "7": f"{one.category} > {one.sub}", "9": "Phone", "14": 1,
                 "15": f"{one.opened:%Y-%m-%d %H:%M:%S}"}
                for one in rows
            ]  # fmt: skip
        more = start + len(rows) < len(found)
        return Said(status=206 if more else 200, data=data,
                    headers={"Content-Range": f"{start}-{start + len(rows) - 1}/{len(found)}"})  # fmt: skip


class ZammadDesk(Desk):
    """Pages of at most 200, one list without a total; times in UTC with Z."""

    A_PAGE = 200

    def answer(self, asked: Asked) -> Said:
        if not self.may(asked, f"Token token={self.secret}"):
            return Said(status=401, data={"error": "authentication failed"})
        bounds = re.search(r"created_at:\[([\d-]+) TO ([\d-]+)\]", asked.query["query"])
        assert bounds
        assert asked.query["expand"] == "true"
        found = self.between(bounds[1], bounds[2] + " 24")
        page, size = int(asked.query["page"]), min(int(asked.query["per_page"]), self.A_PAGE)
        rows = [
            {"id": one.number, "number": f"67{one.number:03}", "title": SUBJECT, "group": f"{one.category}::{one.sub}",
             "customer": CALLER, "create_article_type": "phone", "created_at": f"{one.opened:%Y-%m-%dT%H:%M:%S}.000Z"}
            for one in found[(page - 1) * size : page * size]
        ]  # fmt: skip
        return Said(data=rows)


class HaloDesk(Desk):
    """A token that runs out, pages of at most 100, a count of all."""

    def __init__(self, tickets: list[Ticket]) -> None:
        super().__init__(tickets)
        self.good_for = 1000
        self.tokens = 0

    def answer(self, asked: Asked) -> Said:
        if asked.path == "/auth/token":
            if (asked.form["client_id"], asked.form["client_secret"]) != (self.user, self.secret):
                return Said(status=401, data={"error": "invalid_client"})
            assert asked.form["grant_type"] == "client_credentials"
            self.tokens += 1
            self.left = self.good_for
            return Said(data={"access_token": f"token-{self.tokens}", "expires_in": 3600, "token_type": "Bearer"})
        if not self.may(asked, f"Bearer token-{self.tokens}") or self.left <= 0:
            return Said(status=401, data={})
        self.left -= 1
        found = self.between(asked.query["startdate"].replace("T", " "), asked.query["enddate"].replace("T", " "))
        page, size = int(asked.query["page_no"]), min(int(asked.query["page_size"]), 2)
        rows = [
            {"id": one.number, "summary": SUBJECT, "user_name": CALLER, "dateoccurred": f"{one.opened:%Y-%m-%dT%H:%M:%S}.000Z",
             "category_1": one.category, "category_2": one.sub, "tickettype_name": "Incident", "site_name": "Housing"}
            for one in found[(page - 1) * size : page * size]
        ]  # fmt: skip
        return Said(data={"page_no": page, "page_size": size, "record_count": len(found), "tickets": rows})


@contextmanager
def serving(desk: Desk) -> Iterator[Desk]:
    """The desk at work on a free port."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(desk.respond))
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    desk.address = f"http://127.0.0.1:{server.server_port}"
    try:
        yield desk
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _handler(respond: Callable[[Asked], Said]) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._reply({})

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            self._reply({name: values[0] for name, values in parse_qs(body).items()})

        def _reply(self, form: Mapping[str, str]) -> None:
            parts = urlsplit(self.path)
            query = {name: values[0] for name, values in parse_qs(parts.query).items()}
            said = respond(
                Asked(method=self.command, path=parts.path, query=query, headers=dict(self.headers), form=form)
            )
            body = (
                said.data
                if isinstance(said.data, bytes)
                else b""
                if said.data is None
                else json.dumps(said.data).encode()
            )
            self.send_response(said.status)
            for name, value in said.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (its name in the library)
            """Quiet."""

    return Handler
