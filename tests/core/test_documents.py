"""YAML files with the line of every mistake."""

from enum import StrEnum

import pytest

from portal.core.documents import Entry, InvalidFiles, Problems, nearest, read_yaml

TEXT = b"""\
name: Spreadsheets
count: 12
share: 0.4
flag: true
kind: one
day: 2026-03-14
words: [a, b]
inner:
  key: value
list:
  - {key: a}
  - plain
name: Again
endless: inf
"""


class Kind(StrEnum):
    ONE = "one"
    TWO = "two"


def read(text: bytes = TEXT) -> tuple[Entry, Problems]:
    problems = Problems()
    entry = read_yaml(text, "file.yaml", problems)
    assert entry is not None
    return entry, problems


def told(problems: Problems) -> list[str]:
    return [str(problem) for problem in problems]


def test_values_are_read_as_they_were_typed() -> None:
    entry, _ = read()
    assert entry.whole_number("count", low=1, high=20) == 12
    assert entry.number("share") == 0.4
    assert entry.flag("flag") is True
    assert entry.choice("kind", Kind) is Kind.ONE
    assert str(entry.date("day")) == "2026-03-14"
    assert entry.texts("words") == ("a", "b")
    inner = entry.entry("inner")
    assert inner is not None
    assert inner.text("key") == "value"


def test_a_key_twice_and_an_item_that_is_no_mapping_are_told() -> None:
    entry, problems = read()
    entry.entries("list")
    assert told(problems) == [
        "file.yaml, line 13: The key “name” is there twice. Keep one of them.",
        "file.yaml, line 12: An item of “list” isn't in the form key: value. Write it so.",
    ]


@pytest.mark.parametrize(
    ("call", "line", "says"),
    [
        (lambda entry: entry.text("missing"), 1, "The key “missing” is missing"),
        (lambda entry: entry.whole_number("count", low=1, high=9), 2, "Use a number from 1 to 9"),
        (lambda entry: entry.whole_number("kind", low=1, high=9), 5, "must be a whole number"),
        (lambda entry: entry.number("kind"), 5, "must be a number"),
        (lambda entry: entry.number("words"), 7, "must be a number"),
        (lambda entry: entry.number("endless"), 14, "must be a number"),
        (lambda entry: entry.flag("count"), 2, "must be true or false"),
        (lambda entry: entry.date("kind"), 5, "like 2026-03-14"),
        (lambda entry: entry.text("inner"), 8, "must be a text"),
        (lambda entry: entry.texts("inner"), 8, "must be a list of words"),
        (lambda entry: entry.entries("name"), 13, "must be a list"),
        (lambda entry: entry.entry("words"), 7, "must hold keys of its own"),
        (lambda entry: entry.only("name", "counts", "share"), 2, "Did you mean “counts”?"),
    ],
)
def test_each_mistake_names_its_line(call: object, line: int, says: str) -> None:
    entry, problems = read()
    before = len(problems)
    call(entry)  # type: ignore[operator]
    found = told(problems)[before:]
    assert any(f"line {line}:" in one and says in one for one in found), found


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        (b"a: [1\nb: 2\n", 2, "The YAML is broken"),
        (b"a: b: c\n", 1, "The YAML is broken"),
        (b"- a\n- b\n", 1, "doesn't start with keys"),
        (b"", 1, "doesn't start with keys"),
        (b"a: 1\nb: \xff\xfe\n", 2, "isn't UTF-8"),
        (b"a: \x01\n", None, "can't be read"),
    ],
)
def test_a_file_that_is_no_such_document(text: bytes, line: int | None, says: str) -> None:
    problems = Problems()
    assert read_yaml(text, "file.yaml", problems) is None
    (problem,) = problems
    assert problem.line == line
    assert says in str(problem)


def test_problems_are_raised_together() -> None:
    problems = Problems()
    problems.raise_if_any()
    problems.add("a.yaml", 3, "Wrong.", "Mend it.")
    problems.add("b.yaml", None, "Missing.", "")
    with pytest.raises(
        InvalidFiles, match=r"Found 2 problems. Nothing was loaded.\na.yaml, line 3: Wrong. Mend it.\nb.yaml: Missing."
    ):
        problems.raise_if_any()


def test_the_nearest_word_or_all_of_them() -> None:
    assert nearest("titel", ["title", "owner"]) == "Did you mean “title”?"
    assert nearest("xyz", ["title", "owner"]) == "Use one of: title, owner."
    assert nearest("xyz", []) == "Remove it."
