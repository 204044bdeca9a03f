"""YAML files that people write, read with the line of every value.

A reader never stops at the first mistake: it notes a ``Problem`` and goes on, so that an author sees all of them at
once. Nothing that was read may be used while ``Problems`` holds anything.
"""

import datetime as dt
import difflib
import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

import yaml

from portal.core.errors import InvalidInput

Choice = TypeVar("Choice", bound=StrEnum)


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing wrong in one file: ``line`` counts from 1, or is None where the file as a whole is meant."""

    file: str
    line: int | None
    what: str
    do: str

    def __str__(self) -> str:
        place = self.file if self.line is None else f"{self.file}, line {self.line}"
        return f"{place}: {self.what} {self.do}".rstrip()


class InvalidFiles(InvalidInput):
    """One file or more can't be used; nothing of them was loaded."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        count = len(self.problems)
        listed = "\n".join(str(problem) for problem in self.problems)
        super().__init__(f"Found {count} {'problem' if count == 1 else 'problems'}. Nothing was loaded.\n{listed}")


class Problems:
    """Collects what is wrong, in the order found."""

    def __init__(self) -> None:
        self._found: list[Problem] = []

    def __iter__(self) -> Iterator[Problem]:
        return iter(self._found)

    def __len__(self) -> int:
        return len(self._found)

    def add(self, file: str, line: int | None, what: str, do: str) -> None:
        self._found.append(Problem(file=file, line=line, what=what, do=do))

    def raise_if_any(self) -> None:
        """Raise ``InvalidFiles`` when anything was noted."""
        if self._found:
            raise InvalidFiles(self._found)


def nearest(word: str, known: Iterable[str]) -> str:
    """A sentence that offers the nearest known word, or lists the known ones."""
    options = list(known)
    close = difflib.get_close_matches(word, options, n=1)
    if close:
        return f"Did you mean “{close[0]}”?"
    return f"Use one of: {', '.join(options)}." if options else "Remove it."


class Entry:
    """A YAML mapping and where it stands. Each accessor notes a problem and returns a harmless value when it can't."""

    def __init__(self, node: yaml.MappingNode, file: str, problems: Problems) -> None:
        self.file = file
        self.line: int = node.start_mark.line + 1
        self.problems = problems
        self._values: dict[str, yaml.Node] = {}
        self._key_lines: dict[str, int] = {}
        for key_node, value_node in node.value:
            key = str(key_node.value)
            line = key_node.start_mark.line + 1
            if key in self._values:
                self.problems.add(file, line, f"The key “{key}” is there twice.", "Keep one of them.")
            self._values[key] = value_node
            self._key_lines[key] = line

    def __contains__(self, key: str) -> bool:
        return key in self._values

    def keys(self) -> tuple[str, ...]:
        """The keys in the order of the file."""
        return tuple(self._values)

    def line_of(self, key: str) -> int:
        """The line of ``key``, or of the mapping where the key is missing."""
        return self._key_lines.get(key, self.line)

    def problem(self, what: str, do: str, *, key: str | None = None) -> None:
        self.problems.add(self.file, self.line if key is None else self.line_of(key), what, do)

    def only(self, *known: str) -> None:
        """Note every key that isn't one of ``known``, with the nearest known one."""
        for key in self._values:
            if key not in known:
                self.problem(f"The key “{key}” isn't known.", nearest(key, known), key=key)

    def text(self, key: str, *, default: str | None = None) -> str:
        """A line of text; numbers and dates count as the text that was typed. Required when no default is given."""
        node = self._present(key, required=default is None)
        if node is None:
            return default or ""
        if not isinstance(node, yaml.ScalarNode) or not node.value.strip() or _is_null(node):
            self.problem(f"“{key}” must be a text.", "Write it after the colon.", key=key)
            return default or ""
        return str(node.value).strip()

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts, or one text standing for a list of one; empty when the key is missing."""
        node = self._present(key, required=False)
        if node is None or _is_null(node):
            return ()
        if isinstance(node, yaml.ScalarNode):
            return (str(node.value).strip(),)
        if isinstance(node, yaml.SequenceNode) and all(isinstance(item, yaml.ScalarNode) for item in node.value):
            return tuple(str(item.value).strip() for item in node.value)
        self.problem(f"“{key}” must be a list of words.", f"Write it like {key}: [one, two].", key=key)
        return ()

    def whole_number(self, key: str, *, low: int, high: int, default: int | None = None) -> int:
        """A whole number from ``low`` to ``high``. Required when no default is given."""
        node = self._present(key, required=default is None)
        if node is None:
            return low if default is None else default
        try:
            value = int(node.value) if isinstance(node, yaml.ScalarNode) else None
        except ValueError:
            value = None
        if value is None or not low <= value <= high:
            self.problem(f"“{key}” must be a whole number.", f"Use a number from {low} to {high}.", key=key)
            return low if default is None else default
        return value

    def number(self, key: str, *, default: float | None = None) -> float | None:
        """A number, or the default when the key is missing."""
        node = self._present(key, required=False)
        if node is None:
            return default
        try:
            value = float(node.value) if isinstance(node, yaml.ScalarNode) else math.nan
        except ValueError:
            value = math.nan
        return value if math.isfinite(value) else self._not_number(key, default)

    def _not_number(self, key: str, default: float | None) -> float | None:
        self.problem(f"“{key}” must be a number.", "Use digits and a full stop, like 0.4.", key=key)
        return default

    def flag(self, key: str, *, default: bool | None = None) -> bool:
        """true or false. Required when no default is given."""
        node = self._present(key, required=default is None)
        if node is None:
            return bool(default)
        value = str(node.value).lower() if isinstance(node, yaml.ScalarNode) else ""
        if value not in ("true", "false"):
            self.problem(f"“{key}” must be true or false.", "Write true or false.", key=key)
            return bool(default)
        return value == "true"

    def choice(self, key: str, kind: type[Choice], *, default: Choice | None = None) -> Choice:
        """One of an enumeration's values. Required when no default is given."""
        node = self._present(key, required=default is None)
        options = [option.value for option in kind]
        first = next(iter(kind))
        if node is None:
            return first if default is None else default
        value = str(node.value) if isinstance(node, yaml.ScalarNode) else ""
        if value not in options:
            self.problem(f"“{key}” can't be “{value}”.", nearest(value, options), key=key)
            return first if default is None else default
        return kind(value)

    def date(self, key: str) -> dt.date | None:
        """A date written as 2026-03-14; None, with a problem noted, when it is missing or isn't one."""
        node = self._present(key, required=True)
        if node is None:
            return None
        try:
            return dt.date.fromisoformat(str(node.value))
        except ValueError:
            self.problem(f"“{key}” must be a date.", "Write it as year-month-day, like 2026-03-14.", key=key)
            return None

    def entries(self, key: str, *, required: bool = True) -> tuple["Entry", ...]:
        """A list of mappings."""
        node = self._present(key, required=required)
        if node is None:
            return ()
        if not isinstance(node, yaml.SequenceNode):
            self.problem(f"“{key}” must be a list.", "Start each item with a dash.", key=key)
            return ()
        found = []
        for item in node.value:
            if isinstance(item, yaml.MappingNode):
                found.append(Entry(item, self.file, self.problems))
            else:
                line = item.start_mark.line + 1
                self.problems.add(self.file, line, f"An item of “{key}” isn't in the form key: value.", "Write it so.")
        return tuple(found)

    def entry(self, key: str, *, required: bool = True) -> "Entry | None":
        """A mapping under ``key``; None, with a problem noted when required, if it isn't one."""
        node = self._present(key, required=required)
        if node is None:
            return None
        if not isinstance(node, yaml.MappingNode):
            self.problem(f"“{key}” must hold keys of its own.", "Write them below it, moved in by two spaces.", key=key)
            return None
        return Entry(node, self.file, self.problems)

    def is_mapping(self, key: str) -> bool:
        """Whether the value of ``key`` is a mapping (for keys that may hold either form)."""
        return isinstance(self._values.get(key), yaml.MappingNode)

    def _present(self, key: str, *, required: bool) -> yaml.Node | None:
        node = self._values.get(key)
        if node is None and required:
            self.problem(f"The key “{key}” is missing.", f"Add a line “{key}: …”.")
        return node


def read_yaml(data: bytes, file: str, problems: Problems) -> Entry | None:
    """The mapping a file holds; None, with a problem noted, when it isn't readable YAML with keys at the top."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        problems.add(file, line, "The file isn't UTF-8 text.", "Save it as UTF-8.")
        return None
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line_number = None if mark is None else mark.line + 1
        reason = error.problem or "it can't be read"
        problems.add(file, line_number, f"The YAML is broken: {reason}.", "Check the indent, colons and quotes there.")
        return None
    except yaml.YAMLError:
        problems.add(file, None, "The YAML can't be read.", "Check it for control characters.")
        return None
    if not isinstance(node, yaml.MappingNode):
        problems.add(file, 1, "The file doesn't start with keys.", "Begin with a line such as “key: value”.")
        return None
    return Entry(node, file, problems)


def _is_null(node: yaml.Node) -> bool:
    return isinstance(node, yaml.ScalarNode) and node.tag == "tag:yaml.org,2002:null"
