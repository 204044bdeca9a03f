"""A desk file as a table: rows one at a time, with the columns a preset asks for."""

from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import BinaryIO, NamedTuple

from portal.desk_calls.formats.file_problems import unusable
from portal.desk_calls.formats.headers import HeaderRow, checked_header, find_header, header_worth
from portal.desk_calls.formats.preset_yaml import Preset
from portal.desk_calls.formats.sheet import Sheet

#: Told how many rows have been read, every so many rows.
Progress = Callable[[int], None]
PROGRESS_EVERY = 20_000
_MISSING = frozenset({"", "?", "null", "none"})
_LONGEST_MISSING = 4


class Row(NamedTuple):
    """A row below the header."""

    line: int
    cells: Sequence[str]
    header: HeaderRow

    def cell(self, role: str) -> str | None:
        """What the row says, trimmed and without control characters; None where it says nothing."""
        for position in self.header.positions.get(role, ()):
            if position < len(self.cells):
                text = said(self.cells[position])
                if text is not None:
                    return text
        return None

    def raw(self, positions: Sequence[int]) -> tuple[str, ...]:
        """The cells at these places as the file has them; short rows are filled up with nothing."""
        cells = self.cells
        try:
            return tuple([cells[position] for position in positions])
        except IndexError:
            return tuple([cells[position] if position < len(cells) else "" for position in positions])


class Table:
    """A file opened for reading. ``notices``: what a person should know about how it was read."""

    def __init__(self, stream: BinaryIO, file: str, preset: Preset, progress: Progress | None = None) -> None:
        """Raises InvalidFiles when the file isn't a table or lacks a column."""
        self.file = file
        self.notices: list[str] = []
        self._progress = progress
        self._sheet = Sheet(stream, file, fallback=preset.fallback_encoding, likely=preset.delimiter)
        self._delimiter, self.header = _header(self._sheet, preset)
        if self._sheet.guessed_encoding is not None:
            self.notices.append(f"The file isn't UTF-8; it was read as {self._sheet.guessed_encoding}.")
        if self._sheet.formula is not None:
            self._note_formula(self._sheet.formula, preset)

    def rows(self) -> Iterator[Row]:
        """Every row below the header that holds anything. May be asked for once."""
        header = self.header
        rows = islice(self._sheet.rows(self._delimiter), header.number + 1, None)
        for number, (line, cells) in enumerate(rows, start=1):
            yield Row(line, cells, header)
            if self._progress is not None and number % PROGRESS_EVERY == 0:
                self._progress(number)

    def _note_formula(self, formula: str, preset: Preset) -> None:
        if preset.own_format:
            raise unusable(
                self.file, int("".join(filter(str.isdigit, formula))),
                f"Cell {formula} holds a formula.", "Replace formulas by their values, or save it as CSV.",
            )  # fmt: skip
        self.notices.append(f"The workbook holds formulas (the first is in {formula}); their values were read.")


def _header(sheet: Sheet, preset: Preset) -> tuple[str, HeaderRow]:
    """(delimiter, header) of the delimiter under which most of the preset's columns are found."""
    samples, wanted = sheet.samples, preset.wanted
    headers = {delimiter: find_header(rows, wanted) for delimiter, rows in samples.items()}
    delimiter = max(headers, key=lambda mark: header_worth(headers[mark], wanted))
    if headers[delimiter] is None:
        delimiter = max(samples, key=lambda mark: max((len(row.cells) for row in samples[mark]), default=0))
    return delimiter, checked_header(headers[delimiter], samples[delimiter], wanted, sheet.file)


def said(text: str) -> str | None:
    """Single spaces, no control characters (PostgreSQL can't keep NUL); None for the words that say nothing."""
    if len(text) > _LONGEST_MISSING and text.isalnum():
        return text
    if not text.isprintable():
        text = "".join(character if character.isprintable() else " " for character in text)
    text = " ".join(text.split())
    return None if text.casefold() in _MISSING else text
