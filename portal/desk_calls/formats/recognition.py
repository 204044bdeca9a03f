"""Which product a file comes from, by the names of its columns, and which column is probably what."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import BinaryIO

from portal.desk_calls.formats.file_problems import unusable
from portal.desk_calls.formats.headers import (
    MOST_COLUMNS,
    MissingColumns,
    TextRow,
    checked_header,
    find_header,
    folded_name,
)
from portal.desk_calls.formats.preset_yaml import Column, FallbackEncoding, Preset, Rows, level_role
from portal.desk_calls.formats.sheet import Sheet

LONGEST_NAME = 60
_MOST_NAMES = 400
_SIGN_WORTH = 2
#: What a row of calls holds and a row of names doesn't: a date, a time, an address, a number.
_NOT_A_NAME = re.compile(r"@|\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}|\d:\d\d|^[\d\s.,+-]+$|^[A-Za-z]{1,6}-?\d{3,}$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Recognised:
    """``preset``: the likeliest, None where no preset's columns are there. ``columns``: the file's, each name once."""

    preset: Preset | None
    columns: tuple[str, ...]


def recognise(stream: BinaryIO, file: str, presets: Iterable[Preset]) -> Recognised:
    """Look at the names of the columns. Raises InvalidFiles when the file isn't a table with names of columns."""
    sheet = Sheet(stream, file)
    try:
        best: Preset | None = None
        most = 0
        for preset in presets:
            worth = max(_worth(rows, preset) for rows in sheet.samples.values())
            if worth > most:
                best, most = preset, worth
        return Recognised(preset=best, columns=_columns(sheet, best))
    finally:
        sheet.close()


def guessed_columns(columns: Sequence[str], presets: Iterable[Preset]) -> Mapping[str, str]:
    """Role → the column that some preset would take for it. Roles are those of presets whose rows are calls."""
    found: dict[str, str] = {}
    row = [TextRow(1, columns)]
    for preset in presets:
        header = find_header(row, preset.wanted) if preset.rows is Rows.CALLS else None
        for role, positions in () if header is None else header.positions.items():
            found.setdefault(role, columns[positions[0]])
    return found


def columns_used(columns: Sequence[str], preset: Preset) -> Mapping[str, str]:
    """Role → the column of the file that this preset reads for it."""
    header = find_header([TextRow(1, columns)], preset.wanted)
    return {} if header is None else {role: columns[places[0]] for role, places in header.positions.items()}


def _worth(rows: Sequence[TextRow], preset: Preset) -> int:
    """0 unless every required column is there; then columns found, and twice the signs."""
    header = find_header(rows, preset.wanted)
    if header is None or any(column.required and column.role not in header.positions for column in preset.wanted):
        return 0
    there = {folded_name(name) for name in header.names}
    signs = sum(folded_name(sign) in there for sign in preset.signs)
    return len(header.positions) + _SIGN_WORTH * signs


def _columns(sheet: Sheet, preset: Preset | None) -> tuple[str, ...]:
    headers = [find_header(rows, preset.wanted) for rows in sheet.samples.values()] if preset is not None else []
    names = max((header.names for header in headers if header is not None), key=len, default=None)
    return _distinct(names if names is not None else _names_row(sheet))


def _names_row(sheet: Sheet) -> Sequence[str]:
    """The widest row of which every cell may be a name, the first of equals.

    A row of calls is never taken for it: its cells would be shown and kept as names of columns.
    """
    rows = [row for sample in sheet.samples.values() for row in sample]
    if not rows:
        raise unusable(sheet.file, None, "The file is empty.", "Export it again and look at it before you send it.")
    widest = max(rows, key=lambda row: len(row.cells))
    if len(widest.cells) > MOST_COLUMNS:
        raise unusable(
            sheet.file, widest.line, f"The file has {len(widest.cells):,} columns; at most {MOST_COLUMNS:,} are read.",
            "Export only the columns that are needed.",
        )  # fmt: skip
    names = max((row for row in rows if _may_be_names(row)), key=_filled, default=None)
    if names is None or _filled(names) < max(2, len(widest.cells) // 2):
        raise unusable(
            sheet.file, rows[0].line, "There is no row with the names of the columns.",
            "Export the file again with its column names, at least for the opening date and the category.",
        )  # fmt: skip
    return names.cells


def _may_be_names(row: TextRow) -> bool:
    cells = [cell.strip() for cell in row.cells if cell.strip()]
    return bool(cells) and all(len(cell) <= LONGEST_NAME and not _NOT_A_NAME.search(cell) for cell in cells)


def _filled(row: TextRow) -> int:
    return sum(bool(cell.strip()) for cell in row.cells)


def _distinct(names: Sequence[str]) -> tuple[str, ...]:
    found: dict[str, str] = {}
    for name in names:
        text = " ".join("".join(sign if sign.isprintable() else " " for sign in name).split())[:LONGEST_NAME]
        if folded_name(text) and not _NOT_A_NAME.search(text):
            found.setdefault(folded_name(text), text)
    return tuple(found.values())[:_MOST_NAMES]


def blank_preset() -> Preset:
    """What columns chosen by hand begin with."""
    return Preset(
        name="chosen-columns",
        title="Columns chosen by hand",
        how="Export it with the same columns.",
        rows=Rows.CALLS,
        delimiter=",",
        fallback_encoding=FallbackEncoding.WINDOWS_1252,
        labels_confirmed=True,
        separator="",
        columns=(Column(role="opened_at", names=("opened_at",), required=True),),
        category_path=(Column(role="category", names=("category",), required=True),),
    )


def chosen_columns(base: Preset, chosen: Mapping[str, str], *, separator: str) -> Preset:
    """The preset with these columns (role → name) in place of its own; roles that name nothing are left out."""
    levels = [name for role, name in chosen.items() if role.startswith("category") and name]
    return Preset(
        name=base.name,
        title=base.title,
        how=base.how,
        rows=base.rows,
        delimiter=base.delimiter,
        fallback_encoding=base.fallback_encoding,
        labels_confirmed=True,
        separator=separator,
        columns=tuple(
            Column(role=role, names=(name,), required=role == "opened_at")
            for role, name in chosen.items()
            if name and not role.startswith("category")
        ),
        category_path=tuple(
            Column(role=level_role(number), names=(name,), required=number == 0) for number, name in enumerate(levels)
        ),
        signs=base.signs,
    )


def missing_columns(columns: Sequence[str], preset: Preset, file: str) -> str:
    """Why a preset can't read a file with these columns, "" where it can."""
    rows = [TextRow(1, columns)]
    try:
        checked_header(find_header(rows, preset.wanted), rows, preset.wanted, file)
    except MissingColumns as error:
        return " ".join(problem.what for problem in error.problems)
    return ""
