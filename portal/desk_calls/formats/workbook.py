"""Rows of a workbook (.xlsx), read one at a time and only after the zip file was found to be of a sane size."""

import datetime as dt
import re
import warnings
import zipfile
from collections.abc import Iterator
from typing import Any, BinaryIO

from portal.core.workbooks import open_workbook
from portal.desk_calls.formats.file_problems import unusable
from portal.desk_calls.formats.headers import TextRow
from portal.desk_calls.formats.zip_limits import check_zip

MOST_ROWS = 200_000
_FORMULA = re.compile(rb'<(?:\w+:)?c\b[^>]{0,200}?\br="([A-Z]{1,3}\d{1,7})"[^>]{0,200}>\s{0,20}<(?:\w+:)?f[\s/>]')
_BLOCK = 1 << 20
_OVERLAP = 4096


class Workbook:
    """The first sheet of a workbook. ``formula``: the first cell that holds a formula, or None."""

    def __init__(self, stream: BinaryIO, file: str) -> None:
        """Raises InvalidFiles when the file isn't a workbook, is locked, or unpacks to too much."""
        self._file = file
        _check_size(stream, file)
        stream.seek(0)
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                self._book = open_workbook(stream, read_only=True, data_only=True)
            self._sheet = next(sheet for sheet in self._book.worksheets if sheet.sheet_state == "visible")
            self.formula = _first_formula(stream, self._sheet._worksheet_path)
        except (KeyError, ValueError, SyntaxError, StopIteration, zipfile.BadZipFile, OSError):
            raise _unreadable(file) from None
        self._sheet.reset_dimensions()

    def rows(self) -> Iterator[TextRow]:
        """Every row that holds something, from the first. Raises InvalidFiles past the most rows we read."""
        read = 0
        try:
            for number, cells in enumerate(self._sheet.iter_rows(values_only=True), start=1):
                texts = tuple(_text(value) for value in cells)
                if not any(texts):
                    continue
                read += 1
                if read > MOST_ROWS:
                    raise unusable(
                        self._file, number, f"The workbook has more than {MOST_ROWS:,} rows.", "Save it as CSV (UTF-8)."
                    )
                yield TextRow(line=number, cells=texts)
        except (SyntaxError, ValueError, KeyError, zipfile.BadZipFile):
            raise _unreadable(self._file) from None

    def close(self) -> None:
        self._book.close()


def _check_size(stream: BinaryIO, file: str) -> None:
    names = check_zip(stream, file)
    if "xl/workbook.xml" not in names and "[Content_Types].xml" not in names:
        raise unusable(file, None, "The file is a zip file but not a workbook.", "Choose the .xlsx file inside it.")


def _first_formula(stream: BinaryIO, sheet_path: str) -> str | None:
    """The first cell with a formula, found in the sheet's own XML; openpyxl would need a second, slow reading."""
    with zipfile.ZipFile(stream) as archive, archive.open(sheet_path) as sheet:
        tail = b""
        while block := sheet.read(_BLOCK):
            found = _FORMULA.search(tail + block)
            if found is not None:
                return found[1].decode("ascii")
            tail = (tail + block)[-_OVERLAP:]
    return None


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, dt.datetime):
        midnight = value.time() == dt.time()
        return f"{value:%Y-%m-%d}" if midnight else f"{value:%Y-%m-%d %H:%M:%S}"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _unreadable(file: str) -> Exception:
    return unusable(
        file, None, "The workbook can't be opened: it is damaged or locked with a password.",
        "Open it, save it again as .xlsx without a password, or save it as CSV (UTF-8).",
    )  # fmt: skip
