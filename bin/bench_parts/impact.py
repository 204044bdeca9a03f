"""Section E: how often the before and after test raises a false alarm, and how often it sees a fall of a fifth.

The panels: 21 categories of about 100 calls a month (log-normal sizes for the controls), a season of 15 %, a trend that
all share (sd 0.15 a year), a drift of each category's own (sd 0.05), monthly noise of 7 % beyond Poisson. Seeded.
"""

import csv
import datetime as dt
import math
import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bin.bench_parts.rows import Row
from portal.core.periods import WEEK
from portal.desk_calls.rules.weekly import CategoryOfSource, CategoryPlace, WeeklyCalls
from portal.gap_report.rules.impact.interventions import Intervention, Kind
from portal.gap_report.rules.impact.spread import (
    BeforeAfter,
    dispersion_of,
    effect_of,
    shared_pattern,
    spread_of,
    usable_controls,
)
from portal.gap_report.rules.impact.verdicts import ImpactOptions, ImpactVerdict, assess

PANELS = 4_000
CONTROLS = 20
SEED = 2026
DATES = 161
LOWERED = ImpactOptions(weeks_before=4, weeks_after=4, preview_after=4)


@dataclass(frozen=True)
class Rates:
    """Shares of the panels. ``found``: the range left zero out; ``plain``: a test without controls did. ``bias``: as a
    share of calls."""

    found: float
    plain: float
    bias: float


def panels(*, months: int, fall: float = 0.0, peaked: bool = False, count: int = PANELS) -> Rates:
    """``months`` before and after. ``peaked``: twelve before, and the guide goes where calls had just peaked."""
    random = np.random.default_rng([SEED, months, round(fall * 100), peaked])
    found = plain = 0
    errors = []
    for _ in range(count):
        sides, chosen = _panel(random, months=months, fall=fall, peaked=peaked)
        others = usable_controls([one for number, one in enumerate(sides) if number != chosen])
        effect = effect_of([sides[chosen]], spread_of(others))
        found += effect.change.high < 0 if fall else effect.change.high < 0 or effect.change.low > 0
        plain += abs(sides[chosen].log_change) > 1.96 * math.sqrt(sides[chosen].variance)
        errors.append(effect.log_effect - math.log(1 - fall))
    return Rates(found=found / count, plain=plain / count, bias=math.expm1(float(np.mean(errors))))


def _panel(random: np.random.Generator, *, months: int, fall: float, peaked: bool) -> tuple[list[BeforeAfter], int]:
    before = 12 if peaked else months
    sizes = np.concatenate([[100.0], 100 * np.exp(random.normal(0, 0.6, CONTROLS))])
    own = random.normal(0, 0.05, CONTROLS + 1)
    season = 1 + 0.15 * np.sin(2 * np.pi * (np.arange(before + months) / 12 + random.random()))
    rates = sizes[:, None] * season
    rates[:, before:] *= np.exp(random.normal(0, 0.15) + own)[:, None]
    rates[0, before:] *= 1 - fall
    calls = random.poisson(rates * random.gamma(200, 1 / 200, rates.shape))
    pattern = shared_pattern(calls.astype(np.float64))
    chosen = 0
    if peaked:
        recent, earlier = calls[:, before - 3 : before].mean(axis=1), calls[:, : before - 3].mean(axis=1)
        chosen = int(((recent + 0.5) / (earlier + 0.5)).argmax())
    sides = [
        BeforeAfter(
            calls_before=int(row[:before].sum()),
            weeks_before=before,
            calls_after=int(row[before:].sum()),
            weeks_after=months,
            dispersion=dispersion_of([(row[:before], pattern[:before]), (row[before:], pattern[before:])]),
        )
        for row in calls
    ]
    return sides, chosen


def panel_rows() -> list[Row]:
    """E1 to E3."""
    nothing = panels(months=12)
    half, whole = panels(months=6, fall=0.2), panels(months=12, fall=0.2)
    peaked = panels(months=12, peaked=True)
    return [
        Row(
            "E1",
            f"impact: false alarms in {PANELS:,} panels (a plain before and after test)",
            "3.5 to 6.5%",
            "",
            f"{nothing.found:.1%} (plain {nothing.plain:.0%})",
            0.035 <= nothing.found <= 0.065,
        ),
        Row(
            "E2",
            "impact: a fall of 20% seen, 6 + 6 and 12 + 12 months",
            "50 and 78%",
            "",
            f"{half.found:.0%} and {whole.found:.0%}",
            half.found >= 0.5 and whole.found >= 0.78,
        ),
        Row(
            "E3",
            "impact: false alarms and bias where calls had peaked before",
            "6%, 2%",
            "",
            f"{peaked.found:.1%}, {peaked.bias:+.1%}",
            peaked.found <= 0.06 and abs(peaked.bias) <= 0.02,
        ),
    ]


def invented_rows() -> list[Row]:
    """E4: dates at which nothing happened, on real weekly counts."""
    what = "impact: “calls fell” at invented dates on ten real weeks, gate at 4 + 4 weeks"
    folder = os.environ.get("SHOWHOW_TEST_DATA")
    file = Path(folder or ".") / "uci-incidents" / "weekly_counts_by_category.csv"
    if folder is None or not file.is_file():
        return [Row("E4", what, "", "", "skipped: SHOWHOW_TEST_DATA names no folder with these counts", True)]
    calls = _real_weeks(file)
    candidates = [
        (key, calls.weeks[number]) for key in sorted(calls.calls) for number in range(4, len(calls.weeks) - 3)
    ]
    order = np.random.default_rng(SEED).permutation(len(candidates))[:DATES]
    verdicts = [_verdict(calls, *candidates[number]) for number in order]
    said = [one for one in verdicts if one is not ImpactVerdict.TOO_LITTLE]
    fell = sum(one is ImpactVerdict.FELL for one in said)
    shipped = {assess(_invented(*candidates[number]), calls).verdict for number in order}
    text = (
        f"{fell} of {len(said)} that could be judged ({fell / len(said):.1%}), {len(order)} tried; "
        f"as shipped all say: {', '.join(sorted(shipped))}"
    )
    return [Row("E4", what, "5%", "", text, fell / len(said) <= 0.05)]


def _verdict(calls: WeeklyCalls, key: CategoryOfSource, day: dt.date) -> ImpactVerdict:
    return assess(_invented(key, day), calls, options=LOWERED).verdict


def _invented(key: CategoryOfSource, day: dt.date) -> Intervention:
    return Intervention(
        kind=Kind.GUIDE, code="G-0", name="Invented", system="", started=day, categories=(key,), said=None
    )


def _real_weeks(file: Path) -> WeeklyCalls:
    """The whole weeks of the file: all but its last."""
    with file.open(newline="") as stream:
        rows = [
            (dt.date.fromisoformat(row["week_starting"]), row["category"], int(row["incidents"]))
            for row in csv.DictReader(stream)
        ]
    first, last = min(row[0] for row in rows), max(row[0] for row in rows)
    weeks = tuple(first + WEEK * number for number in range((last - first).days // 7))
    calls = {CategoryOfSource(source="uci", category=row[1]): np.zeros(len(weeks), dtype=np.int64) for row in rows}
    for monday, category, number in rows:
        if monday in weeks:
            calls[CategoryOfSource(source="uci", category=category)][weeks.index(monday)] += number
    nowhere = CategoryPlace(system=None, skill=None, call_type=None)
    return WeeklyCalls(
        weeks=weeks,
        covered={"uci": np.ones(len(weeks), dtype=np.bool_)},
        calls=calls,
        places=dict.fromkeys(calls, nowhere),
        monthly=(),
    )


PARTS = ((("E1", "E2", "E3"), panel_rows), (("E4",), invented_rows))
