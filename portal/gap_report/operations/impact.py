"""Saying beforehand what is expected, and keeping design problems."""

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.desk_calls.rules.weekly import CategoryOfSource
from portal.gap_report.models.impact import DesignCardRow, ExpectationRow
from portal.gap_report.rules.impact.cards import CardText, UnknownCard, check_fixed_on
from portal.gap_report.rules.impact.expectations import AlreadySaid, TooLateToSay, check_expectation, may_be_said
from portal.gap_report.rules.impact.interventions import Kind


def say_beforehand(
    session: Session,
    *,
    kind: Kind,
    code: str,
    categories: Sequence[CategoryOfSource],
    fall: float,
    by: dt.date,
    started: dt.date,
    account_id: int | None,
    today: dt.date,
    now: dt.datetime,
) -> None:
    """Lock what is expected of a guide or a fix. ``fall``: share of calls, 0 to 1. ``today``: the council's day,
    ``started``: when it began, or today where it hasn't yet.

    Raises:
        AlreadySaid, TooLateToSay, UnusableExpectation.
    """
    check_expectation(categories=tuple(categories), fall=fall, by=by, today=today)
    if not may_be_said(started=started, today=today):
        raise TooLateToSay(code)
    there = select(ExpectationRow.id).where(ExpectationRow.kind == kind, ExpectationRow.code == code)
    if session.scalar(there) is not None:
        raise AlreadySaid(code)
    session.add(
        ExpectationRow(
            kind=kind,
            code=code,
            categories=_pairs(categories),
            fall=fall,
            by_day=by,
            said_at=now,
            account_id=account_id,
        )
    )
    session.flush()


def raise_card(session: Session, text: CardText, *, account_id: int | None, today: dt.date, now: dt.datetime) -> int:
    """Keep a new design problem; its number."""
    row = DesignCardRow(raised_on=today, fixed_on=None)
    _write(row, text, account_id=account_id, now=now)
    session.add(row)
    session.flush()
    return row.id


def change_card(session: Session, number: int, text: CardText, *, account_id: int | None, now: dt.datetime) -> None:
    """Raises UnknownCard."""
    _write(_card(session, number), text, account_id=account_id, now=now)
    session.flush()


def say_fixed(session: Session, number: int, fixed_on: dt.date | None, *, today: dt.date, now: dt.datetime) -> None:
    """Write down the day from which people had the mended system; None takes it back.

    Raises:
        UnknownCard, UnusableFixDate.
    """
    row = _card(session, number)
    if fixed_on is not None:
        check_fixed_on(fixed_on, today=today)
    row.fixed_on, row.changed_at = fixed_on, now
    session.flush()


def _card(session: Session, number: int) -> DesignCardRow:
    row = session.get(DesignCardRow, number)
    if row is None:
        raise UnknownCard(number)
    return row


def _write(row: DesignCardRow, text: CardText, *, account_id: int | None, now: dt.datetime) -> None:
    row.title, row.system, row.screen = text.title, text.system, text.screen
    row.evidence, row.suggestion, row.owner = text.evidence, text.suggestion, text.owner
    row.categories = _pairs(text.categories)
    row.account_id, row.changed_at = account_id, now


def _pairs(categories: Sequence[CategoryOfSource]) -> list[list[str]]:
    return [[one.source, one.category] for one in categories]
