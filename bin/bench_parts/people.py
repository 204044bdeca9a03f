"""People for the measurements: they fetch pages and send forms as a browser without JavaScript does."""

import http.client
import re
import secrets
import urllib.parse
from dataclasses import dataclass, field

from bin.bench_parts.servers import Server

TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')
RADIO = re.compile(r'<input[^>]*name="choice"[^>]*value="(\d+)"|<input[^>]*value="(\d+)"[^>]*name="choice"')
SENDING = re.compile(r'<input[^>]*name="(event|base)"[^>]*value="([^"]*)"')


@dataclass
class Visitor:
    """One browser: a connection kept open, and its cookies."""

    server: Server
    cookies: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.connection = self.server.connect()

    def get(self, path: str) -> str:
        return self._send("GET", path, None)[1]

    def post(self, path: str, values: dict[str, str | list[str]] | dict[str, str]) -> tuple[int, str, str]:
        """Status, body and Location of the answer to a form."""
        return self._send("POST", path, urllib.parse.urlencode(values, doseq=True))

    def _send(self, method: str, path: str, body: str | None) -> tuple[int, str, str]:
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        self.connection.request(method, path, body=body, headers=headers)
        answer = self.connection.getresponse()
        text = answer.read().decode()
        for cookie in answer.headers.get_all("Set-Cookie") or ():
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        location = urllib.parse.urlsplit(answer.headers.get("Location", "")).path
        if answer.status >= 400:
            raise http.client.HTTPException(f"{method} {path} answered {answer.status}")
        return answer.status, text, location

    def token(self, page: str) -> str:
        found = TOKEN.findall(page)
        return found[-1] if found else ""

    def start(self, systems: list[str]) -> str:
        """Start a check; the address of its first question."""
        page = self.get("/check/")
        return self.post("/check/", {"csrf_token": self.token(page), "systems": systems})[2]

    def first_answer(self, page: str) -> dict[str, str]:
        """The form of a question with its first answer chosen."""
        found = RADIO.search(page)
        if found is None:
            raise http.client.HTTPException("the page has no answer to choose")
        sending = dict(SENDING.findall(page))
        return {**sending, "choice": found[1] or found[2]}

    def again(self, values: dict[str, str]) -> dict[str, str]:
        """The same answer as a new sending on top of the one before."""
        return {**values, "event": secrets.token_urlsafe(9), "base": str(int(values["base"]) + 1)}

    def whole_sitting(self, systems: list[str]) -> int:
        """A check from start to result; the number of answers saved."""
        address, answers = self.start(systems), 0
        while not address.endswith("/finish"):
            address = self.post(address, self.first_answer(self.get(address)))[2]
            answers += 1
        share = self.post(address, {"csrf_token": self.token(self.get(address))})[2]
        result = self.post(share, {"csrf_token": self.token(self.get(share)), "consent": "no"})[2]
        self.get(result)
        return answers
