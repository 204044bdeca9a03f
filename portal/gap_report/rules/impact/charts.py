"""The layout of the impact charts: figures in, drawing units out."""

import datetime as dt
import math
from collections.abc import Sequence
from dataclasses import dataclass

from portal.core.drawing import Scale, Tick, nice_top
from portal.gap_report.rules.charts import TYPE_SIZE, WIDTH, wrapped
from portal.gap_report.rules.impact.verdicts import Impact, ImpactVerdict
from portal.gap_report.rules.impact.words import change_range, share_change
from portal.gap_report.rules.placement import Box, text_width

ROW = 44.0
_STEPS = (0.05, 0.1, 0.2, 0.25, 0.5, 1.0, 2.0, 5.0)
_WEEK = dt.timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class ImpactRow:
    """One guide or fix: its change and range, in drawing units. ``clear``: the range leaves zero out."""

    name_lines: tuple[tuple[float, str], ...]
    y: float
    x: float
    left: float
    right: float
    clear: bool
    words: str
    figure: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ImpactRows:
    """Changes against other categories, a line each. ``zero``: where as elsewhere stands."""

    width: float
    height: float
    plot: Box
    zero: float
    figures_at: float
    ticks: tuple[Tick, ...]
    rows: tuple[ImpactRow, ...]
    description: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Strip:
    """Each untouched category's own change as a tick, and above them the one that is judged with its range."""

    width: float
    height: float
    plot: Box
    zero: float
    ticks: tuple[Tick, ...]
    controls: tuple[float, ...]
    elsewhere: float
    x: float
    left: float
    right: float
    description: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """A mean drawn across some weeks."""

    left: float
    right: float
    y: float


@dataclass(frozen=True, slots=True, kw_only=True)
class WeeksChart:
    """Calls a week as a line, broken where a week is not stored; weeks that are left out are shaded."""

    width: float
    height: float
    plot: Box
    x_ticks: tuple[Tick, ...]
    y_ticks: tuple[Tick, ...]
    path: str
    shaded: tuple[Box, ...]
    started: float
    started_end: bool
    before: Level | None
    after: Level | None
    anyway: Level | None
    description: str


def impact_rows(impacts: Sequence[Impact]) -> ImpactRows | None:
    """The chart of everything that may be said, strongest fall first; None where there is nothing."""
    drawn = sorted(
        ((one, one.change) for one in impacts if one.change), key=lambda pair: (pair[1].mid, pair[0].intervention.code)
    )
    if not drawn:
        return None
    names = [wrapped(one.intervention.name, 260) for one, _ in drawn]
    left = 20 + max(text_width(part, TYPE_SIZE) for name in names for part in name)
    plot = Box(left=left, top=14, right=WIDTH - 150, bottom=14 + ROW * len(drawn))
    scale, ticks = _change_scale([change.low for _, change in drawn], [change.high for _, change in drawn], plot)
    rows = []
    for number, ((one, change), name) in enumerate(zip(drawn, names, strict=True)):
        y = plot.top + ROW * number + ROW / 2
        rows.append(
            ImpactRow(
                name_lines=_lines(name, y),
                y=y,
                x=scale.at(change.mid),
                left=scale.at(change.low),
                right=scale.at(change.high),
                clear=one.verdict in (ImpactVerdict.FELL, ImpactVerdict.ROSE),
                words=f"{one.intervention.name}: {change_range(change)}. {one.verdict.words}.",
                figure=change_range(change),
            )
        )
    return ImpactRows(
        width=WIDTH,
        height=plot.bottom + 62,
        plot=plot,
        zero=scale.at(0),
        figures_at=plot.right + 16,
        ticks=ticks,
        rows=tuple(rows),
        description="Change in calls against other categories, with its 95% range: "
        + "; ".join(row.words.rstrip(".") for row in rows)
        + ".",
    )


def strip(impact: Impact) -> Strip | None:
    """The change beside the changes of untouched categories; None where nothing may be said."""
    change, elsewhere = impact.change, impact.elsewhere
    if change is None or elsewhere is None:
        return None
    low, mid, high = ((1 + elsewhere) * (1 + end) - 1 for end in (change.low, change.mid, change.high))
    plot = Box(left=20, top=14, right=WIDTH - 20, bottom=128)
    scale, ticks = _change_scale([low, *impact.controls], [high, *impact.controls], plot)
    return Strip(
        width=WIDTH,
        height=190,
        plot=plot,
        zero=scale.at(0),
        ticks=ticks,
        controls=tuple(scale.at(control) for control in impact.controls),
        elsewhere=scale.at(elsewhere),
        x=scale.at(mid),
        left=scale.at(low),
        right=scale.at(high),
        description=f"Calls changed by {share_change(mid)}, range {share_change(low)} to {share_change(high)}. "
        f"{len(impact.controls)} untouched categories changed by {share_change(impact.controls[0])} to "
        f"{share_change(impact.controls[-1])}, {share_change(elsewhere)} on the whole.",
    )


def weeks_chart(impact: Impact) -> WeeksChart | None:
    """Calls a week before and after; None without weeks."""
    weeks = impact.weeks
    if not any(week.calls is not None for week in weeks):
        return None
    plot = Box(left=64, top=34, right=WIDTH - 20, bottom=300)
    across = Scale(low=0, high=max(len(weeks), 2), start=plot.left, end=plot.right)
    step, top = nice_top(max(week.calls or 0 for week in weeks) or 1)
    up = Scale(low=0, high=top, start=plot.bottom, end=plot.top)
    first = weeks[0].monday
    started = across.at((impact.intervention.started - first).days / 7)
    totals = impact.totals
    before_rate = totals.calls_before / totals.weeks_before if totals.weeks_before else None
    after_rate = totals.calls_after / totals.weeks_after if totals.weeks_after else None
    anyway = before_rate * (1 + impact.elsewhere) if before_rate is not None and impact.elsewhere is not None else None
    after_end = plot.right
    return WeeksChart(
        width=WIDTH,
        height=360,
        plot=plot,
        x_ticks=_month_ticks(first, len(weeks), across),
        y_ticks=tuple(Tick(at=up.at(step * n), text=f"{step * n:g}") for n in range(round(top / step) + 1)),
        path=_path([week.calls for week in weeks], across, up),
        shaded=tuple(
            Box(left=across.at(number), right=across.at(number + 1), top=plot.top, bottom=plot.bottom)
            for number, week in enumerate(weeks)
            if week.calls is not None and not week.counted
        ),
        started=started,
        started_end=started > plot.centre,
        before=None if before_rate is None else Level(left=plot.left, right=started, y=up.at(before_rate)),
        after=None if after_rate is None else Level(left=started, right=after_end, y=up.at(after_rate)),
        anyway=None if anyway is None or after_rate is None else Level(left=started, right=after_end, y=up.at(anyway)),
        description=_weeks_words(impact, before_rate, after_rate),
    )


def _change_scale(lows: Sequence[float], highs: Sequence[float], plot: Box) -> tuple[Scale, tuple[Tick, ...]]:
    """A straight scale of shares that holds zero and every end, with 4 to 9 ticks."""
    low, high = min([-0.1, *lows]), max([0.1, *highs])
    step = next((one for one in _STEPS if (high - low) / one <= 8), math.ceil((high - low) / 8))
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    scale = Scale(low=first * step, high=last * step, start=plot.left, end=plot.right)
    return scale, tuple(Tick(at=scale.at(n * step), text=share_change(n * step)) for n in range(first, last + 1))


def _lines(name: tuple[str, ...], y: float) -> tuple[tuple[float, str], ...]:
    first = y + 5 - 9.5 * (len(name) - 1)
    return tuple((round(first + 19 * number, 1), part) for number, part in enumerate(name))


def _path(calls: Sequence[int | None], across: Scale, up: Scale) -> str:
    """The line through the middle of each week, as SVG path data."""
    parts, drawing = [], False
    for number, value in enumerate(calls):
        if value is None:
            drawing = False
            continue
        parts.append(f"{'L' if drawing else 'M'}{across.at(number + 0.5)} {up.at(value)}")
        drawing = True
    return "".join(parts)


def _month_ticks(first: dt.date, weeks: int, across: Scale) -> tuple[Tick, ...]:
    """A tick at every third month's first week, with the year where it begins or starts the chart."""
    ticks: list[Tick] = []
    for number in range(weeks):
        monday = first + _WEEK * number
        if monday.day <= 7 and monday.month % 3 == 1:
            text = f"{monday:%b %Y}" if not ticks or monday.month == 1 else f"{monday:%b}"
            ticks.append(Tick(at=across.at(number), text=text))
    return tuple(ticks)


def _weeks_words(impact: Impact, before: float | None, after: float | None) -> str:
    told = f"Calls a week for {impact.intervention.name}."
    if before is not None:
        told += f" Before: {before:.1f} a week."
    if after is not None:
        told += f" After: {after:.1f} a week."
    return told
