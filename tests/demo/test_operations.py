"""The synthetic council: loaded once, never over real data, the same each time, and gone when cleared."""

from collections.abc import Callable

import pytest
from click.testing import Result
from sqlalchemy.orm import Session

from portal.core.periods import Months
from portal.demo.operations import clear_demonstration, load_demonstration
from portal.demo.queries import is_loaded
from portal.demo.rules import council as rules
from portal.demo.rules.council import NoDemonstration, RealDataThere
from portal.desk_calls.queries.series import mapped_calls
from portal.storage.contents import used_tables
from portal.storage.database import Database
from tests.conftest import START, Clock
from tests.factories import small_catalogue
from tests.pages import PageClient
from tests.people import STAFF, Named

pytestmark = pytest.mark.usefixtures("content")
YEAR = Months(first=(2025, 2), last=(2026, 1))


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fewer sittings: the shape is the same."""
    monkeypatch.setattr(rules, "SITTINGS", 240)


def load(database: Database) -> None:
    with database.transaction() as session:
        load_demonstration(session, secret=b"secret", now=START)


@pytest.mark.usefixtures("small")
def test_it_holds_two_years_of_calls_and_says_what_it_is(
    database: Database, run_command: Callable[..., Result], page: PageClient
) -> None:
    result = run_command("demo", "load")
    assert result.exit_code == 0, result.output
    with database.session() as session:
        found = mapped_calls(session, YEAR)
    monthly = sum(row.calls for row in found.rows) / 12
    assert 6_000 < monthly < 7_000
    unmapped = sum(row.calls for row in found.rows if row.system is None) / sum(row.calls for row in found.rows)
    assert 0.01 < unmapped < 0.05
    for address in ("/", "/check/", "/privacy", "/sign-in", "/nowhere"):
        assert "Demonstration data." in page.get(address, expect=404 if address == "/nowhere" else 200).text


def test_without_one_no_page_says_so(page: PageClient) -> None:
    assert "Demonstration data" not in page.get("/").text


@pytest.mark.usefixtures("small")
def test_it_is_never_loaded_twice_or_over_real_data(database: Database, account: Callable[[Named], object]) -> None:
    account(STAFF)
    with pytest.raises(RealDataThere, match="holds data already") as caught:
        load(database)
    assert caught.value.tables == ("account", "audit_entry")


@pytest.mark.usefixtures("small")
def test_clearing_leaves_nothing(database: Database) -> None:
    load(database)
    with database.transaction() as session:
        clear_demonstration(session)
    with database.session() as session:
        assert used_tables(session, but=()) == ()


def test_real_data_is_never_cleared(database: Database, account: Callable[[Named], object]) -> None:
    account(STAFF)
    with database.transaction() as session, pytest.raises(NoDemonstration):
        clear_demonstration(session)


def test_the_same_council_each_time(clock: Clock, session: Session) -> None:
    catalogue = small_catalogue()
    monday = rules.last_whole_week(START.date())
    assert rules.calls(catalogue, last_monday=monday) == rules.calls(catalogue, last_monday=monday)
    assert not is_loaded(session)


def test_eight_whole_quarters_end_before_today() -> None:
    quarters = rules.quarters_before(START.date())
    assert len(quarters) == 8
    assert quarters[-1].keys() == ("2025-10", "2025-12")
    assert [one.end for one in quarters[:-1]] == [one.start for one in quarters[1:]]
