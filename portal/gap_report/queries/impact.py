"""Reading guides, fixes, what was said beforehand, and the weekly calls they are compared on."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.desk_calls.queries.weekly import weekly_calls
from portal.desk_calls.rules.weekly import CategoryOfSource, WeeklyCalls
from portal.gap_report.models.impact import DesignCardRow, ExpectationRow
from portal.gap_report.rules.impact.cards import CardText, DesignCard, UnknownCard
from portal.gap_report.rules.impact.expectations import Expectation
from portal.gap_report.rules.impact.interventions import (
    Intervention,
    Kind,
    UnknownIntervention,
    categories_of_guide,
)
from portal.gap_report.rules.impact.verdicts import Impact, ImpactOptions, assess
from portal.guides.queries.library import guides

#: Weeks of calls that are read: a guide of four years ago is history.
YEARS_READ = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """Everything that was done about calls, and the calls themselves."""

    interventions: tuple[Intervention, ...]
    calls: WeeklyCalls

    def one(self, kind: Kind, code: str) -> Intervention:
        """Raises UnknownIntervention."""
        for found in self.interventions:
            if found.kind is kind and found.code.casefold() == code.casefold():
                return found
        raise UnknownIntervention(kind, code)

    def assessed(self, one: Intervention, options: ImpactOptions | None = None) -> Impact:
        others = [other for other in self.interventions if other is not one]
        return assess(one, self.calls, others=others, options=options)


def done(session: Session, *, today: dt.date) -> Done:
    """Published guides and mended systems, newest first, with the calls of the last five years."""
    calls = weekly_calls(session, first=today - dt.timedelta(days=365 * YEARS_READ), last=today)
    said = expectations(session)
    found = [
        Intervention(
            kind=Kind.GUIDE,
            code=guide.code,
            name=guide.title,
            system=guide.system,
            started=guide.published,
            categories=_meant(
                said.get((Kind.GUIDE, guide.code)),
                categories_of_guide(calls, system=guide.system, skills=guide.skills),
            ),
            said=said.get((Kind.GUIDE, guide.code)),
        )
        for guide in guides(session)
    ]
    found += [
        Intervention(
            kind=Kind.FIX,
            code=card.code,
            name=card.text.title,
            system=card.text.system,
            started=card.fixed_on,
            categories=_meant(said.get((Kind.FIX, card.code)), card.text.categories),
            said=said.get((Kind.FIX, card.code)),
        )
        for card in cards(session)
        if card.fixed_on is not None
    ]
    found.sort(key=lambda one: (one.started, one.code), reverse=True)
    return Done(interventions=tuple(found), calls=calls)


def expectations(session: Session) -> Mapping[tuple[Kind, str], Expectation]:
    """What was said beforehand, by kind and code."""
    return {
        (row.kind, row.code): Expectation(
            categories=_categories(row.categories),
            fall=row.fall,
            by=row.by_day,
            said_at=row.said_at,
            account_id=row.account_id,
        )
        for row in session.scalars(select(ExpectationRow))
    }


def cards(session: Session) -> tuple[DesignCard, ...]:
    """Every design problem: open ones first, then by number."""
    rows = session.scalars(select(DesignCardRow).order_by(DesignCardRow.fixed_on.is_not(None), DesignCardRow.id))
    return tuple(_card(row) for row in rows)


def card(session: Session, number: int) -> DesignCard:
    """Raises UnknownCard."""
    row = session.get(DesignCardRow, number)
    if row is None:
        raise UnknownCard(number)
    return _card(row)


def _card(row: DesignCardRow) -> DesignCard:
    text = CardText(
        title=row.title,
        system=row.system,
        screen=row.screen,
        evidence=row.evidence,
        suggestion=row.suggestion,
        owner=row.owner,
        categories=_categories(row.categories),
    )
    return DesignCard(number=row.id, text=text, raised_on=row.raised_on, fixed_on=row.fixed_on)


def _categories(pairs: Sequence[Any]) -> tuple[CategoryOfSource, ...]:
    return tuple(CategoryOfSource(source=source, category=category) for source, category in pairs)


def _meant(said: Expectation | None, usual: tuple[CategoryOfSource, ...]) -> tuple[CategoryOfSource, ...]:
    return usual if said is None else said.categories
