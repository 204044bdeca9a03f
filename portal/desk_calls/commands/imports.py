"""flask desk-calls import, presets, preset …"""

from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO

import click
from flask.cli import AppGroup

from portal.core.text import counted, squeezed
from portal.desk_calls.commands.group import file_argument, group
from portal.desk_calls.formats.desk_file import read_desk_file
from portal.desk_calls.formats.preset_yaml import Preset, preset_of, preset_to_yaml
from portal.desk_calls.formats.recognition import recognise
from portal.desk_calls.operations import imports as imports_operations
from portal.desk_calls.operations import presets as presets_operations
from portal.desk_calls.queries import imports as imports_queries
from portal.desk_calls.queries import presets as presets_queries
from portal.desk_calls.rules.answers import import_data
from portal.desk_calls.rules.days import Granularity
from portal.desk_calls.rules.imports import DateOrder, ImportedCounts, ImportOutcome, NotRecognised, PartFate, Skipped
from portal.web.command_line import Answer, answering
from portal.web.context import local, now, parts, reading, transaction

preset_group = AppGroup("preset", help="Presets of the council's own.")
group.add_command(preset_group)
_SAID_EVERY = 100_000


@group.command("import")
@file_argument
@click.option("--preset", metavar="NAME", help="Where the file comes from: see “presets”. Default: found out.")
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
    file: Path, preset: str | None, source: str | None, dates: str | None, include_partial: bool, dry_run: bool
) -> Answer:
    """Store a desk export as calls a week. Weeks that are there already are replaced, so twice changes nothing."""
    with file.open("rb") as stream:
        chosen = _preset(preset, stream, file.name)
        counts = read_desk_file(
            stream,
            file.name,
            chosen,
            source=squeezed(source or "")[:60] or chosen.name,
            zone=parts().time_zone,
            today=local(now()).date(),
            dates=None if dates is None else DateOrder(dates),
            progress=_say_progress,
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
        data=import_data(file.name, counts, share, outcome, dry_run=dry_run),
        refused=not counts.parts,
    )


@group.command("presets")
@answering
def presets() -> Answer:
    """List where files may come from, and how to export them there. The council's own come first."""
    with reading() as session:
        found = presets_queries.every_preset(session)
    return Answer(
        lines=tuple(f"{preset.name}: {preset.title}. {preset.how}" for preset in found),
        data=[{"name": preset.name, "title": preset.title, "how": preset.how} for preset in found],
    )


@preset_group.command("add")
@file_argument
@answering
def add_preset(file: Path) -> Answer:
    """Add a preset of the council's own from a YAML file, or change the one with its name."""
    preset = preset_of(file.read_bytes(), file.name)
    with transaction() as session:
        is_new = presets_operations.save_preset(session, preset, account_id=None, now=now())
    said = f"“{preset.name}” is {'added' if is_new else 'changed'}."
    return Answer(lines=(said,), data={"name": preset.name, "new": is_new})


@preset_group.command("export")
@click.argument("name")
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="Write to this file.")
@answering
def export_preset(name: str, output: Path | None) -> Answer:
    """Print a preset as YAML, one of the council's own or one that comes with Showhow."""
    with reading() as session:
        text = preset_to_yaml(presets_queries.preset_named(session, name))
    if output is None:
        return Answer(lines=tuple(text.splitlines()), data={"name": name, "yaml": text})
    output.write_text(text, encoding="utf-8")
    return Answer(lines=(f"Wrote {output}.",), data={"name": name, "file": str(output)})


@preset_group.command("delete")
@click.argument("name")
@answering
def delete_preset(name: str) -> Answer:
    """Delete a preset of the council's own. Calls that were read with it stay."""
    with transaction() as session:
        presets_operations.delete_preset(session, name)
    return Answer(lines=(f"“{name}” is deleted.",), data={"name": name})


def _preset(name: str | None, stream: BinaryIO, file: str) -> Preset:
    """The preset with this name, or the one the file's columns tell. Raises UnknownPreset, InvalidFiles."""
    with reading() as session:
        if name is not None:
            return presets_queries.preset_named(session, name)
        known = presets_queries.every_preset(session)
    found = recognise(stream, file, known).preset
    if found is None:
        raise NotRecognised(file, sorted(preset.name for preset in known))
    return found


def _say_progress(rows: int) -> None:
    """To the error stream, so that what is printed stays clean; quiet unless somebody may be waiting."""
    if rows % _SAID_EVERY == 0:
        click.echo(f"{rows:,} rows read", err=True)


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
