"""Whether a zip file is safe to unpack: the sizes it states, before anything of it is read."""

import zipfile
from typing import BinaryIO

from portal.desk_calls.formats.file_problems import unusable

MOST_ENTRIES = 2_000
MOST_BYTES = 500 * 1024 * 1024
MOST_STRING_BYTES = 100 * 1024 * 1024
#: A sheet of honest rows packs to about a tenth; past this a small file hides a large one.
MOST_RATIO = 200
_RATIO_MATTERS = 10 * 1024 * 1024


def check_zip(stream: BinaryIO, file: str) -> frozenset[str]:
    """The names in a zip file. Raises InvalidFiles when it isn't one or unpacks to more than is safe."""
    stream.seek(0)
    try:
        with zipfile.ZipFile(stream) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError):
        raise unusable(
            file, None, "The workbook can't be opened: it is damaged or locked with a password.",
            "Open it, save it again without a password, or save it as CSV (UTF-8).",
        ) from None  # fmt: skip
    unpacked = sum(entry.file_size for entry in entries)
    strings = sum(entry.file_size for entry in entries if entry.filename.endswith("sharedStrings.xml"))
    swollen = any(
        entry.file_size > _RATIO_MATTERS and entry.file_size > MOST_RATIO * max(entry.compress_size, 1)
        for entry in entries
    )
    if len(entries) > MOST_ENTRIES or unpacked > MOST_BYTES or strings > MOST_STRING_BYTES or swollen:
        raise unusable(
            file, None, f"The workbook unpacks to {unpacked / 1024 / 1024:,.0f} MB, more than is safe to open.",
            "Save the sheet as CSV (UTF-8).",
        )  # fmt: skip
    return frozenset(entry.filename for entry in entries)
