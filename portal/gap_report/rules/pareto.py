"""The largest call categories first, each with its verdict: few categories hold most of the calls."""

from collections.abc import Sequence
from dataclasses import dataclass

from portal.core.drawing import Scale, Tick, nice_top
from portal.gap_report.rules.charts import TYPE_SIZE, WIDTH, wrapped
from portal.gap_report.rules.placement import Box, text_width
from portal.gap_report.rules.report import Line
from portal.gap_report.rules.verdicts import Verdict

DRAWN = 20
ROW = 40.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ParetoRow:
    """A category. ``cumulative``: share, 0 to 1, of all mapped calls that it and the larger ones hold."""

    line: Line
    cumulative: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ParetoBar:
    """A bar in drawing units with its label, figure, verdict and the share up to it."""

    name_lines: tuple[tuple[float, str], ...]
    y: float
    width: float
    verdict: Verdict
    figure: str
    cumulative: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ParetoChart:
    """Bars from the left; a column with the share up to each."""

    width: float
    height: float
    plot: Box
    cumulative_at: float
    ticks: tuple[Tick, ...]
    bars: tuple[ParetoBar, ...]
    description: str


def pareto(lines: Sequence[Line]) -> tuple[ParetoRow, ...]:
    """The lines of categories, most calls first; those without calls are left out."""
    ordered = sorted((one for one in lines if one.calls), key=lambda one: (-one.calls, one.category or "", one.system))
    every, running, rows = sum(one.calls for one in ordered), 0, []
    for line in ordered:
        running += line.calls
        rows.append(ParetoRow(line=line, cumulative=running / every))
    return tuple(rows)


def pareto_chart(rows: Sequence[ParetoRow]) -> ParetoChart | None:
    """The chart of the largest ones; None without any."""
    shown = rows[:DRAWN]
    if not shown:
        return None
    names = [wrapped(row.line.category or row.line.system_name, 300) for row in shown]
    left = 20 + max(text_width(part, TYPE_SIZE) for name in names for part in name)
    plot = Box(left=left, top=30, right=WIDTH - 110, bottom=30 + ROW * len(shown))
    step, top = nice_top(shown[0].line.calls)
    scale = Scale(low=0, high=top, start=plot.left, end=plot.right)
    bars = []
    for number, (row, name) in enumerate(zip(shown, names, strict=True)):
        y = plot.top + ROW * number + ROW / 2
        line = row.line
        first = y + 5 - 9.5 * (len(name) - 1)
        bars.append(
            ParetoBar(
                name_lines=tuple((round(first + 19 * place, 1), part) for place, part in enumerate(name)),
                y=y,
                width=round(scale.at(line.calls) - plot.left, 1),
                verdict=line.verdict,
                figure=f"{line.calls:,}",
                cumulative=f"{row.cumulative:.0%}",
                words=f"{line.category or line.system_name}: {line.calls:,} calls, {line.verdict.words.lower()}",
            )
        )
    return ParetoChart(
        width=WIDTH,
        height=plot.bottom + 34,
        plot=plot,
        cumulative_at=WIDTH - 40,
        ticks=tuple(Tick(at=scale.at(step * n), text=f"{step * n:,.0f}") for n in range(round(top / step) + 1)),
        bars=tuple(bars),
        description="The largest categories of calls: " + "; ".join(bar.words for bar in bars) + ".",
    )
