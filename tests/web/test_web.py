"""The toolkit: theme, assets, headers, error pages, filters, answers of commands."""

import datetime as dt
import json
from collections.abc import Callable
from pathlib import Path

import click
import pytest
from click.testing import CliRunner
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from portal.accounts.access import open_to_all
from portal.core.errors import Conflict, InvalidInput, NotAllowed, NotFound
from portal.storage.database import DatabaseUnavailable
from portal.web.assets import build_manifest
from portal.web.command_line import Answer, answering
from portal.web.filters import clock_time, duration, long_date, percent, video_time, whole
from portal.web.static_files import prepare
from portal.web.theme import Theme, UnreadableColour, contrast, mixed, theme_css
from tests.pages import PageClient

COLOURS = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


def test_contrast_as_wcag_defines_it() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@given(COLOURS, COLOURS)
def test_a_theme_is_readable_or_refused(accent: str, accent_dark: str) -> None:
    try:
        css = theme_css(Theme(accent=accent, accent_dark=accent_dark))
    except UnreadableColour:
        assert contrast(accent, "#ffffff") < 4.5 or contrast(accent_dark, "#14181b") < 4.5
    else:
        assert f"--portal-accent:{accent}" in css


def test_an_unreadable_colour_says_what_to_choose() -> None:
    with pytest.raises(UnreadableColour, match=r"SHOWHOW_ACCENT can't be #ffee00.*Choose a darker colour"):
        theme_css(Theme(accent="#ffee00", accent_dark="#6fd0c5"))
    assert mixed("#000000", "#ffffff", 0.5) == "#808080"


def test_addresses_change_with_the_content(tmp_path: Path) -> None:
    (tmp_path / "a.css").write_text("a{}")
    before = build_manifest(tmp_path, {"theme.css": b"x"})
    (tmp_path / "a.css").write_text("b{}")
    after = build_manifest(tmp_path, {"theme.css": b"x"})
    assert before["a.css"] != after["a.css"]
    assert before["theme.css"] == after["theme.css"]


def test_static_files_are_compressed_and_old_ones_go(tmp_path: Path) -> None:
    source, target = tmp_path / "static", tmp_path / "ready"
    source.mkdir()
    (source / "a.css").write_text("a{color:red}" * 100)
    first = prepare(source, target, manifest=build_manifest(source, {}), extra={})
    assert (first / "a.css.gz").stat().st_size < (first / "a.css").stat().st_size
    (source / "a.css").write_text("b{color:red}" * 100)
    second = prepare(source, target, manifest=build_manifest(source, {}), extra={})
    assert not first.exists()
    assert second.exists()


def test_static_files_are_served_for_a_year(app: Flask, page: PageClient) -> None:
    css = next(
        str(link.get("href")) for link in page.get("/privacy").all("link") if "portal.css" in str(link.get("href"))
    )
    served = app.test_client().get(css, headers={"Accept-Encoding": "gzip"})
    assert served.status_code == 200
    served.close()
    assert served.headers["Content-Encoding"] == "gzip"
    assert "max-age=31536000" in served.headers["Cache-Control"]


def test_the_policy_allows_nothing_inline(page: PageClient) -> None:
    policy = page.get("/privacy").response.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy


@pytest.mark.parametrize(
    ("error", "status", "heading"),
    [
        (NotFound("Gone."), 404, "This page isn’t here"),
        (NotAllowed("Not yours."), 403, "This page is for other roles"),
        (Conflict("Too late."), 409, "Something changed in the meantime"),
        (InvalidInput("No."), 422, "This can’t be used as it is"),
        (DatabaseUnavailable("locked"), 503, "Not saved: the database can’t be reached"),
        (RuntimeError("secret detail"), 500, "Something went wrong on our side"),
    ],
)
def test_each_kind_of_error_has_its_page(
    app: Flask, page: PageClient, error: Exception, status: int, heading: str
) -> None:
    def view() -> str:
        raise error

    app.add_url_rule("/breaks", "breaks", open_to_all(view))
    app.config["PROPAGATE_EXCEPTIONS"] = False
    app.testing = False
    shown = page.get("/breaks", expect=status)
    assert shown.h1 == heading
    assert "secret detail" not in shown.text
    assert str(status) not in shown.text
    assert (shown.response.headers.get("Retry-After") is not None) == (status == 503)


def test_a_page_that_is_not_there_and_a_wrong_method(page: PageClient) -> None:
    assert "search" in page.get("/nowhere", expect=404).text.lower()
    assert page.get("/sign-out", expect=405).h1 == "This can’t be opened directly"


def test_a_file_that_is_too_large_is_refused(app: Flask, page: PageClient) -> None:
    app.config["MAX_CONTENT_LENGTH"] = 100
    shown = page.post("/sign-in", {"email": "a" * 500}, expect=413)
    assert "up to 200 MB" in shown.text


def test_dates_and_numbers_as_people_read_them(app: Flask) -> None:
    with app.app_context():
        assert long_date(dt.date(2026, 3, 4)) == "4 March 2026"
        assert clock_time(dt.datetime(2026, 7, 1, 13, 3, tzinfo=dt.UTC)) == "14:03"
    assert (video_time(84.6), whole(78000.4), percent(0.314)) == ("1:24", "78,000", "31%")
    assert [duration(seconds) for seconds in (8, 59.6, 89, 150)] == ["8 seconds", "1 minute", "1 minute", "2 minutes"]


def command(answer: Callable[[], Answer]) -> click.Command:
    return click.command("tell")(answering(answer))


def test_a_command_answers_people_and_scripts() -> None:
    def done() -> Answer:
        return Answer(lines=("Done.",), data={"done": 1})

    tell = command(done)
    assert CliRunner().invoke(tell).output == "Done.\n"
    assert json.loads(CliRunner().invoke(tell, ["--json"]).output) == {"done": 1}


def test_a_refusal_exits_with_one_and_its_reason() -> None:
    def refuse() -> Answer:
        raise Conflict("Too late.")

    assert CliRunner().invoke(command(refuse)).exit_code == 1
    assert "Too late." in CliRunner().invoke(command(refuse)).output
    assert json.loads(CliRunner().invoke(command(refuse), ["--json"]).output) == {"error": "Too late."}

    def no() -> Answer:
        return Answer(lines=("No.",), data={}, refused=True)

    refused = CliRunner().invoke(command(no))
    assert (refused.exit_code, refused.output) == (1, "No.\n")
    assert CliRunner().invoke(command(refuse), ["--nonsense"]).exit_code == 2


@pytest.mark.parametrize("address", ["/guides/a%00b/c/", "/search?q=a%00b", "/check/a%00b/"])
def test_a_character_that_no_database_keeps_is_refused(page: PageClient, address: str) -> None:
    assert "Type it again by hand" in page.get(address, expect=422).text


def test_a_field_with_such_a_character_is_refused(page: PageClient) -> None:
    page.post("/sign-in", {**page.get("/sign-in").form(), "email": "a\0b"}, expect=422)
