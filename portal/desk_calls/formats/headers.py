"""Finding the row with the column names, and which column is which."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import NamedTuple

from portal.core.documents import InvalidFiles, Problem, nearest
from portal.desk_calls.formats.file_problems import unusable
from portal.desk_calls.formats.preset_yaml import Column

MOST_COLUMNS = 1000
_MOST_SHOWN = 20
_IGNORED = re.compile(r"[\s_\ufeff]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class HeaderRow:
    """``number``: which of the rows looked at, from 0. ``positions``: role → its columns, several if a name repeats."""

    number: int
    line: int
    names: tuple[str, ...]
    positions: dict[str, tuple[int, ...]]


class TextRow(NamedTuple):
    """A row and the line of the file it starts on. A named tuple: a million of them are made in a reading."""

    line: int
    cells: Sequence[str]


class MissingColumns(InvalidFiles):
    """The file is a table, and lacks columns that the preset can't do without."""


def folded_name(name: str) -> str:
    """A column's name as it is compared."""
    return _IGNORED.sub("", name).casefold()


def find_header(rows: Iterable[TextRow], wanted: Sequence[Column]) -> HeaderRow | None:
    """The row that names most of the wanted columns (the first of equals); None when no row names any.

    A column serves one level of the path: the next level that would take it goes without.
    """
    best: HeaderRow | None = None
    for number, row in enumerate(rows):
        positions = _positions(row.cells, wanted)
        if positions and (best is None or _worth(positions, wanted) > _worth(best.positions, wanted)):
            best = HeaderRow(number=number, line=row.line, names=tuple(row.cells), positions=positions)
    return best


def header_worth(header: HeaderRow | None, wanted: Sequence[Column]) -> tuple[int, int]:
    """How good a header is: required columns found, then all columns found."""
    return (0, 0) if header is None else _worth(header.positions, wanted)


def checked_header(header: HeaderRow | None, rows: Sequence[TextRow], wanted: Sequence[Column], file: str) -> HeaderRow:
    """The header if it has every required column. Raises MissingColumns that names what was looked for and found."""
    if not rows:
        raise unusable(file, None, "The file is empty.", "Export it again and look at it before you send it.")
    widest = max(rows, key=lambda row: len(row.cells))
    if len(widest.cells) > MOST_COLUMNS:
        raise unusable(
            file, widest.line, f"The file has {len(widest.cells):,} columns; at most {MOST_COLUMNS:,} are read.",
            "Export only the columns the preset names.",
        )  # fmt: skip
    names = header.names if header is not None else widest.cells
    line = header.line if header is not None else widest.line
    found = {} if header is None else header.positions
    missing = [column for column in wanted if column.required and column.role not in found]
    if header is None or missing:
        raise MissingColumns([_missing(column, names, file, line) for column in missing])
    return header


def _positions(cells: Sequence[str], wanted: Sequence[Column]) -> dict[str, tuple[int, ...]]:
    by_name: dict[str, list[int]] = {}
    for position, cell in enumerate(cells[:MOST_COLUMNS]):
        by_name.setdefault(folded_name(cell), []).append(position)
    positions: dict[str, tuple[int, ...]] = {}
    in_path: set[str] = set()
    for column in wanted:
        is_level = column.role.startswith("category")
        for name in map(folded_name, column.names):
            if name in by_name and not (is_level and name in in_path):
                positions[column.role] = tuple(by_name[name])
                in_path |= {name} if is_level else set()
                break
    return positions


def _worth(positions: dict[str, tuple[int, ...]], wanted: Sequence[Column]) -> tuple[int, int]:
    return sum(column.required and column.role in positions for column in wanted), len(positions)


def _missing(column: Column, names: Sequence[str], file: str, line: int) -> Problem:
    present = [name.strip()[:40] for name in names if name.strip()]
    shown = ", ".join(present[:_MOST_SHOWN]) + (", …" if len(present) > _MOST_SHOWN else "")
    close = _closest(column, present)
    looked_for = " or ".join(column.names)
    return Problem(
        file=file,
        line=line,
        what=f"There is no column for “{column.role}”. Looked for {looked_for}; found {shown or 'nothing'}.",
        do=close or f"Export the file again with the column “{column.names[0]}”, or choose another preset.",
    )


def _closest(column: Column, present: Sequence[str]) -> str:
    """Which of the names found is probably meant, or ""."""
    original = {folded_name(name): name for name in present}
    for name in chain(column.names, (word for names in column.names for word in names.split("_") if len(word) > 3)):
        offer = nearest(folded_name(name), original)
        if offer.startswith("Did you mean"):
            close = original[offer.split("“")[1].split("”")[0]]
            return f"Is it “{close}”? Then name that column “{column.names[0]}”."
    return ""
