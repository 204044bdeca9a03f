"""Static files by content: an address changes when the file does, so browsers may keep it for a year."""

import hashlib
from collections.abc import Mapping
from pathlib import Path


def build_manifest(folder: Path, extra: Mapping[str, bytes]) -> Mapping[str, str]:
    """Path below the folder → the same path with the first eight hex digits of its SHA-256 as ``?v=``.

    ``extra``: files that are made at the start, by path.
    """
    files = {path.relative_to(folder).as_posix(): path for path in sorted(folder.rglob("*")) if path.is_file()}
    contents = {**{name: path.read_bytes() for name, path in files.items()}, **extra}
    return {name: f"{name}?v={hashlib.sha256(data).hexdigest()[:8]}" for name, data in contents.items()}
