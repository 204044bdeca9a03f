"""Finding room for labels beside points, so that none touches another, a point or a line."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

#: Widths of characters in parts of the type size, wide enough for every typeface the page may fall back to.
NARROW, WIDE = frozenset("iljtfrI.,:;'’|!()[]/- "), frozenset("mwMWQO%@&")
CLEAR = 3.0
RINGS = (6.0, 12.0, 20.0, 30.0, 44.0, 60.0, 80.0, 105.0, 135.0, 170.0, 210.0, 260.0, 320.0)
ANGLES = tuple(2 * math.pi * step / 24 for step in range(24))
#: To the right reads best, then to the left, then above and below.
PREFERENCE: NDArray[np.float64] = np.array([2.0 * (1 - math.cos(at)) + 1.5 * abs(math.sin(at)) for at in ANGLES])
#: What is wrong with a place, in drawing units further away that it is worth.
COST_ON_RANGE, COST_ON_LEADER, COST_OF_CROSSING = 24.0, 150.0, 150.0
ROUNDS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A rectangle in drawing units; y grows downwards."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        return round(self.right - self.left, 1)

    @property
    def height(self) -> float:
        return round(self.bottom - self.top, 1)

    @property
    def centre(self) -> float:
        """The x of its middle."""
        return round((self.left + self.right) / 2, 1)

    def overlaps(self, other: "Box") -> bool:
        return (
            self.left < other.right and other.left < self.right and self.top < other.bottom and other.top < self.bottom
        )

    def grown(self, by: float) -> "Box":
        return Box(left=self.left - by, top=self.top - by, right=self.right + by, bottom=self.bottom + by)


@dataclass(frozen=True, slots=True, kw_only=True)
class Anchor:
    """A point that wants a label of this size. ``radius``: half the size of its mark."""

    x: float
    y: float
    width: float
    height: float
    radius: float

    @property
    def mark(self) -> Box:
        return Box(
            left=self.x - self.radius, top=self.y - self.radius, right=self.x + self.radius, bottom=self.y + self.radius
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a label went; ``leader`` runs from the mark to it (x1, y1, x2, y2), None where it stands close by."""

    box: Box
    leader: tuple[float, float, float, float] | None


def text_width(text: str, size: float) -> float:
    """About how wide a line of text is drawn, rather too wide than too narrow."""
    return size * sum(
        0.34 if one in NARROW else 0.86 if one in WIDE else 0.66 if one.isupper() else 0.56 for one in text
    )


def place_labels(
    anchors: Sequence[Anchor], *, inside: Box, keep_clear: Sequence[Box], avoid: Sequence[Box]
) -> tuple[Place | None, ...]:
    """A place for each label, in the order given; None where there is no room left.

    A label lies within ``inside`` and touches no other label, no mark and nothing of ``keep_clear``. It stays off
    ``avoid`` and other labels' leaders where it can. Labels are placed one by one, and then once more each, since
    the first ones couldn't know where the later ones would go.
    """
    fixed = [_row(box.grown(CLEAR)) for box in (*keep_clear, *(anchor.mark for anchor in anchors))]
    ranges = [_row(box) for box in avoid]
    places: list[Place | None] = [None] * len(anchors)
    for _ in range(ROUNDS):
        for number, anchor in enumerate(anchors):
            others = [place for at, place in enumerate(places) if place is not None and at != number]
            hard = [*fixed, *(_row(place.box.grown(CLEAR)) for place in others)]
            leaders = [_row(box) for place in others for box in _leader_boxes(place.leader)]
            surroundings = _Surroundings(inside=inside, hard=_rows(hard), ranges=_rows(ranges), leaders=_rows(leaders))
            places[number] = _place(anchor, surroundings)
    return tuple(places)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Surroundings:
    """What a label may not touch (``hard``) and had better not: rows of left, top, right, bottom."""

    inside: Box
    hard: NDArray[np.float64]
    ranges: NDArray[np.float64]
    leaders: NDArray[np.float64]


def _place(anchor: Anchor, around: _Surroundings) -> Place | None:
    """The cheapest free place: near, off the ranges, its leader crossing nothing."""
    best: tuple[float, Place] | None = None
    for ring in RINGS:
        if best is not None and best[0] <= ring:
            break
        boxes = [_box_at(anchor, ring, angle) for angle in ANGLES]
        rows = _rows([_row(box) for box in boxes])
        free = ~_overlaps(rows, around.hard).any(axis=1) & _within(rows, around.inside)
        costs = (
            COST_ON_RANGE * _overlaps(rows, around.ranges).sum(axis=1)
            + COST_ON_LEADER * _overlaps(rows, around.leaders).any(axis=1)
            + ring
            + PREFERENCE
        )
        for number in np.flatnonzero(free):
            leader = _leader(anchor, boxes[number]) if ring > RINGS[1] else None
            cost = float(costs[number]) + COST_OF_CROSSING * _crossings(leader, around, anchor)
            if best is None or cost < best[0]:
                best = cost, Place(box=boxes[number], leader=leader)
    return best[1] if best else None


def _box_at(anchor: Anchor, ring: float, angle: float) -> Box:
    """The label's box when it is hung ``ring`` away from the mark's edge in this direction."""
    x = anchor.x + (anchor.radius + ring) * math.cos(angle)
    y = anchor.y + (anchor.radius + ring) * math.sin(angle)
    left = x - anchor.width * (1 - _side(math.cos(angle))) / 2
    top = y - anchor.height * (1 - _side(math.sin(angle))) / 2
    return Box(left=left, top=top, right=left + anchor.width, bottom=top + anchor.height)


def _side(share: float) -> float:
    """From -1 to 1: wholly on one side of the mark as soon as the direction leans that way."""
    return max(-1.0, min(1.0, 2 * share))


def _leader(anchor: Anchor, box: Box) -> tuple[float, float, float, float]:
    x, y = min(max(anchor.x, box.left), box.right), min(max(anchor.y, box.top), box.bottom)
    length = math.hypot(x - anchor.x, y - anchor.y) or 1.0
    start = anchor.radius / length
    return anchor.x + (x - anchor.x) * start, anchor.y + (y - anchor.y) * start, x, y


def _leader_boxes(leader: tuple[float, float, float, float] | None) -> list[Box]:
    if leader is None:
        return []
    x1, y1, x2, y2 = leader
    steps = [step / 8 for step in range(1, 8)]
    return [
        Box(
            left=x1 + (x2 - x1) * at - 1,
            top=y1 + (y2 - y1) * at - 1,
            right=x1 + (x2 - x1) * at + 1,
            bottom=y1 + (y2 - y1) * at + 1,
        )
        for at in steps
    ]


def _crossings(leader: tuple[float, float, float, float] | None, around: _Surroundings, anchor: Anchor) -> int:
    """How many marks, labels, lines and other leaders a leader would run through, its own mark left out."""
    boxes = _leader_boxes(leader)
    if not boxes:
        return 0
    rows = _rows([_row(box) for box in boxes])
    own = (around.hard == _row(anchor.mark.grown(CLEAR))).all(axis=1)
    through = _overlaps(rows, around.hard).any(axis=0) & ~own
    return int(through.sum()) + int(_overlaps(rows, around.leaders).any())


def _rows(rows: Sequence[tuple[float, float, float, float]]) -> NDArray[np.float64]:
    return np.array(rows, dtype=np.float64).reshape(-1, 4)


def _row(box: Box) -> tuple[float, float, float, float]:
    return box.left, box.top, box.right, box.bottom


def _overlaps(ones: NDArray[np.float64], others: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Which boxes (rows of left, top, right, bottom) overlap which: ones × others."""
    one, other = ones[:, None, :], others[None, :, :]
    found: NDArray[np.bool_] = (
        (one[..., 0] < other[..., 2])
        & (other[..., 0] < one[..., 2])
        & (one[..., 1] < other[..., 3])
        & (other[..., 1] < one[..., 3])
    )
    return found


def _within(rows: NDArray[np.float64], inside: Box) -> NDArray[np.bool_]:
    found: NDArray[np.bool_] = (
        (rows[:, 0] >= inside.left)
        & (rows[:, 1] >= inside.top)
        & (rows[:, 2] <= inside.right)
        & (rows[:, 3] <= inside.bottom)
    )
    return found
