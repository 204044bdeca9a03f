"""Workbooks that come back from a file task: a few cells are read, nothing is run and nothing else is kept."""

import io
import warnings
import zipfile
from collections.abc import Sequence
from typing import Any

from portal.core.workbooks import open_workbook
from portal.skills_check.rules.marking import CellFound, UnreadableAnswer
from portal.skills_check.rules.questions import CellCheck, CellFormat

LARGEST_WORKBOOK = 2 * 1024 * 1024
MOST_PARTS = 500
#: What all parts may unpack to, and one of them: a small file must not hide a large one.
MOST_UNPACKED = 40 * 1024 * 1024
#: The furthest cell that is looked for; a reader walks every row before it.
FURTHEST_ROW = 5_000
_BROKEN = (KeyError, ValueError, SyntaxError, IndexError, TypeError, AttributeError, OSError)


def is_workbook(data: bytes) -> bool:
    """Whether the data are a workbook of a sane size."""
    try:
        _check(data)
    except UnreadableAnswer:
        return False
    return True


def read_cells(data: bytes, checks: Sequence[CellCheck]) -> tuple[CellFound, ...]:
    """What the checked cells hold. A sheet or cell that isn't there is left out.

    Raises UnreadableAnswer, with the reason for people, when the file isn't a workbook or is too large.
    """
    _check(data)
    try:
        formulas, values = _open(data, values=False), _open(data, values=True)
    except (*_BROKEN, zipfile.BadZipFile):
        raise _unreadable() from None
    try:
        return tuple(
            found for check in checks if (found := _found(check, formulas=formulas, values=values)) is not None
        )
    except (*_BROKEN, zipfile.BadZipFile):
        raise _unreadable() from None
    finally:
        formulas.close()
        values.close()


def _check(data: bytes) -> None:
    if len(data) > LARGEST_WORKBOOK:
        raise UnreadableAnswer("The file is larger than 2 MB. Send the workbook you downloaded, with your changes.")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError):
        raise _unreadable() from None
    names = {part.filename for part in parts}
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
        raise UnreadableAnswer("The file unpacks to more than is safe to open. Start again from the download.")
    if "xl/workbook.xml" not in names:
        raise _unreadable()


def _unreadable() -> UnreadableAnswer:
    return UnreadableAnswer("The file can’t be opened as a workbook. Save it as .xlsx without a password.")


def _open(data: bytes, *, values: bool) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return open_workbook(io.BytesIO(data), read_only=True, data_only=values, keep_vba=False, keep_links=False)


def _found(check: CellCheck, *, formulas: Any, values: Any) -> CellFound | None:
    first, second = _cell(formulas, check), _cell(values, check)
    if first is None or second is None:
        return None
    formula = str(first.value) if first.data_type == "f" else ""
    return CellFound(
        cell=check.cell,
        sheet=check.sheet,
        formula=formula[:500],
        value=_text(second.value)[:500],
        formats=_formats(first),
    )


def _cell(book: Any, check: CellCheck) -> Any:
    """The cell of a check, None where there is no such sheet or nothing in it."""
    if check.sheet and check.sheet not in book.sheetnames:
        return None
    sheet = book[check.sheet] if check.sheet else book.worksheets[0]
    sheet.reset_dimensions()
    row = int("".join(letter for letter in check.cell if letter.isdigit()))
    if row > FURTHEST_ROW:
        return None
    for cells in sheet.iter_rows(min_row=row, max_row=row):
        for cell in cells:
            if getattr(cell, "coordinate", None) == check.cell:
                return cell
    return None


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _formats(cell: Any) -> tuple[CellFormat, ...]:
    shown = str(cell.number_format or "")
    found = [
        (CellFormat.PERCENT, "%" in shown),
        (CellFormat.CURRENCY, any(sign in shown for sign in "£€$") and "[$-" not in shown),
        (CellFormat.DATE, bool(cell.is_date)),
        (CellFormat.BOLD, bool(cell.font and cell.font.b)),
    ]
    return tuple(kind for kind, holds in found if holds)
