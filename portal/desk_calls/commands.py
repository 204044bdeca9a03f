"""flask desk-calls …"""

import dataclasses
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click
from flask.cli import AppGroup

from portal.catalogue.queries import catalogue
from portal.core.documents import Problems
from portal.core.text import counted, squeezed
from portal.desk_calls.formats.desk_file import read_desk_file
from portal.desk_calls.formats.mapping_csv import read_rules, read_words, rules_csv, words_csv
from portal.desk_calls.formats.preset_yaml import built_in_preset, built_in_presets
from portal.desk_calls.operations import imports as imports_operations
from portal.desk_calls.operations import mapping as mapping_operations
from portal.desk_calls.queries import imports as imports_queries
from portal.desk_calls.queries import mapping as mapping_queries
from portal.desk_calls.queries import series as series_queries
from portal.desk_calls.rules.days import Granularity
from portal.desk_calls.rules.imports import DateOrder, ImportedCounts, ImportOutcome, PartFate, Skipped
from portal.desk_calls.rules.mapping import WordKind
from portal.desk_calls.rules.suggestions import Suggester
from portal.web.command_line import Answer, answering
from portal.web.context import local, now, parts, reading, transaction

group = AppGroup("desk-calls", help="Calls of the service desk, as weekly counts.")
map_group = AppGroup("map", help="Which system the desk's categories belong to.")
group.add_command(map_group)

_LARGEST_MAP = 20 * 1024 * 1024
_RULES = "categories"
_file = click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
_table = click.option(
    "--table",
    type=click.Choice([_RULES, *(kind.value for kind in WordKind)]),
    default=_RULES,
    show_default=True,
    help="Which table: the mapping of categories, or one of the three small ones.",
)


@group.command("import")
@_file
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


@map_group.command("import")
@_file
@_table
@answering
def import_map(file: Path, table: str) -> Answer:
    """Load mapping rows from a CSV: all of them, or none when a line is wrong. Rows that it lacks stay."""
    problems = Problems()
    data = _read_map(file, problems)
    with transaction() as session:
        known = catalogue(session)
        if table == _RULES:
            rules = read_rules(data, file.name, known, problems)
            problems.raise_if_any()
            saved = mapping_operations.save_rules(session, rules, account_id=None, now=now())
        else:
            words = read_words(data, file.name, WordKind(table), known, problems)
            problems.raise_if_any()
            saved = mapping_operations.save_words(session, WordKind(table), words)
    line = f"{counted(saved.added, 'row')} new, {saved.changed:,} changed, {saved.unchanged:,} as before."
    return Answer(lines=(line,), data=dataclasses.asdict(saved))


@map_group.command("export")
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="Write to this file.")
@_table
@answering
def export_map(output: Path | None, table: str) -> Answer:
    """Print the mapping rows as CSV, or write them to a file."""
    with reading() as session:
        if table == _RULES:
            rules = mapping_queries.mapping_rules(session)
            rows, text = len(rules), rules_csv(rules)
        else:
            words = mapping_queries.desk_words(session, WordKind(table))
            rows, text = len(words), words_csv(WordKind(table), words)
    if output is None:
        return Answer(lines=tuple(text.splitlines()), data={"rows": rows, "csv": text})
    output.write_text(text, encoding="utf-8", newline="")
    return Answer(lines=(f"Wrote {counted(rows, 'row')} to {output}.",), data={"rows": rows, "file": str(output)})


@map_group.command("suggest")
@answering
def suggest() -> Answer:
    """List the categories that belong to no system yet, largest first, with a suggestion where words match."""
    with reading() as session:
        suggester = Suggester(catalogue(session))
        year = series_queries.year_of_calls(session)
    found = suggester.unmapped(year.unmapped)
    lines = [f"{round(year.unmapped_share * 100)}% of {year.calls:,} calls a year belong to no system yet."]
    for one in found:
        offer = one.suggestion
        said = "no suggestion"
        if offer is not None:
            said = f"{offer.system or 'any system'}, {offer.call_type or 'any type'} ({offer.reason})"
        lines.append(f"{one.calls:>7,}  {one.category}: {said}")
    data = [
        {
            "category": one.category,
            "calls_a_year": one.calls,
            "system": one.suggestion and one.suggestion.system,
            "call_type": one.suggestion and one.suggestion.call_type,
            "reason": one.suggestion and one.suggestion.reason,
        }
        for one in found
    ]
    return Answer(lines=tuple(lines), data={"unmapped_share": round(year.unmapped_share, 2), "categories": data})


def _read_map(file: Path, problems: Problems) -> bytes:
    if file.stat().st_size > _LARGEST_MAP:
        problems.add(file.name, None, "The file is larger than 20 MB.", "Split it.")
        problems.raise_if_any()
    return file.read_bytes()


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
