"""What may be said of a guide or a fix, and why; decisions over arrays, no database (measurement, section E)."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from portal.core.periods import WEEK, monday_of
from portal.desk_calls.rules.marks import Mark, MarkKind
from portal.desk_calls.rules.weekly import CategoryOfSource, WeeklyCalls
from portal.gap_report.rules.estimates import Range
from portal.gap_report.rules.impact.interventions import Intervention
from portal.gap_report.rules.impact.spread import (
    CONTROLS_NEEDED,
    BeforeAfter,
    Effect,
    Floats,
    Spread,
    dispersion_of,
    effect_of,
    shared_pattern,
    spread_of,
    usable_controls,
)

WEEKS_A_YEAR = 52


class ImpactVerdict(StrEnum):
    """What the numbers allow to be said."""

    FELL = "calls-fell"
    NO_CLEAR_CHANGE = "no-clear-change"
    ROSE = "calls-rose"
    TOO_LITTLE = "too-little-data"
    NOT_COMPARABLE = "not-comparable"

    @property
    def words(self) -> str:
        return _WORDS[self]


_WORDS = {
    ImpactVerdict.FELL: "Calls fell more than elsewhere",
    ImpactVerdict.NO_CLEAR_CHANGE: "No clear change",
    ImpactVerdict.ROSE: "Calls rose",
    ImpactVerdict.TOO_LITTLE: "Too little data to say",
    ImpactVerdict.NOT_COMPARABLE: "Not comparable",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Marks:
    """What is known about single weeks. ``left_out``: Mondays in neither number. ``broken``: why a category's weeks
    before and after can't be compared, with the Monday it happened in."""

    left_out: Mapping[CategoryOfSource, frozenset[dt.date]]
    broken: Mapping[CategoryOfSource, tuple[tuple[dt.date, str], ...]]


def marks_of(calls: WeeklyCalls, marked: Sequence[Mark]) -> Marks:
    """Marked weeks by category. A relabelling or a new release breaks the comparison; an incident is left out."""
    left_out: dict[CategoryOfSource, frozenset[dt.date]] = {}
    broken: dict[CategoryOfSource, tuple[tuple[dt.date, str], ...]] = {}
    for mark in marked:
        for key in calls.calls:
            if not mark.covers(key):
                continue
            if mark.kind is MarkKind.MAJOR_INCIDENT:
                left_out[key] = left_out.get(key, frozenset()) | frozenset(mark.weeks)
            else:
                broken[key] = (*broken.get(key, ()), (mark.first, _broken_words(mark)))
    return Marks(left_out=left_out, broken=broken)


def _broken_words(mark: Mark) -> str:
    relabelled = mark.kind is MarkKind.RELABELLED
    what = "its calls were labelled anew" if relabelled else "the system had a new release"
    return f"In the week of {mark.first.day} {mark.first:%B %Y} {what}, so before and after can’t be compared."


NO_MARKS = Marks(left_out={}, broken={})


@dataclass(frozen=True, slots=True, kw_only=True)
class ImpactOptions:
    """How much is needed before anything is said. Weeks count without those left out."""

    window: int = 52
    weeks_before: int = 26
    weeks_after: int = 26
    preview_after: int = 8
    calls_a_week: float = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Week:
    """A week of the categories together. ``counted``: it is in the comparison; ``calls`` None: not stored."""

    monday: dt.date
    calls: int | None
    after: bool
    counted: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Impact:
    """What happened to the calls an intervention was meant for.

    ``change``: share against other categories, −0.2 is a fifth fewer; None where nothing may be said.
    ``calls_a_year``: the same in calls, negative is fewer. ``smallest_fall``: share that would have been seen.
    ``controls``: each untouched category's own change as a share, by size. ``elsewhere``: their mean change.
    ``preview``: enough weeks to look, too few to publish.
    """

    intervention: Intervention
    verdict: ImpactVerdict
    why: tuple[str, ...]
    totals: BeforeAfter
    weeks: tuple[Week, ...]
    left_out: int
    change: Range | None
    calls_a_year: Range | None
    smallest_fall: float | None
    controls: tuple[float, ...]
    elsewhere: float | None
    preview: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _Window:
    """The weeks compared, as flags over all weeks."""

    before: npt.NDArray[np.bool_]
    after: npt.NDArray[np.bool_]
    first: dt.date
    last: dt.date

    def holds(self, day: dt.date) -> bool:
        return self.first <= day <= self.last + dt.timedelta(days=6)


def assess(
    intervention: Intervention,
    calls: WeeklyCalls,
    *,
    others: Sequence[Intervention] = (),
    marks: Marks = NO_MARKS,
    options: ImpactOptions | None = None,
) -> Impact:
    """Compare the calls before and after with what untouched categories did in the same weeks.

    ``others``: every other guide and fix; their categories are no controls where they began inside the window.
    """
    options = options or ImpactOptions()
    own = tuple(key for key in intervention.categories if key in calls.calls)
    window = _window(intervention.started, calls, options)
    every = np.array([calls.calls[key] for key in sorted(calls.calls)], dtype=np.float64)
    pattern = shared_pattern(every.reshape(len(calls.calls), len(calls.weeks)))
    sides = [_sides(key, calls, window, marks, pattern) for key in own]
    totals = _added_up(sides)
    weeks = _weeks(own, calls, window, marks)
    controls = _controls(intervention, calls, window, others, marks, pattern)
    found = _Found(
        intervention=intervention,
        own=own,
        sides=tuple(one for one in sides if one.weeks_before and one.weeks_after),
        totals=totals,
        spread=spread_of(controls) if len(controls) >= CONTROLS_NEEDED else None,
        controls=len(controls),
    )
    refusal = _refusal(found, calls, window, marks, options)
    effect = effect_of(found.sides, found.spread) if refusal is None and found.spread else None
    verdict = refusal[0] if refusal else _verdict(effect)
    change = effect.change if effect else None
    return Impact(
        intervention=intervention,
        verdict=verdict,
        why=(refusal[1],) if refusal else (),
        totals=totals,
        weeks=weeks,
        left_out=sum(not one.counted and one.calls is not None and window.holds(one.monday) for one in weeks),
        change=change,
        calls_a_year=_calls_a_year(totals, found.spread, change),
        smallest_fall=effect.smallest_fall if effect else None,
        controls=tuple(sorted(float(np.expm1(one.log_change)) for one in controls)),
        elsewhere=float(np.expm1(found.spread.mean)) if found.spread else None,
        preview=effect is not None and totals.weeks_after < options.weeks_after,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    """What the comparison has to go on."""

    intervention: Intervention
    own: tuple[CategoryOfSource, ...]
    sides: tuple[BeforeAfter, ...]
    totals: BeforeAfter
    spread: Spread | None
    controls: int


def _window(started: dt.date, calls: WeeklyCalls, options: ImpactOptions) -> _Window:
    """The week a thing began in belongs to neither side, unless it began on the Monday."""
    monday = monday_of(started)
    after_from = monday if started == monday else monday + WEEK
    first, last = monday - options.window * WEEK, after_from + (options.window - 1) * WEEK
    weeks = np.array(calls.weeks, dtype="datetime64[D]")
    before = (weeks >= np.datetime64(first)) & (weeks < np.datetime64(monday))
    after = (weeks >= np.datetime64(after_from)) & (weeks <= np.datetime64(last))
    return _Window(before=before, after=after, first=first, last=last)


def _counted(key: CategoryOfSource, calls: WeeklyCalls, marks: Marks) -> npt.NDArray[np.bool_]:
    """The weeks of a category that may be compared: stored, and not marked."""
    kept = calls.covered[key.source].copy()
    left_out = marks.left_out.get(key, frozenset())
    if left_out:
        kept &= np.array([week not in left_out for week in calls.weeks], dtype=np.bool_)
    return kept


def _sides(key: CategoryOfSource, calls: WeeklyCalls, window: _Window, marks: Marks, pattern: Floats) -> BeforeAfter:
    kept, numbers = _counted(key, calls, marks), calls.calls[key]
    before, after = kept & window.before, kept & window.after
    return BeforeAfter(
        calls_before=int(numbers[before].sum()),
        weeks_before=int(before.sum()),
        calls_after=int(numbers[after].sum()),
        weeks_after=int(after.sum()),
        dispersion=dispersion_of([(numbers[side].astype(np.float64), pattern[side]) for side in (before, after)]),
    )


def _added_up(sides: Sequence[BeforeAfter]) -> BeforeAfter:
    """Calls add up; weeks are those of the category that has most."""
    return BeforeAfter(
        calls_before=sum(one.calls_before for one in sides),
        weeks_before=max((one.weeks_before for one in sides), default=0),
        calls_after=sum(one.calls_after for one in sides),
        weeks_after=max((one.weeks_after for one in sides), default=0),
    )


def _weeks(own: Sequence[CategoryOfSource], calls: WeeklyCalls, window: _Window, marks: Marks) -> tuple[Week, ...]:
    kept = {key: _counted(key, calls, marks) for key in own}
    found = []
    for number, monday in enumerate(calls.weeks):
        if not window.first <= monday <= window.last:
            continue
        stored = [key for key in own if calls.covered[key.source][number]]
        compared = bool(window.before[number] or window.after[number])
        found.append(
            Week(
                monday=monday,
                calls=sum(int(calls.calls[key][number]) for key in stored) if stored else None,
                after=bool(window.after[number]),
                counted=compared and any(kept[key][number] for key in own),
            )
        )
    return tuple(found)


def _controls(
    intervention: Intervention,
    calls: WeeklyCalls,
    window: _Window,
    others: Sequence[Intervention],
    marks: Marks,
    pattern: Floats,
) -> tuple[BeforeAfter, ...]:
    """Categories that nothing was done about in these weeks, and whose labels meant the same throughout."""
    touched = set(intervention.categories)
    for other in others:
        if window.holds(other.started):
            touched.update(other.categories)
    untouched = [key for key in sorted(calls.calls) if key not in touched and not _breaks(key, window, marks)]
    return usable_controls([_sides(key, calls, window, marks, pattern) for key in untouched])


def _breaks(key: CategoryOfSource, window: _Window, marks: Marks) -> tuple[str, ...]:
    return tuple(why for monday, why in marks.broken.get(key, ()) if window.holds(monday))


def _refusal(
    found: _Found, calls: WeeklyCalls, window: _Window, marks: Marks, options: ImpactOptions
) -> tuple[ImpactVerdict, str] | None:
    """Why nothing may be said, the weightiest reason first; None where the numbers may speak."""
    broken = [why for key in found.own for why in _breaks(key, window, marks)]
    if broken:
        return ImpactVerdict.NOT_COMPARABLE, broken[0]
    if not found.own:
        return ImpactVerdict.TOO_LITTLE, _no_calls(found.intervention, calls)
    totals = found.totals
    if totals.weeks_before < options.weeks_before:
        return ImpactVerdict.TOO_LITTLE, (
            f"{_weeks_stored(totals.weeks_before)} from before; {options.weeks_before} are needed."
        )
    if totals.weeks_after < options.preview_after:
        return ImpactVerdict.TOO_LITTLE, (
            f"{_weeks_stored(totals.weeks_after)} from after. "
            f"From {options.preview_after} on there is a first look, from {options.weeks_after} on a result."
        )
    if totals.calls_a_week < options.calls_a_week:
        return ImpactVerdict.TOO_LITTLE, (
            f"These categories have {totals.calls_a_week:.1f} calls a week; "
            f"under {options.calls_a_week:.0f} chance alone moves them too much."
        )
    if found.spread is None:
        return ImpactVerdict.TOO_LITTLE, (
            f"Only {found.controls} untouched categories are large enough to compare with; "
            f"{CONTROLS_NEEDED} are needed."
        )
    return None


def _weeks_stored(weeks: int) -> str:
    if weeks < 2:
        return "Only one whole week is stored" if weeks else "No whole week is stored"
    return f"Only {weeks} whole weeks are stored"


def _no_calls(intervention: Intervention, calls: WeeklyCalls) -> str:
    if calls.monthly and not calls.weeks:
        return "Calls are stored by the month. This comparison needs them by the week."
    if not intervention.categories:
        return "No call category belongs to it yet. Map the desk’s categories, or say beforehand which it is for."
    return "No calls of its categories are stored for these weeks."


def _verdict(effect: Effect | None) -> ImpactVerdict:
    if effect is None:
        return ImpactVerdict.TOO_LITTLE
    if effect.change.high < 0:
        return ImpactVerdict.FELL
    return ImpactVerdict.ROSE if effect.change.low > 0 else ImpactVerdict.NO_CLEAR_CHANGE


def _calls_a_year(totals: BeforeAfter, spread: Spread | None, change: Range | None) -> Range | None:
    """The change in calls: against what a year would have had, had it gone as elsewhere."""
    if change is None or spread is None:
        return None
    expected = totals.calls_before / totals.weeks_before * WEEKS_A_YEAR * float(np.exp(spread.mean))
    return Range(low=expected * change.low, mid=expected * change.mid, high=expected * change.high)
