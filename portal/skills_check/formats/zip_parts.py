"""Zip packages from strangers: read in memory, within limits, never unpacked to a folder."""

import io
import zipfile
from collections.abc import Mapping

from portal.skills_check.rules.exchange import UnreadableFile

MOST_FILES = 5000
MOST_BYTES = 100 * 1024 * 1024
MOST_TIMES = 200
ONE_FILE = 20 * 1024 * 1024


def is_zip(data: bytes) -> bool:
    """Whether a file is a zip package, whatever its name."""
    return data.startswith(b"PK\x03\x04")


def zip_parts(data: bytes) -> Mapping[str, bytes]:
    """Name → content of every file. Raises UnreadableFile for what is damaged, encrypted or over the limits."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            infos = [info for info in package.infolist() if not info.is_dir()]
            _check(infos, len(data))
            return {info.filename: _content(package, info) for info in infos}
    except (zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError, EOFError, OSError) as error:
        raise UnreadableFile("The package is damaged or can’t be read. Export it again.") from error


def _check(infos: list[zipfile.ZipInfo], size: int) -> None:
    total = sum(info.file_size for info in infos)
    if len(infos) > MOST_FILES or total > MOST_BYTES or any(info.file_size > ONE_FILE for info in infos):
        raise UnreadableFile("The package is too large: up to 5,000 files and 100 MB unpacked. Split it.")
    if total > MOST_TIMES * max(size, 1):
        raise UnreadableFile("The package unpacks to far more than its size, so it wasn’t opened. Pack it again.")
    if any(info.flag_bits & 1 for info in infos):
        raise UnreadableFile("The package is encrypted. Save it without a password.")


def _content(package: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
    """The content of one file, never more than its head says: a head can lie."""
    with package.open(info) as file:
        content = file.read(info.file_size + 1)
    if len(content) > info.file_size:
        raise UnreadableFile("The package is damaged: a file is longer than it says. Export it again.")
    return content
