"""A file as rows of text cells, whatever its kind. Text is never held in memory whole."""

import contextlib
import csv
import io
from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING, BinaryIO, Protocol

from portal.desk_calls.formats.encodings import Content, content_of, decoding_of
from portal.desk_calls.formats.file_problems import unusable
from portal.desk_calls.formats.headers import TextRow
from portal.desk_calls.formats.open_document import OpenDocument
from portal.desk_calls.formats.preset_yaml import FallbackEncoding
from portal.desk_calls.formats.workbook import Workbook

if TYPE_CHECKING:
    import _csv

#: How far down the header may be: exports put a title, a date and a filter above it.
ROWS_LOOKED_AT = 30
_SAMPLE = 1 << 18
_DELIMITERS = (",", ";", "\t")
_BOOK = ""


class Book(Protocol):
    """A file of spreadsheet cells. ``formula``: the first cell that holds a formula, or None."""

    formula: str | None

    def rows(self) -> Iterator[TextRow]:
        """Every row that holds something, from the first."""

    def close(self) -> None:
        """Let go of the file."""


class Sheet:
    """A file opened for reading. ``samples``: its first rows under each delimiter it may have ("": a workbook)."""

    def __init__(
        self,
        stream: BinaryIO,
        file: str,
        *,
        fallback: FallbackEncoding = FallbackEncoding.WINDOWS_1252,
        likely: str = ",",
    ) -> None:
        """Raises InvalidFiles when the file isn't a table."""
        self.file = file
        self.guessed_encoding: str | None = None
        self._stream = stream
        self._book = _book(stream, file)
        if self._book is not None:
            self.samples = {_BOOK: list(islice(self._book.rows(), ROWS_LOOKED_AT))}
            return
        decoding = decoding_of(stream, file, fallback)
        self._encoding = decoding.encoding
        if decoding.guessed:
            self.guessed_encoding = decoding.encoding
        self.samples = {mark: self._sample(mark) for mark in sorted(_DELIMITERS, key=likely.__ne__)}

    @property
    def formula(self) -> str | None:
        """The first cell that holds a formula, or None."""
        return None if self._book is None else self._book.formula

    def rows(self, delimiter: str) -> Iterator[TextRow]:
        """Every row that holds anything, from the first. May be asked for once."""
        if self._book is None:
            yield from self._text_rows(delimiter)
        else:
            yield from self._book.rows()
            self._book.close()

    def close(self) -> None:
        """Let go of what was opened; the stream stays open."""
        if self._book is not None:
            self._book.close()

    def _sample(self, delimiter: str) -> list[TextRow]:
        """The first rows under one delimiter; a quotation mark that never closes under the wrong one ends it early."""
        self._stream.seek(0)
        text = self._stream.read(_SAMPLE).decode(self._encoding, errors="replace")
        rows: list[TextRow] = []
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
        with contextlib.suppress(csv.Error):
            rows.extend(islice(_numbered(reader), ROWS_LOOKED_AT))
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


def _book(stream: BinaryIO, file: str) -> Book | None:
    content = content_of(stream, file)
    if content is Content.WORKBOOK:
        return Workbook(stream, file)
    return OpenDocument(stream, file) if content is Content.OPEN_DOCUMENT else None


def _numbered(reader: "_csv.Reader") -> Iterator[TextRow]:
    """Rows that hold anything, with the line each starts on."""
    line = 1
    for cells in reader:
        if cells and (cells[0].strip() or any(map(str.strip, cells))):
            yield TextRow(line, cells)
        line = reader.line_num + 1
