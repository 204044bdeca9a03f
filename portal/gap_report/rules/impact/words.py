"""Impact as people read it."""

import datetime as dt

from portal.core.text import counted
from portal.gap_report.rules.estimates import Range
from portal.gap_report.rules.impact.verdicts import Impact, ImpactVerdict

MINUS = "−"


def share_change(change: float) -> str:
    """“−12%”, “+4%”, “0%”."""
    per_cent = round(change * 100)
    return f"{MINUS if per_cent < 0 else '+' if per_cent else ''}{abs(per_cent)}%"


def change_range(change: Range | None) -> str:
    """“−31% to −8%”, or a dash where nothing may be said."""
    return "–" if change is None else f"{share_change(change.low)} to {share_change(change.high)}"


def calls_range(calls: Range | None) -> str:
    """“310 to 80 fewer”, “40 fewer to 25 more”; a dash where nothing may be said."""
    if calls is None:
        return "–"
    first, last = (round(end) for end in (calls.low, calls.high))
    if last <= 0:
        return f"{-last:,} to {-first:,} fewer"
    if first >= 0:
        return f"{first:,} to {last:,} more"
    return f"{-first:,} fewer to {last:,} more"


def headline(impact: Impact) -> str:
    """The sentence that says what happened."""
    change = impact.change
    if change is None:
        return impact.why[0] if impact.why else impact.verdict.words
    match impact.verdict:
        case ImpactVerdict.FELL:
            told = f"Calls fell by {_size(change.high)} to {_size(change.low)} against other categories."
        case ImpactVerdict.ROSE:
            told = f"Calls rose by {_size(change.low)} to {_size(change.high)} against other categories."
        case _:
            told = (
                f"The change lies between {share_change(change.low)} and {share_change(change.high)} "
                "against other categories, so it may be none."
            )
    return told


def standing(impact: Impact) -> tuple[str, ...]:
    """What the sentence stands on, a line each."""
    totals = impact.totals
    lines = []
    if totals.weeks_before or totals.weeks_after:
        lines.append(
            f"Before: {counted(totals.calls_before, 'call')} in {counted(totals.weeks_before, 'week')}. "
            f"After: {counted(totals.calls_after, 'call')} in {counted(totals.weeks_after, 'week')}."
        )
    if impact.elsewhere is not None:
        lines.append(
            f"In {counted(len(impact.controls), 'category', 'categories')} that nothing was done about, calls changed "
            f"by {share_change(impact.elsewhere)} over the same weeks. That much would have happened anyway."
        )
    if impact.smallest_fall is not None:
        lines.append(f"A fall of less than {_size(impact.smallest_fall)} could easily have gone unseen.")
    if impact.left_out:
        lines.append(f"{counted(impact.left_out, 'week')} marked as unusual or cut in two are left out.")
    if impact.preview:
        lines.append("This is a first look: fewer than 26 weeks have passed, so it is not for publishing yet.")
    return tuple(lines)


def said_words(impact: Impact) -> str:
    """What was expected beside what was seen."""
    said = impact.intervention.said
    if said is None:
        return "Nobody said beforehand what to expect. A change that is found afterwards counts for less."
    expected = f"Said beforehand, on {_day(said.said_at.date())}: a fall of {_size(said.fall)} by {_day(said.by)}."
    if impact.change is None:
        return expected
    if impact.change.low <= -said.fall <= impact.change.high:
        return f"{expected} The range seen holds it."
    seen = "less" if -said.fall < impact.change.low else "more"
    return f"{expected} What was seen is {seen} than that."


def _size(share: float) -> str:
    return f"{abs(round(share * 100))}%"


def _day(day: dt.date) -> str:
    return f"{day.day} {day:%B %Y}"
