"""All formats behind two functions: bytes in, a report a question out; and questions in, a file out."""

import dataclasses
import posixpath
from collections.abc import Callable, Iterable, Mapping

from portal.catalogue.rules import Catalogue
from portal.core.documents import Problems, read_yaml
from portal.skills_check.formats.aiken import read_aiken, write_aiken
from portal.skills_check.formats.gift_reader import read_gift
from portal.skills_check.formats.gift_writer import write_gift
from portal.skills_check.formats.moodle_reader import read_moodle
from portal.skills_check.formats.moodle_writer import write_moodle
from portal.skills_check.formats.plain_text import LARGEST_FILE
from portal.skills_check.formats.qti_package import read_qti
from portal.skills_check.formats.qti_writer import QtiVersion, write_qti
from portal.skills_check.formats.quiz_writer import write_quizzes
from portal.skills_check.formats.quiz_yaml import Pictures, read_entry
from portal.skills_check.formats.zip_parts import is_zip, zip_parts
from portal.skills_check.rules.checking import faults
from portal.skills_check.rules.exchange import Format, Found, ReadFile, UnreadableFile, Written
from portal.skills_check.rules.questions import Question

_READERS: Mapping[Format, Callable[[bytes], ReadFile]] = {
    Format.GIFT: read_gift,
    Format.AIKEN: read_aiken,
    Format.MOODLE_XML: read_moodle,
    Format.QTI: read_qti,
}


def read_questions(data: bytes, kind: Format, *, catalogue: Catalogue, pictures: Pictures) -> ReadFile:
    """Every question of a file, each with what became of it. Raises UnreadableFile when there is none.

    ``pictures``: pictures that are here already, by name, for YAML that names them.
    """
    read = _read_yaml(data, catalogue, pictures) if kind is Format.YAML else _READERS[kind](data)
    if not read.found:
        raise UnreadableFile("The file holds no question. Check that it is in the format you chose.")
    return dataclasses.replace(read, found=tuple(_checked(found) for found in read.found))


def _checked(found: Found) -> Found:
    """Refused where the question couldn't be asked, whatever the format said."""
    if found.question is None:
        return found
    wrong = faults(found.question)
    if not wrong:
        return found
    return dataclasses.replace(found, question=None, losses=(), refusal=". ".join(fault.what for fault in wrong) + ".")


def write_questions(
    questions: Iterable[Question], kind: Format, *, pictures: Mapping[str, bytes], version: QtiVersion
) -> Written:
    """A file of questions. ``pictures``: digest → content; ``version``: of QTI."""
    if kind is Format.YAML:
        return write_quizzes(questions, pictures=pictures)
    if kind is Format.QTI:
        return write_qti(questions, pictures=pictures, version=version)
    writers = {Format.GIFT: write_gift, Format.AIKEN: write_aiken, Format.MOODLE_XML: write_moodle}
    return writers[kind](questions)


def _read_yaml(data: bytes, catalogue: Catalogue, pictures: Pictures) -> ReadFile:
    """A quiz file, or a zip of quiz files and pictures."""
    if len(data) > LARGEST_FILE:
        raise UnreadableFile("The file is larger than 20 MB. Split it and import the parts.")
    if not is_zip(data):
        return ReadFile(found=tuple(_entries(data, "", catalogue, pictures)))
    files = {posixpath.normpath(name): content for name, content in zip_parts(data).items()}
    found: list[Found] = []
    for name in sorted(files):
        if name.endswith((".yaml", ".yml")):
            found += _entries(files[name], name, catalogue, lambda wanted: files.get(wanted) or pictures(wanted))
    return ReadFile(found=tuple(found))


def _entries(data: bytes, file: str, catalogue: Catalogue, pictures: Pictures) -> list[Found]:
    problems = Problems()
    top = read_yaml(data, file or "file", problems)
    if top is None:
        raise UnreadableFile(" ".join(_told(problems)))
    system = top.text("system", default="-")
    found = []
    for entry in top.entries("questions"):
        own = Problems()
        entry.problems = own
        question = read_entry(entry, system, catalogue=catalogue, pictures=pictures)
        place = f"{file}, line {entry.line}" if file else f"line {entry.line}"
        name = question.id or " ".join(question.stem.split())[:60] or "a question"
        if len(own):
            found.append(Found(name=name, place=place, refusal=" ".join(_told(own))))
            continue
        beside = question.picture or question.template
        content = pictures(beside.file) if beside else None
        found.append(Found(name=name, place=place, question=question, picture=content or b""))
    found += [Found(name="the file", place=f"line {one.line or 1}", refusal=f"{one.what} {one.do}") for one in problems]
    return found


def _told(problems: Problems) -> list[str]:
    return [f"{'' if one.line is None else f'Line {one.line}: '}{one.what} {one.do}".rstrip() for one in problems]
