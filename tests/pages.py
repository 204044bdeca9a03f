"""The page client: every page it fetches is held to the rules for every page."""

import re
from dataclasses import dataclass, field
from typing import Any
from xml.etree.ElementTree import Element

import html5lib
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event
from werkzeug.test import TestResponse

from portal.storage.database import Database
from portal.web.context import Portal

MOST_STATEMENTS = 8
LABELLED = ("input", "select", "textarea")
#: Addresses that hold a secret of their own, which nobody else can write into a form.
KEYED = re.compile(r"/check/[\w.-]{20,}/question/\d+")
UNLABELLED_TYPES = ("hidden", "submit", "button")


class BadPage(AssertionError):
    """A page broke a rule that holds for every page."""


@dataclass
class Page:
    """A response, parsed. ``statements``: the SQL it took."""

    response: TestResponse
    statements: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        parser = html5lib.HTMLParser(namespaceHTMLElements=False)
        self.tree: Element = parser.parse(self.response.get_data())
        self.parse_errors = [(position, code) for position, code, _ in parser.errors]

    @property
    def status(self) -> int:
        return self.response.status_code

    @property
    def html(self) -> str:
        return self.response.get_data(as_text=True)

    @property
    def text(self) -> str:
        """Everything a person reads, with single spaces."""
        return squeezed(self.tree.find("body"))

    @property
    def h1(self) -> str:
        return squeezed(self.tree.find(".//h1"))

    @property
    def title(self) -> str:
        return squeezed(self.tree.find(".//title"))

    @property
    def links(self) -> dict[str, str]:
        """Text of each link → its address."""
        return {squeezed(link): link.get("href", "") for link in self.all("a")}

    def all(self, path: str) -> list[Element]:
        """Every element with this tag, or matching this ElementTree path."""
        return self.tree.findall(f".//{path}")

    def by_id(self, element_id: str) -> Element:
        found = self.tree.find(f".//*[@id='{element_id}']")
        assert found is not None, f"nothing on the page has the id {element_id!r}"
        return found

    def form(self, number: int = 0, *, action: str | None = None) -> dict[str, str]:
        """The values a browser would send for a form as it stands (first option, checked boxes and radios)."""
        forms = [form for form in self.all("form") if action is None or form.get("action") == action]
        return _values(forms[number])


@dataclass
class PageClient:
    """Fetches pages as one person would, and checks each."""

    app: Flask
    client: FlaskClient

    def get(self, url: str, *, expect: int = 200, **arguments: Any) -> Page:
        return self._send("GET", url, expect, **arguments)

    def post(self, url: str, data: dict[str, Any] | None = None, *, expect: int = 303, **arguments: Any) -> Page:
        """Send a form. The CSRF token is fetched from the page at ``url`` (or ``token_from``) when it isn't given."""
        return self._send("POST", url, expect, data=data or {}, **arguments)

    def follow(self, url: str, data: dict[str, Any] | None = None) -> Page:
        """Send a form, then fetch the page it leads to."""
        sent = self.post(url, data)
        return self.get(sent.response.headers["Location"])

    def _send(self, method: str, url: str, expect: int, **arguments: Any) -> Page:
        portal: Portal = self.app.extensions["showhow"]
        with counted_statements(portal.database) as statements:
            response = self.client.open(url, method=method, **arguments)
        page = Page(response=response, statements=statements)
        assert page.status == expect, f"{method} {url} answered {page.status}, not {expect}: {page.text[:400]}"
        assert portal.database.engine.pool.checkedout() == 0, f"{method} {url} left a connection open"
        if response.mimetype == "text/html" and not 300 <= page.status < 400:
            check_page(page, url)
        return page


class counted_statements:  # noqa: N801 (reads as a verb: with counted_statements(database) as statements)
    """Collects the SQL that runs in the block, without BEGIN and COMMIT."""

    def __init__(self, database: Database) -> None:
        self._engine = database.engine
        self._statements: list[str] = []

    def __enter__(self) -> list[str]:
        event.listen(self._engine, "before_cursor_execute", self._note)
        return self._statements

    def __exit__(self, *_: object) -> None:
        event.remove(self._engine, "before_cursor_execute", self._note)

    def _note(self, _connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if not statement.startswith(("BEGIN", "SAVEPOINT", "RELEASE", "ROLLBACK", "PRAGMA")):
            self._statements.append(statement)


def squeezed(element: Element | None) -> str:
    """The text of an element with single spaces."""
    return "" if element is None else " ".join("".join(element.itertext()).split())


def check_page(page: Page, url: str) -> None:
    """The rules for every page; each failure says how to mend it."""
    for problem in (*_document_problems(page), *_form_problems(page), *_policy_problems(page)):
        raise BadPage(f"{url}: {problem}")
    if len(page.statements) > MOST_STATEMENTS:
        listed = "\n".join(page.statements)
        raise BadPage(f"{url}: took {len(page.statements)} SQL statements, at most {MOST_STATEMENTS}:\n{listed}")


def _document_problems(page: Page) -> list[str]:
    problems = [f"isn't valid HTML5: {code} at {position}" for position, code in page.parse_errors]
    if page.tree.get("lang") != "en-GB":
        problems.append("has no lang=en-GB: extend web/base.html")
    headings = page.all("h1")
    if len(headings) != 1:
        problems.append(f"has {len(headings)} h1, not one")
    elif not page.title.startswith(page.h1):
        problems.append(f"title “{page.title}” doesn't start with its h1 “{page.h1}”")
    ids = [element.get("id") for element in page.tree.iter() if element.get("id")]
    repeated = {one for one in ids if ids.count(one) > 1}
    if repeated:
        problems.append(f"uses an id twice: {sorted(map(str, repeated))}")
    problems += [
        f"has an image without alt: {image.get('src')}" for image in page.all("img") if image.get("alt") is None
    ]
    problems += [f"links nowhere: “{squeezed(link)}”" for link in page.all("a") if not link.get("href")]
    return problems


def _form_problems(page: Page) -> list[str]:
    problems = []
    labels = {label.get("for") for label in page.all("label")}
    for tag in LABELLED:
        for control in page.all(tag):
            if control.get("type") in UNLABELLED_TYPES or control.get("aria-label") or control.get("aria-labelledby"):
                continue
            if control.get("id") not in labels:
                problems.append(f"has a {tag} named {control.get('name')!r} without a label")
    posting = [form for form in page.all("form") if (form.get("method") or "get").lower() == "post"]
    unsafe = [
        form.get("action")
        for form in posting
        if "csrf_token" not in _values(form) and not KEYED.fullmatch(form.get("action") or "")
    ]
    return problems + [f"has a form to {action} without its CSRF token" for action in unsafe]


def _policy_problems(page: Page) -> list[str]:
    problems = []
    for element in page.tree.iter():
        if not isinstance(element.tag, str):
            continue
        if element.tag == "script" and not element.get("src"):
            problems.append("has an inline script")
        if element.tag == "style" or element.get("style") is not None:
            problems.append(f"has inline style on <{element.tag}>")
        problems += [
            f"has {name} on <{element.tag}>" for name in element.attrib if re.fullmatch(r"on[a-z]+", str(name))
        ]
    lowered = page.html.lower()
    problems += [f"holds “{word}”" for word in ("govuk-crown", "crown-copyright", "gds transport") if word in lowered]
    if "default-src 'none'" not in page.response.headers.get("Content-Security-Policy", ""):
        problems.append("is served without the content security policy")
    return problems


def _values(form: Element) -> dict[str, str]:
    values: dict[str, str] = {}
    for control in form.iter():
        name = control.get("name")
        if not name or not isinstance(control.tag, str):
            continue
        if control.tag == "input":
            kind = control.get("type", "text")
            if kind in ("submit", "button", "file") or (
                kind in ("radio", "checkbox") and control.get("checked") is None
            ):
                continue
            values[name] = control.get("value", "")
        elif control.tag == "textarea":
            values[name] = "".join(control.itertext())
        elif control.tag == "select":
            options = control.findall(".//option")
            chosen = [option for option in options if option.get("selected") is not None] or options[:1]
            values[name] = chosen[0].get("value", squeezed(chosen[0])) if chosen else ""
    return values
