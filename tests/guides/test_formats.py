"""Guide files: sound ones are read, broken ones are named."""

import shutil
from pathlib import Path

import pytest

from portal.catalogue.formats.catalogue_yaml import read_catalogue
from portal.core.documents import Problems
from portal.guides.formats.captions import read_captions
from portal.guides.formats.folder import read_guides
from portal.guides.formats.times import seconds_of
from portal.guides.rules.library import Cue
from tests.content import CATALOGUE


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("0:12", 12), ("1:02.5", 62.5), ("1:00:00", 3600), ("0:60", None), ("12", None), ("-0:01", None), ("", None)],
)
def test_times(text: str, seconds: float | None) -> None:
    assert seconds_of(text) == seconds


def problems_of(captions: str) -> list[str]:
    problems = Problems()
    read_captions(captions.encode(), "captions.vtt", problems)
    return [str(problem) for problem in problems]


@pytest.mark.parametrize(
    ("captions", "says"),
    [
        ("00:00:01.000 --> 00:00:02.000\nText\n", "line 1: The file doesn't start with WEBVTT"),
        ("WEBVTT\n\n00:00:01,000 --> 00:00:02.000\nText\n", "line 3: “00:00:01,000” isn't a time"),
        ("WEBVTT\n\n00:00:01.000 -->\nText\n", "line 3: “” isn't a time"),
        ("WEBVTT\n\n00:00:01.000 --> 00:00:01.000\nText\n", "line 3: This caption ends before it starts"),
        ("WEBVTT\n\n00:05.000 --> 00:06.000\nA\n\n00:01.000 --> 00:02.000\nB\n", "line 6: This caption starts before"),
        ("WEBVTT\n", "There are no captions"),
    ],
)
def test_broken_captions(captions: str, says: str) -> None:
    assert any(says in problem for problem in problems_of(captions)), problems_of(captions)


def test_captions_are_kept_as_plain_text() -> None:
    problems = Problems()
    text = "WEBVTT\n\n1\n00:01.000 --> 00:02.500 align:start\n<v Sam>Press <b>Save</b> &amp;\nclose.\n"
    assert read_captions(text.encode(), "c", problems) == (Cue(start=1, end=2.5, text="Press Save & close."),)
    assert len(problems) == 0


def test_every_folder_problem_is_named(content_root: Path) -> None:
    problems = Problems()
    catalogue = read_catalogue(CATALOGUE.encode(), "catalogue.yaml", problems)
    assert catalogue is not None
    videos = content_root / "content" / "videos"
    original = videos / "spreadsheets" / "freeze-the-heading-row"
    shutil.copytree(original, videos / "spreadsheets" / "twice")
    shutil.copytree(original, videos / "email" / "wrong-place")
    no_captions = shutil.copytree(original, videos / "spreadsheets" / "no-captions")
    (no_captions / "captions.vtt").unlink()
    (no_captions / "notes.txt").write_text("x")
    not_a_video = shutil.copytree(original, videos / "spreadsheets" / "not-a-video")
    (not_a_video / "video.mp4").write_bytes(b"ffconcat version 1.0\nfile /etc/passwd\n")
    cut_off = shutil.copytree(original, videos / "spreadsheets" / "cut-off")
    (cut_off / "video.mp4").write_bytes((cut_off / "video.mp4").read_bytes()[:40])
    late = shutil.copytree(original, videos / "spreadsheets" / "late")
    (late / "guide.yaml").write_text((late / "guide.yaml").read_text().replace('"0:01"', '"9:59"'))
    read_guides(videos, catalogue=catalogue, root=content_root, problems=problems)
    told = "\n".join(str(problem) for problem in problems)
    for says in (
        "spreadsheets/twice/guide.yaml: The code G-101 belongs to spreadsheets/freeze-the-heading-row already",
        "email/wrong-place/guide.yaml, line 4: The guide lies in the folder of “email”",
        "no-captions/captions.vtt: The file is missing",
        "no-captions/notes.txt: This file has no place in a guide",
        "not-a-video/video.mp4: This isn't an MP4 or WebM video",
        "cut-off/video.mp4: The video has no length",
        "starts after the video's end",
    ):
        assert says in told, told
