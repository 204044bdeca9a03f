"""flask gap-report release: mounted beside the report's own commands."""

import click
from flask.cli import with_appcontext

from portal.core.periods import Months
from portal.core.text import counted
from portal.evidence import operations
from portal.evidence.rules.releases import ClosedRelease
from portal.web.command_line import Answer, answering
from portal.web.context import now, transaction


@click.command("release")
@click.option("--title", required=True, help="Shown with every figure, for example “Spring 2026”.")
@click.option("--from", "first", required=True, metavar="MONTH", help="First month of the period, like 2026-01.")
@click.option("--to", "last", required=True, metavar="MONTH", help="Last month; answers up to its end count.")
@with_appcontext
@answering
def release(title: str, first: str, last: str) -> Answer:
    """Close the groups of answers that are ready. A release never changes."""
    try:
        months = Months.parse(first, last)
    except ValueError as error:
        raise click.UsageError(str(error)) from None
    with transaction() as session:
        closed = operations.close_release(session, title=title, months=months, now=now())
    return Answer(lines=_lines(closed), data=_data(closed))


def _lines(closed: ClosedRelease) -> tuple[str, ...]:
    first, last = closed.release.months.keys()
    groups = [
        f"  closed: {group.system}, {group.directorate or 'several directorates'}: {group.people.words} people"
        for group in closed.closed
    ]
    waiting = [f"  waiting: {one.system}: {counted(one.groups, 'group')}" for one in closed.waiting]
    count = sum(one.groups for one in closed.waiting)
    became = f"{counted(len(closed.closed), 'group')} of answers became figures"
    return (
        f"Closed “{closed.release.title}” for {first} to {last}: {became}, {counted(count, 'group')} still waiting.",
        *groups,
        *waiting,
        *(("A group waits while it has fewer than 10 people or they are all alike.",) if waiting else ()),
    )


def _data(closed: ClosedRelease) -> dict[str, object]:
    first, last = closed.release.months.keys()
    return {
        "title": closed.release.title,
        "from": first,
        "to": last,
        "closed": [
            {"system": group.system, "directorate": group.directorate, "people": group.people.value}
            for group in closed.closed
        ],
        "waiting": [{"system": one.system, "groups": one.groups} for one in closed.waiting],
    }
