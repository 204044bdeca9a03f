"""What kind of bytes a file holds, and in which encoding its text is: a mark, NULs, UTF-8, then the fallback."""

import codecs
from dataclasses import dataclass
from enum import StrEnum
from typing import BinaryIO

from portal.desk_calls.formats.file_problems import unusable

_BLOCK = 1 << 20
_SAMPLE = 1 << 16
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_BINARIES = (
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"%PDF", "a PDF"),
    (b"\x1f\x8b", "a compressed file"),
    (b"Rar!", "a compressed file"),
    (b"7z\xbc\xaf", "a compressed file"),
    (b"SQLite format", "a database"),
    (b"\x00\x00\x00", "a picture or film"),
    (b"RIFF", "a picture or film"),
    (b"II*\x00", "a picture"),
    (b"MM\x00*", "a picture"),
)
_OLD_OFFICE = b"\xd0\xcf\x11\xe0"
_ZIP = b"PK\x03\x04"


class Content(StrEnum):
    """How a file is to be read."""

    TEXT = "text"
    WORKBOOK = "workbook"
    OPEN_DOCUMENT = "open-document"


_BOOKS = {".xlsx": Content.WORKBOOK, ".xlsm": Content.WORKBOOK, ".ods": Content.OPEN_DOCUMENT}


@dataclass(frozen=True, slots=True, kw_only=True)
class Decoding:
    """``encoding``: a codec's name. ``guessed``: it is neither marked nor valid UTF-8, so the fallback was taken."""

    encoding: str
    guessed: bool = False


def content_of(stream: BinaryIO, file: str) -> Content:
    """Text or workbook, by the first bytes. Raises InvalidFiles for anything else, and where the name disagrees."""
    stream.seek(0)
    start = stream.read(16)
    named = next((content for ending, content in _BOOKS.items() if file.lower().endswith(ending)), None)
    if not start:
        raise unusable(file, None, "The file is empty.", "Export it again and look at it before you send it.")
    if start.startswith(_ZIP):
        if named is None:
            raise unusable(
                file, None, "The file is a workbook or zip file, not CSV.",
                "Give it its right name (.xlsx or .ods), or open it and save it as CSV (UTF-8).",
            )  # fmt: skip
        return named
    if start.startswith(_OLD_OFFICE):
        raise unusable(
            file, None, "The file is an old workbook (.xls) or one locked with a password.",
            "Open it, take the password off and save it as .xlsx or as CSV (UTF-8).",
        )  # fmt: skip
    for magic, kind in _BINARIES:
        if start.startswith(magic):
            raise unusable(
                file, None, f"The file is {kind}, not a table.", "Choose the CSV, .xlsx or .ods file of the export."
            )
    if named is not None:
        raise unusable(
            file, None, "The file is named as a workbook but isn't one.", "Export it again, or name it .csv."
        )
    return Content.TEXT


def decoding_of(stream: BinaryIO, file: str, fallback: str) -> Decoding:
    """How to decode a text file. Reads it once in blocks. Raises InvalidFiles when it isn't text."""
    stream.seek(0)
    sample = stream.read(_SAMPLE)
    for mark, encoding in _MARKS:
        if sample.startswith(mark):
            return Decoding(encoding=encoding)
    if b"\x00" in sample:
        return Decoding(encoding=_utf_16_without_mark(sample, file))
    stream.seek(0)
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        while block := stream.read(_BLOCK):
            decoder.decode(block)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return Decoding(encoding=fallback, guessed=True)
    return Decoding(encoding="utf-8")


def _utf_16_without_mark(sample: bytes, file: str) -> str:
    """Little- or big-endian by where the NULs of its plain letters stand."""
    even, odd = sample[0::2], sample[1::2]
    half = len(sample) / 2
    if odd.count(0) > 0.6 * half > 10 * even.count(0):
        return "utf-16-le"
    if even.count(0) > 0.6 * half > 10 * odd.count(0):
        return "utf-16-be"
    line = sample[: sample.index(b"\x00")].count(b"\n") + 1
    raise unusable(
        file, line, "The file holds NUL bytes, so it isn't text.", "Choose the CSV, .xlsx or .ods file of the export."
    )
