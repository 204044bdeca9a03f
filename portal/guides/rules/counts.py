"""What authors read about how guides do: sums from five up, and what they mean."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

#: Twentieths of a video that are counted apart.
BINS = 20
#: Nothing is shown of fewer plays or answers: one person's watching stays theirs.
FEWEST = 5
#: A guide often ends in No from this share of its answers up.
OFTEN = 1 / 3


class Verdict(StrEnum):
    """An answer to “Did this answer your question?”."""

    YES = "yes"
    PARTLY = "partly"
    NO = "no"


@dataclass(frozen=True, slots=True, kw_only=True)
class Doing:
    """How a guide does, in the version its counts are of. ``bins``: 20 counts, from the start of the video to its end.

    ``new``: published so lately that nobody can be expected to have watched it.
    """

    code: str
    system: str
    slug: str
    title: str
    version: int
    plays: int
    bins: tuple[int, ...]
    yes: int
    partly: int
    no: int
    new: bool = False

    @property
    def answers(self) -> int:
        return self.yes + self.partly + self.no

    @property
    def shows_plays(self) -> bool:
        return self.plays >= FEWEST

    @property
    def shows_answers(self) -> bool:
        return self.answers >= FEWEST

    @property
    def to_the_end(self) -> float | None:
        """Share of the plays that reached the last tenth; None of too few."""
        return min(1.0, max(self.bins[-2:]) / self.plays) if self.shows_plays else None

    @property
    def left_at(self) -> int | None:
        """The twentieth before which most stopped watching, counted from 1; None where nobody or too few did."""
        if not self.shows_plays:
            return None
        falls = [before - after for before, after in zip(self.bins, self.bins[1:], strict=False)]
        worst = max(falls)
        return falls.index(worst) + 2 if worst * 5 >= self.plays else None

    @property
    def often_no(self) -> bool:
        return self.shows_answers and self.no / self.answers >= OFTEN

    @property
    def never_watched(self) -> bool:
        return not self.plays and not self.answers and not self.new


def added(bins: Sequence[int], reached: Iterable[int]) -> list[int]:
    """The 20 counts with one more for each bin that was reached."""
    more = set(reached)
    return [count + (number in more) for number, count in enumerate(bins)]


def read_bins(text: str) -> frozenset[int]:
    """The bins a browser names, like “0,1,2”; what is none is left out, since anybody can send anything."""
    parts = text.split(",")[: 2 * BINS]
    return frozenset(
        int(part) for part in parts if part.isascii() and part.isdigit() and len(part) < 3 and int(part) < BINS
    )


def summed(rows: Iterable[Sequence[int]]) -> tuple[int, ...]:
    """Bin by bin, the sum of rows of 20 counts."""
    total = [0] * BINS
    for row in rows:
        total = [one + other for one, other in zip(total, row, strict=True)]
    return tuple(total)
