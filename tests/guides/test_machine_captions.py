"""Captions drafted by a program of the council's own: a small one written by the test, run for real in the worker."""

import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask

from portal.guides.clients.machine_captions import why_off
from portal.guides.operations import drafts as operations
from portal.guides.queries import drafts as queries
from portal.guides.rules.drafts import Draft
from portal.guides.rules.machine_captions import NOTE, arguments, checked_command
from portal.storage.database import Database
from tests.conftest import START
from tests.guides.videos import screencast
from tests.pages import PageClient
from tests.people import AUTHOR, Named

PROGRAM = """\
import pathlib, sys, wave
sound, output, words = sys.argv[1:]
with wave.open(sound) as file:
    assert (file.getnchannels(), file.getframerate()) == (1, 16000)
    seconds = file.getnframes() / file.getframerate()
assert "Spreadsheets" in words and "excel" in words
pathlib.Path(output + ".srt").write_text(f"1\\n00:00:00,500 --> 00:00:01,500\\nI heard {seconds:.0f} seconds.\\n")
"""
CAPTIONS = "/authoring/drafts/G-101/captions/"


def test_a_command_says_where_sound_and_captions_are() -> None:
    command = checked_command("run -f {audio} -of {output} --prompt {words}")
    filled = arguments(command, audio="/a b.wav", output="/out; rm -rf /", words=["one", "two {audio}"])
    assert filled == ("run", "-f", "/a b.wav", "-of", "/out; rm -rf /", "--prompt", "one, two {audio}")
    with pytest.raises(ValueError, match="where the sound is"):
        checked_command("run {audio}")


def test_it_says_why_it_is_off() -> None:
    assert why_off(None) == "no program is set (SHOWHOW_CAPTIONS_COMMAND)"
    assert why_off("/nowhere/whisper {audio} {output}") == "/nowhere/whisper can’t be started"
    assert why_off(f"{sys.executable} {{audio}} {{output}}") is None


@pytest.fixture
def environment(environment: dict[str, str], tmp_path: Path, request: pytest.FixtureRequest) -> dict[str, str]:
    program = tmp_path / "program.py"
    program.write_text(getattr(request, "param", PROGRAM))
    uploads = tmp_path / "uploads"
    command = f"{sys.executable} {program} {{audio}} {{output}} {{words}}"
    return {**environment, "SHOWHOW_CAPTIONS_COMMAND": command, "SHOWHOW_UPLOADS": str(uploads)}


@pytest.fixture
def author(
    content_root: Path, app: Flask, signed_in: Callable[[Named], PageClient], run_command: Callable[..., object]
) -> PageClient:
    """With a draft of a guide that has sound and no captions."""
    folder = content_root / "content/videos/spreadsheets/freeze-the-heading-row"
    screencast(folder / "video.mp4", seconds=3, sound=True)
    (folder / "guide.yaml").write_text((folder / "guide.yaml").read_text().replace("silent: true\n", ""))
    run_command("content", "sync")
    browser = signed_in(AUTHOR)
    with app.extensions["showhow"].database.transaction() as session:
        operations.edit_guide(session, "G-101", now=START)
        operations.replace_cues(session, "G-101", (), note="", now=START)
    return browser


def drafted(app: Flask, author: PageClient, database: Database) -> Draft:
    """Press the button and let the worker run."""
    ask = f"{CAPTIONS}machine"
    author.post(ask, author.get(CAPTIONS).form(action=ask))
    jobs = app.extensions["showhow"].jobs
    jobs.sweep()
    jobs.run_slow()
    with database.session() as session:
        return queries.draft(session, "G-101")


needs_ffmpeg = pytest.mark.skipif(shutil.which("ffmpeg") is None, reason="no ffmpeg is installed")


@needs_ffmpeg
def test_a_machine_drafts_and_a_person_decides(app: Flask, author: PageClient, database: Database) -> None:
    found = drafted(app, author, database)
    assert [(cue.start, cue.text) for cue in found.cues] == [(0.5, "I heard 3 seconds.")]
    assert (found.captions_reviewed, found.captions_note) == (None, NOTE)
    page = author.get("/authoring/drafts/G-101/")
    assert "Read the captions against the picture, then tick it" in page.links


@needs_ffmpeg
@pytest.mark.parametrize(
    ("environment", "words"),
    [
        ("raise SystemExit(3)", "it ended with 3"),
        ("pass", "the program wrote no file"),
        ("import sys; open(sys.argv[2] + '.vtt', 'w').write('nothing')", "There are no captions in this file"),
    ],
    indirect=["environment"],
)
def test_a_program_that_fails_says_so_beside_the_captions(
    app: Flask, author: PageClient, database: Database, words: str
) -> None:
    found = drafted(app, author, database)
    assert found.cues == ()
    assert words in found.captions_note
    assert words in author.get(CAPTIONS).text
