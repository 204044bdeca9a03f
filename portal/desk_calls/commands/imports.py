"""flask desk-calls import, presets."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from portal.core.text import counted, squeezed
from portal.desk_calls.commands.group import file_argument, group
from portal.desk_calls.formats.desk_file import read_desk_file
from portal.desk_calls.formats.preset_yaml import built_in_preset, built_in_presets
from portal.desk_calls.operations import imports as imports_operations
from portal.desk_calls.queries import imports as imports_queries
from portal.desk_calls.rules.days import Granularity
from portal.desk_calls.rules.imports import DateOrder, ImportedCounts, ImportOutcome, PartFate, Skipped
from portal.web.command_line import Answer, answering
from portal.web.context import local, now, parts, reading, transaction


@group.command("import")
@file_argument
@click.option("--preset", required=True, metavar="NAME", help="Where the file comes from: see “desk-calls presets”.")
@click.option("--source", metavar="NAME", help="Keep the calls under this name. Default: the preset's.")
@click.option(
    "--dates",
    type=click.Choice([order.value for order in DateOrder]),
    help="How to read 3/4/2026 where the file can't decide.",
)
@click.option("--include-partial", is_flag=True, help="Count weeks of which the file covers only some days, too.")
@click.option("--dry-run", is_flag=True, help="Say what would be stored, and store nothing.")
@answering
def import_file(
    file: Path, preset: str, source: str | None, dates: str | None, include_partial: bool, dry_run: bool
) -> Answer:
    """Store a desk export as calls a week. Weeks that are there already are replaced, so twice changes nothing."""
    chosen = built_in_preset(preset)
    with file.open("rb") as stream:
        counts = read_desk_file(
            stream,
            file.name,
            chosen,
            source=squeezed(source or "")[:60] or chosen.name,
            zone=parts().time_zone,
            today=local(now()).date(),
            dates=None if dates is None else DateOrder(dates),
        ).decided()
    counts = counts.counting_partial(include_partial)
    with reading() if dry_run else transaction() as session:
        share = imports_queries.unmapped_share(session, counts)
        if dry_run:
            outcome = imports_queries.outcome(session, counts)
        else:
            outcome = imports_operations.import_counts(session, counts, account_id=None, now=now())
    return Answer(
        lines=(*_read_lines(file.name, counts, share), *_stored_lines(counts, outcome, dry_run=dry_run)),
        data=_import_data(file.name, counts, share, outcome, dry_run=dry_run),
        refused=not counts.parts,
    )


@group.command("presets")
@answering
def presets() -> Answer:
    """List where files may come from, and how to export them there."""
    found = built_in_presets()
    return Answer(
        lines=tuple(f"{preset.name}: {preset.title}. {preset.how}" for preset in found),
        data=[{"name": preset.name, "title": preset.title, "how": preset.how} for preset in found],
    )


def _read_lines(file: str, counts: ImportedCounts, share: float) -> Sequence[str]:
    lines = [
        f"{file} as {counts.preset}, kept as source “{counts.source}”.",
        f"Rows: {counts.rows_read:,} read, {counts.rows_kept:,} kept, {counts.rows_skipped:,} skipped.",
        *(f"  Skipped {_skip_words(skip)}" for skip in counts.skipped),
    ]
    if counts.rows_repeated:
        lines.append(f"  {counts.rows_repeated:,} further rows of tickets that are counted already.")
    lines += [f"Note: {notice}" for notice in counts.notices]
    if counts.dates is not None:
        lines.append(f"Dates were read {counts.dates}.")
    if counts.parts:
        first, last = counts.parts[0].start, counts.parts[-1].start
        lines.append(f"Calls: {counts.calls:,}, {_periods(counts)}, {first:%Y-%m-%d} to {last:%Y-%m-%d}.")
    for part in counts.partial:
        counting = "counted all the same" if counts.include_partial else "kept, not counted until the rest comes"
        lines.append(f"Incomplete: the week of {part.start:%Y-%m-%d} ({part.days_words}), {counting}.")
    return [*lines, f"Categories: {len(counts.categories):,}. In no system yet: {round(share * 100)}% of the calls."]


def _stored_lines(counts: ImportedCounts, outcome: ImportOutcome, *, dry_run: bool) -> Sequence[str]:
    if not counts.parts:
        return ["Nothing was stored: no row can be counted."]
    numbers = ", ".join(
        f"{outcome.count(fate):,} {fate}" for fate in (PartFate.NEW, PartFate.REPLACED, PartFate.UNCHANGED)
    )
    if dry_run:
        lines = [f"Would store: {numbers}. Nothing was stored (dry run)."]
    elif outcome.changed:
        lines = [f"Stored: {numbers}."]
    else:
        lines = ["Nothing changed: all of it is stored already."]
    if left := outcome.count(PartFate.LEFT):
        lines.append(f"Left as stored: {counted(left, 'week')} of which more days are known than this file has.")
    return lines


def _periods(counts: ImportedCounts) -> str:
    weeks = sum(part.granularity is Granularity.WEEK for part in counts.parts)
    months = len(counts.parts) - weeks
    return " and ".join(counted(number, word) for number, word in ((weeks, "week"), (months, "month")) if number)


def _skip_words(skip: Skipped) -> str:
    more = ", …" if skip.rows > len(skip.lines) else ""
    return f"{counted(skip.rows, 'row')}: {skip.reason.words} (line {', '.join(map(str, skip.lines))}{more})"


def _import_data(
    file: str, counts: ImportedCounts, share: float, outcome: ImportOutcome, *, dry_run: bool
) -> dict[str, Any]:
    return {
        "file": file,
        "preset": counts.preset,
        "source": counts.source,
        "dates": counts.dates,
        "rows": {
            "read": counts.rows_read,
            "kept": counts.rows_kept,
            "repeated": counts.rows_repeated,
            "skipped": counts.rows_skipped,
        },
        "skipped": [
            {"reason": skip.reason, "rows": skip.rows, "first_lines": list(skip.lines)} for skip in counts.skipped
        ],
        "notices": list(counts.notices),
        "calls": counts.calls,
        "first": counts.parts[0].start.isoformat() if counts.parts else None,
        "last": counts.parts[-1].start.isoformat() if counts.parts else None,
        "periods": {str(fate): outcome.count(fate) for fate in PartFate},
        "partial_weeks": [{"week": part.start.isoformat(), "days": part.days_words} for part in counts.partial],
        "categories": len(counts.categories),
        "unmapped_share": round(share, 2),
        "dry_run": dry_run,
    }
