"""Rows of an OpenDocument sheet (.ods), read one at a time out of its XML, after the zip file's size was checked."""

import zipfile
from collections.abc import Iterator
from typing import BinaryIO
from xml.etree.ElementTree import Element, ParseError, iterparse

from portal.desk_calls.formats.file_problems import unusable
from portal.desk_calls.formats.headers import MOST_COLUMNS, TextRow
from portal.desk_calls.formats.zip_limits import check_zip

MOST_ROWS = 200_000
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_CONTENT = "content.xml"
_START = 1 << 16
_BLOCK = 1 << 20
_FORMULA = b":formula="


class OpenDocument:
    """The first sheet of a document. ``formula``: the first cell that holds a formula, or None."""

    def __init__(self, stream: BinaryIO, file: str) -> None:
        """Raises InvalidFiles when the file isn't such a document, is locked, or unpacks to too much."""
        self._stream = stream
        self._file = file
        if _CONTENT not in check_zip(stream, file):
            raise unusable(file, None, "The file is a zip file but not a workbook.", "Choose the .ods file inside it.")
        self._check_start()
        self.formula: str | None = None
        self.formula = self._first_formula()

    def rows(self) -> Iterator[TextRow]:
        """Every row that holds something, from the first. Raises InvalidFiles past the most rows we read."""
        read, number = 0, 1
        for row in self._elements():
            repeated = _count(row, "number-rows-repeated")
            cells = _cells(row)
            if any(cells):
                # An empty row is repeated down to the last line of the sheet, one with words a few times at most.
                for line in range(number, number + repeated):
                    read += 1
                    if read > MOST_ROWS:
                        raise unusable(
                            self._file, line, f"The workbook has more than {MOST_ROWS:,} rows.",
                            "Save it as CSV (UTF-8).",
                        )  # fmt: skip
                    yield TextRow(line, cells)
            number += repeated

    def close(self) -> None:
        """Nothing stays open between two readings."""

    def _elements(self) -> Iterator[Element]:
        """The rows of the first sheet; what was read of the XML is forgotten at once."""
        self._stream.seek(0)
        try:
            with zipfile.ZipFile(self._stream) as archive, archive.open(_CONTENT) as content:
                stack: list[Element] = []
                for event, element in iterparse(content, events=("start", "end")):  # noqa: S314 (see _check_start)
                    if event == "start":
                        stack.append(element)
                        continue
                    stack.pop()
                    if element.tag == f"{_TABLE}table" and not any(one.tag == element.tag for one in stack):
                        return
                    if element.tag == f"{_TABLE}table-row":
                        yield element
                        stack[-1].remove(element)
        except (ParseError, zipfile.BadZipFile, RuntimeError, ValueError, KeyError, EOFError, OSError):
            raise _unreadable(self._file) from None

    def _check_start(self) -> None:
        """A document type could define entities that grow without end; no spreadsheet writes one."""
        try:
            with zipfile.ZipFile(self._stream) as archive, archive.open(_CONTENT) as content:
                start = content.read(_START)
        except (zipfile.BadZipFile, RuntimeError, ValueError, EOFError, OSError):
            raise _unreadable(self._file) from None
        if b"<!DOCTYPE" in start or b"document-content" not in start:
            raise _unreadable(self._file)

    def _first_formula(self) -> str | None:
        if not self._holds_formula():
            return None
        number = 1
        for row in self._elements():
            column = 1
            for cell in row:
                if cell.get(f"{_TABLE}formula") is not None:
                    return f"{_column_name(column)}{number}"
                column += _count(cell, "number-columns-repeated")
            number += _count(row, "number-rows-repeated")
        return None

    def _holds_formula(self) -> bool:
        with zipfile.ZipFile(self._stream) as archive, archive.open(_CONTENT) as content:
            tail = b""
            while block := content.read(_BLOCK):
                if _FORMULA in tail + block:
                    return True
                tail = block[-len(_FORMULA) :]
        return False


def _cells(row: Element) -> tuple[str, ...]:
    cells: list[str] = []
    for cell in row:
        if cell.tag not in (f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell"):
            continue
        text = _text(cell)
        repeated = _count(cell, "number-columns-repeated")
        # Cells are repeated without end only where they are empty; the limit on columns is checked on the header.
        cells.extend([text] * min(repeated, MOST_COLUMNS + 1 - len(cells) if text or len(cells) < MOST_COLUMNS else 0))
    while cells and not cells[-1]:
        cells.pop()
    return tuple(cells)


def _text(cell: Element) -> str:
    date = cell.get(f"{_OFFICE}date-value")
    if date is not None:
        return date.removesuffix("T00:00:00").replace("T", " ")
    value = cell.get(f"{_OFFICE}value")
    if value is not None:
        return value.removesuffix(".0")
    return " ".join("".join(paragraph.itertext()) for paragraph in cell.findall(f"{_TEXT}p"))


def _count(element: Element, name: str) -> int:
    text = element.get(f"{_TABLE}{name}", "1")
    return max(int(text), 1) if text.isascii() and text.isdigit() and len(text) < 9 else 1


def _column_name(number: int) -> str:
    name = ""
    while number:
        number, letter = divmod(number - 1, 26)
        name = chr(65 + letter) + name
    return name


def _unreadable(file: str) -> Exception:
    return unusable(
        file, None, "The workbook can't be opened: it is damaged or locked with a password.",
        "Open it, save it again as .ods without a password, or save it as CSV (UTF-8).",
    )  # fmt: skip
