"""Reading what a report is made from: the catalogue, released figures, mapped calls. Answers can't be reached here."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from portal.catalogue.queries import catalogue
from portal.core.periods import Months
from portal.desk_calls.queries import mapped_calls
from portal.evidence.queries import releases, system_sums
from portal.evidence.rules.releases import Release, covering
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
    chosen = covering(releases(session), months)
    if not chosen:
        raise NoCoveringRelease(months)
    return _report(session, months, chosen, options)


def reading(session: Session, months: Months | None, options: GapReportOptions) -> Reading:
    """The report on the months asked for, or on the usual ones. Raises NoCatalogue."""
    known = releases(session)
    if not known:
        return Reading(releases=(), report=None, uncovered=None)
    chosen = covering(known, months) if months else ()
    if months and chosen:
        return Reading(releases=known, report=_report(session, months, chosen, options), uncovered=None)
    usual = usual_months(known)
    shown = _report(session, usual, covering(known, usual), options)
    return Reading(releases=known, report=shown, uncovered=months)


def _report(session: Session, months: Months, chosen: tuple[Release, ...], options: GapReportOptions) -> Report:
    return build_report(
        catalogue=catalogue(session),
        sums=system_sums(session, chosen),
        calls=mapped_calls(session, months),
        months=months,
        releases=chosen,
        options=options,
    )
