"""A picture of each step, cut from the guide's video by the real ffmpeg."""

import dataclasses
import shutil

import pytest
from flask import Flask
from sqlalchemy import select

from portal.guides.jobs.stills import Cutter
from portal.guides.operations.library import store_guide
from portal.guides.operations.stills import CUT_STILLS
from portal.guides.queries.library import guides
from portal.guides.rules.library import Guide
from portal.guides.rules.versions import Origin
from portal.jobs.models import Job
from portal.storage.database import Database
from tests.conftest import START
from tests.pages import PageClient

pytestmark = [
    pytest.mark.usefixtures("content"),
    pytest.mark.skipif(shutil.which("ffmpeg") is None, reason="no ffmpeg is installed"),
]
GUIDE = "/guides/spreadsheets/freeze-the-heading-row/"


@pytest.fixture
def cutter(app: Flask) -> Cutter:
    return Cutter(app.extensions["showhow"].files, ffmpeg=None)


def the_guide(database: Database) -> Guide:
    with database.session() as session:
        return guides(session)[0]


def test_each_step_gets_its_picture(cutter: Cutter, database: Database, page: PageClient) -> None:
    with database.session() as session:
        asked = session.scalars(select(Job.arguments).where(Job.handler == CUT_STILLS)).all()
    assert asked == [{"code": "G-101"}]
    assert "guide-still" not in page.get(GUIDE).html
    cutter.cut(database, clock=lambda: START, code="G-101")
    shown = page.get(GUIDE)
    pictures = [str(image.get("src")) for image in shown.all("img") if image.get("class") == "guide-still"]
    assert [address.rsplit("/", 1)[1] for address in pictures] == ["still-500.jpg", "still-1750.jpg"]
    for address in pictures:
        sent = page.client.get(address)
        assert sent.mimetype == "image/jpeg"
        assert sent.data.startswith(b"\xff\xd8")


def test_a_step_that_moves_gets_a_new_picture_and_the_others_stay(cutter: Cutter, database: Database) -> None:
    cutter.cut(database, clock=lambda: START, code="G-101")
    before = the_guide(database)
    moved = dataclasses.replace(before, steps=(before.steps[0], dataclasses.replace(before.steps[1], at=1.4)))
    with database.transaction() as session:
        store_guide(session, moved, origin=Origin.BROWSER, now=START)
    between = the_guide(database)
    assert [between.still_of(index) is not None for index in (0, 1)] == [False, False]  # both halves moved
    cutter.cut(database, clock=lambda: START, code="G-101")
    after = the_guide(database)
    assert all(after.still_of(index) for index in (0, 1))
    assert len(after.stills) == 2


def test_another_video_takes_the_pictures_away_at_once(cutter: Cutter, database: Database) -> None:
    cutter.cut(database, clock=lambda: START, code="G-101")
    before = the_guide(database)
    other = dataclasses.replace(before, video=dataclasses.replace(before.video, digest="f" * 64))
    with database.transaction() as session:
        store_guide(session, other, origin=Origin.BROWSER, now=START)
    assert the_guide(database).stills == ()


def test_without_ffmpeg_a_guide_goes_without_pictures(app: Flask, database: Database, page: PageClient) -> None:
    Cutter(app.extensions["showhow"].files, ffmpeg="/nothing/here").cut(database, clock=lambda: START, code="G-101")
    assert page.get(GUIDE).h1 == "Freeze the heading row"
    assert the_guide(database).stills == ()
