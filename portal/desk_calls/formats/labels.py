"""The few labels of a row that are kept, made of the columns a preset names."""

import re
from collections.abc import Sequence

from portal.desk_calls.formats.headers import HeaderRow
from portal.desk_calls.formats.preset_yaml import Preset
from portal.desk_calls.formats.table import Row, said
from portal.desk_calls.rules.imports import CallLabels
from portal.desk_calls.rules.labels import joined

LONGEST = 120
LONGEST_PATH = 400
#: A column with a new text in every row (somebody chose the wrong one) must not fill the memory.
_MOST_KNOWN = 50_000
_ADDRESS = re.compile(r"[^\s@<>]+@[^\s@<>]+\.[^\s@<>]+")


class LabelReader:
    """Reads the labels of rows. ``addresses``: how many cells were left out because they hold an e-mail address."""

    def __init__(self, preset: Preset, header: HeaderRow) -> None:
        self.addresses = 0
        self._separator = preset.separator
        self._path = tuple(column.role for column in preset.category_path if column.role in header.positions)
        self._roles = (*self._path, "call_type", "closing_code", "channel", "directorate")
        self._positions = tuple(place for role in self._roles for place in header.positions.get(role, ()))
        self._known: dict[tuple[str, ...], tuple[CallLabels | None, int]] = {}

    def read(self, row: Row) -> CallLabels | None:
        """The labels; None when one of them is too long to be a label. Rows that say the same are read once."""
        raw = row.raw(self._positions)
        known = self._known.get(raw)
        if known is None:
            before = self.addresses
            cells = tuple(self._without_address(row.cell(role)) for role in self._roles)
            known = (self._labels(cells), self.addresses - before)
            if len(self._known) >= _MOST_KNOWN:
                self._known.clear()
            self._known[raw] = known
        else:
            self.addresses += known[1]
        return known[0]

    def _labels(self, cells: tuple[str | None, ...]) -> CallLabels | None:
        segments = [segment for cell in cells[: len(self._path)] for segment in self._split(cell)]
        call_type, closing_code, channel, directorate = cells[len(self._path) :]
        return _checked(segments, call_type, closing_code, channel, directorate)

    def _split(self, cell: str | None) -> list[str | None]:
        if cell is None or not self._separator:
            return [cell]
        return [segment.strip() or None for segment in cell.split(self._separator)]

    def _without_address(self, text: str | None) -> str | None:
        """An e-mail address is a person, whatever the column is called."""
        if text is not None and "@" in text and _ADDRESS.search(text):
            self.addresses += 1
            return None
        return text


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
