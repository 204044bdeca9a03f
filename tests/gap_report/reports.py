"""Reports for tests, built from plain numbers."""

import datetime as dt
from collections.abc import Mapping

from portal.catalogue.rules import Catalogue
from portal.core.periods import Months
from portal.desk_calls.rules.mapping import MappedCalls, MappedRow
from portal.evidence.rules.atoms import Sums, SystemSums
from portal.evidence.rules.releases import Release
from portal.gap_report.rules.report import GapReportOptions, Report, build_report
from tests.factories import small_catalogue

MONTHS = Months.parse("2026-01", "2026-03")
RELEASE = Release(id=1, title="Spring 2026", months=MONTHS, closed_at=dt.datetime(2026, 4, 2, 9, 0, tzinfo=dt.UTC))


def sums(people: int, share: float, *, questions: int = 10) -> Sums:
    """People who each answered ten questions and had about this share right, a little more or less in turn."""
    right = [round(share * questions) + (1 if number % 2 else -1) for number in range(people)]
    return Sums(
        people=people,
        answers=people * questions,
        correct=sum(right),
        sum_xx=sum(x * x for x in right),
        sum_xm=sum(x * questions for x in right),
        sum_mm=people * questions**2,
    )


def answered(system: str, people: int, share: float, **skills: Sums) -> SystemSums:
    named = {key.replace("_", "-"): value for key, value in skills.items()}
    return SystemSums(system=system, sums=sums(people, share), skills=named)


def calls(weekly: Mapping[tuple[str | None, str | None, str], int], *, months: Months = MONTHS) -> MappedCalls:
    """The same number of calls each week; keys are (system, skill, category)."""
    weeks = months.mondays()
    rows = tuple(
        MappedRow(week=week, category=category, system=system, skill=skill, call_type=None, fault=False, calls=number)
        for week in weeks
        for (system, skill, category), number in weekly.items()
    )
    return MappedCalls(weeks=weeks, rows=rows)


WEEKLY = {
    ("spreadsheets", "formulas", "Software > Excel > How do I"): 60,
    ("spreadsheets", None, "Software > Excel"): 20,
    ("email-and-calendar", None, "Software > Outlook"): 6,
    ("housing-system", None, "Applications > Housing"): 30,
    (None, None, "(none)"): 4,
}


def report(
    *systems: SystemSums,
    weekly: Mapping[tuple[str | None, str | None, str], int] | None = None,
    catalogue: Catalogue | None = None,
    options: GapReportOptions | None = None,
) -> Report:
    return build_report(
        catalogue=catalogue or small_catalogue(),
        sums=systems,
        calls=calls(WEEKLY if weekly is None else weekly),
        months=MONTHS,
        releases=(RELEASE,),
        options=options or GapReportOptions(calls_line=100.0),
    )
