"""Which system a category may belong to, with the reason."""

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from portal.catalogue.rules import Catalogue
from portal.core.text import words
from portal.desk_calls.rules.labels import SEPARATOR, folded_segments, segments_of
from portal.desk_calls.rules.mapping import MappingRule

#: Words that every desk uses everywhere, so that they say nothing about a system.
_SMALL_WORDS = frozenset(
    words(
        """a an and at by do for from how i in ict is it my new not of on or other request service system the to up use
        user with software application general issue problem query call report page"""
    )
)


#: Mapped rows speak for an unmapped one from so many on, and when so large a share of them agrees.
_VOTES = 2
_MAJORITY = 2 / 3


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
    more. Where the best two are level, nothing is suggested by words. Then what is mapped already speaks: the system of
    most of the categories beside this one, and the type that its last words have everywhere else.
    """

    def __init__(self, catalogue: Catalogue, rules: Iterable[MappingRule] = ()) -> None:
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
        self._beside: dict[tuple[str, ...], list[str]] = {}
        self._endings: dict[str, list[str]] = {}
        for rule in rules:
            segments = folded_segments(rule.category)
            for depth in range(1, len(segments)):
                self._beside.setdefault(segments[:depth], []).append(rule.system)
            if rule.call_type:
                self._endings.setdefault(segments[-1], []).append(rule.call_type)

    def suggestion(self, category: str) -> Suggestion | None:
        """The suggestion for a path, or None."""
        system, call_type = self._system(category), self._call_type(category)
        if system is None and call_type is None:
            return None
        return Suggestion(
            system=None if system is None else system[0],
            call_type=None if call_type is None else call_type[0],
            reason=" and ".join(found[1] for found in (system, call_type) if found is not None),
        )

    def _system(self, category: str) -> tuple[str, str] | None:
        """A system's key and the reason."""
        by_words = _best(category, self._systems)
        if by_words is not None:
            return by_words[0], f"“{by_words[1]}” is a word for {self._names[by_words[0]]}"
        segments = folded_segments(category)
        for depth in range(len(segments) - 1, 0, -1):
            beside = self._beside.get(segments[:depth], [])
            most, count = Counter(beside).most_common(1)[0] if beside else ("", 0)
            if count >= _VOTES and count >= _MAJORITY * len(beside) and most in self._names:
                return most, f"{count} of {len(beside)} rows beside it belong to {self._names[most]}"
        return None

    def _call_type(self, category: str) -> tuple[str, str] | None:
        """A call type's key and the reason."""
        by_words = _best(category, self._types)
        if by_words is not None:
            return by_words[0], f"“{by_words[1]}” is a word for {self._type_names[by_words[0]]}"
        last = segments_of(category)[-1]
        types = self._endings.get(last.casefold(), [])
        if len(types) >= _VOTES and len(set(types)) == 1 and types[0] in self._type_names:
            return types[0], f"“{last}” is {self._type_names[types[0]]} in {len(types)} other rows"
        return None

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
