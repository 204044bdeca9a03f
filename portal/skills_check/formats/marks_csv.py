"""Marks from elsewhere: CSV ``attempt,<item>,…``, a row an attempt; a row ``max`` says how much each item can give."""

import csv
import io
import math
from dataclasses import dataclass

import numpy as np

from portal.core.documents import Problems
from portal.skills_check.formats.plain_text import decoded
from portal.skills_check.rules.statistics import Marks

MOST_ROWS = 200_000


@dataclass(frozen=True, slots=True, kw_only=True)
class MarksFile:
    """The marks, the group of each attempt where a column names it, and notices."""

    table: Marks
    groups: tuple[str, ...]
    notices: tuple[str, ...]


def read_marks(data: bytes, file: str, *, group: str | None, problems: Problems) -> MarksFile | None:
    """The marks of a file; None, with problems noted, where it can't be read. An empty cell is no answer."""
    text, notices = decoded(data)
    rows = list(csv.reader(io.StringIO(text, newline="")))
    header = [name.strip() for name in rows[0]] if rows else []
    if len(header) < 2 or header[0].casefold() != "attempt":
        problems.add(file, 1, "The first line must be attempt and the items.", "Write it like attempt,q1,q2.")
        return None
    _check_header(header, group, file, problems)
    places = [place for place, name in enumerate(header) if place and name != group]
    own = header.index(group) if group and group in header else None
    table, groups, maxima = _rows(rows[1:], header, places, own, file, problems)
    if len(problems):
        return None
    marks = np.array(table, dtype=float).reshape(len(table), len(places))
    limits, told = _limits(maxima, marks, [header[place] for place in places], file, problems)
    items = tuple(header[place] for place in places)
    return MarksFile(
        table=Marks(items=items, maxima=tuple(limits), marks=marks), groups=tuple(groups), notices=(*notices, *told)
    )


def _check_header(header: list[str], group: str | None, file: str, problems: Problems) -> None:
    if len(set(header)) < len(header):
        problems.add(file, 1, "Two columns have the same name.", "Give each item its own.")
    if any(not name for name in header):
        problems.add(file, 1, "A column has no name.", "Name each item.")
    if group and group not in header[1:]:
        problems.add(file, 1, f"There is no column “{group}”.", "Name the column that holds the group.")


def _rows(
    rows: list[list[str]], header: list[str], places: list[int], own: int | None, file: str, problems: Problems
) -> tuple[list[list[float]], list[str], list[float] | None]:
    table: list[list[float]] = []
    groups: list[str] = []
    maxima: list[float] | None = None
    seen: set[str] = set()
    for line, cells in enumerate(rows, start=2):
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) != len(header):
            problems.add(file, line, f"The row has {len(cells)} cells, not {len(header)}.", "Fill or remove cells.")
            continue
        name = cells[0].strip()
        marks = [_mark(cells[place], header[place], file, line, problems) for place in places]
        if name.casefold() == "max":
            maxima = marks
            continue
        if name in seen:
            problems.add(file, line, f"The attempt “{name}” is there twice.", "Keep its first row.")
        seen.add(name)
        table.append(marks)
        groups.append(cells[own].strip() if own is not None else "")
        if len(table) > MOST_ROWS:
            problems.add(file, line, f"There are more than {MOST_ROWS:,} attempts.", "Take a part of them.")
            break
    return table, groups, maxima


def _mark(cell: str, item: str, file: str, line: int, problems: Problems) -> float:
    try:
        value = float(cell) if cell.strip() else 0.0
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        problems.add(file, line, f"The mark of {item}, “{cell}”, isn't a number.", "Write it in digits, like 0.5.")
        return 0.0
    return value


def _limits(
    maxima: list[float] | None,
    marks: "np.ndarray[tuple[int, int], np.dtype[np.float64]]",
    items: list[str],
    file: str,
    problems: Problems,
) -> tuple[list[float], tuple[str, ...]]:
    """The maximum of each item: of the row ``max``, else 1 or the highest mark seen."""
    highest = [float(value) for value in marks.max(axis=0)] if len(marks) else [0.0] * len(items)
    if maxima is not None:
        for item, most, seen in zip(items, maxima, highest, strict=True):
            if most < 0 or seen > most:
                problems.add(file, None, f"{item} has a mark above its maximum of {most:g}.", "Correct one of them.")
        return maxima, ()
    over = [item for item, seen in zip(items, highest, strict=True) if seen > 1]
    told = (f"There is no row max: {', '.join(over)} count out of their highest mark.",) if over else ()
    return [max(1.0, seen) for seen in highest], told
