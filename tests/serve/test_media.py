"""Recordings on real servers: a worker that is killed, and two servers with a bucket between them."""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from portal.storage.bucket import BucketPlace, BucketStore
from tests.databases import extra_database
from tests.guides.videos import screencast
from tests.serve.authors import Author, add_author
from tests.serve.test_recovery import Server

pytestmark = [
    pytest.mark.skipif(shutil.which("ffmpeg") is None, reason="no ffmpeg is installed"),
    pytest.mark.timeout(240),
]
PAUSE = threading.Event()


@pytest.fixture
def own_database(database_url: str, tmp_path: Path) -> Iterator[str]:
    """A database that nobody else uses, on the engine under test."""
    with extra_database(database_url, name=f"media_{os.getpid()}", folder=tmp_path) as url:
        yield url


def encoders(server: Server) -> list[psutil.Process]:
    """The encoders at work, and nothing else."""
    found = []
    for one in psutil.Process(server.process.pid).children(recursive=True):
        with contextlib.suppress(psutil.NoSuchProcess):
            if "libx264" in one.cmdline() or "libsvtav1" in one.cmdline():
                found.append(one)
    return found


def until(found: object, seconds: float = 60) -> None:
    for _ in range(int(seconds / 0.02)):
        if found():  # type: ignore[operator]
            return
        PAUSE.wait(0.02)
    raise AssertionError("it never happened")


def test_a_killed_worker_costs_nothing_but_time(tmp_path: Path, own_database: str) -> None:
    server = Server(tmp_path, own_database)
    with contextlib.ExitStack() as running:
        running.callback(server.stop)
        server.start()
        add_author(own_database)
        author = running.enter_context(contextlib.closing(Author(server.port)))
        recording = author.upload(screencast(tmp_path / "busy.mp4", seconds=12, size="1280x720", rate=30))
        author.wait_for(recording, playable=True)
        (first,) = author.sources(recording)
        until(lambda: encoders(server), 120)
        (encoder,) = encoders(server)
        worker = next(one for one in server.children() if encoder in one.children(recursive=True))
        worker.send_signal(signal.SIGKILL)
        until(lambda: not encoder.is_running() or encoder.status() == psutil.STATUS_ZOMBIE)
        assert author.request("GET", first, Range="bytes=0-99")[0] == 206
        assert author.state(recording)["playable"]
        assert author.wait_for(recording, state="done")["outputs"] == 3
        assert author.request("GET", first, Range="bytes=0-99")[0] == 206
        assert list((tmp_path / "instance" / "uploads").iterdir()) == []


@pytest.fixture
def bucket(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The address of a server that speaks S3 and checks signatures, with the bucket “showhow”."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "showhow")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "a-secret-for-this-test")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    (tmp_path / "bucket" / "showhow").mkdir(parents=True)
    environment = {**os.environ, "NANIO_ACCESS_KEY": "showhow", "NANIO_SECRET_KEY": "a-secret-for-this-test"}
    command = [sys.executable, "-m", "nanio", "serve", "--data-dir", str(tmp_path / "bucket"), "--host", "127.0.0.1"]
    process = subprocess.Popen(
        [*command, "--port", str(port), "--no-access-log"], env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )  # fmt: skip
    address = f"http://127.0.0.1:{port}"
    try:
        until(lambda: fetched(address + "/") != 0)
        yield address
    finally:
        process.terminate()
        process.wait(20)


def fetched(address: str, **headers: str) -> int:
    """The status of an address; 0 where nobody answers."""
    request = urllib.request.Request(address, headers=headers)  # noqa: S310 (our own address)
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310
            return int(answer.status)
    except urllib.error.HTTPError as error:
        with error:
            return error.code
    except OSError:
        return 0


def test_what_one_server_takes_in_another_plays_from_the_bucket(tmp_path: Path, own_database: str, bucket: str) -> None:
    shared = {
        "SHOWHOW_MEDIA_URL": "s3://showhow/media",
        "SHOWHOW_S3_ENDPOINT": bucket,
        "SHOWHOW_DELIVERY": "s3-presigned",
        "SHOWHOW_UPLOADS": str(tmp_path / "uploads"),
        "SHOWHOW_SECRET_KEY": "s" * 32,
    }
    servers = []
    with contextlib.ExitStack() as running:
        for name in ("one", "two"):
            server = Server(tmp_path / name, own_database)
            server.environment |= shared
            server.start()
            running.callback(server.stop)
            servers.append(server)
        add_author(own_database)
        author, other = (running.enter_context(contextlib.closing(Author(one.port))) for one in servers)
        recording = author.upload(screencast(tmp_path / "a.mp4", seconds=2))
        other.wait_for(recording, state="done")
        address = other.sources(recording)[0]
        status, headers, _ = other.request("GET", address)
        assert status == 302
        assert f"media-src 'self' {bucket}" in headers["Content-Security-Policy"]
        signed = headers["Location"]
        assert signed.startswith(f"{bucket}/showhow/media/")
        assert fetched(signed, Range="bytes=0-99") == 206
        assert fetched(signed.replace("X-Amz-Signature=", "X-Amz-Signature=0")) == 403
        assert fetched(signed.replace("X-Amz-Expires=7200", "X-Amz-Expires=72000")) == 403
        assert fetched(signed.partition("?")[0]) == 403
        other_digest = "0" * 64
        assert fetched(signed.replace(address.split("/")[2], other_digest)) == 403
        assert (tmp_path / "one" / "instance" / "media").exists() is False
    with contextlib.closing(BucketStore(BucketPlace(bucket="showhow", prefix="media/", endpoint=bucket))) as store:
        brief = store.signed_address(address.split("/")[2], mimetype="video/mp4", seconds=1)
    assert brief is not None
    until(lambda: fetched(brief) == 403)
