"""The desk's categories as a tree, with calls a year and where they belong."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from portal.core.text import folded
from portal.desk_calls.rules.labels import SEPARATOR, folded_segments, segments_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaf:
    """A whole path of one source. ``calls``: a year; ``system`` None: in none."""

    source: str
    category: str
    calls: int
    system: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Branch:
    """A path or the beginning of several. ``systems``: (key, calls) of what is mapped below it, most first."""

    category: str
    name: str
    calls: int
    unmapped: int
    systems: tuple[tuple[str, int], ...]
    below: int

    @property
    def unmapped_share(self) -> float:
        """From 0 to 1."""
        return self.unmapped / self.calls if self.calls else 0.0


def branches(
    leaves: Sequence[Leaf], *, under: str = "", words: str = "", only_unmapped: bool = False
) -> tuple[Branch, ...]:
    """The branches right below a prefix, most calls first; with ``words``, every whole path that has all of them."""
    prefix = folded_segments(under) if under else ()
    wanted = folded(words).split()
    groups: dict[tuple[str, ...], list[Leaf]] = {}
    for leaf in leaves:
        segments = folded_segments(leaf.category)
        if segments[: len(prefix)] != prefix or (len(segments) == len(prefix) and not wanted):
            continue
        if wanted and not all(word in folded(leaf.category) for word in wanted):
            continue
        groups.setdefault(segments if wanted else segments[: len(prefix) + 1], []).append(leaf)
    found = [_branch(key, group) for key, group in groups.items()]
    kept = [one for one in found if one.unmapped or not only_unmapped]
    return tuple(sorted(kept, key=lambda one: (-one.calls, one.category)))


def _branch(key: tuple[str, ...], leaves: Sequence[Leaf]) -> Branch:
    systems: Counter[str] = Counter()
    unmapped = 0
    for leaf in leaves:
        if leaf.system is None:
            unmapped += leaf.calls
        else:
            systems[leaf.system] += leaf.calls
    shown = segments_of(leaves[0].category)[: len(key)]
    below = {folded_segments(leaf.category) for leaf in leaves if len(segments_of(leaf.category)) > len(key)}
    return Branch(
        category=SEPARATOR.join(shown),
        name=shown[-1],
        calls=sum(leaf.calls for leaf in leaves),
        unmapped=unmapped,
        systems=tuple(systems.most_common()),
        below=len(below),
    )


def trail(under: str) -> tuple[tuple[str, str], ...]:
    """(prefix, name) of a path and everything above it, from the top."""
    segments = segments_of(under) if under else ()
    return tuple((SEPARATOR.join(segments[: depth + 1]), name) for depth, name in enumerate(segments))


def sources_of(leaves: Sequence[Leaf]) -> tuple[str, ...]:
    return tuple(sorted({leaf.source for leaf in leaves}))


def system_words(systems: Sequence[tuple[str, int]], names: Mapping[str, str], *, most: int = 3) -> str:
    """“Housing”, “Housing, Planning and 2 more”; "" for none."""
    shown = [names.get(key, key) for key, _ in systems[:most]]
    further = len(systems) - len(shown)
    return ", ".join(shown) + (f" and {further} more" if further else "")
