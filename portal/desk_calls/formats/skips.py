"""Rows that were left out: how many for each reason, and the first lines."""

from collections import Counter

from portal.desk_calls.rules.imports import Skipped, SkipReason

LINES_SHOWN = 10


class Skips:
    """Collects rows left out."""

    def __init__(self) -> None:
        self._rows: Counter[SkipReason] = Counter()
        self._lines: dict[SkipReason, list[int]] = {}

    def add(self, reason: SkipReason, line: int) -> None:
        self.add_many(reason, 1, [line])

    def add_many(self, reason: SkipReason, rows: int, lines: list[int]) -> None:
        """Note ``rows`` rows; ``lines`` are the first of them."""
        self._rows[reason] += rows
        known = self._lines.setdefault(reason, [])
        if len(known) < LINES_SHOWN or lines[0] < known[-1]:
            self._lines[reason] = sorted([*known, *lines])[:LINES_SHOWN]

    def found(self) -> tuple[Skipped, ...]:
        """Every reason with its rows, most rows first."""
        return tuple(
            Skipped(reason=reason, rows=rows, lines=tuple(self._lines[reason]))
            for reason, rows in self._rows.most_common()
        )

    def copy(self) -> "Skips":
        other = Skips()
        other._rows = Counter(self._rows)
        other._lines = {reason: list(lines) for reason, lines in self._lines.items()}
        return other
