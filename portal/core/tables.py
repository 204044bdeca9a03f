"""Tables as CSV for people: what a spreadsheet would run as a formula is neutralised in every text cell."""

import csv
import io
from collections.abc import Iterable, Sequence

from portal.core.privacy import neutral_cell

Cell = str | int | float | None


def csv_text(head: Sequence[str], rows: Iterable[Sequence[Cell]], *, line_end: str = "\r\n") -> str:
    """A header and its rows; None is an empty cell. Files that scripts read end their lines with “\\n”."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator=line_end)
    writer.writerow(head)
    writer.writerows([neutral_cell(cell) if isinstance(cell, str) else cell for cell in row] for row in rows)
    return out.getvalue()
