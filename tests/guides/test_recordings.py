"""Taking in recordings: sizes, offsets, quota, disk, and what is left when one is thrown away."""

import dataclasses
import datetime as dt
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.accounts import operations as accounts
from portal.core.errors import ShowhowError
from portal.guides.models.recordings import RecordingFile, RecordingRow
from portal.guides.operations import recordings as operations
from portal.guides.queries import recordings as queries
from portal.guides.rules.library import Media
from portal.guides.rules.recordings import (
    GIGABYTE,
    MEGABYTE,
    AlreadyReceived,
    Blur,
    DiskFull,
    Edits,
    EmptyUpload,
    NotYourRecording,
    Output,
    OutputKind,
    QuotaFull,
    RecordingOptions,
    RecordingState,
    StillInUse,
    TooLarge,
    UnknownRecording,
    UnusableEdits,
    WrongOffset,
    sources,
    strip_seconds,
)
from portal.jobs.models import Job
from tests.conftest import START
from tests.people import AUTHOR, PASSWORD, RECRUITER, Named


def person(session: Session, named: Named = AUTHOR) -> int:
    made = accounts.create_account(
        session, email=named.email, name=named.name, password=PASSWORD, roles=named.roles, now=START
    )
    return made.id


@pytest.fixture
def options(tmp_path: Path) -> RecordingOptions:
    return RecordingOptions(
        folder=tmp_path / "uploads", quota_bytes=GIGABYTE, free_disk_bytes=0, low_power=False, scan=None, ffmpeg=None
    )


def begin(session: Session, by: int, options: RecordingOptions, size: int | None = 10, *, growing: bool = False) -> str:
    return operations.begin_recording(
        session,
        by=by,
        name="C:\\My films\\Sum a row.mp4",
        declared_bytes=size,
        growing=growing,
        options=options,
        now=START,
    ).id


def append(session: Session, found: str, by: int, offset: int, data: bytes, options: RecordingOptions) -> int:
    return operations.append_chunk(session, found, by=by, offset=offset, data=data, options=options, now=START)


def waiting(session: Session) -> list[str]:
    return list(session.scalars(select(Job.handler).order_by(Job.id)))


def test_a_file_arrives_in_parts_and_is_then_handed_to_the_worker(session: Session, options: RecordingOptions) -> None:
    by = person(session)
    found = begin(session, by, options)
    assert queries.recording(session, found).name == "Sum a row.mp4"
    assert append(session, found, by, 0, b"01234", options) == 5
    assert waiting(session) == []
    assert queries.recording(session, found).percent == 50
    assert append(session, found, by, 5, b"56789", options) == 10
    assert queries.recording(session, found).state is RecordingState.RECEIVED
    assert waiting(session) == [operations.PREPARE]
    assert operations.quarantined(options, found).read_bytes() == b"0123456789"
    with pytest.raises(AlreadyReceived):
        append(session, found, by, 10, b"x", options)


def test_an_offset_that_does_not_fit_says_where_to_go_on(session: Session, options: RecordingOptions) -> None:
    by = person(session)
    found = begin(session, by, options)
    append(session, found, by, 0, b"0123", options)
    for offset in (0, 3, 5):
        with pytest.raises(WrongOffset) as caught:
            append(session, found, by, offset, b"x", options)
        assert caught.value.expected == 4


def test_bytes_of_a_change_that_was_not_stored_are_written_over(session: Session, options: RecordingOptions) -> None:
    by = person(session)
    found = begin(session, by, options)
    append(session, found, by, 0, b"0123", options)
    with operations.quarantined(options, found).open("ab") as file:
        file.write(b"left by a process that was killed before it committed")
    append(session, found, by, 4, b"456789", options)
    assert operations.quarantined(options, found).read_bytes() == b"0123456789"


def test_a_growing_recording_ends_when_it_is_told_to(session: Session, options: RecordingOptions) -> None:
    by = person(session)
    found = begin(session, by, options, None, growing=True)
    with pytest.raises(EmptyUpload):
        operations.finish_recording(session, found, by=by, now=START)
    append(session, found, by, 0, b"first second", options)
    append(session, found, by, 12, b"second second", options)
    done = operations.finish_recording(session, found, by=by, now=START)
    assert (done.declared_bytes, done.state) == (25, RecordingState.RECEIVED)
    operations.finish_recording(session, found, by=by, now=START)
    assert waiting(session) == [operations.PREPARE]


@pytest.mark.parametrize(
    ("size", "error"), [(3 * GIGABYTE, TooLarge), (500 * MEGABYTE + 1, TooLarge), (0, EmptyUpload), (None, EmptyUpload)]
)
def test_a_length_that_can_not_be_is_refused_before_a_byte_is_sent(
    session: Session, options: RecordingOptions, size: int | None, error: type[ShowhowError]
) -> None:
    by = person(session)
    with pytest.raises(error):
        begin(session, by, options, size)
    assert not options.folder.exists()
    assert session.scalar(select(func.count()).select_from(RecordingRow)) == 0


def test_more_than_was_announced_is_refused(session: Session, options: RecordingOptions) -> None:
    by = person(session)
    found = begin(session, by, options)
    with pytest.raises(TooLarge):
        append(session, found, by, 0, b"01234567890", options)
    assert not operations.quarantined(options, found).exists()


def test_only_the_person_who_began_goes_on(session: Session, options: RecordingOptions) -> None:
    found = begin(session, person(session), options)
    with pytest.raises(NotYourRecording):
        append(session, found, person(session, RECRUITER), 0, b"x", options)


def test_quota_and_free_disk_hold(session: Session, options: RecordingOptions) -> None:
    by = person(session)
    begin(session, by, options, 400 * MEGABYTE)
    begin(session, by, options, 400 * MEGABYTE)
    with pytest.raises(QuotaFull, match="1 GB"):
        begin(session, by, options, 400 * MEGABYTE)
    begin(session, person(session, RECRUITER), options, 400 * MEGABYTE)
    full = dataclasses.replace(options, quota_bytes=5 * GIGABYTE, free_disk_bytes=1 << 60)
    with pytest.raises(DiskFull):
        begin(session, by, full, 10)


def test_a_discarded_recording_leaves_nothing(session: Session, options: RecordingOptions) -> None:
    by = person(session)
    found = begin(session, by, options)
    append(session, found, by, 0, b"0123", options)
    operations.discard_recording(session, found, by=by, options=options, now=START)
    assert list(options.folder.iterdir()) == []
    with pytest.raises(UnknownRecording):
        queries.recording(session, found)


def test_what_nobody_continues_is_thrown_away(session: Session, options: RecordingOptions) -> None:
    by = person(session)
    left, alive = begin(session, by, options), begin(session, by, options)
    later = START + dt.timedelta(days=1.5)
    operations.append_chunk(session, alive, by=by, offset=0, data=b"x", options=options, now=later)
    operations.discard_abandoned(session, options=options, now=START + dt.timedelta(days=2.1))
    with pytest.raises(UnknownRecording):
        queries.recording(session, left)
    assert queries.recording(session, alive).received_bytes == 1


def processed(session: Session, by: int, options: RecordingOptions) -> str:
    found = begin(session, by, options)
    row = queries.recording_row(session, found)
    row.seconds, row.width, row.height, row.state = 20.0, 640, 360, RecordingState.DONE
    for kind, at in ((OutputKind.H264, None), (OutputKind.STILL, 3.0), (OutputKind.STILL, 9.0)):
        session.add(
            RecordingFile(
                recording_id=row.id, edition=0, kind=kind, at=at, in_strip=at is not None, seconds=0 if at else 20.0,
                digest=str(at or 1)[0] * 64, name="x.mp4", mimetype="video/mp4", size=9,
            )
        )  # fmt: skip
    session.flush()
    return found


def test_edits_ask_for_a_new_edition_and_keep_the_old_one(session: Session, options: RecordingOptions) -> None:
    by = person(session)
    found = processed(session, by, options)
    box = Blur(x=0.1, y=0.1, width=0.2, height=0.1, start=0, end=20)
    edited = operations.edit_recording(session, found, Edits(start=2, end=30, blurs=(box,)), by=by, now=START)
    assert edited.edits == Edits(start=2, end=None, blurs=(box,))
    assert (edited.state, edited.playable, edited.up_to_date) == (RecordingState.ENCODING, True, False)
    assert waiting(session) == [operations.ENCODE]
    operations.edit_recording(session, found, edited.edits, by=by, now=START)
    assert waiting(session) == [operations.ENCODE]


@pytest.mark.parametrize(
    "edits",
    [
        Edits(start=5, end=5.2),
        Edits(start=-1),
        Edits(start=float("nan")),
        Edits(blurs=(Blur(x=0.9, y=0, width=0.2, height=0.1, start=0, end=1),)),
        Edits(blurs=(Blur(x=0, y=0, width=0.2, height=0.1, start=3, end=1),)),
        Edits(blurs=(Blur(x=0, y=0, width=0.2, height=0.1, start=0, end=1),) * 21),
    ],
)
def test_edits_that_do_not_fit_are_refused(session: Session, options: RecordingOptions, edits: Edits) -> None:
    by = person(session)
    found = processed(session, by, options)
    with pytest.raises(UnusableEdits):
        operations.edit_recording(session, found, edits, by=by, now=START)


def test_a_still_is_the_nearest_until_the_exact_one_is_made(session: Session, options: RecordingOptions) -> None:
    by = person(session)
    found = processed(session, by, options)
    near = operations.still_at(session, found, 3.04, now=START)
    assert (near and near.at, waiting(session)) == (3.0, [])
    far = operations.still_at(session, found, 5.0, now=START)
    assert (far and far.at, waiting(session)) == (3.0, [operations.MAKE_STILL])
    chosen = operations.choose_poster(session, found, 9.0, now=START).poster
    assert chosen is not None
    assert chosen.at == 9.0
    with pytest.raises(UnusableEdits):
        operations.still_at(session, found, 21, now=START)


def test_before_it_was_checked_nothing_can_be_edited(session: Session, options: RecordingOptions) -> None:
    by = person(session)
    found = begin(session, by, options)
    with pytest.raises(StillInUse):
        operations.edit_recording(session, found, Edits(start=1), by=by, now=START)


def test_files_are_kept_while_anything_names_them(session: Session, options: RecordingOptions) -> None:
    by = person(session)
    found = processed(session, by, options)
    digests = {"1" * 64, "3" * 64, "f" * 64}
    assert queries.digests_in_use(session, digests) == {"1" * 64, "3" * 64}
    operations.discard_recording(session, found, by=by, options=options, now=START)
    assert queries.digests_in_use(session, digests) == frozenset()
    assert waiting(session) == [operations.FORGET_FILES] * 3


def test_a_player_is_offered_the_best_first_and_the_copy_only_until_encodes_are_there() -> None:
    def output(kind: OutputKind) -> Output:
        return Output(kind=kind, edition=0, media=Media(digest=kind.value, name="x", mimetype="video/mp4", size=1))

    remux, h264, av1 = (output(kind) for kind in (OutputKind.REMUX, OutputKind.H264, OutputKind.AV1))
    assert [media.digest for media in sources([remux])] == ["remux"]
    assert [media.digest for media in sources([remux, h264])] == ["h264"]
    assert [media.digest for media in sources([remux, h264, av1])] == ["av1", "h264"]


def test_the_strip_spreads_over_the_recording() -> None:
    assert strip_seconds(1.0) == (0.5,)
    assert strip_seconds(8.0) == (1.0, 3.0, 5.0, 7.0)
    assert len(strip_seconds(900)) == 24
