"""The report: answers beside calls, a row a system and a row a category, each with its reasons."""

import statistics
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from portal.catalogue.rules import Catalogue, System
from portal.core.periods import Months
from portal.core.privacy import Band, band
from portal.desk_calls.rules.mapping import MappedCalls
from portal.evidence.rules.atoms import Sums, SystemSums
from portal.evidence.rules.releases import Release
from portal.gap_report.rules.estimates import Range, calls_per_100_users_a_month, months_of, share_right
from portal.gap_report.rules.reasons import Lines, category_reasons, system_reasons
from portal.gap_report.rules.verdicts import Verdict, verdict
from portal.gap_report.rules.words import band_words, rate_text, share_text

METHOD = "share-right-against-calls"
METHOD_VERSION = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class GapReportOptions:
    """The two lines of the chart and what the council is compared with.

    ``skill_line``: share right the council expects. ``calls_line``: calls per 100 users a month; None takes the
    middle of the systems that have calls. ``benchmark_calls``: calls a user a year, median of London councils.
    ``call_cost``: pounds a call costs the council; None where it never said.
    """

    skill_line: float = 0.60
    calls_line: float | None = None
    benchmark_calls: float = 5.8
    call_cost: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of the report. ``skill`` and ``category`` None: the system as a whole.

    ``asked`` and ``share`` are None where fewer than ten people stand behind them; then ``suppressed`` is true.
    ``rate``: calls per 100 users a month, None where no call is mapped.
    """

    system: str
    system_name: str
    users: int
    skill: str | None
    skill_name: str | None
    category: str | None
    asked: Band | None
    share: Range | None
    calls: int
    rate: Range | None
    verdict: Verdict
    why: tuple[str, ...]

    @property
    def suppressed(self) -> bool:
        return self.share is None

    @property
    def share_text(self) -> str:
        return share_text(self.share)

    @property
    def rate_text(self) -> str:
        return rate_text(self.rate)

    @property
    def people_text(self) -> str:
        return band_words(self.asked)


@dataclass(frozen=True, slots=True, kw_only=True)
class SkillLine:
    """Share right of one skill, council-wide; the figures are None where too few people were asked."""

    system: str
    skill: str
    name: str
    asked: Band | None
    share: Range | None

    @property
    def share_text(self) -> str:
        return share_text(self.share)

    @property
    def people_text(self) -> str:
        return band_words(self.asked)


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """Everything the page, the tables and the JSON are made from.

    ``weeks`` of ``weeks_in_period`` have calls stored. ``calls`` counts all of them, ``unmapped`` those of no system.
    ``releases``: those the answers come from, in the order of time.
    """

    months: Months
    releases: tuple[Release, ...]
    staff: int
    weeks: int
    weeks_in_period: int
    calls: int
    unmapped: int
    lines: Lines
    options: GapReportOptions
    systems: tuple[Line, ...]
    categories: tuple[Line, ...]
    skills: tuple[SkillLine, ...]

    @property
    def unmapped_share(self) -> float | None:
        """From 0 to 1; None without calls."""
        return self.unmapped / self.calls if self.calls else None

    @property
    def calls_a_user_a_year(self) -> float | None:
        """All calls over all staff, as if the year were like the weeks stored; None without weeks."""
        if not self.weeks or not self.staff:
            return None
        return self.calls / self.staff / months_of(self.weeks) * 12

    @property
    def has_answers(self) -> bool:
        return any(not line.suppressed for line in self.systems)

    def with_verdict(self, wanted: Verdict) -> tuple[Line, ...]:
        """The systems of one verdict, most calls first."""
        return tuple(line for line in self.systems if line.verdict is wanted)

    def of_system(self, key: str) -> Line | None:
        return next((line for line in self.systems if line.system == key), None)

    def categories_of(self, key: str) -> tuple[Line, ...]:
        return tuple(line for line in self.categories if line.system == key)

    def skills_of(self, key: str) -> tuple[SkillLine, ...]:
        return tuple(line for line in self.skills if line.system == key)


@dataclass(slots=True, kw_only=True)
class _Weekly:
    """Calls a week of whatever is being counted."""

    weeks: Mapping[object, int]
    counts: dict[tuple[str | None, ...], list[int]] = field(default_factory=dict)

    def add(self, key: tuple[str | None, ...], week: object, calls: int) -> None:
        if key not in self.counts:
            self.counts[key] = [0] * len(self.weeks)
        self.counts[key][self.weeks[week]] += calls


def build_report(
    *,
    catalogue: Catalogue,
    sums: Sequence[SystemSums],
    calls: MappedCalls,
    months: Months,
    releases: tuple[Release, ...],
    options: GapReportOptions,
) -> Report:
    """Put answers and calls side by side for every system in use, and for archived ones that have either.

    Lines come with most calls per 100 users first, systems without calls last, equal ones by key.
    """
    by_system, by_category = _weekly(calls)
    answered = {one.system: one for one in sums}
    chosen = [
        system
        for system in catalogue.systems
        if not system.archived or system.key in answered or (system.key,) in by_system
    ]
    rates = {system.key: _rate(by_system.get((system.key,)), system) for system in chosen}
    users = {system.key: system for system in chosen}
    category_rates = {key: _rate(weekly, users[str(key[0])]) for key, weekly in by_category.items() if key[0] in users}
    lines = Lines(
        skill=options.skill_line,
        calls=options.calls_line if options.calls_line is not None else _middle(rates.values()),
        calls_set=options.calls_line is not None,
        category_calls=_middle(category_rates.values()),
    )
    systems = [
        _system_line(system, answered.get(system.key), _total(by_system.get((system.key,))), rates[system.key], lines)
        for system in chosen
    ]
    categories = [
        _category_line(users[str(key[0])], key, answered.get(str(key[0])), _total(by_category[key]), rate, lines)
        for key, rate in category_rates.items()
    ]
    total = sum(row.calls for row in calls.rows)
    return Report(
        months=months,
        releases=releases,
        staff=catalogue.staff,
        weeks=len(calls.weeks),
        weeks_in_period=len(months.mondays()),
        calls=total,
        unmapped=sum(row.calls for row in calls.rows if row.system is None),
        lines=lines,
        options=options,
        systems=_by_calls(systems),
        categories=_by_calls(categories),
        skills=tuple(_skill_lines(chosen, answered)),
    )


def _weekly(
    calls: MappedCalls,
) -> tuple[dict[tuple[str | None, ...], list[int]], dict[tuple[str | None, ...], list[int]]]:
    """Calls a week by (system,) and by (system, skill, category), weeks without calls as zeros."""
    weeks: Mapping[object, int] = {week: number for number, week in enumerate(calls.weeks)}
    by_system, by_category = _Weekly(weeks=weeks), _Weekly(weeks=weeks)
    for row in calls.rows:
        if row.system is not None:
            by_system.add((row.system,), row.week, row.calls)
            by_category.add((row.system, row.skill, row.category), row.week, row.calls)
    return by_system.counts, by_category.counts


def _rate(weekly: Sequence[int] | None, system: System) -> Range | None:
    return None if not weekly or not sum(weekly) else calls_per_100_users_a_month(weekly, system.users_total)


def _total(weekly: Sequence[int] | None) -> int:
    return sum(weekly or ())


def _middle(rates: Iterable[Range | None]) -> float | None:
    known = [rate.mid for rate in rates if rate is not None]
    return round(statistics.median(known), 2) if known else None


def _system_line(system: System, answered: SystemSums | None, calls: int, rate: Range | None, lines: Lines) -> Line:
    asked, share = _published(answered.sums if answered else None)
    judged = verdict(share, rate, skill_line=lines.skill, calls_line=lines.calls)
    return Line(
        system=system.key,
        system_name=system.name,
        users=system.users_total,
        skill=None,
        skill_name=None,
        category=None,
        asked=asked,
        share=share,
        calls=calls,
        rate=rate,
        verdict=judged,
        why=system_reasons(judged, asked=asked, users=system.users_total, share=share, rate=rate, lines=lines),
    )


def _category_line(
    system: System,
    key: tuple[str | None, ...],
    answered: SystemSums | None,
    calls: int,
    rate: Range | None,
    lines: Lines,
) -> Line:
    """A category stands beside the skill it is mapped to; without one, beside the system as a whole."""
    _, skill, category = key
    own = answered.skills.get(skill) if answered and skill else answered.sums if answered else None
    asked, share = _published(own)
    judged = verdict(share, rate, skill_line=lines.skill, calls_line=lines.category_calls)
    known = system.skill(skill) if skill else None
    name = known.name if known else skill
    return Line(
        system=system.key,
        system_name=system.name,
        users=system.users_total,
        skill=skill,
        skill_name=name,
        category=category,
        asked=asked,
        share=share,
        calls=calls,
        rate=rate,
        verdict=judged,
        why=category_reasons(judged, asked=asked, skill_name=name, share=share, rate=rate, lines=lines),
    )


def _published(sums: Sums | None) -> tuple[Band | None, Range | None]:
    """The band of people and the share right: both or neither, for both want ten people."""
    return (None, None) if sums is None else (band(sums.people), share_right(sums))


def _skill_lines(systems: Sequence[System], answered: Mapping[str, SystemSums]) -> Iterable[SkillLine]:
    """Every skill of the systems that have answers, in the order of the catalogue."""
    for system in systems:
        if system.key in answered:
            for skill in system.skills:
                asked, share = _published(answered[system.key].skills.get(skill.key))
                yield SkillLine(system=system.key, skill=skill.key, name=skill.name, asked=asked, share=share)


def _by_calls(lines: Iterable[Line]) -> tuple[Line, ...]:
    return tuple(
        sorted(lines, key=lambda line: (-(line.rate.mid if line.rate else -1), line.system, line.category or ""))
    )
