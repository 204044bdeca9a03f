"""Presets: which columns of a product's export matter, read from YAML (docs/add-a-preset.md)."""

import functools
import re
from dataclasses import dataclass
from enum import StrEnum
from importlib import resources

import yaml

from portal.core.documents import Entry, Problems, read_yaml
from portal.desk_calls.rules.imports import UnknownPreset

_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
#: Room is left in the tables for “-adjusted”.
LONGEST_NAME = 40
_LABELS = ("call_type", "closing_code", "channel", "directorate")
#: Free text of which only the code of a guide is taken.
NOTES = "closing_notes"
_SHARED = ("name", "title", "how", "rows", "delimiter", "fallback_encoding", "labels_confirmed", "separator", "signs")
_KNOWN = (*_SHARED, "number", "opened_at", "week", "calls", "category_path", *_LABELS, NOTES)


class Rows(StrEnum):
    """What a row of the file is: one call (or one event of a call), or a number of calls."""

    CALLS = "calls"
    COUNTS = "counts"


class FallbackEncoding(StrEnum):
    """How a file is read that isn't Unicode."""

    WINDOWS_1252 = "windows-1252"
    WINDOWS_1250 = "windows-1250"
    ISO_8859_15 = "iso-8859-15"


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column a preset looks for: ``names`` in order of preference."""

    role: str
    names: tuple[str, ...]
    required: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Preset:
    """One product's export. ``category_path``: outermost first, only the first is required.

    ``labels_confirmed``: whether somebody saw the column names in a real export. ``separator``: splits a path that
    stands in one cell. ``signs``: names of columns that tell the product; they are looked at, never read.
    ``own_format``: a format that Showhow defines, so mistakes in it are refused, not skipped.
    """

    name: str
    title: str
    how: str
    rows: Rows
    delimiter: str
    fallback_encoding: FallbackEncoding
    labels_confirmed: bool
    separator: str
    columns: tuple[Column, ...]
    category_path: tuple[Column, ...]
    signs: tuple[str, ...] = ()

    @property
    def own_format(self) -> bool:
        return self.rows is Rows.COUNTS

    @property
    def wanted(self) -> tuple[Column, ...]:
        """Every column, the path included."""
        return (*self.columns, *self.category_path)


def read_preset(data: bytes, file: str, problems: Problems) -> Preset | None:
    """The preset a file holds; None, or one not to be used, when problems were noted."""
    top = read_yaml(data, file, problems)
    if top is None:
        return None
    top.only(*_KNOWN)
    rows = top.choice("rows", Rows)
    required = ("opened_at",) if rows is Rows.CALLS else ("week", "calls")
    optional = ("number", *_LABELS, NOTES) if rows is Rows.CALLS else _LABELS
    for role in (*required, *optional, "week", "calls", "opened_at", "number", NOTES):
        if role in top and role not in (*required, *optional):
            top.problem(f"“{role}” has no use where rows are {rows}.", "Remove it.", key=role)
    preset = Preset(
        name=_name(top),
        title=top.text("title"),
        how=top.text("how"),
        rows=rows,
        delimiter=_delimiter(top),
        fallback_encoding=top.choice("fallback_encoding", FallbackEncoding, default=FallbackEncoding.WINDOWS_1252),
        labels_confirmed=top.flag("labels_confirmed"),
        separator=top.text("separator", default="").strip(),
        columns=tuple(
            Column(role=role, names=top.texts(role), required=role in required)
            for role in (*required, *optional)
            if role in top or role in required
        ),
        category_path=_path(top),
        signs=top.texts("signs") if "signs" in top else (),
    )
    for column in preset.columns:
        if not column.names:
            top.problem(
                f"“{column.role}” names no column.", "List the names it may have: [one, other].", key=column.role
            )
    return preset


def preset_of(data: bytes, file: str) -> Preset:
    """The preset a file holds. Raises InvalidFiles that names every mistake with its line."""
    problems = Problems()
    preset = read_preset(data, file, problems)
    problems.raise_if_any()
    assert preset is not None  # noqa: S101 (without problems there is one)
    return preset


def preset_to_yaml(preset: Preset) -> str:
    """The preset as a file that ``read_preset`` reads back the same."""
    columns = {column.role: list(column.names) for column in preset.columns}
    delimiters = {",": ",", ";": ";", "\t": "tab"}
    held = {
        "name": preset.name,
        "title": preset.title,
        "how": preset.how,
        "rows": preset.rows.value,
        "delimiter": delimiters[preset.delimiter],
        "fallback_encoding": preset.fallback_encoding.value,
        "labels_confirmed": preset.labels_confirmed,
        **({"separator": preset.separator} if preset.separator else {}),
        **({"signs": list(preset.signs)} if preset.signs else {}),
        **columns,
        "category_path": [{"names": list(level.names)} for level in preset.category_path],
    }
    return str(yaml.safe_dump(held, sort_keys=False, allow_unicode=True, width=120))


@functools.cache
def built_in_presets() -> tuple[Preset, ...]:
    """The presets Showhow comes with, by title. Raises InvalidFiles when one of them is broken."""
    problems = Problems()
    folder = resources.files("portal.desk_calls.formats") / "presets"
    files = sorted((file for file in folder.iterdir() if file.name.endswith(".yaml")), key=lambda file: file.name)
    presets = [read_preset(file.read_bytes(), file.name, problems) for file in files]
    problems.raise_if_any()
    return tuple(
        sorted((preset for preset in presets if preset is not None), key=lambda preset: preset.title.casefold())
    )


def built_in_preset(name: str) -> Preset:
    """The preset with this name. Raises UnknownPreset."""
    for preset in built_in_presets():
        if preset.name == name:
            return preset
    raise UnknownPreset(name, sorted(preset.name for preset in built_in_presets()))


def level_role(number: int) -> str:
    """The role of a level of the path, from 0."""
    return "category" if number == 0 else f"category level {number + 1}"


def _name(top: Entry) -> str:
    name = top.text("name")
    if name and not _NAME.fullmatch(name):
        top.problem(f"The name “{name}” has a character it can't have.", "Use a to z, digits and hyphens.", key="name")
    if len(name) > LONGEST_NAME:
        top.problem("The name is too long.", f"Use {LONGEST_NAME} characters or fewer.", key="name")
    return name


def _delimiter(top: Entry) -> str:
    delimiter = top.text("delimiter", default=",")
    named = {",": ",", ";": ";", "tab": "\t"}
    if delimiter not in named:
        top.problem(f"The delimiter can't be “{delimiter}”.", 'Write ",", ";" or tab.', key="delimiter")
    return named.get(delimiter, ",")


def _path(top: Entry) -> tuple[Column, ...]:
    columns = []
    for number, level in enumerate(top.entries("category_path")):
        level.only("names")
        names = level.texts("names")
        if not names:
            level.problem("This level of the path names no column.", "List the names it may have: [one, other].")
        columns.append(Column(role=level_role(number), names=names, required=number == 0))
    if not columns and "category_path" in top:
        top.problem("The path has no level.", "Add a line “- names: [category]”.", key="category_path")
    return tuple(columns)
