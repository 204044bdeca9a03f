"""The page of releases."""

from collections.abc import Callable

import pytest

from portal.evidence import queries
from portal.storage.database import Database
from tests.conftest import Clock
from tests.evidence.waiting import people, wait
from tests.pages import PageClient
from tests.people import AUTHOR, DESK_ANALYST, STAFF, Named

SignedIn = Callable[[Named], PageClient]
URL = "/gap-report/releases/"


@pytest.fixture(autouse=True)
def answers(database: Database) -> None:
    with database.transaction() as session:
        wait(session, people(12), good=5)


def test_nobody_else_may_see_it(page: PageClient, signed_in: SignedIn) -> None:
    assert "/sign-in" in page.get(URL, expect=303).response.headers["Location"]
    for person in (STAFF, AUTHOR):
        signed_in(person).get(URL, expect=403)


def test_the_form_suggests_the_last_year(signed_in: SignedIn) -> None:
    found = signed_in(DESK_ANALYST).get(URL)

    form = found.form(1)
    assert (form["first"], form["last"]) == ("2025-03", "2026-02")
    assert "None yet" in found.text


def test_closing_a_release(signed_in: SignedIn, database: Database) -> None:
    browser = signed_in(DESK_ANALYST)
    values = {**browser.get(URL).form(1), "title": "Winter"}

    found = browser.follow(URL, values)

    assert "“Winter” is closed: 1 group of answers became figures." in found.text
    assert "March 2025 to February 2026" in found.text
    with database.session() as session:
        assert len(queries.atoms(session, queries.releases(session))) == 1


def test_the_next_release_starts_where_the_last_one_ended(signed_in: SignedIn) -> None:
    browser = signed_in(DESK_ANALYST)
    browser.post(URL, {**browser.get(URL).form(1), "title": "Winter"})

    form = browser.get(URL).form(1)

    assert (form["first"], form["last"]) == ("2026-03", "2026-03")


def test_when_this_month_is_released_there_is_nothing_to_close(signed_in: SignedIn, clock: Clock) -> None:
    browser = signed_in(DESK_ANALYST)
    browser.post(URL, {**browser.get(URL).form(1), "title": "Winter", "last": "2026-03"})

    assert "when a new month has begun" in browser.get(URL).text

    clock.forward(days=28)
    assert browser.get(URL).form(1)["first"] == "2026-04"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"title": ""}, "Enter a title"),
        ({"title": "x" * 101}, "100 characters or fewer"),
        ({"first": "2026-02", "last": "2026-01"}, "The last month is before the first one"),
        ({"first": "1999-01"}, "Choose a month from the list"),
        ({"last": "never"}, "Choose a month from the list"),
    ],
)
def test_what_cant_be_used_is_said_beside_its_field(
    signed_in: SignedIn, database: Database, change: dict[str, str], message: str
) -> None:
    browser = signed_in(DESK_ANALYST)
    values = {**browser.get(URL).form(1), "title": "Winter", **change}

    found = browser.post(URL, values, expect=422)

    assert message in found.text
    with database.session() as session:
        assert queries.releases(session) == ()


def test_a_title_that_is_taken_is_said_beside_its_field(signed_in: SignedIn) -> None:
    browser = signed_in(DESK_ANALYST)
    browser.post(URL, {**browser.get(URL).form(1), "title": "Winter"})

    found = browser.post(URL, {**browser.get(URL).form(1), "title": "Winter"}, expect=422)

    assert "There is a release “Winter” already." in found.text
