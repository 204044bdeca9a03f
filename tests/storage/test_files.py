"""Files by what is in them."""

from pathlib import Path

import pytest

from portal.storage.files import FileMissing, FolderStore


def test_the_same_content_is_stored_once_and_found_by_its_digest(tmp_path: Path) -> None:
    store = FolderStore(tmp_path / "media")
    source = tmp_path / "video.mp4"
    source.write_bytes(b"moving picture")
    first, second = store.put(source), store.put(b"moving picture")
    assert first == second
    assert store.path(first.digest).read_bytes() == b"moving picture"
    assert len([path for path in (tmp_path / "media").rglob("*") if path.is_file()]) == 1


@pytest.mark.parametrize("digest", ["0" * 64, "../../etc/passwd", "", "ABC", "g" * 64])
def test_what_is_no_stored_digest_is_refused(tmp_path: Path, digest: str) -> None:
    with pytest.raises(FileMissing):
        FolderStore(tmp_path).path(digest)
