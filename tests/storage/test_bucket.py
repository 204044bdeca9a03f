"""The bucket keeps the same promises as the folder; without its library it says what to install."""

import importlib
from collections.abc import Iterator
from contextlib import closing

import pytest

from portal.storage.bucket import BucketPlace, BucketStore, NoBucketLibrary
from portal.storage.files import FileMissing, StoreUnavailable, content_of
from tests.serve.test_media import bucket

__all__ = ["bucket"]


@pytest.fixture
def store(bucket: str) -> Iterator[BucketStore]:
    made = BucketStore(BucketPlace(bucket="showhow", prefix="media/", endpoint=bucket))
    yield made
    made.close()


def test_a_bucket_stores_reads_and_forgets(store: BucketStore) -> None:
    data = bytes(range(256)) * 3000
    stored = store.put(data)
    assert store.put(data) == stored
    assert store.size(stored.digest) == len(data)
    assert b"".join(store.read(stored.digest, 10, 700_000)) == data[10:700_001]
    assert content_of(store, stored.digest) == data
    store.delete(stored.digest)
    store.delete(stored.digest)
    for ask in (store.size, lambda digest: content_of(store, digest), lambda digest: store.read(digest, 0, 1)):
        with pytest.raises(FileMissing):
            ask(stored.digest)


def test_a_wrong_key_is_told_from_a_missing_file(bucket: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "wrong")
    store = BucketStore(BucketPlace(bucket="showhow", prefix="", endpoint=bucket))
    with pytest.raises(StoreUnavailable), closing(store):
        store.put(b"x")


def test_without_the_library_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> object:
        raise ImportError(name)

    monkeypatch.setattr(importlib, "import_module", missing)
    with pytest.raises(NoBucketLibrary, match="extra “bucket”"):
        BucketStore(BucketPlace(bucket="showhow", prefix="", endpoint=None))


def test_a_digest_is_never_a_path(store: BucketStore, tmp_path: object) -> None:
    for digest in ("../secret", "0" * 63, "0" * 63 + "/"):
        with pytest.raises(FileMissing):
            store.size(digest)
