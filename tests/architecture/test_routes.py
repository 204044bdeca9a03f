"""Walks the URL map: every view says who may use it, and what isn't said is refused."""

from collections.abc import Callable

from flask import Flask

from portal.accounts.access import declared_access
from portal.accounts.rules import Role
from tests.pages import PageClient
from tests.people import AUTHOR, STAFF, Named

#: Views for anybody, always. A longer list is a decision to make on purpose.
PUBLIC = {
    "accounts.sign_in",
    "accounts.sign_out",
    # The JSON interface looks for a token or for the role itself, and answers in JSON.
    "desk_calls_api.import_file",
    "desk_calls_api.imports",
    "desk_calls_api.presets",
    "desk_calls_api.undo",
    "front.accessibility",
    "front.contact",
    "front.how_figures_are_made",
    "front.privacy",
    # The address holds a key that only the person has: an answer is kept when the session has ended.
    "skills_check.answer",
}


def test_every_view_declares_who_may_use_it(app: Flask) -> None:
    with app.app_context():
        undeclared = [rule.endpoint for rule in app.url_map.iter_rules() if declared_access(rule.endpoint) is None]
    assert undeclared == []


def test_only_these_views_are_public(app: Flask) -> None:
    with app.app_context():
        found = {
            rule.endpoint
            for rule in app.url_map.iter_rules()
            if (access := declared_access(rule.endpoint)) is not None and access.public
        }
    assert found == PUBLIC


def test_a_view_that_forgot_is_refused(app: Flask, page: PageClient) -> None:
    app.add_url_rule("/forgotten", "forgotten", lambda: "secret")
    refused = page.get("/forgotten", expect=403)
    assert "secret" not in refused.text


def test_pages_for_roles_refuse_everybody_else(app: Flask, signed_in: Callable[[Named], PageClient]) -> None:
    staff, author = signed_in(STAFF), signed_in(AUTHOR)
    checked = 0
    with app.app_context():
        rules = [
            (rule, access)
            for rule in app.url_map.iter_rules()
            if (access := declared_access(rule.endpoint)) is not None
            and access.roles
            and Role.STAFF not in access.roles
            and Role.AUTHOR not in access.roles
            and "GET" in (rule.methods or ())
            and not rule.arguments
        ]
    for rule, _ in rules:
        staff.get(rule.rule, expect=403)
        author.get(rule.rule, expect=403)
        checked += 1
    assert checked >= 3


def test_where_sign_in_is_required_nothing_but_statements_is_open(
    environment: dict[str, str], database: object, clock: Callable[[], object]
) -> None:
    from portal.app import create_app
    from portal.config import Settings

    app = create_app(Settings.from_environment({**environment, "SHOWHOW_REQUIRE_SIGN_IN": "true"}))
    page = PageClient(app=app, client=app.test_client())
    for address in ("/", "/check/", "/search?q=freeze"):
        assert page.get(address, expect=303).response.headers["Location"].startswith("/sign-in?next=")
    page.get("/privacy")
    app.extensions["showhow"].database.close()
