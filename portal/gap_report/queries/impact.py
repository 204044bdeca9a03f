"""Reading guides, fixes, what was said beforehand, and the weekly calls they are compared on."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.desk_calls.queries.marks import marks as marked_weeks
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
from portal.gap_report.rules.impact.verdicts import Impact, Marks, assess, marks_of
from portal.guides.queries.library import published_guides

#: Weeks of calls that are read: a guide of four years ago is history.
YEARS_READ = 5
Said = Mapping[tuple[Kind, str], Expectation]


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """Everything that was done about calls, and the calls themselves."""

    interventions: tuple[Intervention, ...]
    calls: WeeklyCalls
    marks: Marks

    def one(self, kind: Kind, code: str) -> Intervention:
        """Raises UnknownIntervention."""
        for found in self.interventions:
            if found.kind is kind and found.code.casefold() == code.casefold():
                return found
        raise UnknownIntervention(kind, code)

    def assessed(self, one: Intervention) -> Impact:
        others = [other for other in self.interventions if other is not one]
        return assess(one, self.calls, others=others, marks=self.marks)


def done(session: Session, *, today: dt.date) -> Done:
    """Published guides and mended systems, newest first, with the calls of the last five years."""
    calls = recent_calls(session, today=today)
    said, problems = expectations(session), cards(session)
    mended = [one for one in problems if one.fixed_on is not None]
    found = [*_guides(session, calls, said), *_fixes(mended, said, today=today)]
    found.sort(key=lambda one: (one.started, one.code), reverse=True)
    return Done(interventions=tuple(found), calls=calls, marks=marks_of(calls, marked_weeks(session)))


def to_expect(session: Session, kind: Kind, code: str, *, today: dt.date) -> tuple[Intervention, WeeklyCalls]:
    """A guide, or a design problem that is mended or not, with the calls to choose from. Raises UnknownIntervention."""
    calls = recent_calls(session, today=today)
    said = expectations(session)
    candidates = _guides(session, calls, said) if kind is Kind.GUIDE else _fixes(cards(session), said, today=today)
    for one in candidates:
        if one.code.casefold() == code.casefold():
            return one, calls
    raise UnknownIntervention(kind, code)


def recent_calls(session: Session, *, today: dt.date) -> WeeklyCalls:
    """The weeks that comparisons look at."""
    return weekly_calls(session, first=today - dt.timedelta(days=365 * YEARS_READ), last=today)


def _guides(session: Session, calls: WeeklyCalls, said: Said) -> tuple[Intervention, ...]:
    found = []
    for guide in published_guides(session):
        expected = said.get((Kind.GUIDE, guide.code))
        usual = categories_of_guide(calls, system=guide.system_key, skills=guide.skills)
        found.append(
            Intervention(
                kind=Kind.GUIDE,
                code=guide.code,
                name=guide.title,
                system=guide.system_key,
                started=guide.published,
                categories=usual if expected is None else expected.categories,
                said=expected,
            )
        )
    return tuple(found)


def _fixes(problems: Sequence[DesignCard], said: Said, *, today: dt.date) -> tuple[Intervention, ...]:
    """Design problems; one that isn't mended yet stands as if it were today."""
    found = []
    for one in problems:
        expected = said.get((Kind.FIX, one.code))
        found.append(
            Intervention(
                kind=Kind.FIX,
                code=one.code,
                name=one.text.title,
                system=one.text.system,
                started=one.fixed_on or today,
                categories=one.text.categories if expected is None else expected.categories,
                said=expected,
            )
        )
    return tuple(found)


def expectations(session: Session) -> Said:
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
