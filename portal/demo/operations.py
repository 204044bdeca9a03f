"""Loading the synthetic council through the features' own operations, and clearing it."""

import datetime as dt
from dataclasses import dataclass

from sqlalchemy.orm import Session

from portal.accounts.operations import create_account
from portal.accounts.rules import Role
from portal.catalogue.queries import catalogue
from portal.core.periods import Months, quarter_of
from portal.demo import queries
from portal.demo.models import Demonstration
from portal.demo.rules import council as rules
from portal.desk_calls.operations.imports import import_counts
from portal.desk_calls.operations.mapping import save_rules
from portal.evidence.operations import close_release
from portal.skills_check.operations.sharing import import_answers
from portal.skills_check.queries.bank import bank
from portal.storage.contents import empty_tables, used_tables


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadedDemonstration:
    """How much was made up."""

    calls: int
    answers: int
    sittings: int
    releases: int
    accounts: int


def load_demonstration(session: Session, *, secret: bytes, now: dt.datetime) -> LoadedDemonstration:
    """Fill an empty database with the synthetic council. The content must be loaded already.

    Raises RealDataThere when the database holds anything but content; NoCatalogue without content.
    """
    used = used_tables(session, but=rules.CONTENT_TABLES)
    if used:
        raise rules.RealDataThere(used)
    everything = catalogue(session)
    session.add(Demonstration(loaded_at=now))
    today = now.date()
    periods = rules.quarters_before(today)
    counts = rules.calls(everything, last_monday=rules.last_whole_week(today))
    import_counts(session, counts, account_id=None, now=now)
    save_rules(session, rules.mapping(everything, counts.parts[0].start), account_id=None, now=now)
    questions = {system: [question for _, question in pairs] for system, pairs in bank(session).items()}
    answered = import_answers(session, rules.answers(everything, questions, periods=periods), secret=secret)
    for period in periods:
        closed_at = dt.datetime.combine(period.end, dt.time(9), tzinfo=dt.UTC)
        close_release(session, title=_title(period), months=period, now=closed_at)
    return LoadedDemonstration(
        calls=counts.calls,
        answers=answered.answers,
        sittings=answered.sittings,
        releases=len(periods),
        accounts=_accounts(session, now=now),
    )


def clear_demonstration(session: Session) -> None:
    """Empty the database. Raises NoDemonstration when what is in it isn't one."""
    if not queries.is_loaded(session):
        raise rules.NoDemonstration
    empty_tables(session)


def _title(period: Months) -> str:
    return f"Demonstration {quarter_of(period.start)}"


def _accounts(session: Session, *, now: dt.datetime) -> int:
    names = {
        Role.AUTHOR: "Alex Author",
        Role.RECRUITER: "Robin Recruiter",
        Role.DESK_ANALYST: "Dana Desk",
        Role.ADMINISTRATOR: "Ash Administrator",
        Role.STAFF: "Sam Staff",
    }
    for role, name in names.items():
        create_account(
            session, email=f"{role.value}@example.gov.uk", name=name, password=queries.PASSWORD, roles=[role], now=now
        )
    return len(names)
