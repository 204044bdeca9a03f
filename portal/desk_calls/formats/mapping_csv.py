"""The mapping and its small tables as CSV, so that councils can edit them in a spreadsheet and share them."""

import csv
import datetime as dt
import io
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from portal.catalogue.rules import Catalogue
from portal.core.documents import Problems, nearest
from portal.core.tables import csv_text
from portal.core.text import squeezed
from portal.desk_calls.rules.days import BEGINNING
from portal.desk_calls.rules.labels import folded_label, joined, segments_of
from portal.desk_calls.rules.mapping import ClosingMeaning, DeskWord, InvalidRule, MappingRule, WordKind

RULE_COLUMNS = ("source", "category", "valid_from", "valid_to", "system", "call_type", "skill")
WORD_COLUMNS = {
    WordKind.CALL_TYPE: ("source", "type", "call_type"),
    WordKind.CLOSING_CODE: ("source", "closing_code", "meaning"),
    WordKind.DEPARTMENT: ("source", "department", "directorate"),
}
LONGEST_SOURCE = 60
LONGEST_CATEGORY = 400
_MOST_ROWS = 50_000

Made = TypeVar("Made")


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleCells:
    """A mapping row as it was typed, in a file or on a page. Empty strings where nothing was said."""

    source: str
    category: str
    valid_from: str
    valid_to: str
    system: str
    call_type: str
    skill: str
    why: str = ""


def rule_of(cells: RuleCells, catalogue: Catalogue, *, rule_id: int | None = None) -> MappingRule:
    """The rule that was typed; ``rule_id`` is that of a stored one it changes.

    Raises InvalidRule, naming the field, for the first thing wrong with it.
    """
    category = joined([segment or None for segment in segments_of(cells.category)]) if cells.category.strip() else ""
    if not category:
        raise InvalidRule(
            "category", "The category is missing.", "Enter it as the desk writes it, like Software > Excel."
        )
    if len(category) > LONGEST_CATEGORY or len(cells.source) > LONGEST_SOURCE:
        raise InvalidRule("category", "That category or source is too long.", "Shorten it.")
    valid_from = _date("valid_from", cells.valid_from) or BEGINNING
    valid_to = _date("valid_to", cells.valid_to)
    if valid_to is not None and valid_to < valid_from:
        raise InvalidRule("valid_to", "The last day is before the first.", "Swap them, or leave the last day empty.")
    system, skill = cells.system.strip(), cells.skill.strip()
    if not catalogue.has_system(system):
        keys = [one.key for one in catalogue.current_systems]
        raise InvalidRule("system", f"No system has the key “{system}”.", nearest(system, keys))
    if skill and not catalogue.has_skill(system, skill):
        keys = [one.key for one in catalogue.system(system).skills]
        raise InvalidRule("skill", f"{system} has no skill “{skill}”.", nearest(skill, keys))
    call_type = cells.call_type.strip()
    if call_type:
        _known_call_type(call_type, catalogue, field="call_type")
    return MappingRule(
        source=squeezed(cells.source),
        category=category,
        valid_from=valid_from,
        valid_to=valid_to,
        system=system,
        call_type=call_type or None,
        skill=skill or None,
        why=squeezed(cells.why),
        id=rule_id,
    )


def word_of(kind: WordKind, source: str, word: str, meaning: str, catalogue: Catalogue) -> DeskWord:
    """A row of a small table. Raises InvalidRule, naming the field, for the first thing wrong with it."""
    word, meaning = squeezed(word), meaning.strip()
    if not word:
        raise InvalidRule("word", "The word is missing.", "Enter it as the desk writes it.")
    if len(word) > LONGEST_CATEGORY or len(source) > LONGEST_SOURCE:
        raise InvalidRule("word", "That word or source is too long.", "Shorten it.")
    if kind is WordKind.CALL_TYPE:
        _known_call_type(meaning, catalogue, field="meaning")
    elif kind is WordKind.CLOSING_CODE:
        if meaning not in list(ClosingMeaning):
            raise InvalidRule("meaning", f"A closing code can't mean “{meaning}”.", nearest(meaning, ClosingMeaning))
    elif catalogue.directorate(meaning) is None:
        keys = [one.key for one in catalogue.directorates]
        raise InvalidRule("meaning", f"No directorate has the key “{meaning}”.", nearest(meaning, keys))
    return DeskWord(kind=kind, source=squeezed(source), word=word, meaning=meaning)


def read_rules(data: bytes, file: str, catalogue: Catalogue, problems: Problems) -> tuple[MappingRule, ...]:
    """The mapping rows of a CSV. Every mistake is noted with its line."""

    def make(cells: dict[str, str]) -> MappingRule:
        return rule_of(RuleCells(**cells), catalogue)

    return _read(data, file, RULE_COLUMNS, make, lambda rule: rule.key, problems)


def read_words(
    data: bytes, file: str, kind: WordKind, catalogue: Catalogue, problems: Problems
) -> tuple[DeskWord, ...]:
    """The rows of a small table's CSV. Every mistake is noted with its line."""
    _, given, meant = WORD_COLUMNS[kind]

    def make(cells: dict[str, str]) -> DeskWord:
        return word_of(kind, cells["source"], cells[given], cells[meant], catalogue)

    return _read(data, file, WORD_COLUMNS[kind], make, lambda word: (word.source, folded_label(word.word)), problems)


def rules_csv(rules: Iterable[MappingRule]) -> str:
    """The mapping as CSV, in the order given."""
    return csv_text(
        RULE_COLUMNS,
        (
            (
                rule.source,
                rule.category,
                "" if rule.valid_from == BEGINNING else rule.valid_from.isoformat(),
                "" if rule.valid_to is None else rule.valid_to.isoformat(),
                rule.system,
                rule.call_type or "",
                rule.skill or "",
            )
            for rule in rules
        ),
        line_end="\n",
    )


def words_csv(kind: WordKind, found: Iterable[DeskWord]) -> str:
    """A small table as CSV, in the order given."""
    return csv_text(WORD_COLUMNS[kind], ((word.source, word.word, word.meaning) for word in found), line_end="\n")


def _read(
    data: bytes,
    file: str,
    columns: Sequence[str],
    make: Callable[[dict[str, str]], Made],
    key_of: Callable[[Made], object],
    problems: Problems,
) -> tuple[Made, ...]:
    rows = _rows(data, file, columns, problems)
    made: list[Made] = []
    seen: dict[object, int] = {}
    for line, cells in rows:
        try:
            one = make(cells)
        except InvalidRule as error:
            problems.add(file, line, f"{error.field}: {error.what}", error.do)
            continue
        key = key_of(one)
        if key in seen:
            problems.add(file, line, f"This row says the same as line {seen[key]}.", "Keep one of the two.")
            continue
        seen[key] = line
        made.append(one)
    return tuple(made)


def _rows(data: bytes, file: str, columns: Sequence[str], problems: Problems) -> list[tuple[int, dict[str, str]]]:
    """Each row's line and its cells by column; empty, with problems noted, when the file isn't such a table."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        problems.add(file, line, "The file isn't UTF-8 text.", "Save it as CSV (UTF-8).")
        return []
    first_line = text.partition("\n")[0]
    delimiter = max((",", ";", "\t"), key=first_line.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        header = [name.strip().lower() for name in next(reader, [])]
        if not _header_fits(header, columns, file, problems):
            return []
        found = []
        line = reader.line_num + 1
        for row in reader:
            if any(cell.strip() for cell in row):
                cells = [_plain(cell) for cell in (*row, *[""] * len(header))]
                found.append((line, {name: cells[header.index(name)] if name in header else "" for name in columns}))
            line = reader.line_num + 1
    except csv.Error:
        problems.add(file, reader.line_num, "A cell is too long, or a quotation mark is missing.", "Mend it there.")
        return []
    if len(found) > _MOST_ROWS:
        problems.add(file, None, f"The file has more than {_MOST_ROWS:,} rows.", "Split it.")
        return []
    return found


def _header_fits(header: Sequence[str], columns: Sequence[str], file: str, problems: Problems) -> bool:
    optional = {"source", "valid_from", "valid_to", "call_type", "skill"} if "category" in columns else {"source"}
    missing = [name for name in columns if name not in header and name not in optional]
    unknown = [name for name in header if name and name not in columns]
    for name in missing:
        problems.add(file, 1, f"The column “{name}” is missing.", f"The first line must be {','.join(columns)}.")
    for name in unknown:
        problems.add(file, 1, f"The column “{name[:40]}” isn't known.", nearest(name, columns))
    return not missing and not unknown


def _plain(cell: str) -> str:
    """A cell as it was before an export made it harmless to spreadsheets."""
    return cell[1:] if cell[:1] == "'" and cell[1:2] in ("=", "+", "-", "@", "\t", "\r") else cell


def _date(field: str, text: str) -> dt.date | None:
    if not text.strip():
        return None
    try:
        return dt.date.fromisoformat(text.strip())
    except ValueError:
        raise InvalidRule(
            field, f"“{text[:40]}” isn't a date.", "Write it as year-month-day, like 2026-03-02."
        ) from None


def _known_call_type(key: str, catalogue: Catalogue, *, field: str) -> None:
    if catalogue.call_type(key) is None:
        keys = [one.key for one in catalogue.call_types]
        raise InvalidRule(field, f"No call type has the key “{key}”.", nearest(key, keys))
