"""Files in an S3-compatible bucket. Needs the extra ``bucket``; keys come from the environment, as boto3 reads them."""

import contextlib
import hashlib
import importlib
import io
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from portal.core.errors import InvalidInput
from portal.storage.files import BLOCK, FileMissing, StoredFile, StoreUnavailable, checked_digest, digest_of

_GONE = ("404", "NoSuchKey", "NotFound")


class NoBucketLibrary(InvalidInput):
    """The setting names a bucket, and the library for it isn't installed."""

    def __init__(self) -> None:
        super().__init__("SHOWHOW_MEDIA_URL names a bucket: install Showhow with the extra “bucket” for it.")


@dataclass(frozen=True, slots=True, kw_only=True)
class BucketPlace:
    """``endpoint`` None is Amazon's own. ``prefix`` ends with a slash, or is empty."""

    bucket: str
    prefix: str
    endpoint: str | None


class BucketStore:
    """A bucket in which each file lies under its digest."""

    def __init__(self, place: BucketPlace) -> None:
        try:
            boto3: Any = importlib.import_module("boto3")
            config: Any = importlib.import_module("botocore.config")
            errors: Any = importlib.import_module("botocore.exceptions")
        except ImportError:
            raise NoBucketLibrary from None
        self._place = place
        self._errors: Any = (errors.BotoCoreError, errors.ClientError)
        # The newest signature and the bucket in the path: the defaults sign with an old one at other makers' buckets.
        signed = config.Config(
            signature_version="s3v4",
            s3={"addressing_style": "path"},
            retries={"max_attempts": 3, "mode": "standard"},
            connect_timeout=5,
            read_timeout=30,
        )
        self._client: Any = boto3.session.Session().client("s3", endpoint_url=place.endpoint, config=signed)

    def put(self, source: Path | bytes) -> StoredFile:
        """Store a file's content; return where it is found from now on."""
        digest = hashlib.sha256(source).hexdigest() if isinstance(source, bytes) else digest_of(source)
        try:
            return StoredFile(digest=digest, size=self.size(digest))
        except FileMissing:
            pass
        with self._translated(digest), io.BytesIO(source) if isinstance(source, bytes) else source.open("rb") as file:
            self._client.upload_fileobj(file, self._place.bucket, self._key(digest))
        return StoredFile(digest=digest, size=self.size(digest))

    def size(self, digest: str) -> int:
        """Bytes of a file. Raises FileMissing, StoreUnavailable."""
        with self._translated(digest):
            return int(self._client.head_object(**self._where(digest))["ContentLength"])

    def read(self, digest: str, first: int, last: int) -> Iterator[bytes]:
        """The bytes from ``first`` to ``last``, both included. Raises FileMissing, StoreUnavailable."""
        with self._translated(digest):
            answer = self._client.get_object(**self._where(digest), Range=f"bytes={first}-{last}")
        return iter(answer["Body"].iter_chunks(BLOCK))

    @contextmanager
    def local(self, digest: str) -> Iterator[Path]:
        """A copy that is gone when the block ends. Raises FileMissing, StoreUnavailable."""
        with tempfile.TemporaryDirectory(prefix="showhow-") as folder:
            path = Path(folder) / digest
            with self._translated(digest):
                self._client.download_file(self._place.bucket, self._key(digest), str(path))
            yield path

    def delete(self, digest: str) -> None:
        """Remove a file; does nothing where there is none."""
        with self._translated(digest), contextlib.suppress(FileMissing):
            self._client.delete_object(**self._where(digest))

    def signed_address(self, digest: str, *, mimetype: str, seconds: int) -> str | None:
        """A link that anybody may fetch the file from for so long; nobody can change what it stands for."""
        wanted = {
            **self._where(digest),
            "ResponseContentType": mimetype,
            "ResponseCacheControl": f"private, max-age={seconds}",
        }
        return str(self._client.generate_presigned_url("get_object", Params=wanted, ExpiresIn=seconds))

    def close(self) -> None:
        """Let go of the connections."""
        self._client.close()

    def _key(self, digest: str) -> str:
        return f"{self._place.prefix}{checked_digest(digest)}"

    def _where(self, digest: str) -> dict[str, str]:
        return {"Bucket": self._place.bucket, "Key": self._key(digest)}

    @contextmanager
    def _translated(self, digest: str) -> Iterator[None]:
        try:
            yield
        except self._errors as error:
            code = str(getattr(error, "response", {}).get("Error", {}).get("Code", type(error).__name__))
            if code in _GONE:
                raise FileMissing(digest) from None
            raise StoreUnavailable(code) from error
