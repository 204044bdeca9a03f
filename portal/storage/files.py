"""Files by what is in them: each lies under the SHA-256 of its content, in a folder here or in a bucket elsewhere."""

import hashlib
import io
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from portal.core.errors import NotFound, ShowhowError

BLOCK = 256 * 1024
_DIGEST = re.compile(r"[0-9a-f]{64}")


class FileMissing(NotFound):
    """No stored file has this digest."""

    def __init__(self, digest: str) -> None:
        self.digest = digest
        super().__init__("This file isn't here. Run “flask content sync” to bring it back.")


class StoreUnavailable(ShowhowError):
    """The bucket can't be reached, or refuses our key."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__("Videos and pictures can’t be reached just now. Try again in a minute.")


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredFile:
    """``digest``: SHA-256 in hex. ``size`` in bytes."""

    digest: str
    size: int


class FileStore(Protocol):
    """Where files lie. Putting the same content twice stores it once; a reader never sees half a file."""

    def put(self, source: Path | bytes) -> StoredFile:
        """Store a file's content; return where it is found from now on."""

    def size(self, digest: str) -> int:
        """Bytes of a file. Raises FileMissing."""

    def read(self, digest: str, first: int, last: int) -> Iterator[bytes]:
        """The bytes from ``first`` to ``last``, both included, in blocks of 256 KB. Raises FileMissing."""

    def local(self, digest: str) -> AbstractContextManager[Path]:
        """A path on this machine to read the file from, for as long as the block lasts. Raises FileMissing."""

    def delete(self, digest: str) -> None:
        """Remove a file; does nothing where there is none."""

    def signed_address(self, digest: str, *, mimetype: str, seconds: int) -> str | None:
        """An address anybody may fetch the file from for so long; None where the store has none to give."""


def digest_of(path: Path) -> str:
    """The SHA-256 of a file's content, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def content_of(store: FileStore, digest: str) -> bytes:
    """All of a small file. Raises FileMissing."""
    with store.local(digest) as path:
        return path.read_bytes()


def checked_digest(digest: str) -> str:
    """The digest, if it can be one. Raises FileMissing."""
    if not _DIGEST.fullmatch(digest):
        raise FileMissing(digest)
    return digest


class FolderStore:
    """A folder of files."""

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
        target = self._target(checked_digest(digest))
        if not target.is_file():
            raise FileMissing(digest)
        return target

    def size(self, digest: str) -> int:
        """Bytes of a file. Raises FileMissing."""
        try:
            return self._target(checked_digest(digest)).stat().st_size
        except FileNotFoundError:
            raise FileMissing(digest) from None

    def read(self, digest: str, first: int, last: int) -> Iterator[bytes]:
        """The bytes from ``first`` to ``last``, both included. It is opened at once, so that what is missing shows."""
        try:
            file = io.FileIO(self._target(checked_digest(digest)))
        except FileNotFoundError:
            raise FileMissing(digest) from None
        return _Blocks(file, first, last)

    @contextmanager
    def local(self, digest: str) -> Iterator[Path]:
        """The file itself. Raises FileMissing."""
        yield self.path(digest)

    def delete(self, digest: str) -> None:
        """Remove a file; does nothing where there is none."""
        self._target(checked_digest(digest)).unlink(missing_ok=True)

    def signed_address(self, digest: str, *, mimetype: str, seconds: int) -> str | None:  # noqa: ARG002
        """A folder has no address of its own."""
        return None

    def _target(self, digest: str) -> Path:
        return self._folder / digest[:2] / digest


class _Blocks:
    """Part of an open file, block by block; ``close`` may come at any time, as when a browser goes away."""

    def __init__(self, file: io.FileIO, first: int, last: int) -> None:
        file.seek(first)
        self._file = file
        self._left = last - first + 1

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        block = self._file.read(min(BLOCK, self._left)) if self._left else b""
        if not block:
            self.close()
            raise StopIteration
        self._left -= len(block)
        return block

    def close(self) -> None:
        self._file.close()
