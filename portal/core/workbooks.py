"""Opening a workbook. The reader is loaded when the first one comes: a server that sees none stays small."""

from collections.abc import Callable
from typing import Any, BinaryIO


def open_workbook(stream: BinaryIO, **how: bool) -> Any:
    """openpyxl's workbook; ``how`` as in its ``load_workbook``. Raises ValueError for a format it doesn't read.

    A broken file raises whatever the reader trips over: callers list those errors.
    """
    from openpyxl.reader.excel import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    load: Callable[..., Any] = load_workbook
    try:
        return load(stream, **how)
    except InvalidFileException as error:
        raise ValueError(str(error)) from error
