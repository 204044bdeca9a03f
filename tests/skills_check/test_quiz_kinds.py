"""Match, order and hotspot questions in quizzes/*.yaml."""

import struct
import zlib

import pytest

from portal.core.documents import Problems
from portal.skills_check.formats.quiz_yaml import read_quiz
from portal.skills_check.rules.questions import Kind, Question, question_from
from tests.factories import small_catalogue

HEAD = "system: spreadsheets\nquestions:\n"
MATCH = """\
  - {id: m, skill: charts, level: 2, type: match, stem: "Which key does what?", marking: per-part,
     pairs: [{left: Copy, right: Ctrl C}, {left: Paste, right: Ctrl V}, {right: Ctrl Q}]}
"""
ORDER = '  - {id: o, skill: charts, level: 2, type: order, stem: "In which order?", items: [one, two, three]}\n'
HOTSPOT = """\
  - {id: h, skill: charts, level: 1, type: hotspot, stem: "Where do you click?", image: bar.png, alt: The tool bar,
     regions: [{label: Sum, box: [0, 0, 20, 10], right: true}, {label: Sort, box: [20, 0, 20, 10]}]}
"""


def png(width: int, height: int) -> bytes:
    """A grey picture of this size."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    rows = (b"\0" + b"\x99" * width) * height
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def read(text: str) -> tuple[tuple[Question, ...], list[str]]:
    problems = Problems()
    pictures = {"bar.png": png(40, 10), "text.png": b"not a picture"}
    found = read_quiz(
        (HEAD + text).encode(), "q.yaml", catalogue=small_catalogue(), problems=problems, seen={}, pictures=pictures.get
    )
    return found, [str(problem) for problem in problems]


@pytest.mark.parametrize(("text", "kind"), [(MATCH, Kind.MATCH), (ORDER, Kind.ORDER), (HOTSPOT, Kind.HOTSPOT)])
def test_a_question_is_read_and_survives_storing(text: str, kind: Kind) -> None:
    questions, problems = read(text)
    assert problems == []
    (question,) = questions
    assert question.kind is kind
    assert question_from(question.id, question.content()) == question


def test_right_answers_in_words() -> None:
    questions, _ = read(MATCH + ORDER + HOTSPOT)
    assert [one.right_texts() for one in questions] == [
        ("Copy: Ctrl C", "Paste: Ctrl V"),
        ("one", "two", "three"),
        ("Sum",),
    ]
    assert [one.c for one in questions] == [0, 0, pytest.approx(0.1)]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (MATCH.replace("Paste, ", "Copy, "), "same text on the left"),
        (MATCH.replace("left: Paste, ", ""), "fewer than two pairs"),
        (ORDER.replace("two", "one"), "Two items have the same text"),
        (ORDER.replace("[one, two, three]", "[one]"), "fewer than two items"),
        (HOTSPOT.replace("bar.png", "other.png"), "There is no picture “other.png”"),
        (HOTSPOT.replace("bar.png", "text.png"), "isn’t a PNG, JPEG or GIF"),
        (HOTSPOT.replace(", right: true", ""), "No region is right"),
        (HOTSPOT.replace("[20, 0, 20, 10]", "[30, 0, 20, 10]"), "doesn’t lie inside the picture"),
        (HOTSPOT.replace("[20, 0, 20, 10]", "[a, 0]"), "four whole numbers"),
        (HOTSPOT.replace("alt: The tool bar,", ""), "“alt” is missing"),
    ],
)
def test_mistakes_are_named(text: str, told: str) -> None:
    _, problems = read(text)
    assert len(problems) == 1
    assert told in problems[0]
    assert "line" in problems[0]
