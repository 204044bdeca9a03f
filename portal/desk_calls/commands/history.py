"""flask desk-calls history, undo."""

import click

from portal.core.text import counted
from portal.desk_calls.commands.group import group
from portal.desk_calls.operations import history as operations
from portal.desk_calls.queries import history as queries
from portal.desk_calls.rules.answers import past_data, undo_data
from portal.web.command_line import Answer, answering
from portal.web.context import local, now, reading, transaction


@group.command("history")
@click.option("--most", type=click.IntRange(1, 1000), default=20, show_default=True, help="How many imports to list.")
@answering
def history(most: int) -> Answer:
    """List past imports, newest first."""
    with reading() as session:
        found = queries.past_imports(session, most=most)
    lines = tuple(
        f"{past.id:>6}  {local(past.at):%Y-%m-%d %H:%M}  {past.source} ({past.preset}, {past.way}): "
        f"{past.rows_read:,} rows read, {past.rows_skipped:,} skipped, {past.parts_new:,} new, "
        f"{past.parts_replaced:,} replaced{', undone' if past.undone_at else ''}"
        for past in found
    )
    return Answer(lines=lines or ("Nothing was imported yet.",), data=[past_data(past, past.way) for past in found])


@group.command("undo")
@click.argument("import_id", metavar="NUMBER", type=int)
@click.option("--dry-run", is_flag=True, help="Say what would be undone, and change nothing.")
@answering
def undo(import_id: int, dry_run: bool) -> Answer:
    """Give the weeks of an import back as they were. “history” lists the numbers."""
    if dry_run:
        with reading() as session:
            outcome = queries.undo_plan(session, import_id, now=now()).outcome
    else:
        with transaction() as session:
            outcome = operations.undo_import(session, import_id, account_id=None, now=now())
    restored = counted(len(outcome.restored), "week or month", "weeks or months")
    said = f"{'Would undo' if dry_run else 'Undone'}: {restored} restored, {len(outcome.removed):,} taken out."
    left = tuple(f"Left: {one.start:%Y-%m-%d}, {one.reason.words}." for one in outcome.left)
    return Answer(lines=(said, *left), data={**undo_data(outcome), "dry_run": dry_run})
