"""The layout of the charts: figures in, drawing units out. Templates only draw."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from portal.core.drawing import Scale, Tick, nice_top
from portal.gap_report.rules.estimates import Range
from portal.gap_report.rules.placement import Anchor, Box, Place, place_labels, text_width
from portal.gap_report.rules.report import Line, Report, SkillLine
from portal.gap_report.rules.verdicts import Verdict
from portal.gap_report.rules.words import people_words, rate_words, share_range, share_words

TYPE_SIZE = 15.0
LINE_HEIGHT = 19.0
DESCENT = 5.0
MARK_RADIUS = 8.5
WIDTH = 960.0
NAMES_STRIP = 28.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Corner:
    """The name of a quarter of the chart. ``end``: written up to x rather than from it."""

    x: float
    y: float
    end: bool
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A system on the chart: its point, the ends of its two ranges, its label."""

    system: str
    name: str
    verdict: Verdict
    x: float
    y: float
    left: float
    right: float
    top: float
    bottom: float
    label: Place | None
    words: str

    @property
    def label_anchor(self) -> str:
        """Which end of the label is nearest to its point: start, end or middle."""
        if self.label is None or self.label.box.left >= self.x:
            return "start"
        return "end" if self.label.box.right <= self.x else "middle"

    @property
    def label_x(self) -> float:
        """Where the label's anchor stands; its box is a little wider than its text."""
        if self.label is None:
            return self.x
        box = self.label.box
        return round({"start": box.left, "end": box.right, "middle": box.centre}[self.label_anchor], 1)

    @property
    def label_y(self) -> float:
        """The baseline of the label."""
        return self.y if self.label is None else round(self.label.box.bottom - DESCENT, 1)

    @property
    def leader_path(self) -> str:
        """The line from the point to a label that stands further off, as SVG path data."""
        if self.label is None or self.label.leader is None:
            return ""
        x1, y1, x2, y2 = (round(at, 1) for at in self.label.leader)
        return f"M{x1} {y1}L{x2} {y2}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Quadrant:
    """Share right (x) against calls (y). ``plot`` holds the strips for the names of the quarters too."""

    width: float
    height: float
    plot: Box
    zero: float
    x_ticks: tuple[Tick, ...]
    y_ticks: tuple[Tick, ...]
    skill_line: float
    calls_line: float
    corners: tuple[Corner, ...]
    marks: tuple[Mark, ...]
    missing: tuple[str, ...]
    unlabelled: tuple[str, ...]
    description: str

    @property
    def training(self) -> Box:
        """The quarter of training gaps."""
        return Box(left=self.plot.left, top=self.plot.top, right=self.skill_line, bottom=self.calls_line)

    @property
    def design(self) -> Box:
        """The quarter of design problems."""
        return Box(left=self.skill_line, top=self.plot.top, right=self.plot.right, bottom=self.calls_line)


@dataclass(frozen=True, slots=True, kw_only=True)
class Dot:
    """One line of the dots chart; without ``x`` the figure is withheld and ``words`` says so."""

    name: tuple[str, ...]
    y: float
    x: float | None
    left: float
    right: float
    words: str
    people: str

    @property
    def name_lines(self) -> tuple[tuple[float, str], ...]:
        """The baseline of each line of the name, with its text; centred on ``y``."""
        first = self.y + DESCENT - LINE_HEIGHT / 2 * (len(self.name) - 1)
        return tuple((round(first + LINE_HEIGHT * number, 1), part) for number, part in enumerate(self.name))


@dataclass(frozen=True, slots=True, kw_only=True)
class Dots:
    """Shares with ranges, a line each. ``line``: the expected share, where a dashed line stands."""

    width: float
    height: float
    plot: Box
    people_at: float
    ticks: tuple[Tick, ...]
    line: float
    dots: tuple[Dot, ...]
    description: str


def quadrant(report: Report) -> Quadrant | None:
    """The chart of systems; None when no system has both figures, or there is no line to cut at."""
    calls_line = report.lines.calls
    shown = [(line, line.share, line.rate) for line in report.systems if line.share and line.rate]
    drawn = [(line, share, rate) for line, share, rate in shown if share is not None and rate is not None]
    if not drawn or calls_line is None:
        return None
    plot = Box(left=64, top=34, right=WIDTH - 12, bottom=600)
    zero = plot.bottom - NAMES_STRIP
    across = _share_scale([share for _, share, _ in drawn], report.lines.skill, plot)
    step, top = nice_top(max([rate.high for _, _, rate in drawn] + [calls_line * 1.25]))
    up = Scale(low=0, high=top, start=zero, end=plot.top + NAMES_STRIP)
    skill_at, calls_at = across.at(report.lines.skill), up.at(calls_line)
    corners = _corners(plot)
    marks = _marks(drawn, across, up, plot, (skill_at, calls_at), corners)
    names = {line.system for line, _, _ in drawn}
    return Quadrant(
        width=WIDTH,
        height=660,
        plot=plot,
        zero=zero,
        x_ticks=_share_ticks(across),
        y_ticks=tuple(Tick(at=up.at(step * n), text=f"{step * n:g}") for n in range(round(top / step) + 1)),
        skill_line=skill_at,
        calls_line=calls_at,
        corners=corners,
        marks=marks,
        missing=tuple(line.system_name for line in report.systems if line.system not in names),
        unlabelled=tuple(mark.name for mark in marks if mark.label is None),
        description=_quadrant_description(report, len(marks), calls_line),
    )


def dots(lines: Sequence[SkillLine], *, skill_line: float) -> Dots | None:
    """The chart of skills, lowest share first and withheld ones last; None when there is nothing to draw."""
    if not any(line.share for line in lines):
        return None
    ordered = sorted(lines, key=lambda line: (line.share is None, line.share.mid if line.share else 0, line.name))
    names = [wrapped(line.name, 270) for line in ordered]
    left = 20 + max(text_width(part, TYPE_SIZE) for name in names for part in name)
    plot = Box(left=left, top=14, right=WIDTH - 180, bottom=14 + 44 * len(ordered))
    scale = Scale(low=0, high=1, start=plot.left, end=plot.right)
    rows = tuple(
        _dot(line, name, scale, plot.top + 44 * number + 22)
        for number, (line, name) in enumerate(zip(ordered, names, strict=True))
    )
    return Dots(
        width=WIDTH,
        height=plot.bottom + 62,
        plot=plot,
        people_at=plot.right + 18,
        ticks=tuple(Tick(at=scale.at(n / 5), text=f"{n * 20}%") for n in range(6)),
        line=scale.at(skill_line),
        dots=rows,
        description=_dots_description(ordered, skill_line),
    )


def _dot(line: SkillLine, name: tuple[str, ...], scale: Scale, y: float) -> Dot:
    if line.share is None:
        return Dot(name=name, y=y, x=None, left=0, right=0, words="Withheld", people=people_words(None))
    return Dot(
        name=name,
        y=y,
        x=scale.at(line.share.mid),
        left=scale.at(line.share.low),
        right=scale.at(line.share.high),
        words=f"{line.name}: {share_words(line.share.mid)}, {share_range(line.share)}",
        people=people_words(line.asked),
    )


def _marks(
    drawn: Sequence[tuple[Line, Range, Range]],
    across: Scale,
    up: Scale,
    plot: Box,
    lines: tuple[float, float],
    corners: Sequence[Corner],
) -> tuple[Mark, ...]:
    points = [(across.at(share.mid), up.at(rate.mid)) for _, share, rate in drawn]
    anchors = [
        Anchor(x=x, y=y, width=text_width(line.system_name, TYPE_SIZE), height=LINE_HEIGHT, radius=MARK_RADIUS)
        for (x, y), (line, _, _) in zip(points, drawn, strict=True)
    ]
    whiskers = [
        box
        for (x, y), (_, share, rate) in zip(points, drawn, strict=True)
        for box in (
            Box(left=across.at(share.low), right=across.at(share.high), top=y - 1, bottom=y + 1),
            Box(left=x - 1, right=x + 1, top=up.at(rate.high), bottom=up.at(rate.low)),
        )
    ]
    places = place_labels(
        anchors,
        inside=plot.grown(-2),
        keep_clear=[*_dashed(plot, lines), *(_corner_box(corner) for corner in corners)],
        avoid=whiskers,
    )
    return tuple(
        Mark(
            system=line.system,
            name=line.system_name,
            verdict=line.verdict,
            x=x,
            y=y,
            left=across.at(share.low),
            right=across.at(share.high),
            top=up.at(rate.high),
            bottom=up.at(rate.low),
            label=place,
            words=f"{line.system_name}: {share_words(share.mid)} right, {rate_words(rate.mid)} calls per 100 users "
            f"a month. {line.verdict.words}.",
        )
        for (x, y), (line, share, rate), place in zip(points, drawn, places, strict=True)
    )


def _dashed(plot: Box, lines: tuple[float, float]) -> tuple[Box, Box]:
    skill_at, calls_at = lines
    return (
        Box(left=skill_at - 1, right=skill_at + 1, top=plot.top, bottom=plot.bottom),
        Box(left=plot.left, right=plot.right, top=calls_at - 1, bottom=calls_at + 1),
    )


def _corners(plot: Box) -> tuple[Corner, ...]:
    high, low = plot.top + 19, plot.bottom - 9
    return (
        Corner(x=plot.left + 9, y=high, end=False, text=Verdict.TRAINING_GAP.words),
        Corner(x=plot.right - 9, y=high, end=True, text=Verdict.DESIGN_PROBLEM.words),
        Corner(x=plot.left + 9, y=low, end=False, text=Verdict.HIDDEN_GAP.words),
        Corner(x=plot.right - 9, y=low, end=True, text=Verdict.HEALTHY.words),
    )


def _corner_box(corner: Corner) -> Box:
    width = text_width(corner.text, TYPE_SIZE + 1)
    left = corner.x - width if corner.end else corner.x
    return Box(left=left, right=left + width, top=corner.y - TYPE_SIZE, bottom=corner.y + 4)


def _share_scale(shares: Sequence[Range], line: float, plot: Box) -> Scale:
    low = min([line - 0.1] + [share.low for share in shares])
    high = max([line + 0.1] + [share.high for share in shares])
    low, high = max(0.0, math.floor(low * 10 - 0.2) / 10), min(1.0, math.ceil(high * 10 + 0.2) / 10)
    return Scale(low=low, high=high, start=plot.left, end=plot.right)


def _share_ticks(scale: Scale) -> tuple[Tick, ...]:
    first, last = round(scale.low * 10), round(scale.high * 10)
    return tuple(Tick(at=scale.at(n / 10), text=f"{n * 10}%") for n in range(first, last + 1))


def wrapped(text: str, width: float) -> tuple[str, ...]:
    """The text in as many lines as it needs to stay within a width; a single long word is left whole."""
    lines: list[str] = []
    for word in text.split():
        if lines and text_width(f"{lines[-1]} {word}", TYPE_SIZE) <= width:
            lines[-1] = f"{lines[-1]} {word}"
        else:
            lines.append(word)
    return tuple(lines) or ("",)


def _quadrant_description(report: Report, count: int, calls_line: float) -> str:
    parts = [
        f"{verdict.words}: {', '.join(line.system_name for line in found)}."
        for verdict in Verdict
        if (found := [line for line in report.with_verdict(verdict) if line.share and line.rate])
    ]
    return (
        f"{count} systems by share of answered questions right, from left to right, and calls per 100 users a month, "
        f"from bottom to top. The lines stand at {share_words(report.lines.skill)} and at {rate_words(calls_line)} "
        f"calls. {' '.join(parts)}"
    )


def _dots_description(lines: Sequence[SkillLine], skill_line: float) -> str:
    told = "; ".join(
        f"{line.name} {share_words(line.share.mid)} ({share_range(line.share)})" for line in lines if line.share
    )
    return (
        f"Share of answered questions right with its 95% range, lowest first: {told}. "
        f"The dashed line stands at {share_words(skill_line)}."
    )
