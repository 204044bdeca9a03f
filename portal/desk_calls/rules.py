"""Service-desk calls as weekly counts without a person in them, and the dated mapping to our systems.

Nothing here knows who called or what they wrote: a count has a period, a category path and four labels.
"""

import calendar
import datetime as dt
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from portal.catalogue.rules import Catalogue
from portal.core.errors import Conflict, InvalidInput, NotFound
from portal.core.periods import monday_of
from portal.core.text import squeezed, words

#: The category of a call that came without one; such calls are never dropped.
NO_CATEGORY = "(none)"
SEPARATOR = " > "
#: Monday is bit 0, Sunday bit 6.
WHOLE_WEEK = 0b1111111
#: Calls dated before 2000 are skipped, so a rule from this Monday holds for everything stored.
BEGINNING = dt.date(1999, 12, 27)
#: Types of call that speak of the system and not of skill (settled: "Fault").
FAULT_CALL_TYPES = frozenset({"error", "slow", "equipment"})
#: Words that every desk uses everywhere, so that they say nothing about a system.
_SMALL_WORDS = frozenset(
    words(
        """a an and at by do for from how i in ict is it my new not of on or other request service system the to up use
        user with software application general issue problem query call report page"""
    )
)
#: How long a preview waits for its person before it is forgotten.
PREVIEW_KEPT = dt.timedelta(hours=24)


class DateOrder(StrEnum):
    """Which number of 3/4/2026 is the day."""

    DAY_FIRST = "day-first"
    MONTH_FIRST = "month-first"


class Granularity(StrEnum):
    """How long the period of a count is. ``MONTH`` serves the skill gap, never a before-and-after test."""

    WEEK = "week"
    MONTH = "month"


class SkipReason(StrEnum):
    """Why a row of a file wasn't counted."""

    NO_DATE = "no-date"
    UNREADABLE_DATE = "unreadable-date"
    FUTURE = "future"
    TOO_OLD = "too-old"
    TOO_LONG = "too-long"
    UNFINISHED_MONTH = "unfinished-month"

    @property
    def words(self) -> str:
        """The reason as people read it."""
        return _SKIP_WORDS[self]


_SKIP_WORDS = {
    SkipReason.NO_DATE: "there is no opening date",
    SkipReason.UNREADABLE_DATE: "the opening date can’t be read",
    SkipReason.FUTURE: "the date is in the future",
    SkipReason.TOO_OLD: "the date is before 2000",
    SkipReason.TOO_LONG: "a category or label is too long to be one",
    SkipReason.UNFINISHED_MONTH: "the month isn’t over yet",
}


class WordKind(StrEnum):
    """The three small tables: what a word of the desk means to us."""

    CALL_TYPE = "call-type"
    CLOSING_CODE = "closing-code"
    DEPARTMENT = "department"


class ClosingMeaning(StrEnum):
    """What a closing code says about a call."""

    TRAINING = "training"
    FAULT = "fault"
    NOTHING = "none"


class PartFate(StrEnum):
    """What storing did with one period of a file."""

    NEW = "new"
    REPLACED = "replaced"
    UNCHANGED = "unchanged"
    #: What is stored covers more days than the file does.
    LEFT = "left"


@dataclass(frozen=True, slots=True, kw_only=True)
class CallLabels:
    """Everything that is kept of a call but its date. ``category``: a path joined with " > "."""

    category: str
    call_type: str | None = None
    closing_code: str | None = None
    channel: str | None = None
    directorate: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelledCalls:
    """A number of calls with the same labels in one period."""

    labels: CallLabels
    calls: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CallsPart:
    """The calls of a week (``start``: its Monday) or a month (``start``: its first), or of some days of a week.

    ``days``: bit mask of the days the file covers; always whole for months. ``counts``: distinct labels, may be empty.
    """

    start: dt.date
    granularity: Granularity = Granularity.WEEK
    days: int = WHOLE_WEEK
    counts: tuple[LabelledCalls, ...] = ()

    @property
    def whole(self) -> bool:
        return self.days == WHOLE_WEEK

    @property
    def days_words(self) -> str:
        """The days covered: “Monday to Friday”, “Sunday”."""
        covered = [name for number, name in enumerate(calendar.day_name) if self.days >> number & 1]
        return covered[0] if len(covered) == 1 else f"{covered[0]} to {covered[-1]}"

    @property
    def calls(self) -> int:
        return sum(count.calls for count in self.counts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Skipped:
    """Rows left out for one reason. ``lines``: the first ten of them, counted from 1."""

    reason: SkipReason
    rows: int
    lines: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstRow:
    """One of the first rows as it was understood."""

    line: int
    opened: dt.date
    labels: CallLabels
    calls: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedCounts:
    """A file as counts, ready to be stored. ``parts``: distinct periods in order.

    ``rows_repeated``: further rows of a ticket that was counted already. ``digest``: SHA-256 of the file, or None.
    """

    source: str
    preset: str
    parts: tuple[CallsPart, ...]
    dates: DateOrder | None = None
    include_partial: bool = False
    rows_read: int = 0
    rows_kept: int = 0
    rows_repeated: int = 0
    skipped: tuple[Skipped, ...] = ()
    notices: tuple[str, ...] = ()
    first_rows: tuple[FirstRow, ...] = ()
    digest: str | None = None

    @property
    def rows_skipped(self) -> int:
        return sum(skip.rows for skip in self.skipped)

    @property
    def calls(self) -> int:
        return sum(part.calls for part in self.parts)

    @property
    def partial(self) -> tuple[CallsPart, ...]:
        """The weeks of which the file covers only some days."""
        return tuple(part for part in self.parts if not part.whole)

    @property
    def categories(self) -> frozenset[str]:
        return frozenset(count.labels.category for part in self.parts for count in part.counts)

    def counting_partial(self, include_partial: bool) -> "ImportedCounts":
        """The same counts, with partial weeks counted in figures or not."""
        return replace(self, include_partial=include_partial)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredPart:
    """The fate of one period of a file."""

    start: dt.date
    granularity: Granularity
    fate: PartFate


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportOutcome:
    """What storing changed, or would change. ``parts``: one each period of the file, in order."""

    source: str
    parts: tuple[StoredPart, ...]
    calls: int

    def count(self, fate: PartFate) -> int:
        return sum(part.fate == fate for part in self.parts)

    @property
    def changed(self) -> bool:
        """Whether anything stored differs from before."""
        return any(part.fate in (PartFate.NEW, PartFate.REPLACED) for part in self.parts)


@dataclass(frozen=True, slots=True, kw_only=True)
class DateReading:
    """What one order of day and month would make of a file's dates."""

    order: DateOrder
    first: dt.date
    last: dt.date
    calls: int


class AmbiguousDates(InvalidInput):
    """No date of the file says whether the day or the month comes first."""

    def __init__(self, file: str, readings: Sequence[DateReading]) -> None:
        self.file = file
        self.readings = tuple(readings)
        lines = "\n".join(f"- {reading.order}: {_reading_words(reading)}" for reading in self.readings)
        super().__init__(
            f"{file}: the dates can be read in two ways, and none of them says which is right.\n{lines}\n"
            "Nothing was stored. Run it again with --dates day-first or --dates month-first."
        )


class UnknownPreset(NotFound):
    """No preset has this name."""

    def __init__(self, name: str, known: Sequence[str]) -> None:
        self.name = name
        self.known = tuple(known)
        super().__init__(f"No preset is called “{name}”. Use one of: {', '.join(known)}.")


class PreviewGone(NotFound):
    """The preview was stored, cancelled or is too old."""

    def __init__(self) -> None:
        super().__init__(
            "This preview isn’t here any more: it was stored, cancelled or left for a day. Send the file again."
        )


class UnknownTable(NotFound):
    """There is no small table of this name."""

    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__("There is no such table. The mapping page links to the three there are.")


class UnknownRule(NotFound):
    """No mapping row has this id."""

    def __init__(self, rule_id: int) -> None:
        self.rule_id = rule_id
        super().__init__("This mapping row isn’t here any more. Look at the list of rows again.")


class RuleClash(Conflict):
    """A mapping row with the same source, category and first day is there already."""

    def __init__(self, category: str) -> None:
        self.category = category
        super().__init__(
            f"There is a row for “{category}” from the same day already. Change that one, or use another day."
        )


class InvalidRule(InvalidInput):
    """A mapping row can't be kept. ``field`` names the value that is wrong."""

    def __init__(self, field: str, what: str, do: str) -> None:
        self.field = field
        self.what = what
        self.do = do
        super().__init__(f"{what} {do}")


class WeeksAndMonths(Conflict):
    """The same time of one source would be counted by week and by month."""

    def __init__(self, source: str, month: str) -> None:
        self.source = source
        self.month = month
        super().__init__(
            f"Calls of {month} are in “{source}” by week and by month, and would be counted twice. Nothing was stored. "
            "Load weeks or months for it, or use another source name."
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class MappingRule:
    """From the desk's category (a prefix of whole segments) to our system, from one day to another.

    ``source``: "" is any. ``valid_to``: the last day, None is open. ``call_type`` None is as the call says.
    A week is under the rule when its Monday is. ``why``: what the person noted.
    """

    source: str
    category: str
    valid_from: dt.date
    valid_to: dt.date | None
    system: str
    call_type: str | None
    skill: str | None
    why: str = ""
    id: int | None = None

    @property
    def key(self) -> tuple[str, tuple[str, ...], dt.date]:
        """What tells two rules apart."""
        return self.source, folded_segments(self.category), self.valid_from

    def holds(self, monday: dt.date) -> bool:
        return self.valid_from <= monday and (self.valid_to is None or monday <= self.valid_to)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskWord:
    """What a word of the desk means: a call type's key, a ``ClosingMeaning`` or a directorate's key. Source "": any."""

    kind: WordKind
    source: str
    word: str
    meaning: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MappedRow:
    """Calls of one week and category as we see them. ``system`` None: unmapped. ``call_type``: our key or None."""

    week: dt.date
    category: str
    system: str | None
    skill: str | None
    call_type: str | None
    fault: bool
    calls: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MappedCalls:
    """The calls of a period. ``weeks``: the Mondays that are counted, in order, with or without calls."""

    weeks: tuple[dt.date, ...]
    rows: tuple[MappedRow, ...]

    @property
    def calls(self) -> int:
        return sum(row.calls for row in self.rows)

    @property
    def unmapped_share(self) -> float:
        """Share of calls, 0 to 1, that no rule maps; 0 when there are no calls."""
        unmapped = sum(row.calls for row in self.rows if row.system is None)
        return unmapped / self.calls if self.calls else 0.0


class CallMap:
    """All rules and words, made quick to ask."""

    def __init__(self, rules: Iterable[MappingRule], words: Iterable[DeskWord]) -> None:
        self._rules: dict[tuple[str, ...], list[MappingRule]] = {}
        for rule in rules:
            self._rules.setdefault(folded_segments(rule.category), []).append(rule)
        self._words = {(word.kind, word.source, folded_label(word.word)): word.meaning for word in words}
        self._candidates: dict[tuple[str, str], tuple[MappingRule, ...]] = {}

    def rule_for(self, source: str, category: str, monday: dt.date) -> MappingRule | None:
        """The rule a call falls under: longest prefix, then a named source, then the latest first day; or None."""
        candidates = self._candidates.get((source, category))
        if candidates is None:
            candidates = self._candidates[source, category] = self._in_order(source, folded_segments(category))
        return next((rule for rule in candidates if rule.holds(monday)), None)

    def meaning(self, kind: WordKind, source: str, word: str | None) -> str | None:
        """What a word means in this source, else in any; None when nobody said."""
        if word is None:
            return None
        folded = folded_label(word)
        named = self._words.get((kind, source, folded))
        return named if named is not None else self._words.get((kind, "", folded))

    def mapped(self, source: str, week: dt.date, labels: CallLabels, calls: int) -> MappedRow:
        """A count as we see it."""
        rule = self.rule_for(source, labels.category, week)
        call_type = rule.call_type if rule is not None and rule.call_type else None
        call_type = call_type or self.meaning(WordKind.CALL_TYPE, source, labels.call_type)
        closing = self.meaning(WordKind.CLOSING_CODE, source, labels.closing_code)
        return MappedRow(
            week=week,
            category=labels.category,
            system=None if rule is None else rule.system,
            skill=None if rule is None else rule.skill,
            call_type=call_type,
            fault=call_type in FAULT_CALL_TYPES or closing == ClosingMeaning.FAULT,
            calls=calls,
        )

    def _in_order(self, source: str, segments: tuple[str, ...]) -> tuple[MappingRule, ...]:
        found: list[MappingRule] = []
        for length in range(len(segments), 0, -1):
            rules = [rule for rule in self._rules.get(segments[:length], ()) if rule.source in ("", source)]
            found += sorted(rules, key=lambda rule: (rule.source != "", rule.valid_from), reverse=True)
        return tuple(found)


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """Where a category may belong, by its words. ``reason`` says why; a person decides."""

    system: str | None
    call_type: str | None
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UnmappedCategory:
    """A category, or a prefix of several, that no rule maps. ``calls``: a year, as things go."""

    category: str
    calls: int
    suggestion: Suggestion | None


class Suggester:
    """Suggests a system and a call type for a path by the words they share with the catalogue.

    A word of a system's name says more than an ``also`` word, a word that several systems use says less, and a word
    that names a type of call, like “access”, says little about the system. Further down the path counts a little
    more. Where the best two are level, nothing is suggested.
    """

    def __init__(self, catalogue: Catalogue) -> None:
        types = {one.key: _type_stems(words(f"{one.key} {one.name}")) for one in catalogue.call_types}
        faint = frozenset[str]().union(*types.values())
        self._types = {key: _Vocabulary(name=stems, every=stems) for key, stems in types.items()}
        self._systems = {
            system.key: _Vocabulary(
                name=_stems(words(f"{system.key} {system.name}")), every=_stems(system.match_words()), faint=faint
            )
            for system in catalogue.current_systems
        }
        self._names = {system.key: system.name for system in catalogue.current_systems}
        self._type_names = {one.key: one.name for one in catalogue.call_types}

    def suggestion(self, category: str) -> Suggestion | None:
        """The suggestion for a path, or None."""
        system = _best(category, self._systems)
        call_type = _best(category, self._types)
        reasons = []
        if system is not None:
            reasons.append(f"“{system[1]}” is a word for {self._names[system[0]]}")
        if call_type is not None:
            reasons.append(f"“{call_type[1]}” is a word for {self._type_names[call_type[0]]}")
        if not reasons:
            return None
        return Suggestion(
            system=None if system is None else system[0],
            call_type=None if call_type is None else call_type[0],
            reason=" and ".join(reasons),
        )

    def unmapped(self, calls: Mapping[str, int]) -> tuple[UnmappedCategory, ...]:
        """Paths without a rule (path → calls) as the fewest prefixes worth mapping one by one, most calls first.

        A prefix stands for everything below it, unless what is below seems to belong to different systems.
        """
        found: list[UnmappedCategory] = []
        paths = [(segments_of(category), number) for category, number in calls.items()]
        self._gather(paths, depth=1, found=found)
        return tuple(sorted(found, key=lambda one: (-one.calls, one.category)))

    def _gather(self, paths: list[tuple[tuple[str, ...], int]], depth: int, found: list[UnmappedCategory]) -> None:
        branches: dict[tuple[str, ...], list[tuple[tuple[str, ...], int]]] = {}
        for segments, number in paths:
            branches.setdefault(tuple(one.casefold() for one in segments[:depth]), []).append((segments, number))
        for branch in branches.values():
            deeper = [(segments, number) for segments, number in branch if len(segments) > depth]
            if len(deeper) == len(branch) and self._belongs_apart([segments for segments, _ in branch], depth):
                self._gather(branch, depth + 1, found)
                continue
            category = SEPARATOR.join(branch[0][0][:depth])
            total = sum(number for _, number in branch)
            found.append(UnmappedCategory(category=category, calls=total, suggestion=self.suggestion(category)))

    def _belongs_apart(self, paths: list[tuple[str, ...]], depth: int) -> bool:
        own = _best(SEPARATOR.join(paths[0][:depth]), self._systems)
        below = {_best(SEPARATOR.join(path), self._systems) for path in paths}
        systems = {one[0] for one in below if one is not None}
        return bool(systems) and (own is None or systems != {own[0]})


def folded_label(text: str) -> str:
    """A label as it is compared: case-blind, single spaces."""
    return squeezed(text).casefold()


def segments_of(category: str) -> tuple[str, ...]:
    """The segments of a path, trimmed."""
    return tuple(squeezed(segment) for segment in category.split(">"))


def folded_segments(category: str) -> tuple[str, ...]:
    """The segments of a path as they are compared."""
    return tuple(segment.casefold() for segment in segments_of(category))


def joined(segments: Sequence[str | None]) -> str:
    """A path: missing segments at the end are dropped, others read "(none)"; nothing at all is "(none)"."""
    present = list(segments)
    while present and not present[-1]:
        present.pop()
    return SEPARATOR.join(segment or NO_CATEGORY for segment in present) or NO_CATEGORY


def days_mask(first: dt.date, last: dt.date, monday: dt.date) -> int:
    """The days of a week that lie from ``first`` to ``last``, both included."""
    days = (monday + dt.timedelta(days=number) for number in range(7))
    return sum(1 << number for number, day in enumerate(days) if first <= day <= last)


def parts_replaced(stored: Sequence[int], new: int) -> tuple[int, ...] | None:
    """Which stored parts of a week (by their days) a new part takes the place of; None: the new one adds nothing.

    Parts that share no day add up. A part that shares days replaces, unless the week would then know fewer days than
    it does now: an overlapping file that begins on a Thursday must not undo a whole week.
    """
    overlapping = tuple(days for days in stored if days & new)
    known = _union(stored)
    afterwards = _union([days for days in stored if not days & new]) | new
    return None if afterwards.bit_count() < known.bit_count() else overlapping


def is_counted(days: Sequence[int], included: bool) -> bool:
    """Whether a week counts in figures: all seven days are covered, or a person said to count it as it is."""
    return included or _union(days) == WHOLE_WEEK


def effective_monday(day: dt.date) -> dt.date:
    """The first Monday at which a rule from ``day`` holds."""
    monday = monday_of(day)
    return monday if monday == day else monday + dt.timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Vocabulary:
    """What a system or a call type is called. ``faint``: words that rather tell the type of a call."""

    name: frozenset[str]
    every: frozenset[str]
    faint: frozenset[str] = frozenset()

    def weight(self, stem: str) -> float:
        """How much a word says for this one; 0 for a word that isn't its own."""
        if stem not in self.every:
            return 0.0
        return (2.0 if stem in self.name else 1.0) * (0.25 if stem in self.faint else 1.0)


def _best(category: str, known: Mapping[str, _Vocabulary]) -> tuple[str, str] | None:
    """The key whose words fit a path best and the word that fits most, or None where none does or two are level."""
    scores: dict[str, float] = {}
    reasons: dict[str, tuple[float, str]] = {}
    for depth, segment in enumerate(segments_of(category), start=1):
        for word in words(segment):
            weights = {key: vocabulary.weight(_stem(word)) for key, vocabulary in known.items()}
            users = sum(weight > 0 for weight in weights.values())
            for key, weight in weights.items():
                if weight:
                    gain = weight * (1 + depth / 10) / users
                    scores[key] = scores.get(key, 0.0) + gain
                    reasons[key] = max(reasons.get(key, (0.0, "")), (gain, word))
    ranked = sorted(scores, key=lambda key: -scores[key])
    if not ranked or (len(ranked) > 1 and math.isclose(scores[ranked[0]], scores[ranked[1]])):
        return None
    return ranked[0], reasons[ranked[0]][1]


def _stems(found: Iterable[str]) -> frozenset[str]:
    return frozenset(_stem(word) for word in found) - _SMALL_WORDS


def _type_stems(found: tuple[str, ...]) -> frozenset[str]:
    """As for systems, but “how” tells a type of call from others: “How do I”."""
    return _stems(found) | ({"how"} & set(found))


def _stem(word: str) -> str:
    """A word without its plural s, so that “printer” and “printers” meet."""
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word


def _union(days: Iterable[int]) -> int:
    union = 0
    for mask in days:
        union |= mask
    return union


def _reading_words(reading: DateReading) -> str:
    return f"{reading.calls:,} calls from {reading.first:%Y-%m-%d} to {reading.last:%Y-%m-%d}"
