"""content/synonyms.yaml: groups of words that mean the same to people who search."""

from collections.abc import Sequence

from portal.core.documents import Problems, read_yaml
from portal.core.text import squeezed
from portal.guides.rules.search import group_problem

HEADING = "# Words that mean the same to people who search. One group an entry; a member may be several words.\n"


def read_synonyms(data: bytes, file: str, problems: Problems) -> tuple[tuple[str, ...], ...]:
    """The groups a file holds; none, or some not to be used, when problems were noted."""
    top = read_yaml(data, file, problems)
    if top is None:
        return ()
    top.only("synonyms")
    groups = []
    for entry in top.entries("synonyms"):
        entry.only("words")
        group = tuple(dict.fromkeys(squeezed(word) for word in entry.texts("words")))
        problem = group_problem(group)
        if problem:
            entry.problem("This group can't be used.", problem, key="words")
        groups.append(group)
    return tuple(groups)


def written_synonyms(groups: Sequence[Sequence[str]]) -> str:
    """The file that ``read_synonyms`` reads back to these groups."""
    lines = [f"  - words: [{', '.join(map(_quoted, group))}]\n" for group in groups]
    return HEADING + ("synonyms:\n" + "".join(lines) if lines else "synonyms: []\n")


def _quoted(word: str) -> str:
    return '"' + word.replace("\\", "\\\\").replace('"', '\\"') + '"'
