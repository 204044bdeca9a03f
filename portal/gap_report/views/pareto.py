"""Which categories hold most of the calls, each with its verdict."""

from flask import Response, render_template

from portal.accounts.access import for_roles
from portal.accounts.rules import Role
from portal.evidence.rules.releases import period_words
from portal.gap_report.formats.tables_csv import categories_csv
from portal.gap_report.rules.pareto import pareto, pareto_chart
from portal.gap_report.rules.verdicts import Verdict
from portal.gap_report.views.report import asked_reading, blueprint, period_in_address, shown_report
from portal.web.downloads import csv_download

_ROWS_SHOWN = 100


@blueprint.get("/pareto/")
@for_roles(Role.DESK_ANALYST)
def pareto_page() -> str:
    report = asked_reading().report
    if report is None:
        return render_template("gap_report/nothing_yet.html")
    rows = pareto(report.categories)
    half = next((number for number, row in enumerate(rows, start=1) if row.cumulative >= 0.5), None)
    return render_template(
        "gap_report/pareto.html",
        rows=rows[:_ROWS_SHOWN],
        further=max(len(rows) - _ROWS_SHOWN, 0),
        half=half,
        every=len(rows),
        chart=pareto_chart(rows),
        verdicts=tuple(Verdict),
        shown_period=period_words(report.months),
        period=period_in_address(report.months),
    )


@blueprint.get("/pareto.csv")
@for_roles(Role.DESK_ANALYST)
def pareto_csv() -> Response:
    return csv_download(
        categories_csv([row.line for row in pareto(shown_report().categories)]), "calls-by-category.csv"
    )
