"""Reading what a report is made from: the catalogue, released figures, mapped calls. Answers can't be reached here."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from portal.catalogue.queries import catalogue
from portal.core.periods import Months
from portal.desk_calls.queries.series import mapped_calls
from portal.evidence.queries import released_figures
from portal.evidence.rules.atoms import added_up
from portal.evidence.rules.releases import Release, ReleasedFigures, covering
from portal.gap_report.rules.period import NoCoveringRelease, usual_months
from portal.gap_report.rules.report import GapReportOptions, Report, build_report


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """Every release there is, and the report; None before the first release.

    ``uncovered``: the months asked for, where no release covers them and the usual ones are shown instead.
    """

    releases: tuple[Release, ...]
    report: Report | None
    uncovered: Months | None


def report(session: Session, months: Months, options: GapReportOptions) -> Report:
    """The report on a period. Raises NoCoveringRelease, NoCatalogue."""
    known = released_figures(session)
    if not covering([one.release for one in known], months):
        raise NoCoveringRelease(months)
    return _report(session, months, known, options)


def reading(session: Session, months: Months | None, options: GapReportOptions) -> Reading:
    """The report on the months asked for, or on the usual ones. Raises NoCatalogue."""
    known = released_figures(session)
    releases = tuple(one.release for one in known)
    if not releases:
        return Reading(releases=(), report=None, uncovered=None)
    if months and covering(releases, months):
        return Reading(releases=releases, report=_report(session, months, known, options), uncovered=None)
    shown = _report(session, usual_months(releases), known, options)
    return Reading(releases=releases, report=shown, uncovered=months)


def _report(session: Session, months: Months, known: Sequence[ReleasedFigures], options: GapReportOptions) -> Report:
    chosen = covering([one.release for one in known], months)
    return build_report(
        catalogue=catalogue(session),
        sums=added_up(sums for one in known if one.release in chosen for sums in one.systems),
        calls=mapped_calls(session, months),
        months=months,
        releases=chosen,
        options=options,
    )
