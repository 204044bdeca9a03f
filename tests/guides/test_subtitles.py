"""Captions of other programs are read, and written anew."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.core.documents import Problems
from portal.guides.formats.captions import read_captions
from portal.guides.formats.guide_writer import written_captions
from portal.guides.formats.subtitles import read_subtitles
from portal.guides.rules.library import Cue

SRT = """1
00:00:04,500 --> 00:00:07,000
Second <i>line</i>
of it

2
00:00:01,000 --> 00:00:02,000 X1:20
{\\an8}First & foremost
"""


def test_srt_is_read_in_order_without_its_markup() -> None:
    problems = Problems()
    cues = read_subtitles(SRT.encode(), "a.srt", problems)
    assert not list(problems)
    assert cues == (
        Cue(start=1.0, end=2.0, text="First & foremost"),
        Cue(start=4.5, end=7.0, text="Second line of it"),
    )


def test_vtt_from_elsewhere_loses_styles_notes_and_scripts() -> None:
    text = (
        "WEBVTT - made by a program\n\nSTYLE\n::cue { color: red }\n\nNOTE hidden\n\nintro\n"
        "00:01.000 --> 00:02.000 line:0\n<v Ann><script>alert(1)</script>Hello &amp; welcome</v>\n"
    )
    (cue,) = read_subtitles(text.encode(), "a.vtt", Problems())
    assert cue == Cue(start=1.0, end=2.0, text="alert(1)Hello & welcome")


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "line 1: There are no captions"),
        (b"\x00\x01-->", "line 1: There are no captions"),
        (b"00:00:01,000 --> soon\nHello\n", "line 1: “00:00:01,000 --> soon” isn't a pair of times"),
        (b"1\n00:00:02,000 --> 00:00:01,000\nHello\n", "line 2: This caption ends before"),
        (b"00:00:01,000 --> 00:00:02,000\n\n", "line 1: No caption"),
        (b"x" * (1024 * 1024 + 1), "larger than 1 MB"),
    ],
)
def test_what_cannot_be_read_is_named_by_its_line(data: bytes, words: str) -> None:
    problems = Problems()
    read_subtitles(data, "a.srt", problems)
    assert any(words in str(problem) for problem in problems), list(map(str, problems))


def test_an_old_windows_file_keeps_its_letters() -> None:
    (cue,) = read_subtitles("00:00:01,000 --> 00:00:02,000\n£5 – café".encode("cp1252"), "a.srt", Problems())
    assert cue.text == "£5 – café"


TEXT = st.text(alphabet=string.ascii_letters + "<>&;-/#:'\" éΣ→", min_size=1, max_size=40).filter(
    lambda text: text.strip()
)


@given(st.lists(TEXT, min_size=1, max_size=5))
def test_captions_written_here_read_back_word_for_word(texts: list[str]) -> None:
    cues = tuple(
        Cue(start=number + 0.25, end=number + 0.75, text=" ".join(text.split())) for number, text in enumerate(texts)
    )
    problems = Problems()
    assert read_captions(written_captions(cues), "captions.vtt", problems) == cues
    assert not list(problems)
