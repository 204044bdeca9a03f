"""A desk file as a table: rows one at a time, with the columns a preset asks for. CSV is never held in memory whole."""

import contextlib
import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, BinaryIO

from portal.desk_calls.formats.encodings import Content, content_of, decoding_of
from portal.desk_calls.formats.file_problems import unusable
from portal.desk_calls.formats.headers import HeaderRow, TextRow, checked_header, find_header, header_worth
from portal.desk_calls.formats.preset_yaml import Preset
from portal.desk_calls.formats.workbook import Workbook

if TYPE_CHECKING:
    import _csv

#: How far down the header may be: exports put a title, a date and a filter above it.
_ROWS_LOOKED_AT = 30
_SAMPLE = 1 << 18
_DELIMITERS = (",", ";", "\t")
_MISSING = frozenset({"", "?", "null", "none"})


@dataclass(frozen=True, slots=True)
class Row:
    """A row below the header."""

    line: int
    cells: Sequence[str]
    header: HeaderRow

    def cell(self, role: str) -> str | None:
        """What the row says, trimmed and without control characters; None where it says nothing."""
        for position in self.header.positions.get(role, ()):
            if position < len(self.cells):
                text = _clean(self.cells[position])
                if text.casefold() not in _MISSING:
                    return text
        return None


class Table:
    """A file opened for reading. ``notices``: what a person should know about how it was read."""

    def __init__(self, stream: BinaryIO, file: str, preset: Preset) -> None:
        """Raises InvalidFiles when the file isn't a table or lacks a column."""
        self.file = file
        self.notices: list[str] = []
        self._stream = stream
        self._wanted = preset.wanted
        self._workbook = Workbook(stream, file) if content_of(stream, file) is Content.WORKBOOK else None
        if self._workbook is None:
            self._open_text(preset)
        else:
            self._open_workbook(self._workbook, preset)

    def rows(self) -> Iterator[Row]:
        """Every row below the header that holds anything. May be asked for once."""
        source = self._text_rows(self._delimiter) if self._workbook is None else self._workbook.rows()
        for row in islice(source, self.header.number + 1, None):
            yield Row(row.line, row.cells, self.header)
        if self._workbook is not None:
            self._workbook.close()

    def _open_workbook(self, workbook: Workbook, preset: Preset) -> None:
        if workbook.formula is not None:
            if preset.own_format:
                raise unusable(
                    self.file, int("".join(filter(str.isdigit, workbook.formula))),
                    f"Cell {workbook.formula} holds a formula.", "Replace formulas by their values, or save it as CSV.",
                )  # fmt: skip
            self.notices.append(
                f"The workbook holds formulas (the first is in {workbook.formula}); their values were read."
            )
        rows = list(islice(workbook.rows(), _ROWS_LOOKED_AT))
        self.header = checked_header(find_header(rows, self._wanted), rows, self._wanted, self.file)

    def _open_text(self, preset: Preset) -> None:
        decoding = decoding_of(self._stream, self.file, preset.fallback_encoding)
        self._encoding = decoding.encoding
        if decoding.guessed:
            self.notices.append(f"The file isn't UTF-8; it was read as {decoding.encoding}.")
        samples = {delimiter: self._sample(delimiter) for delimiter in sorted(_DELIMITERS, key=preset.delimiter.__ne__)}
        headers = {delimiter: find_header(rows, self._wanted) for delimiter, rows in samples.items()}
        self._delimiter = max(headers, key=lambda delimiter: header_worth(headers[delimiter], self._wanted))
        if headers[self._delimiter] is None:
            self._delimiter = max(
                samples, key=lambda delimiter: max((len(row.cells) for row in samples[delimiter]), default=0)
            )
        self.header = checked_header(headers[self._delimiter], samples[self._delimiter], self._wanted, self.file)

    def _sample(self, delimiter: str) -> list[TextRow]:
        """The first rows under one delimiter; a quotation mark that never closes under the wrong one ends it early."""
        self._stream.seek(0)
        text = self._stream.read(_SAMPLE).decode(self._encoding, errors="replace")
        rows: list[TextRow] = []
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
        with contextlib.suppress(csv.Error):
            rows.extend(islice(_numbered(reader), _ROWS_LOOKED_AT))
        return rows

    def _text_rows(self, delimiter: str) -> Iterator[TextRow]:
        self._stream.seek(0)
        text = io.TextIOWrapper(self._stream, encoding=self._encoding, errors="replace", newline="")
        reader = csv.reader(text, delimiter=delimiter)
        try:
            yield from _numbered(reader)
        except csv.Error:
            raise unusable(
                self.file, reader.line_num, f"A cell is longer than {csv.field_size_limit():,} characters.",
                "A quotation mark may be missing there. Export the file again, without descriptions.",
            ) from None  # fmt: skip
        finally:
            text.detach()


def _numbered(reader: "_csv.Reader") -> Iterator[TextRow]:
    """Rows that hold anything, with the line each starts on."""
    line = 1
    for cells in reader:
        if any(map(str.strip, cells)):
            yield TextRow(line, tuple(cells))
        line = reader.line_num + 1


def _clean(text: str) -> str:
    """Single spaces, no control characters (PostgreSQL can't keep NUL)."""
    if not text.isprintable():
        text = "".join(character if character.isprintable() else " " for character in text)
    return " ".join(text.split())
