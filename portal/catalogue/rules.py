"""The shared key of guides, questions and calls: systems, skills, directorates, call types."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from portal.core.errors import NotFound
from portal.core.text import words


class Teachable(StrEnum):
    """How far a guide can help with a type of call."""

    FULLY = "fully"
    PARTLY = "partly"
    NOT = "not"


class UnknownSystem(NotFound):
    """No system has this key."""

    def __init__(self, key: str) -> None:
        self.key = key
        super().__init__(f"No system has the key “{key}”. The home page lists the systems there are.")


class NoCatalogue(NotFound):
    """Nothing has been loaded yet."""

    def __init__(self) -> None:
        super().__init__("No systems are loaded yet. Run “flask content sync” to load content/catalogue.yaml.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Skill:
    """Something to be able to do in a system. ``eds`` and ``digcomp``: codes of the national frameworks."""

    key: str
    name: str
    eds: tuple[str, ...] = ()
    digcomp: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Directorate:
    """A part of the council."""

    key: str
    name: str
    headcount: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CallType:
    """What a call was about, whatever the system."""

    key: str
    name: str
    teachable: Teachable


@dataclass(frozen=True, slots=True, kw_only=True)
class System:
    """An ICT system. ``users``: people who use it, by directorate key; ``also``: the words people use for it."""

    key: str
    name: str
    also: tuple[str, ...]
    owner: str
    users: Mapping[str, int]
    skills: tuple[Skill, ...]
    archived: bool = False

    @property
    def users_total(self) -> int:
        """People who use it, in the whole council."""
        return sum(self.users.values())

    def skill(self, key: str) -> Skill | None:
        """The skill with this key, or None."""
        return next((skill for skill in self.skills if skill.key == key), None)

    def match_words(self) -> frozenset[str]:
        """Every word of its name, key and ``also`` list, folded: what a search or a suggestion compares with."""
        return frozenset(word for text in (self.name, self.key, *self.also) for word in words(text))


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogue:
    """Everything at once: it is small, and read on nearly every page."""

    council_name: str
    staff: int
    directorates: tuple[Directorate, ...]
    systems: tuple[System, ...]
    call_types: tuple[CallType, ...]
    _systems_by_key: Mapping[str, System] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_systems_by_key", {system.key: system for system in self.systems})

    @property
    def current_systems(self) -> tuple[System, ...]:
        """The systems in use, in the order of the file."""
        return tuple(system for system in self.systems if not system.archived)

    def has_system(self, key: str) -> bool:
        return key in self._systems_by_key

    def has_skill(self, system: str, skill: str) -> bool:
        return self.has_system(system) and self._systems_by_key[system].skill(skill) is not None

    def system(self, key: str) -> System:
        """Raises UnknownSystem."""
        try:
            return self._systems_by_key[key]
        except KeyError:
            raise UnknownSystem(key) from None

    def directorate(self, key: str) -> Directorate | None:
        """The directorate with this key, or None."""
        return next((directorate for directorate in self.directorates if directorate.key == key), None)

    def call_type(self, key: str) -> CallType | None:
        """The call type with this key, or None."""
        return next((call_type for call_type in self.call_types if call_type.key == key), None)


def with_archived(fresh: Catalogue, earlier: Catalogue | None) -> Catalogue:
    """The fresh catalogue, and after it the systems that only the earlier one had, archived: nothing is forgotten."""
    if earlier is None:
        return fresh
    gone = tuple(replace(system, archived=True) for system in earlier.systems if not fresh.has_system(system.key))
    return replace(fresh, systems=(*fresh.systems, *gone))


def with_users(catalogue: Catalogue, users: Mapping[tuple[str, str], int]) -> Catalogue:
    """The catalogue with users of (system, directorate) replaced. Keys that the catalogue lacks raise UnknownSystem."""
    for system_key, _ in users:
        catalogue.system(system_key)
    changed = tuple(
        replace(
            system,
            users={
                **system.users,
                **{directorate: count for (key, directorate), count in users.items() if key == system.key},
            },
        )
        for system in catalogue.systems
    )
    return replace(catalogue, systems=changed)
