"""flask gap-report …"""

import json
from pathlib import Path

import click
from flask.cli import AppGroup

from portal.core.errors import ShowhowError
from portal.core.periods import Months
from portal.gap_report.formats.impact_csv import impact_json
from portal.gap_report.formats.report_json import report_json
from portal.gap_report.queries import impact as impact_queries
from portal.gap_report.queries import reports as queries
from portal.gap_report.rules.impact.interventions import Kind
from portal.gap_report.rules.impact.words import headline, said_words, standing
from portal.gap_report.rules.report import GapReportOptions
from portal.web.command_line import Answer, answering
from portal.web.context import local, now, options, reading

group = AppGroup("gap-report", help="Skill gap beside calls, from released figures.")


@group.command("build")
@click.option("--from", "first", required=True, metavar="MONTH", help="First month of the period, like 2026-01.")
@click.option("--to", "last", required=True, metavar="MONTH", help="Last month of the period.")
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="Write to this file.")
@click.option("--json", "as_json", is_flag=True, help="The report is always JSON; with this, refusals are too.")
def build(first: str, last: str, output: Path | None, as_json: bool) -> None:
    """Print the whole report as JSON, from released figures only."""
    try:
        months = Months.parse(first, last)
    except ValueError as error:
        raise click.UsageError(str(error)) from None
    try:
        with reading() as session:
            report = queries.report(session, months, options(GapReportOptions))
    except ShowhowError as error:
        click.echo(json.dumps({"error": str(error)}, ensure_ascii=False) if as_json else str(error), err=not as_json)
        raise SystemExit(1) from None
    text = json.dumps(report_json(report), ensure_ascii=False, indent=2)
    if output is None:
        click.echo(text)
    else:
        _write(output, text)
        click.echo(f"Wrote {len(report.systems)} systems and {len(report.categories)} categories to {output}.")


@group.command("impact")
@click.option("--guide", metavar="CODE", help="A guide, like G-142.")
@click.option("--fix", metavar="NUMBER", help="A mended design problem, by its number.")
@answering
def impact(guide: str | None, fix: str | None) -> Answer:
    """Say whether a guide or a mended system reduced calls."""
    if (guide is None) == (fix is None):
        raise click.UsageError("Name one guide (--guide G-142) or one fix (--fix 3).")
    kind, code = (Kind.GUIDE, guide) if guide is not None else (Kind.FIX, fix)
    with reading() as session:
        done = impact_queries.done(session, today=local(now()).date())
    found = done.assessed(done.one(kind, code or ""))
    lines = (f"{found.intervention.name}: {found.verdict.words}.", headline(found), *standing(found), said_words(found))
    return Answer(lines=lines, data=impact_json(found))


def _write(output: Path, text: str) -> None:
    try:
        output.write_text(text + "\n", encoding="utf-8")
    except OSError as error:
        click.echo(f"{output} can’t be written: {error.strerror}. Choose another folder or file.", err=True)
        raise SystemExit(1) from None
