"""content/catalogue.yaml, checked line by line."""

import re
from collections.abc import Iterable, Mapping

from portal.catalogue.rules import CallType, Catalogue, Directorate, Skill, System, Teachable
from portal.core.documents import Entry, Problems, read_yaml

_KEY = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_MOST = 1_000_000


def read_catalogue(data: bytes, file: str, problems: Problems) -> Catalogue | None:
    """The catalogue a file holds; None, or one not to be used, when problems were noted."""
    top = read_yaml(data, file, problems)
    if top is None:
        return None
    top.only("council", "directorates", "systems", "call_types")
    council = top.entry("council")
    if council is not None:
        council.only("name", "staff")
    directorates = tuple(_directorate(entry) for entry in top.entries("directorates"))
    headcounts = {directorate.key: directorate.headcount for directorate in directorates}
    catalogue = Catalogue(
        council_name="" if council is None else council.text("name"),
        staff=0 if council is None else council.whole_number("staff", low=1, high=_MOST),
        directorates=directorates,
        systems=tuple(_system(entry, headcounts) for entry in top.entries("systems")),
        call_types=tuple(_call_type(entry) for entry in top.entries("call_types")),
    )
    _refuse_repeats(top.entries("directorates"))
    _refuse_repeats(top.entries("systems"))
    _refuse_repeats(top.entries("call_types"))
    _check_headcounts(top, catalogue)
    return catalogue


def _key(entry: Entry) -> str:
    key = entry.text("key")
    if key and not _KEY.fullmatch(key):
        entry.problem(f"The key “{key}” has a character it can't have.", "Use a to z, digits and hyphens.", key="key")
    return key


def _directorate(entry: Entry) -> Directorate:
    entry.only("key", "name", "headcount")
    return Directorate(
        key=_key(entry), name=entry.text("name"), headcount=entry.whole_number("headcount", low=0, high=_MOST)
    )


def _call_type(entry: Entry) -> CallType:
    entry.only("key", "name", "teachable")
    return CallType(key=_key(entry), name=entry.text("name"), teachable=entry.choice("teachable", Teachable))


def _system(entry: Entry, headcounts: Mapping[str, int]) -> System:
    entry.only("key", "name", "also", "owner", "users", "skills")
    skill_entries = entry.entries("skills")
    _refuse_repeats(skill_entries)
    return System(
        key=_key(entry),
        name=entry.text("name"),
        also=entry.texts("also"),
        owner=entry.text("owner"),
        users=_users(entry, headcounts),
        skills=tuple(_skill(skill) for skill in skill_entries),
    )


def _skill(entry: Entry) -> Skill:
    entry.only("key", "name", "eds", "digcomp")
    return Skill(key=_key(entry), name=entry.text("name"), eds=entry.texts("eds"), digcomp=entry.texts("digcomp"))


def _users(entry: Entry, headcounts: Mapping[str, int]) -> Mapping[str, int]:
    """Users by directorate: given one by one, as a total shared out by headcount, or everybody."""
    if "users" not in entry:
        return dict(headcounts)
    if not entry.is_mapping("users"):
        return _shared_out(entry.whole_number("users", low=0, high=_MOST), headcounts)
    listed = entry.entry("users")
    assert listed is not None  # noqa: S101 (is_mapping said so)
    listed.only(*headcounts)
    users = {key: listed.whole_number(key, low=0, high=_MOST, default=0) for key in headcounts}
    for key, count in users.items():
        if count > headcounts[key]:
            listed.problem(
                f"{count} users are more than the {headcounts[key]} people of {key}.", "Lower the number.", key=key
            )
    return users


def _shared_out(total: int, headcounts: Mapping[str, int]) -> Mapping[str, int]:
    """A total shared out in whole people by headcount, largest remainders first."""
    staff = sum(headcounts.values())
    if not staff:
        return dict.fromkeys(headcounts, 0)
    exact = {key: total * count / staff for key, count in headcounts.items()}
    users = {key: int(share) for key, share in exact.items()}
    by_remainder = sorted(exact, key=lambda key: users[key] - exact[key])
    for key in by_remainder[: total - sum(users.values())]:
        users[key] += 1
    return users


def _refuse_repeats(entries: Iterable[Entry]) -> None:
    seen: dict[str, int] = {}
    for entry in entries:
        if "key" not in entry:
            continue
        key = entry.text("key")
        if key in seen:
            entry.problem(f"The key “{key}” is on line {seen[key]} already.", "Give each its own key.", key="key")
        seen.setdefault(key, entry.line_of("key"))


def _check_headcounts(top: Entry, catalogue: Catalogue) -> None:
    total = sum(directorate.headcount for directorate in catalogue.directorates)
    if catalogue.directorates and catalogue.staff and total != catalogue.staff:
        top.problem(
            f"The directorates' headcounts add up to {total:,}, but staff is {catalogue.staff:,}.",
            "Make the two agree.",
            key="directorates",
        )
