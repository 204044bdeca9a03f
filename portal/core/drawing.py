"""What the layouts of charts share: scales and their ticks, in drawing units."""

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick:
    """A mark on an axis: where, and what is written."""

    at: float
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """A straight scale from ``low``..``high`` in figures to ``start``..``end`` in drawing units."""

    low: float
    high: float
    start: float
    end: float

    def at(self, value: float) -> float:
        clipped = min(max(value, self.low), self.high)
        return round(self.start + (clipped - self.low) / (self.high - self.low) * (self.end - self.start), 1)


def nice_top(highest: float) -> tuple[float, float]:
    """A step of 1, 2 or 5 times a power of ten, and the multiple of it that is just high enough: 3 to 7 steps."""
    raw = max(highest, 1e-6) / 5
    power = 10 ** math.floor(math.log10(raw))
    step = next(times * power for times in (1, 2, 5, 10) if times * power >= raw)
    return step, step * math.ceil(highest / step)
