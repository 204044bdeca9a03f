"""A small council in the database: a catalogue, released figures, mapped calls."""

import datetime as dt

from sqlalchemy.orm import Session

from portal.catalogue.operations import load_catalogue
from portal.core.periods import Months
from portal.desk_calls.operations.imports import import_counts
from portal.desk_calls.operations.mapping import save_rule
from portal.desk_calls.rules.imports import CallLabels, CallsPart, ImportedCounts, LabelledCalls
from portal.desk_calls.rules.mapping import MappingRule
from portal.evidence.operations import close_release
from tests.evidence.waiting import people, wait
from tests.factories import small_catalogue

NOW = dt.datetime(2026, 3, 4, 9, 30, tzinfo=dt.UTC)
WINTER = Months.parse("2025-12", "2026-02")
#: Calls a week by the desk's own category.
WEEKLY = {"Software > Excel": 60, "Software > Outlook": 3, "Applications > Housing": 30, "(none)": 2}
MAPPED = {
    "Software > Excel": ("spreadsheets", "formulas"),
    "Software > Outlook": ("email-and-calendar", None),
    "Applications > Housing": ("housing-system", None),
}


def store_catalogue(session: Session) -> None:
    load_catalogue(session, small_catalogue(), now=NOW)


def store_answers(session: Session) -> None:
    """Spreadsheets little known, e-mail well known; three people only about housing."""
    wait(session, people(40), good=8)
    wait(session, people(40), good=38, system="email-and-calendar", skill="book-a-meeting")
    wait(session, people(3), good=1, system="housing-system", skill="find-a-record")


def store_calls(session: Session) -> None:
    parts = tuple(
        CallsPart(
            start=monday,
            counts=tuple(
                LabelledCalls(labels=CallLabels(category=category), calls=calls) for category, calls in WEEKLY.items()
            ),
        )
        for monday in WINTER.mondays()
    )
    import_counts(
        session, ImportedCounts(source="desk", preset="generic-counts", parts=parts), account_id=None, now=NOW
    )
    for category, (system, skill) in MAPPED.items():
        rule = MappingRule(
            source="",
            category=category,
            valid_from=dt.date(2025, 1, 6),
            valid_to=None,
            system=system,
            call_type=None,
            skill=skill,
        )
        save_rule(session, rule, account_id=None, now=NOW)


def release_winter(session: Session) -> None:
    close_release(session, title="Winter 2026", months=WINTER, now=NOW)


def store_everything(session: Session) -> None:
    store_catalogue(session)
    store_answers(session)
    store_calls(session)
    release_winter(session)
