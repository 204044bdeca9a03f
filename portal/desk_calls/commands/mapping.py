"""flask desk-calls map …"""

import dataclasses
from pathlib import Path

import click
from flask.cli import AppGroup

from portal.catalogue.queries import catalogue
from portal.core.documents import Problems
from portal.core.text import counted
from portal.desk_calls.commands.group import file_argument, group
from portal.desk_calls.formats.mapping_csv import read_rules, read_words, rules_csv, words_csv
from portal.desk_calls.operations import mapping as mapping_operations
from portal.desk_calls.queries import mapping as mapping_queries
from portal.desk_calls.queries.newest_year import year_of_calls
from portal.desk_calls.rules.mapping import WordKind
from portal.desk_calls.rules.suggestions import Suggester
from portal.web.command_line import Answer, answering
from portal.web.context import now, reading, transaction

map_group = AppGroup("map", help="Which system the desk's categories belong to.")
group.add_command(map_group)

_LARGEST_MAP = 20 * 1024 * 1024
_RULES = "categories"
_table = click.option(
    "--table",
    type=click.Choice([_RULES, *(kind.value for kind in WordKind)]),
    default=_RULES,
    show_default=True,
    help="Which table: the mapping of categories, or one of the three small ones.",
)


@map_group.command("import")
@file_argument
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
        rules = mapping_queries.mapping_rules(session)
        suggester = Suggester(catalogue(session), rules)
        year = year_of_calls(session, rules=rules)
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
