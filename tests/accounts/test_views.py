"""Signing in, by browser."""

from collections.abc import Callable

from flask import Flask

from portal.accounts.rules import Person
from tests.conftest import Clock
from tests.pages import PageClient
from tests.people import ADMINISTRATOR, DESK_ANALYST, PASSWORD, Named


def test_signing_in_shows_the_name_and_signing_out_takes_it_away(signed_in: Callable[[Named], PageClient]) -> None:
    browser = signed_in(DESK_ANALYST)
    home = browser.get("/accessibility")
    assert "Dev" in home.links
    browser.post("/sign-out", home.form(action="/sign-out"))
    assert "Dev" not in browser.get("/accessibility").links


def test_two_browsers_are_two_people(signed_in: Callable[[Named], PageClient]) -> None:
    one, other = signed_in(DESK_ANALYST), signed_in(ADMINISTRATOR)
    assert "Dev" in one.get("/accessibility").links
    assert "Ada" in other.get("/accessibility").links
    assert "Ada" not in one.get("/accessibility").links


def test_a_wrong_password_is_told_beside_the_field_and_the_address_is_kept(
    page: PageClient, account: Callable[[Named], Person]
) -> None:
    account(DESK_ANALYST)
    values = {**page.get("/sign-in").form(), "email": DESK_ANALYST.email, "password": "not-the-password"}
    refused = page.post("/sign-in", values, expect=422)
    assert "The e-mail address or the password isn’t right" in refused.text
    assert refused.by_id("email").get("value") == DESK_ANALYST.email
    assert refused.by_id("password").get("value") in (None, "")


def test_empty_fields_are_named(page: PageClient) -> None:
    refused = page.post("/sign-in", page.get("/sign-in").form(), expect=422)
    assert "Enter your e-mail address" in refused.text
    assert "Enter your password" in refused.text


def test_after_five_wrong_tries_the_account_waits_but_another_does_not(
    page: PageClient, account: Callable[[Named], Person]
) -> None:
    account(DESK_ANALYST)
    account(ADMINISTRATOR)
    form = page.get("/sign-in").form()
    for _ in range(5):
        page.post("/sign-in", {**form, "email": DESK_ANALYST.email, "password": "wrong"}, expect=422)
    waited = page.post("/sign-in", {**form, "email": DESK_ANALYST.email, "password": PASSWORD}, expect=429)
    assert waited.h1 == "Too many tries"
    page.post("/sign-in", {**form, "email": ADMINISTRATOR.email, "password": PASSWORD})


def test_a_form_without_its_token_saves_nothing(page: PageClient) -> None:
    refused = page.post("/sign-in", {"email": "a@example.gov.uk", "password": "x"}, expect=400)
    assert refused.h1 == "This page was open for too long"


def test_next_never_leads_away(page: PageClient, account: Callable[[Named], Person]) -> None:
    account(DESK_ANALYST)
    form = page.get("/sign-in?next=https://elsewhere.example/").form()
    sent = page.post("/sign-in", {**form, "email": DESK_ANALYST.email, "password": PASSWORD})
    assert sent.response.headers["Location"] == "/"


def test_a_page_for_somebody_leads_to_sign_in_and_back(page: PageClient, account: Callable[[Named], Person]) -> None:
    account(DESK_ANALYST)
    sent = page.get("/account", expect=303)
    form = page.get(sent.response.headers["Location"]).form()
    back = page.post("/sign-in", {**form, "email": DESK_ANALYST.email, "password": PASSWORD})
    assert back.response.headers["Location"] == "/account"


def test_a_new_password_signs_other_browsers_out(app: Flask, signed_in: Callable[[Named], PageClient]) -> None:
    here = signed_in(DESK_ANALYST)
    there = PageClient(app=app, client=app.test_client())
    there.post("/sign-in", {**there.get("/sign-in").form(), "email": DESK_ANALYST.email, "password": PASSWORD})
    form = here.get("/account").form(action=None, number=1)
    here.post("/account", {**form, "current": PASSWORD, "new": "three random words"})
    assert "Dev" in here.get("/account").links
    there.get("/account", expect=303)


def test_a_wrong_current_password_changes_nothing(signed_in: Callable[[Named], PageClient], clock: Clock) -> None:
    browser = signed_in(DESK_ANALYST)
    form = browser.get("/account").form(number=1)
    refused = browser.post("/account", {**form, "current": "nonsense", "new": "three random words"}, expect=422)
    assert "That isn’t your current password" in refused.text
