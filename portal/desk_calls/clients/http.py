"""Asking another system for JSON: time-outs, waiting when told to, trying again. Says what went wrong, never what came.

Redirects are not followed: the secret would go along to another address.
"""

import base64
import datetime as dt
import email.utils
import http.client
import json
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from portal.desk_calls.rules.feeds import FeedFailed

TIMEOUT_SECONDS = 30
LARGEST_ANSWER = 64 * 1024 * 1024
MOST_TRIES = 5
#: A product that wants more than this is asked again the next night.
LONGEST_WAIT_SECONDS = 300
_TRY_AGAIN = (429, 500, 502, 503, 504)
Query = Sequence[tuple[str, str | int]]
#: Waits so many seconds; for tests it only notes them.
Pause = Callable[[float], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """``data``: the JSON, None for an empty body."""

    status: int
    headers: Mapping[str, str]
    data: Any


class Refused(Exception):
    """The system answered with a status that isn't success."""

    def __init__(self, status: int) -> None:
        self.status = status
        super().__init__(f"status {status}")


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_request: Any, **_named: Any) -> None:
        """None: the redirect is an answer like any other."""


class Web:
    """One system. ``headers``: sent with every request; change them to sign in."""

    def __init__(self, source: str, address: str, *, pause: Pause) -> None:
        self.headers: dict[str, str] = {"Accept": "application/json", "User-Agent": "showhow"}
        self._source = source
        self._address = address
        self._pause = pause
        self._opener = urllib.request.build_opener(_NoRedirects())

    def basic(self, user: str, secret: str) -> None:
        """Sign in with name and password, or what stands for them."""
        self.headers["Authorization"] = "Basic " + base64.b64encode(f"{user}:{secret}".encode()).decode("ascii")

    def get(self, path: str, query: Query = (), *, allowed: Sequence[int] = ()) -> Answer:
        """Ask for JSON. Raises FeedFailed; Refused for a status in ``allowed``."""
        target = f"{self._address}{path}" + (f"?{urllib.parse.urlencode(query)}" if query else "")
        return self._ask(urllib.request.Request(target, headers=self.headers), allowed)  # noqa: S310 (checked: https)

    def post_form(self, path: str, form: Query) -> Answer:
        """Send a form and get JSON. Raises FeedFailed."""
        body = urllib.parse.urlencode(form).encode()
        request = urllib.request.Request(f"{self._address}{path}", data=body, headers=self.headers)  # noqa: S310
        return self._ask(request, ())

    def failed(self, what: str, do: str = "") -> FeedFailed:
        """The error that names this system."""
        return FeedFailed(self._source, what, do)

    def _ask(self, request: urllib.request.Request, allowed: Sequence[int]) -> Answer:
        for tried in range(1, MOST_TRIES + 1):
            try:
                return self._once(request)
            except urllib.error.HTTPError as error:
                status, headers = error.code, error.headers
                error.close()
                if status in allowed:
                    raise Refused(status) from None
                if status not in _TRY_AGAIN or tried == MOST_TRIES:
                    raise self._refusal(status) from None
                self._wait(_asked_to_wait(headers.get("Retry-After")), tried)
            except (TimeoutError, urllib.error.URLError, http.client.HTTPException, ConnectionError) as error:
                if tried == MOST_TRIES:
                    reason = getattr(error, "reason", error)
                    raise self.failed(
                        f"It can’t be reached ({type(reason).__name__}).", "Check its address and the network."
                    ) from None
                self._wait(None, tried)
        raise AssertionError("the last try returns or raises")  # pragma: no cover

    def _once(self, request: urllib.request.Request) -> Answer:
        with self._opener.open(request, timeout=TIMEOUT_SECONDS) as response:
            body = response.read(LARGEST_ANSWER + 1)
            if len(body) > LARGEST_ANSWER:
                raise self.failed("One answer is larger than 64 MB.")
            headers = {name.lower(): value for name, value in response.headers.items()}
            status = int(response.status)
        if not body.strip():
            return Answer(status=status, headers=headers, data=None)
        try:
            return Answer(status=status, headers=headers, data=json.loads(body))
        except ValueError:
            raise self.failed("It didn’t answer with JSON.", "Check the address: this may be a sign-in page.") from None

    def _wait(self, asked: float | None, tried: int) -> None:
        seconds = 2.0 ** (tried - 1) if asked is None else asked
        if seconds > LONGEST_WAIT_SECONDS:
            raise self.failed(f"It asks to wait {seconds:,.0f} seconds.", "The next pull goes on from here.")
        self._pause(seconds)

    def _refusal(self, status: int) -> FeedFailed:
        if status in (401, 403):
            return self.failed(
                f"It doesn’t let us in (status {status}).", "Check user and secret, and what they may read."
            )
        if status == 410:
            return self.failed("It no longer offers what was asked (status 410).", "Showhow needs an update.")
        if 300 <= status < 400:
            return self.failed(f"It has moved (status {status}).", "Set its new address.")
        if status == 404:
            return self.failed("It doesn’t know what was asked (status 404).", "Check its address.")
        return self.failed(f"It answered with status {status}.")


def _asked_to_wait(text: str | None) -> float | None:
    """Seconds, from a number or a date; None where nothing sensible is said."""
    if text is None:
        return None
    if text.strip().isdigit():
        return float(text)
    try:
        until = email.utils.parsedate_to_datetime(text)
    except ValueError:
        return None
    if until.tzinfo is None:
        until = until.replace(tzinfo=dt.UTC)
    return max((until - dt.datetime.now(dt.UTC)).total_seconds(), 0.0)
