"""From upload to encodes, with the real ffmpeg: what becomes playable when, what is refused, and what is left on disk."""

import dataclasses
import itertools
import json
import shutil
import socket
import struct
import subprocess
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from portal.accounts import operations as accounts
from portal.guides.clients import ffmpeg as client
from portal.guides.clients.ffmpeg import LOOKING, find_ffmpeg
from portal.guides.jobs.recordings import SLOW, Workshop
from portal.guides.operations import recordings as operations
from portal.guides.operations.library import store_guide
from portal.guides.queries import recordings as queries
from portal.guides.queries.library import guide
from portal.guides.rules.recordings import (
    GIGABYTE,
    MEGABYTE,
    Blur,
    Edits,
    OutputKind,
    Recording,
    RecordingOptions,
    RecordingState,
)
from portal.guides.rules.versions import Origin
from portal.jobs.queue import JobQueue
from portal.storage.database import Database
from portal.storage.files import FolderStore
from tests.conftest import START, Clock
from tests.guides.searching import MADE
from tests.guides.videos import FFMPEG, ffmpeg, fine_pattern, hostile_files, screencast
from tests.people import AUTHOR, PASSWORD

pytestmark = pytest.mark.skipif(shutil.which("ffmpeg") is None, reason="no ffmpeg is installed")
HOSTILE = (
    "ffconcat", "hls", "dash", "sdp", "svg", "html", "zip", "polyglot", "noise", "truncated", "headless", "bomb",
    "sound", "tracks",
)  # fmt: skip


@dataclasses.dataclass
class Bench:
    """Everything between an upload and its encodes, on a database and folders of this test's own."""

    database: Database
    options: RecordingOptions
    store: FolderStore
    media: Path
    queue: JobQueue
    by: int

    def upload(self, file: Path) -> str:
        data = file.read_bytes()
        with self.database.transaction() as session:
            found = operations.begin_recording(
                session, by=self.by, name=file.name, declared_bytes=len(data), options=self.options, now=START
            ).id
        for offset in range(0, len(data), 4 * MEGABYTE):
            with self.database.transaction() as session:
                operations.append_chunk(
                    session, found, by=self.by, offset=offset, data=data[offset : offset + 4 * MEGABYTE],
                    options=self.options, now=START,
                )  # fmt: skip
        return found

    def processed(self, file: Path) -> Recording:
        found = self.upload(file)
        self.queue.sweep()
        self.queue.run_slow()
        return self.recording(found)

    def recording(self, found: str) -> Recording:
        with self.database.session() as session:
            return queries.recording(session, found)

    def edit(self, found: str, edits: Edits) -> None:
        with self.database.transaction() as session:
            operations.edit_recording(session, found, edits, by=self.by, now=START)

    def left(self) -> list[str]:
        """Every file in quarantine and store."""
        folders = (self.options.folder, self.media)
        return sorted(path.name for folder in folders for path in folder.rglob("*") if path.is_file())


@pytest.fixture
def make_bench(database: Database, tmp_path: Path, clock: Clock) -> Callable[..., Bench]:
    def make(**changed: object) -> Bench:
        options = RecordingOptions(
            folder=tmp_path / "uploads", quota_bytes=5 * GIGABYTE, free_disk_bytes=0, low_power=False, scan=None, ffmpeg=None
        )  # fmt: skip
        options = dataclasses.replace(options, **changed)  # type: ignore[arg-type]
        options.folder.mkdir(exist_ok=True)
        store = FolderStore(tmp_path / "media")
        (tmp_path / "media").mkdir(exist_ok=True)
        workshop = Workshop(store, options)
        queue = JobQueue(
            database, folder=tmp_path / "queue", redis_url=None, handlers=workshop.handlers(),
            long=workshop.long_handlers(), slow=SLOW, daily=(), clock=clock,
        )  # fmt: skip
        with database.transaction() as session:
            person = accounts.create_account(
                session, email=AUTHOR.email, name=AUTHOR.name, password=PASSWORD, roles=AUTHOR.roles, now=START
            )
        return Bench(
            database=database, options=options, store=store, media=tmp_path / "media", queue=queue, by=person.id
        )

    return make


@pytest.fixture
def bench(make_bench: Callable[..., Bench]) -> Bench:
    return make_bench()


def looked_at(path: Path) -> dict[str, object]:
    """The picture's facts by ffprobe, and the container's."""
    command = ["ffprobe", "-v", "error", "-print_format", "json", "-show_format", "-show_streams", str(path)]
    found = json.loads(subprocess.run(command, capture_output=True, check=True, text=True).stdout)
    pictures = [stream for stream in found["streams"] if stream["codec_type"] == "video"]
    return {**pictures[0], "format": found["format"], "streams": len(found["streams"])}


def test_a_recording_is_playable_before_it_is_encoded_and_stays_so(bench: Bench, tmp_path: Path) -> None:
    found = bench.upload(screencast(tmp_path / "Sum a row.mp4", sound=True))
    bench.queue.sweep()
    first = bench.recording(found)
    assert (first.state, [output.kind for output in first.outputs]) == (RecordingState.PLAYABLE, [OutputKind.REMUX])
    assert (first.width, first.height, first.has_audio, round(first.seconds)) == (320, 180, True, 4)
    assert [round(still.at, 1) for still in first.strip] == [1.0, 3.0]
    assert first.poster is not None
    bench.queue.run_slow()
    done = bench.recording(found)
    assert done.state is RecordingState.DONE
    kinds = {output.kind: output.media for output in done.outputs}
    assert set(kinds) == {OutputKind.REMUX, OutputKind.H264, OutputKind.AV1}
    assert [media.digest for media in queries.media_of(done)] == [
        kinds[OutputKind.AV1].digest, kinds[OutputKind.H264].digest
    ]  # fmt: skip
    assert kinds[OutputKind.AV1].mimetype == 'video/mp4; codecs="av01.0.08M.08, mp4a.40.2"'
    assert kinds[OutputKind.H264].name == "sum-a-row.mp4"
    for kind, codec in ((OutputKind.H264, "h264"), (OutputKind.AV1, "av1"), (OutputKind.REMUX, "h264")):
        facts = looked_at(bench.store.path(kinds[kind].digest))
        assert (facts["codec_name"], facts["width"], facts["height"]) == (codec, 320, 180)
        assert "A. Person" not in str(facts["format"])
        head = bench.store.path(kinds[kind].digest).read_bytes()
        assert head.index(b"moov") < head.index(b"mdat")
    assert not list(bench.options.folder.iterdir())


def test_a_guide_published_early_offers_the_encodes_when_they_are_there(bench: Bench, tmp_path: Path) -> None:
    found = bench.upload(screencast(tmp_path / "a.mp4"))
    bench.queue.sweep()
    (copy,) = queries.media_of(bench.recording(found))
    early = dataclasses.replace(MADE[0], video=copy, alternatives=(), recording=found, recording_edition=0)
    with bench.database.transaction() as session:
        store_guide(session, early, origin=Origin.BROWSER, now=START)
    bench.queue.run_slow()
    with bench.database.session() as session:
        offered = {media.digest for media in guide(session, early.system, early.slug).sources}
        done = queries.recording(session, found)
    assert {media.digest for media in queries.media_of(done)} <= offered


def test_what_was_refused_takes_no_room(bench: Bench, tmp_path: Path) -> None:
    (tmp_path / "a.mp4").write_bytes(bytes(100_000))
    refused = bench.processed(tmp_path / "a.mp4")
    assert refused.state is RecordingState.FAILED
    with bench.database.session() as session:
        assert queries.bytes_of_person(session, bench.by) == 0


def test_a_browser_recording_gets_its_length_and_an_index(bench: Bench, tmp_path: Path) -> None:
    whole = screencast(tmp_path / "tab.webm", seconds=3, sound=True)
    ffmpeg("-i", str(whole), "-c", "copy", "-f", "webm", "-live", "1", str(tmp_path / "live.webm"))
    assert "duration" not in str(looked_at(tmp_path / "live.webm")["format"])
    found = bench.upload(tmp_path / "live.webm")
    bench.queue.sweep()
    (copy,) = bench.recording(found).outputs
    assert copy.media.mimetype == "video/webm"
    assert float(str(looked_at(bench.store.path(copy.media.digest))["format"]["duration"])) >= 2.9  # type: ignore[index]


def test_low_power_makes_one_small_encode(make_bench: Callable[..., Bench], tmp_path: Path) -> None:
    bench = make_bench(low_power=True)
    done = bench.processed(screencast(tmp_path / "a.mp4", rate=30))
    assert {output.kind for output in done.outputs} == {OutputKind.REMUX, OutputKind.H264}
    (encode,) = queries.media_of(done)
    assert looked_at(bench.store.path(encode.digest))["avg_frame_rate"] == "15/1"


def test_trim_and_blur_replace_everything_that_showed_more(bench: Bench, tmp_path: Path) -> None:
    before = bench.processed(fine_pattern(tmp_path / "a.mp4", seconds=6))
    box = Blur(x=0.25, y=0.25, width=0.5, height=0.5, start=0, end=60)
    bench.edit(before.id, Edits(start=1, end=4, blurs=(box,)))
    waiting = bench.recording(before.id)
    assert (waiting.up_to_date, waiting.outputs) == (False, before.outputs)
    bench.queue.run_slow()
    after = bench.recording(before.id)
    assert (after.state, after.up_to_date) == (RecordingState.DONE, True)
    assert {output.kind for output in after.outputs} == {OutputKind.H264, OutputKind.AV1}
    assert round(after.seconds, 1) == 3.0
    fallback = queries.media_of(after)[-1]
    assert abs(float(str(looked_at(bench.store.path(fallback.digest))["duration"])) - 3) < 0.15
    assert edges_inside(bench.store.path(fallback.digest)) < edges_inside(tmp_path / "a.mp4") / 4
    assert edges_inside(bench.store.path(after.strip[0].media.digest)) < edges_inside(tmp_path / "a.mp4") / 4
    bench.queue.sweep()  # forgets what showed more
    for output in before.outputs:
        assert not (bench.media / output.media.digest[:2] / output.media.digest).exists()


def edges_inside(path: Path) -> int:
    """How often the brightness jumps from one pixel to the next, in the middle of the first picture."""
    command = [FFMPEG, "-v", "error", "-i", str(path), "-frames:v", "1"]
    command += ["-vf", "scale=320:180,crop=120:70:100:55", "-f", "rawvideo", "-pix_fmt", "gray", "-"]
    pixels = subprocess.run(command, capture_output=True, check=True).stdout
    return sum(abs(one - other) > 12 for one, other in itertools.pairwise(pixels))


def test_a_frame_is_made_for_the_second_that_was_asked_for(bench: Bench, tmp_path: Path) -> None:
    done = bench.processed(screencast(tmp_path / "a.mp4", seconds=6))
    with bench.database.transaction() as session:
        operations.choose_poster(session, done.id, 2.2, now=START)
    bench.queue.sweep()
    poster = bench.recording(done.id).poster
    assert poster is not None
    assert poster.at == 2.2
    assert bench.store.path(poster.media.digest).read_bytes()[:3] == b"\xff\xd8\xff"


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    return hostile_files(tmp_path_factory.mktemp("hostile"))


@pytest.fixture
def most_memory(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The most memory of each program that ran, in bytes."""
    measured: list[int] = []
    run = client.run_limited

    def measuring(*arguments: object, **named: object) -> object:
        ran = run(*arguments, **named)  # type: ignore[arg-type]
        measured.append(ran.most_memory)
        return ran

    monkeypatch.setattr(client, "run_limited", measuring)
    return measured


REASONS = {
    "truncated": "The end of the file is missing",
    "bomb": "The picture is 8192 × 8192",
    "sound": "There is only sound in this file",
    "tracks": "There are 200 tracks in this file",
    "polyglot": "can’t be read",
    "noise": "can’t be read",
    "headless": "can’t be read",
}


@pytest.mark.parametrize("trick", HOSTILE)
def test_a_hostile_file_is_refused_and_leaves_nothing(
    bench: Bench, hostile: dict[str, Path], most_memory: list[int], trick: str
) -> None:
    refused = bench.processed(hostile[trick])
    assert refused.state is RecordingState.FAILED
    assert REASONS.get(trick, "This isn’t an MP4, MOV, WebM or MKV video") in str(refused.reason)
    assert (refused.outputs, refused.strip, refused.can_retry()) == ((), (), False)
    assert bench.left() == []
    print(f"{trick}: {max(most_memory, default=0) / MEGABYTE:.0f} MB")
    assert max(most_memory, default=0) < min(LOOKING.memory_bytes, 200 * MEGABYTE)


def test_after_hostile_files_the_worker_goes_on(bench: Bench, hostile: dict[str, Path], tmp_path: Path) -> None:
    for trick in ("bomb", "tracks", "ffconcat"):
        bench.upload(hostile[trick])
    assert bench.processed(screencast(tmp_path / "a.mp4")).state is RecordingState.DONE


def test_sixteen_minutes_are_refused(bench: Bench, tmp_path: Path) -> None:
    long = screencast(tmp_path / "long.mp4", seconds=16 * 60, size="16x16", rate=1)
    assert "The video lasts 16 minutes" in str(bench.processed(long).reason)


def test_a_hundred_frames_a_second_are_refused(bench: Bench, tmp_path: Path) -> None:
    fast = screencast(tmp_path / "fast.mp4", seconds=2, size="64x64", rate=100)
    assert "100 frames a second" in str(bench.processed(fast).reason)


def test_what_the_scanner_finds_is_gone_and_where_it_is_silent_nothing_gets_in(
    make_bench: Callable[..., Bench], tmp_path: Path
) -> None:
    scanner = tmp_path / "scanner"
    scanner.write_text(f"#!/bin/sh\nexit $(cat {tmp_path / 'verdict'})\n")
    scanner.chmod(0o755)
    bench = make_bench(scan=str(scanner))
    video = screencast(tmp_path / "a.mp4")
    (tmp_path / "verdict").write_text("1")
    assert "scanner refuses" in str(bench.processed(video).reason)
    assert bench.left() == []
    (tmp_path / "verdict").write_text("2")
    silent = bench.processed(video)
    assert "gave no answer" in str(silent.reason)
    assert silent.can_retry()
    (tmp_path / "verdict").write_text("0")
    with bench.database.transaction() as session:
        operations.retry_processing(session, silent.id, now=START)
    bench.queue.sweep()
    bench.queue.run_slow()
    assert bench.recording(silent.id).state is RecordingState.DONE


@pytest.mark.parametrize(("answer", "reason"), [(b"stream: Eicar FOUND\0", "scanner refuses"), (b"", "no answer")])
def test_clamav_is_asked_over_its_socket(
    make_bench: Callable[..., Bench], tmp_path: Path, answer: bytes, reason: str
) -> None:
    video = screencast(tmp_path / "a.mp4")
    received = bytearray()
    listening = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    listening.bind(str(tmp_path / "clamd.sock"))
    listening.listen(1)

    def serve() -> None:
        connection, _ = listening.accept()
        with connection, connection.makefile("rb") as stream:
            assert stream.read(10) == b"zINSTREAM\0"
            while length := struct.unpack("!I", stream.read(4))[0]:
                received.extend(stream.read(length))
            connection.sendall(answer)

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        bench = make_bench(scan=f"clamav:{tmp_path / 'clamd.sock'}")
        assert reason in str(bench.processed(video).reason)
    finally:
        thread.join(20)
        listening.close()
    assert bytes(received) == video.read_bytes()


def test_without_ffmpeg_it_says_so_and_can_be_tried_again(make_bench: Callable[..., Bench], tmp_path: Path) -> None:
    bench = make_bench(ffmpeg=str(tmp_path / "nothing"))
    failed = bench.processed(screencast(tmp_path / "a.mp4"))
    assert "Videos can’t be processed on this server" in str(failed.reason)
    assert failed.can_retry()
    assert len(bench.left()) == 1


def test_what_a_killed_worker_left_is_taken_up(bench: Bench, tmp_path: Path) -> None:
    found = bench.upload(screencast(tmp_path / "a.mp4"))
    bench.queue.sweep()
    left = operations.quarantined(bench.options, found).with_name("work")
    left.mkdir(parents=True)
    (left / "made.mp4").write_bytes(b"half of an encode")
    bench.queue.run_slow()
    assert bench.recording(found).state is RecordingState.DONE
    assert not left.exists()


def test_limits_hold_for_a_program_that_wants_more(tmp_path: Path) -> None:
    found = find_ffmpeg(None)
    tiny = dataclasses.replace(LOOKING, memory_bytes=20 * MEGABYTE)
    ran = client.run_limited([found.path, "-version"], limits=tiny, folder=tmp_path)
    assert ran.code != 0
    ended = client.run_limited(["sleep", "60"], limits=dataclasses.replace(LOOKING, seconds=0), folder=tmp_path)
    assert ended.code is None
