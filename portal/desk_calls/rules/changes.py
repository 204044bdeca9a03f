"""What a change of the mapping would do to the calls that are stored."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from portal.desk_calls.rules.mapping import CallMap, MappingRule


@dataclass(frozen=True, slots=True, kw_only=True)
class CategoryCalls:
    """Calls of a category in one week or month; ``monday`` decides which rules hold."""

    source: str
    category: str
    monday: dt.date
    calls: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """Calls that would belong elsewhere. ``before``, ``after``: keys of systems, None is no system."""

    before: str | None
    after: str | None
    calls: int


def moves(
    calls: Iterable[CategoryCalls], before: Sequence[MappingRule], after: Sequence[MappingRule]
) -> tuple[Move, ...]:
    """Which calls would change their system, most first; may be empty."""
    old, new = CallMap(before, ()), CallMap(after, ())
    found: Counter[tuple[str | None, str | None]] = Counter()
    for row in calls:
        was, becomes = (one.rule_for(row.source, row.category, row.monday) for one in (old, new))
        pair = (was.system if was else None, becomes.system if becomes else None)
        if pair[0] != pair[1]:
            found[pair] += row.calls
    ordered = sorted(found.items(), key=lambda item: (-item[1], str(item[0])))
    return tuple(Move(before=pair[0], after=pair[1], calls=number) for pair, number in ordered)


def with_rule(rules: Sequence[MappingRule], rule: MappingRule) -> tuple[MappingRule, ...]:
    """The rules as they would be: a rule with the same id is replaced, a new one added."""
    kept = [one for one in rules if rule.id is None or one.id != rule.id]
    return (*kept, rule)


def with_rows(rules: Sequence[MappingRule], rows: Sequence[MappingRule]) -> tuple[MappingRule, ...]:
    """The rules as they would be after a file: one with the same source, category and first day is replaced."""
    return tuple({rule.key: rule for rule in (*rules, *rows)}.values())


def takes_away(found: Iterable[Move]) -> bool:
    """Whether calls would leave a system they belong to now: past figures would change, so a person is asked."""
    return any(move.before is not None for move in found)
