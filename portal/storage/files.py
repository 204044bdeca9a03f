"""Files by what is in them: a folder in which each file lies under the SHA-256 of its content."""

import hashlib
import io
import os
import re
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from portal.core.errors import NotFound

_DIGEST = re.compile(r"[0-9a-f]{64}")


class FileMissing(NotFound):
    """No stored file has this digest."""

    def __init__(self, digest: str) -> None:
        self.digest = digest
        super().__init__("This file isn't here. Run “flask content sync” to bring it back.")


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredFile:
    """``digest``: SHA-256 in hex. ``size`` in bytes."""

    digest: str
    size: int


def digest_of(path: Path) -> str:
    """The SHA-256 of a file's content, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


class FolderStore:
    """A folder of files. Putting the same content twice stores it once; a reader never sees half a file."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, source: Path | bytes) -> StoredFile:
        """Store a file's content; return where it is found from now on."""
        digest = hashlib.sha256(source).hexdigest() if isinstance(source, bytes) else digest_of(source)
        target = self._target(digest)
        if not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            self._copy(source, target)
        return StoredFile(digest=digest, size=target.stat().st_size)

    def _copy(self, source: Path | bytes, target: Path) -> None:
        """Write beside the target, then take its name: what fails half-way leaves nothing behind."""
        with tempfile.NamedTemporaryFile(dir=target.parent, delete=False) as copy:
            try:
                with io.BytesIO(source) if isinstance(source, bytes) else source.open("rb") as original:
                    shutil.copyfileobj(original, copy, 1 << 20)
                copy.flush()
                os.fsync(copy.fileno())
                Path(copy.name).chmod(0o644)
                Path(copy.name).replace(target)
            except BaseException:
                Path(copy.name).unlink(missing_ok=True)
                raise

    def path(self, digest: str) -> Path:
        """Where the file lies. Raises FileMissing when there is none."""
        if not _DIGEST.fullmatch(digest) or not (target := self._target(digest)).is_file():
            raise FileMissing(digest)
        return target

    def _target(self, digest: str) -> Path:
        return self._folder / digest[:2] / digest
