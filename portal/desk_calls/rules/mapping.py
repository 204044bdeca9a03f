"""From the desk's categories to our systems, call types and skills, by date."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from portal.core.errors import Conflict, InvalidInput, NotFound
from portal.desk_calls.rules.imports import CallLabels
from portal.desk_calls.rules.labels import folded_label, folded_segments

#: Types of call that speak of the system and not of skill (settled: "Fault").
FAULT_CALL_TYPES = frozenset({"error", "slow", "equipment"})


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
