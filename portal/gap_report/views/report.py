"""The gap report for the desk analyst: one page, a page a system, and the same figures as files."""

from flask import Blueprint, Response, jsonify, render_template, request

from portal.accounts.access import for_roles
from portal.accounts.rules import Role
from portal.catalogue.rules import UnknownSystem
from portal.core.errors import ShowhowError
from portal.core.periods import Months
from portal.evidence.rules.releases import month_words, period_words
from portal.gap_report.formats.report_json import report_json
from portal.gap_report.formats.tables_csv import categories_csv, skills_csv, systems_csv
from portal.gap_report.queries import reports as queries
from portal.gap_report.queries.reports import Reading
from portal.gap_report.rules.charts import dots, quadrant
from portal.gap_report.rules.headline import headline
from portal.gap_report.rules.period import NoReleaseYet, asked_months, offered_months
from portal.gap_report.rules.report import GapReportOptions, Line, Report
from portal.gap_report.rules.verdicts import Verdict
from portal.web.context import options, reading
from portal.web.downloads import csv_download

blueprint = Blueprint("gap_report", __name__, template_folder="../templates", url_prefix="/gap-report")


@blueprint.get("/")
@for_roles(Role.DESK_ANALYST)
def report() -> str:
    found = asked_reading()
    if found.report is None:
        return render_template("gap_report/nothing_yet.html")
    return render_template(
        "gap_report/report.html",
        report=found.report,
        headline=headline(found.report),
        chart=quadrant(found.report),
        verdicts=tuple(Verdict),
        groups=[(verdict, found.report.with_verdict(verdict)) for verdict in Verdict],
        releases=found.releases[::-1],
        month_choices=[(_value(month), month_words(month)) for month in offered_months(found.releases)],
        uncovered=period_words(found.uncovered) if found.uncovered else None,
        shown_period=period_words(found.report.months),
        period=period_in_address(found.report.months),
    )


@blueprint.get("/systems/<key>/")
@for_roles(Role.DESK_ANALYST)
def system(key: str) -> str:
    found, line = _system(key)
    return render_template(
        "gap_report/system.html",
        report=found,
        line=line,
        skills=found.skills_of(key),
        categories=found.categories_of(key),
        chart=dots(found.skills_of(key), skill_line=found.lines.skill),
        shown_period=period_words(found.months),
        period=period_in_address(found.months),
    )


@blueprint.get("/table.csv")
@for_roles(Role.DESK_ANALYST)
def table_csv() -> Response:
    return csv_download(systems_csv(shown_report().systems), "gap-report.csv")


@blueprint.get("/systems/<key>/skills.csv")
@for_roles(Role.DESK_ANALYST)
def system_skills_csv(key: str) -> Response:
    found, _ = _system(key)
    return csv_download(skills_csv(found.skills_of(key)), f"{key}-skills.csv")


@blueprint.get("/systems/<key>/categories.csv")
@for_roles(Role.DESK_ANALYST)
def system_categories_csv(key: str) -> Response:
    found, _ = _system(key)
    return csv_download(categories_csv(found.categories_of(key)), f"{key}-categories.csv")


@blueprint.get("/report.json")
@for_roles(Role.DESK_ANALYST)
def report_as_json() -> tuple[Response, int]:
    try:
        return jsonify(report_json(shown_report())), 200
    except ShowhowError as error:
        return jsonify(error=str(error)), 404


def asked_reading() -> Reading:
    """The report on the months in the address, or the usual ones."""
    asked = asked_months(request.args.get("from", ""), request.args.get("to", ""))
    with reading() as session:
        return queries.reading(session, asked, options(GapReportOptions))


def shown_report() -> Report:
    found = asked_reading().report
    if found is None:
        raise NoReleaseYet
    return found


def _system(key: str) -> tuple[Report, Line]:
    found = shown_report()
    line = found.of_system(key)
    if line is None:
        raise UnknownSystem(key)
    return found, line


def period_in_address(months: Months) -> dict[str, str]:
    """The months as they stand in an address."""
    first, last = months.keys()
    return {"from": first, "to": last}


def _value(month: tuple[int, int]) -> str:
    return f"{month[0]:04}-{month[1]:02}"
