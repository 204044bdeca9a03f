"""The few labels of a row that are kept, made of the columns a preset names."""

import re
from collections.abc import Sequence
from dataclasses import replace

from portal.desk_calls.formats.headers import HeaderRow
from portal.desk_calls.formats.preset_yaml import NOTES, Preset
from portal.desk_calls.formats.table import Row, said
from portal.desk_calls.rules.imports import CallLabels
from portal.desk_calls.rules.labels import joined

LONGEST = 120
LONGEST_PATH = 400
#: A column with a new text in every row (somebody chose the wrong one) must not fill the memory.
_MOST_KNOWN = 50_000
#: The code of a guide, as it stands on its page.
_GUIDE = re.compile(r"(?<![A-Za-z0-9-])G-[0-9]{3,5}(?![0-9-])", re.IGNORECASE)
#: An e-mail address is a person, whatever the column is called.
_ADDRESS = re.compile(r"[^\s@<>]+@[^\s@<>]+\.[^\s@<>]+")


class LabelReader:
    """Reads the labels of rows. Rows that say the same are read once.

    ``distinct``: all labels found, each once. ``addresses``: cells left out because they hold an e-mail address.
    """

    def __init__(self, preset: Preset, header: HeaderRow) -> None:
        self.addresses = 0
        self.distinct: list[CallLabels] = []
        self._separator = preset.separator
        self._path = tuple(column.role for column in preset.category_path if column.role in header.positions)
        self._roles = (*self._path, "call_type", "closing_code", "channel", "directorate")
        self._positions = tuple(place for role in self._roles for place in header.positions.get(role, ()))
        self._notes = header.positions.get(NOTES, ())
        self._numbers: dict[CallLabels, int] = {}
        self._known: dict[tuple[str, ...], tuple[int | None, int]] = {}

    def read(self, row: Row) -> CallLabels | None:
        """The labels; None when one of them is too long to be a label."""
        number = self.number(row)
        return None if number is None else self.distinct[number]

    def number(self, row: Row) -> int | None:
        """Which of the distinct labels the row has; None when one of them is too long to be a label."""
        raw = row.raw(self._positions)
        known = self._known.get(raw)
        if known is None:
            if len(self._known) >= _MOST_KNOWN:
                self._known.clear()
            known = self._known[raw] = self._looked_at(row)
        self.addresses += known[1]
        return known[0] if known[0] is None or not self._notes else self._with_guide(row, known[0])

    def _looked_at(self, row: Row) -> tuple[int | None, int]:
        """(number of the labels, cells left out) of a row that is new."""
        texts = [row.cell(role) for role in self._roles]
        cells = tuple(None if text is not None and _ADDRESS.search(text) else text for text in texts)
        left_out = sum(text is not None and cell is None for text, cell in zip(texts, cells, strict=True))
        labels = self._labels(cells)
        return (None if labels is None else self._numbered(labels)), left_out

    def _with_guide(self, row: Row, number: int) -> int:
        """The labels with the code of the first guide that the closing notes name; nothing else of them is taken."""
        for notes in row.raw(self._notes):
            found = _GUIDE.search(notes)
            if found is not None:
                return self._numbered(replace(self.distinct[number], guide=found[0].upper()))
        return number

    def _numbered(self, labels: CallLabels) -> int:
        number = self._numbers.setdefault(labels, len(self.distinct))
        if number == len(self.distinct):
            self.distinct.append(labels)
        return number

    def _labels(self, cells: tuple[str | None, ...]) -> CallLabels | None:
        segments = [segment for cell in cells[: len(self._path)] for segment in self._split(cell)]
        call_type, closing_code, channel, directorate = cells[len(self._path) :]
        return _checked(segments, call_type, closing_code, channel, directorate)

    def _split(self, cell: str | None) -> list[str | None]:
        if cell is None or not self._separator:
            return [cell]
        return [segment.strip() or None for segment in cell.split(self._separator)]


def labels_of(
    path: Sequence[str | None],
    *,
    call_type: str | None,
    closing_code: str | None,
    channel: str | None,
    directorate: str | None,
) -> CallLabels | None:
    """The labels of a call that came otherwise than in a file, tidied the same way; None when one is too long."""
    segments = [_tidied(segment) for segment in path]
    return _checked(segments, _tidied(call_type), _tidied(closing_code), _tidied(channel), _tidied(directorate))


def _tidied(text: str | None) -> str | None:
    """Single spaces, no control characters; None for what says nothing and for what holds an e-mail address."""
    kept = None if text is None else said(text)
    return None if kept is None or _ADDRESS.search(kept) else kept


def _checked(
    segments: Sequence[str | None],
    call_type: str | None,
    closing_code: str | None,
    channel: str | None,
    directorate: str | None,
) -> CallLabels | None:
    others = (call_type, closing_code, channel, directorate)
    if any(text is not None and len(text) > LONGEST for text in (*segments, *others)):
        return None
    category = joined(segments)
    if len(category) > LONGEST_PATH:
        return None
    return CallLabels(
        category=category,
        call_type=call_type,
        closing_code=closing_code,
        channel=channel,
        directorate=directorate,
    )
