"""content/paths/<key>.yaml: one learning path a file."""

import re
from collections.abc import Collection, Mapping
from pathlib import Path as FilePath

from portal.catalogue.rules import Catalogue
from portal.core.documents import Problems, nearest, read_yaml
from portal.guides.rules.paths import Path

MOST_GUIDES = 12
#: An attempt covers at most this many systems.
MOST_SYSTEMS = 3
_KEY = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


def read_paths(
    folder: FilePath, *, catalogue: Catalogue, guides: Collection[str], root: FilePath, problems: Problems
) -> tuple[Path, ...]:
    """Every path of the folder, by file name. ``guides``: the addresses that there are, ``system/slug``."""
    found = []
    for file in sorted(folder.glob("*.yaml")):
        shown = str(file.relative_to(root))
        if not _KEY.fullmatch(file.stem):
            problems.add(shown, None, "Its name becomes an address.", "Use a to z, digits and hyphens.")
        path = read_path(file.read_bytes(), shown, key=file.stem, catalogue=catalogue, guides=guides, problems=problems)
        if path is not None:
            found.append(path)
    return tuple(found)


def read_path(
    data: bytes, file: str, *, key: str, catalogue: Catalogue, guides: Collection[str], problems: Problems
) -> Path | None:
    """The path a file holds; None, or one not to be used, when problems were noted."""
    top = read_yaml(data, file, problems)
    if top is None:
        return None
    top.only("title", "summary", "for", "position", "guides", "check")
    listed, checked = top.texts("guides"), top.texts("check")
    if not 2 <= len(listed) <= MOST_GUIDES:
        top.problem(f"A path has 2 to {MOST_GUIDES} guides.", "List them under “guides”, in order.", key="guides")
    for address in listed:
        if address not in guides:
            top.problem(f"There is no guide {address}.", nearest(address, sorted(guides)), key="guides")
    for address in {one for one in listed if listed.count(one) > 1}:
        top.problem(f"{address} is there twice.", "Keep one of them.", key="guides")
    known: Mapping[str, str] = {system.key: system.name for system in catalogue.current_systems}
    if not 1 <= len(checked) <= MOST_SYSTEMS:
        what = f"The check at the end covers 1 to {MOST_SYSTEMS} systems."
        top.problem(what, "List their keys under “check”.", key="check")
    for system in checked:
        if system not in known:
            top.problem(f"No system has the key {system}.", nearest(system, known), key="check")
    return Path(
        key=key,
        title=top.text("title"),
        summary=top.text("summary"),
        audience=top.text("for"),
        guides=listed,
        check=checked,
        position=top.whole_number("position", low=0, high=1000, default=100),
    )
