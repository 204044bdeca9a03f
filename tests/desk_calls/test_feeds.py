"""Live feeds: each client against a desk of our own that pages, limits and refuses as the product is said to."""

import contextlib
import datetime as dt
import email.utils
import json
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from click.testing import Result
from flask import Flask

from portal.app import create_app
from portal.config import BadSettings, Settings
from portal.core.documents import Problems
from portal.desk_calls.clients import feed as feed_module
from portal.desk_calls.clients import http
from portal.desk_calls.clients.products import client_of
from portal.desk_calls.formats.feed_counts import FeedCounts
from portal.desk_calls.formats.feeds_yaml import read_feeds
from portal.desk_calls.jobs import pull
from portal.desk_calls.rules.feeds import (
    BadSince,
    Feed,
    FeedCall,
    FeedFailed,
    FeedState,
    Product,
    Window,
    since_of,
    windows,
)
from portal.desk_calls.rules.imports import ImportedCounts
from portal.storage.database import Database
from tests.conftest import Clock
from tests.desk_calls.stubs import (
    CALLER,
    SUBJECT,
    Desk,
    FreshserviceDesk,
    GlpiDesk,
    HaloDesk,
    JiraDesk,
    Said,
    ServiceNowDesk,
    Ticket,
    TopdeskDesk,
    ZammadDesk,
    serving,
)
from tests.desk_calls.test_privacy import found_in_tables
from tests.desk_calls.test_views import periods
from tests.pages import PageClient

LONDON = ZoneInfo("Europe/London")
MONDAY = dt.date(2026, 2, 2)
WEEK = Window(start=MONDAY, end=MONDAY + dt.timedelta(days=7))
DESKS: dict[Product, type[Desk]] = {
    Product.SERVICENOW: ServiceNowDesk,
    Product.FRESHSERVICE: FreshserviceDesk,
    Product.JIRA: JiraDesk,
    Product.TOPDESK: TopdeskDesk,
    Product.GLPI: GlpiDesk,
    Product.ZAMMAD: ZammadDesk,
    Product.HALOITSM: HaloDesk,
}


def ticket(number: int, day: int, hour: int = 9, **changes: str) -> Ticket:
    """A ticket of February 2026; day 0 is the last of January."""
    at = dt.datetime(2026, 1, 31, hour, tzinfo=dt.UTC) + dt.timedelta(days=day)
    return Ticket(number=number, opened=at, **changes)


#: Sunday to Monday of the next week: seven of the nine belong to the week.
TICKETS = [ticket(0, 1), *(ticket(number, number + 1) for number in range(1, 8)), ticket(8, 9)]


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("no_proxy", "127.0.0.1")


@pytest.fixture(params=list(DESKS), ids=str)
def product(request: pytest.FixtureRequest) -> Product:
    found: Product = request.param
    return found


def feed_of(desk: Desk, product: Product, **changes: object) -> Feed:
    values: dict[str, object] = {
        "source": "desk", "product": product, "address": desk.address, "user": desk.user, "secret": desk.secret,
        "app_secret": getattr(desk, "app_secret", ""), **changes,
    }  # fmt: skip
    return Feed(**values)  # type: ignore[arg-type]


def pulled(feed: Feed, waits: list[float] | None = None, window: Window = WEEK) -> ImportedCounts:
    client = client_of(feed, zone=LONDON, pause=(waits if waits is not None else []).append)
    counts = FeedCounts(feed, window, LONDON)
    for call in client.calls(window):
        counts.add(call)
    return counts.counts()


def by_category(counts: ImportedCounts) -> dict[str, int]:
    total: Counter[str] = Counter()
    for part in counts.parts:
        for one in part.counts:
            total[one.labels.category] += one.calls
    return dict(total)


def test_a_week_comes_over_several_pages(product: Product, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(FreshserviceDesk, "A_PAGE", 100)
    with serving(DESKS[product](TICKETS)) as desk:
        counts = pulled(feed_of(desk, product))
    category = {Product.JIRA: "Software"}.get(product, "Software > Excel")
    assert by_category(counts) == {category: 7}
    assert [(part.start, part.days) for part in counts.parts] == [(MONDAY, 127)]
    assert CALLER not in repr(counts)
    assert SUBJECT not in repr(counts)


def test_long_lists_are_followed_to_their_end(product: Product) -> None:
    tickets = [ticket(number, 2 + number % 7) for number in range(450)]
    with serving(DESKS[product](tickets)) as desk:
        assert pulled(feed_of(desk, product)).calls == 450


def test_a_desk_without_calls_gives_an_empty_week(product: Product) -> None:
    with serving(DESKS[product]([])) as desk:
        counts = pulled(feed_of(desk, product))
    assert [(part.start, part.calls) for part in counts.parts] == [(MONDAY, 0)]


def test_it_waits_when_told_to(product: Product) -> None:
    waits: list[float] = []
    with serving(DESKS[product](TICKETS)) as desk:
        desk.first = [Said(status=429, headers={"Retry-After": "17"}), Said(status=503, headers={"Retry-After": "3"})]
        assert pulled(feed_of(desk, product), waits).calls == 7
    assert waits[:2] == [17, 3]


def test_it_tries_again_after_failures_of_a_moment(product: Product) -> None:
    waits: list[float] = []
    with serving(DESKS[product](TICKETS)) as desk:
        desk.first = [Said(status=502), Said(status=500), Said(status=504)]
        assert pulled(feed_of(desk, product), waits).calls == 7
    assert waits == [1, 2, 4]


def test_a_wrong_secret_is_said_and_nothing_else(product: Product) -> None:
    with serving(DESKS[product](TICKETS)) as desk, pytest.raises(FeedFailed) as caught:
        pulled(feed_of(desk, product, secret="wrong-secret"))
    assert "It doesn’t let us in (status 401)" in str(caught.value)
    assert "wrong-secret" not in f"{caught.value} {caught.value!r}"


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (Said(data=b"<html>Sign in</html>"), "It didn’t answer with JSON."),
        (Said(status=302, headers={"Location": "http://127.0.0.1:9/elsewhere"}), "It has moved (status 302)."),
        (Said(status=404, data={}), "It doesn’t know what was asked (status 404)."),
        (Said(status=410, data={}), "It no longer offers what was asked (status 410)."),
        (Said(status=403, data={"message": CALLER}), "It doesn’t let us in (status 403)."),
        (Said(status=429, headers={"Retry-After": "86400"}), "It asks to wait 86,400 seconds."),
        (Said(status=418, data={"message": CALLER}), "It answered with status 418."),
    ],
)
def test_what_a_desk_may_answer_instead(product: Product, said: Said, expected: str) -> None:
    with serving(DESKS[product](TICKETS)) as desk, pytest.raises(FeedFailed) as caught:
        desk.first = [said] * 5
        pulled(feed_of(desk, product))
    assert expected in str(caught.value)
    assert CALLER not in str(caught.value)


@pytest.mark.parametrize("data", [{}, [], {"result": CALLER}, "text", 7, {"tickets": [1]}, {"issues": {}}])
def test_answers_of_another_shape_are_refused(product: Product, data: object) -> None:
    with serving(DESKS[product](TICKETS)) as desk:
        if product in (Product.GLPI, Product.HALOITSM):
            desk.first = [Said(data={"session_token": "session-1", "access_token": "token-1"}), Said(data=data)]
        else:
            desk.first = [Said(data=data)]
        with contextlib.suppress(FeedFailed):
            assert pulled(feed_of(desk, product)).calls == 0


def test_a_desk_that_is_not_there(product: Product) -> None:
    waits: list[float] = []
    with serving(DESKS[product](TICKETS)) as desk:
        feed = feed_of(desk, product)
    with pytest.raises(FeedFailed, match="It can’t be reached"):
        pulled(feed, waits)
    assert waits == [1, 2, 4, 8]


def test_a_date_to_wait_until() -> None:
    later = email.utils.format_datetime(dt.datetime.now(dt.UTC) + dt.timedelta(seconds=60), usegmt=True)
    waits: list[float] = []
    with serving(ZammadDesk(TICKETS)) as desk:
        desk.first = [Said(status=429, headers={"Retry-After": later})]
        pulled(feed_of(desk, Product.ZAMMAD), waits)
    assert 30 < waits[0] <= 60


def test_an_answer_that_is_too_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "LARGEST_ANSWER", 100)
    with serving(ZammadDesk(TICKETS)) as desk, pytest.raises(FeedFailed, match="larger than"):
        pulled(feed_of(desk, Product.ZAMMAD))


# What is particular to one product.


def test_servicenow_takes_a_key_instead_of_a_user() -> None:
    with serving(ServiceNowDesk(TICKETS)) as desk:
        desk.first = [Said(data={"result": []})]
        pulled(feed_of(desk, Product.SERVICENOW, user=""))
        assert desk.asked[0].headers["X-Sn-Apikey"] == desk.secret
        assert "Authorization" not in desk.asked[0].headers
        assert "caller" not in desk.asked[0].query["sysparm_fields"]


def test_servicenow_ignores_a_wrong_question_and_we_notice(monkeypatch: pytest.MonkeyPatch, feeding: "Feeding") -> None:
    monkeypatch.setattr("portal.desk_calls.commands.feeds.MOST_OUTSIDE", 20)
    old = [ticket(number, -400) for number in range(40)]
    with serving(ServiceNowDesk(old)) as desk:
        monkeypatch.setattr(ServiceNowDesk, "between", lambda self, *_bounds: self.tickets)
        done = feeding(desk, Product.SERVICENOW)("--since", "2026-02-02")
    assert done.exit_code == 1
    assert "It ignores the days it is asked for." in done.output


def test_jira_fields_are_listed_and_may_be_the_councils_own() -> None:
    own = (("category", "customfield_10010"), ("channel", "customfield_10020"))
    with serving(JiraDesk(TICKETS)) as desk:
        counts = pulled(feed_of(desk, Product.JIRA, fields=own))
        assert "summary" not in desk.asked[0].query["fields"]
    labels = counts.parts[0].counts[0].labels
    assert (labels.category, labels.channel, labels.call_type, labels.closing_code) == (
        "Excel",
        "Phone",
        "Service request",
        "Solved",
    )


def test_an_older_topdesk_pages_in_its_own_words() -> None:
    with serving(TopdeskDesk(TICKETS)) as desk:
        desk.old = True  # type: ignore[attr-defined]
        assert pulled(feed_of(desk, Product.TOPDESK)).calls == 7


def test_glpi_closes_its_session_and_opens_another_when_it_runs_out() -> None:
    with serving(GlpiDesk(TICKETS)) as desk:
        assert isinstance(desk, GlpiDesk)
        desk.first = [Said(data={"session_token": "run-out"})]
        assert pulled(feed_of(desk, Product.GLPI)).calls == 7
        assert (desk.opened, desk.sessions) == (1, set())


def test_halo_asks_for_another_token_when_one_runs_out() -> None:
    with serving(HaloDesk(TICKETS)) as desk:
        assert isinstance(desk, HaloDesk)
        desk.good_for = 2
        assert pulled(feed_of(desk, Product.HALOITSM)).calls == 7
        assert desk.tokens > 1


def test_freshservice_names_departments_and_sources() -> None:
    with serving(FreshserviceDesk(TICKETS)) as desk:
        labels = pulled(feed_of(desk, Product.FRESHSERVICE)).parts[0].counts[0].labels
    assert (labels.directorate, labels.channel) == ("Housing", "Phone")


def test_a_desk_that_never_ends_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feed_module, "MOST_PAGES", 3)
    endless = [ticket(number, 3) for number in range(2_000)]
    with serving(TopdeskDesk(endless)) as desk, pytest.raises(FeedFailed, match="didn’t end"):
        pulled(feed_of(desk, Product.TOPDESK))


# Rules.


def test_days_are_the_councils_and_a_ticket_counts_once_as_it_came_last() -> None:
    feed = Feed(source="desk", product=Product.ZAMMAD, address="https://x")
    counts = FeedCounts(feed, Window(start=dt.date(2026, 6, 1), end=dt.date(2026, 6, 4)), LONDON)
    for number, opened, category in (
        ("1", "2026-05-31T23:30:00+00:00", "First"),
        ("1", "2026-05-31T23:30:00+00:00", "planted@example.com"),
        ("", "2026-06-03T22:59:00+00:00", " Two\n words "),
        ("", "2026-06-03T23:00:00+00:00", "Too late"),
        ("9", "2026-06-02T12:00:00+00:00", "x" * 121),
    ):
        counts.add(FeedCall(ticket=number, opened=dt.datetime.fromisoformat(opened), path=(category,)))
    found = counts.counts()
    assert by_category(found) == {"(none)": 1, "Two words": 1}
    assert found.parts[0].days == 0b111
    assert (found.rows_read, found.rows_kept, found.rows_repeated, found.rows_skipped, counts.outside) == (
        4,
        2,
        1,
        1,
        1,
    )


def test_windows_are_weeks_and_the_days_that_are_over() -> None:
    found = windows(dt.date(2026, 2, 4), dt.date(2026, 2, 12))
    assert [(one.start.day, one.end.day) for one in found] == [(2, 9), (9, 12)]
    for since in (dt.date(2026, 2, 12), dt.date(2020, 1, 1)):
        with pytest.raises(BadSince):
            windows(since, dt.date(2026, 2, 12))


def test_where_a_pull_begins_by_itself() -> None:
    today = dt.date(2026, 3, 4)
    assert since_of(None, today) == today - dt.timedelta(weeks=13)
    state = FeedState(
        source="x", pulled_at=dt.datetime(2026, 3, 1, tzinfo=dt.UTC), stored_to=dt.date(2026, 3, 1), calls=1, problem=""
    )
    assert since_of(state, today) == dt.date(2026, 3, 2) - dt.timedelta(weeks=4)


# The command, its settings, the page.

YAML = 'feeds:\n  - {{source: the-desk, product: {product}, address: "{address}"}}\n'
Pull = Callable[..., Result]
Feeding = Callable[[Desk, Product], Pull]


@pytest.fixture
def feeding(environment: dict[str, str], clock: Clock, database: Database, tmp_path: Path) -> Iterator[Feeding]:
    """An application whose feed is this desk; gives what runs “pull”."""
    apps: list[Flask] = []

    def make(desk: Desk, product: Product) -> Pull:
        (tmp_path / "feeds.yaml").write_text(YAML.format(product=product.value, address=desk.address))
        app = create_app(
            Settings.from_environment(
                {
                    **environment,
                    "SHOWHOW_FEEDS": str(tmp_path / "feeds.yaml"),
                    "SHOWHOW_FEED_THE_DESK_USER": desk.user,
                    "SHOWHOW_FEED_THE_DESK_SECRET": desk.secret,
                    "SHOWHOW_FEED_THE_DESK_APP_SECRET": getattr(desk, "app_secret", ""),
                }
            ),
            clock=clock,
        )
        apps.append(app)
        return lambda *arguments: app.test_cli_runner().invoke(args=["desk-calls", "pull", *arguments])

    yield make
    for app in apps:
        app.extensions["showhow"].database.close()


def test_a_pull_stores_weeks_and_twice_changes_nothing(product: Product, feeding: Feeding, database: Database) -> None:
    with serving(DESKS[product]([*TICKETS, ticket(50, 31, category="Late")])) as desk:
        run = feeding(desk, product)
        done = run("--source", "the-desk", "--since", "2026-02-02")
        assert done.exit_code == 0, done.output
        assert "the-desk: 9 calls in 5 weeks, 5 of them new or changed." in done.output
        assert [calls for _, calls, _ in periods(database)] == [7, 1, 0, 0, 1]
        assert [counted for *_, counted in periods(database)] == [True] * 4 + [False]
        again = json.loads(run("--since", "2026-02-02", "--json").stdout)
        assert (again[0]["calls"], again[0]["changed"], again[0]["stored_to"]) == (9, 0, "2026-03-03")
    assert found_in_tables(database) == []


def test_a_dry_run_stores_nothing(feeding: Feeding, database: Database) -> None:
    with serving(JiraDesk(TICKETS)) as desk:
        done = feeding(desk, Product.JIRA)("--since", "2026-02-02", "--dry-run")
    assert "8 calls in 5 weeks" in done.output
    assert periods(database) == []


def test_a_pull_that_breaks_off_goes_on_where_it_was(
    feeding: Feeding, database: Database, monkeypatch: pytest.MonkeyPatch, clock: Clock
) -> None:
    monkeypatch.setattr(http, "MOST_TRIES", 1)

    class Breaking(ZammadDesk):
        broken = True

        def answer(self, asked: object) -> Said:
            number = len(self.asked)
            return Said(status=500) if self.broken and number == 3 else super().answer(asked)  # type: ignore[arg-type]

    with serving(Breaking(TICKETS)) as desk:
        run = feeding(desk, Product.ZAMMAD)
        broken = run("--since", "2026-02-02")
        assert broken.exit_code == 1
        assert "8 calls in 2 weeks" in broken.output
        assert "Stopped: the-desk: It answered with status 500." in broken.output
        assert [calls for _, calls, _ in periods(database)] == [7, 1]
        Breaking.broken = False
        desk.asked.clear()
        on = json.loads(run("--json").stdout)
        assert on[0]["problem"] is None
        # From four weeks before the last day stored, not from thirteen weeks ago.
        assert "created_at:[2026-01-18 TO" in desk.asked[0].query["query"]
        assert [calls for _, calls, _ in periods(database)][-3:] == [0, 0, 0]


def test_the_page_tells_how_pulls_went(
    feeding: Feeding,
    environment: dict[str, str],
    tmp_path: Path,
    clock: Clock,
    account: Callable[..., object],
    small_council: None,
) -> None:
    from tests.people import DESK_ANALYST, PASSWORD

    with serving(ZammadDesk(TICKETS)) as desk:
        feeding(desk, Product.ZAMMAD)("--since", "2026-02-02")
        settings = {**environment, "SHOWHOW_FEEDS": str(tmp_path / "feeds.yaml"), "SHOWHOW_FEED_THE_DESK_SECRET": "x"}
        app = create_app(Settings.from_environment(settings), clock=clock)
    account(DESK_ANALYST)
    browser = PageClient(app=app, client=app.test_client())
    values = {**browser.get("/sign-in").form(action=None), "email": DESK_ANALYST.email, "password": PASSWORD}
    browser.post("/sign-in", values)
    page = browser.get("/desk/imports/")
    assert "the-desk zammad 4 March 2026, 09:30 3 March 2026 8 Well" in page.text
    assert "Live feed" in page.text
    app.extensions["showhow"].database.close()


def test_an_unknown_feed_and_none_at_all(run_command: Callable[..., Result]) -> None:
    assert "No feed is set up." in run_command("desk-calls", "pull").output
    refused = run_command("desk-calls", "pull", "--source", "nobody")
    assert refused.exit_code == 1
    assert "docs/live-feeds.md" in refused.output


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("feeds: [{source: d, product: servicenou, address: 'https://x'}]", "“servicenou”"),
        ("feeds: [{source: d, product: jira, address: 'http://x.example'}]", "use https"),
        ("feeds: [{source: D d, product: jira, address: 'https://x'}]", "a to z, digits and hyphens"),
        ("feeds: [{source: d, product: jira, address: 'https://x', secret: s}]", "“secret” isn't known"),
        (
            "feeds: [{source: d, product: jira, address: 'https://x', fields: [{role: subject, name: s}]}]",
            "“subject” isn't known",
        ),
        (
            "feeds: [{source: d, product: jira, address: 'https://x'}, {source: d, product: glpi, address: 'https://x'}]",
            "Two feeds",
        ),
    ],
)
def test_mistakes_in_the_list_of_feeds(text: str, said: str) -> None:
    problems = Problems()
    read_feeds(text.encode(), "feeds.yaml", problems)
    assert any(said in str(problem) for problem in problems), [str(problem) for problem in problems]


def test_secrets_come_from_the_environment_and_are_never_shown(environment: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "feeds.yaml").write_text(YAML.format(product="jira", address="https://x.example"))
    named = {**environment, "SHOWHOW_FEEDS": str(tmp_path / "feeds.yaml")}
    with pytest.raises(BadSettings, match="SHOWHOW_FEED_THE_DESK_SECRET is missing"):
        Settings.from_environment(named)
    with pytest.raises(BadSettings, match="SHOWHOW_FEED_OTHER_SECRET isn't a setting"):
        Settings.from_environment({**named, "SHOWHOW_FEED_THE_DESK_SECRET": "s", "SHOWHOW_FEED_OTHER_SECRET": "s"})
    with pytest.raises(BadSettings, match="SHOWHOW_FEEDS"):
        Settings.from_environment({**environment, "SHOWHOW_FEEDS": str(tmp_path / "none.yaml")})
    with pytest.raises(BadSettings) as caught:
        Settings.from_environment({**environment, "SHOWHOW_DESK_TOKEN": "short-secret"})
    assert "short-secret" not in str(caught.value)
    settings = Settings.from_environment({**named, "SHOWHOW_FEED_THE_DESK_SECRET": "very-secret"})
    assert settings.feeds[0].secret == "very-secret"
    assert "very-secret" not in repr(settings.feeds[0])


def test_the_nightly_pull_is_the_command(monkeypatch: pytest.MonkeyPatch, session: object) -> None:
    started: list[tuple[str, ...]] = []
    monkeypatch.setattr(pull.subprocess, "Popen", lambda command, **_named: started.append(command))
    pull.start_pull(session, now=dt.datetime(2026, 3, 4, tzinfo=dt.UTC))  # type: ignore[arg-type]
    assert [command[1:] for command in started] == [("-m", "flask", "--app", "wsgi", "desk-calls", "pull")]
