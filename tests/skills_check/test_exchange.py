"""Questions go out and come back the same, and what a format can't hold is told."""

import dataclasses
import hashlib
import io

import pytest
from openpyxl import Workbook

from portal.skills_check.formats.exchange import read_questions, write_questions
from portal.skills_check.formats.qti_writer import QtiVersion
from portal.skills_check.rules.exchange import Format, UnreadableFile
from portal.skills_check.rules.questions import CellCheck, CellFormat, Kind, Question, Template
from tests.factories import small_catalogue
from tests.skills_check.exchange import BAR, PICTURES, QUESTIONS, question

HELD = {
    Format.GIFT: set(Kind) - {Kind.ORDER, Kind.HOTSPOT, Kind.FILE},
    Format.AIKEN: {Kind.SINGLE, Kind.TRUE_FALSE},
    Format.MOODLE_XML: set(Kind) - {Kind.HOTSPOT, Kind.FILE},
    Format.QTI: set(Kind),
    Format.YAML: set(Kind),
}
CASES = [(kind, version) for kind in Format for version in (QtiVersion if kind is Format.QTI else [QtiVersion.V2_1])]


def placed(question: Question) -> Question:
    """As it is stored: the system is named by the import, not by the file."""
    return dataclasses.replace(question, system="")


@pytest.mark.parametrize(("kind", "version"), CASES)
def test_out_and_in_again_gives_the_same_questions(kind: Format, version: QtiVersion) -> None:
    written = write_questions(QUESTIONS, kind, pictures=PICTURES, version=version)
    wanted = [one for one in QUESTIONS if one.kind in HELD[kind]]
    assert {one for one, _ in written.left_out} == {one.id for one in QUESTIONS if one.kind not in HELD[kind]}
    read = read_questions(written.content, kind, catalogue=small_catalogue(), pictures={"bar.png": BAR}.get)
    assert [found.told for found in read.found if found.question is None] == []
    back = sorted((placed(found.question) for found in read.found if found.question), key=lambda one: one.id)
    if kind is Format.AIKEN:
        assert [one.right_texts() for one in back] == [one.right_texts() for one in wanted]
        assert [one.stem for one in back] == [one.stem for one in wanted]
        assert len(written.lost) == len(wanted)
        return
    assert back == sorted(map(placed, wanted), key=lambda one: one.id)


def test_what_gift_cannot_hold_is_told() -> None:
    written = write_questions(QUESTIONS, Format.GIFT, pictures={}, version=QtiVersion.V2_1)
    told = dict(written.lost)
    assert "unit" in told["spreadsheets-number"]
    assert "typing mistakes" in told["spreadsheets-text"]
    assert "part of the mark" in told["spreadsheets-parts"]
    assert "spreadsheets-match" not in told


@pytest.mark.parametrize("kind", [kind for kind in Format if kind is not Format.QTI])
def test_a_file_without_questions_is_refused(kind: Format) -> None:
    with pytest.raises(UnreadableFile):
        read_questions(b"", kind, catalogue=small_catalogue(), pictures={}.get)


def test_a_file_task_travels_with_its_workbook() -> None:
    held = io.BytesIO()
    Workbook().save(held)
    book = held.getvalue()
    template = Template(file="task.xlsx", digest=hashlib.sha256(book).hexdigest())
    checks = (CellCheck(cell="B10", formula="SUM"), CellCheck(cell="C1", value="42", format=CellFormat.BOLD))
    task = question("spreadsheets-task", Kind.FILE, template=template, checks=checks)
    written = write_questions([task], Format.YAML, pictures={template.digest: book}, version=QtiVersion.V2_1)
    read = read_questions(written.content, Format.YAML, catalogue=small_catalogue(), pictures={}.get)
    assert [found.question for found in read.found] == [placed(task)] or read.found[0].question == task
    for kind in (Format.GIFT, Format.AIKEN, Format.MOODLE_XML, Format.QTI):
        assert write_questions([task], kind, pictures={}, version=QtiVersion.V2_1).left_out
