"""The JSON interface: the rules of the page, for scripts."""

import io
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from portal.app import create_app
from portal.config import Settings
from portal.storage.database import Database
from tests.desk_calls.files import csv_bytes, incident
from tests.desk_calls.test_views import periods
from tests.pages import PageClient
from tests.people import AUTHOR, DESK_ANALYST

TOKEN = "t" * 40
WEEK = csv_bytes(*(incident(number, f"2026-02-0{number}") for number in range(2, 9)), incident(9, "someday"))


@pytest.fixture
def environment(environment: dict[str, str]) -> dict[str, str]:
    return {**environment, "SHOWHOW_DESK_TOKEN": TOKEN}


class Script:
    """A script that talks to the interface."""

    def __init__(self, client: Any, **headers: str) -> None:
        self.client = client
        self.headers = headers

    def send(self, data: bytes, file: str = "export.csv", *, expect: int = 200, **fields: str) -> Any:
        values = {**fields, "file": (io.BytesIO(data), file)}
        answer = self.client.post("/api/desk/imports", data=values, headers=self.headers)
        answer.request.environ["wsgi.input"].close()
        assert answer.status_code == expect, answer.get_data(as_text=True)
        return answer.get_json()

    def get(self, address: str, *, expect: int = 200) -> Any:
        answer = self.client.get(address, headers=self.headers)
        assert answer.status_code == expect
        return answer.get_json()

    def post(self, address: str, *, expect: int = 200) -> Any:
        answer = self.client.post(address, headers=self.headers)
        assert answer.status_code == expect
        return answer.get_json()


@pytest.fixture
def script(app: Flask, small_council: None) -> Script:
    return Script(app.test_client(), Authorization=f"Bearer {TOKEN}")


def test_a_script_imports_lists_and_undoes(script: Script, database: Database) -> None:
    tried = script.send(WEEK, dry_run="true")
    assert (tried["preset"], tried["calls"], tried["dry_run"], tried["periods"]["new"]) == ("servicenow", 7, True, 1)
    assert periods(database) == []
    done = script.send(WEEK, source="nightly", preset="servicenow")
    assert done["skipped"] == [{"reason": "unreadable-date", "rows": 1, "first_lines": [9]}]
    assert periods(database) == [("nightly", 7, True)]
    assert script.send(WEEK, source="nightly")["periods"]["unchanged"] == 1
    (past,) = script.get("/api/desk/imports")["imports"]
    assert (past["way"], past["source"], past["skipped"]) == ("api", "nightly", {"unreadable-date": 1})
    assert len(past["sha256"]) == 64
    undone = script.post(f"/api/desk/imports/{past['id']}/undo")
    assert undone["removed"] == ["2026-02-02"]
    assert periods(database) == []
    assert "undone already" in script.post(f"/api/desk/imports/{past['id']}/undo", expect=409)["error"]
    script.post("/api/desk/imports/999/undo", expect=404)
    assert "servicenow" in {one["name"] for one in script.get("/api/desk/presets")["presets"]}


@pytest.mark.parametrize(
    ("data", "fields", "status", "said"),
    [
        (b"", {}, 422, "The file is empty."),
        (csv_bytes("x", titles="a,b"), {}, 422, "no product is known by these columns"),
        (WEEK, {"preset": "servicenau"}, 404, "No preset is called “servicenau”."),
        (WEEK, {"dates": "backwards"}, 422, "Use day-first or month-first."),
        (WEEK, {"dry_run": "perhaps"}, 422, "Use true or false."),
        (b"\xff\xd8\xff photo", {}, 422, "The file is a picture"),
    ],
)
def test_refusals_are_json_and_store_nothing(
    script: Script, database: Database, data: bytes, fields: dict[str, str], status: int, said: str
) -> None:
    assert said in script.send(data, expect=status, **fields)["error"]
    assert periods(database) == []


def test_dates_in_two_readings(script: Script) -> None:
    said = script.send(csv_bytes(incident(1, "2/1/2026"), incident(2, "3/2/2026")), expect=422)
    assert said["readings"] == [
        {"dates": "day-first", "first": "2026-01-02", "last": "2026-02-03", "calls": 2},
        {"dates": "month-first", "first": "2026-02-01", "last": "2026-03-02", "calls": 2},
    ]


def test_a_request_without_a_file(script: Script) -> None:
    assert "There is no file." in script.post("/api/desk/imports", expect=422)["error"]


@pytest.mark.parametrize("sent", ["", "Bearer", "Bearer wrong", f"Basic {TOKEN}", f"Bearer {TOKEN}x"])
def test_nobody_else_is_let_in(app: Flask, small_council: None, database: Database, sent: str) -> None:
    script = Script(app.test_client(), Authorization=sent)
    assert "SHOWHOW_DESK_TOKEN" in script.send(WEEK, expect=403)["error"]
    script.get("/api/desk/imports", expect=403)
    assert periods(database) == []


def test_a_session_needs_its_role_and_its_token(
    small_council: None, signed_in: Callable[..., PageClient], database: Database
) -> None:
    analyst, author = signed_in(DESK_ANALYST), signed_in(AUTHOR)
    token = analyst.get("/desk/import/").form(1)["csrf_token"]
    Script(analyst.client).send(WEEK, expect=403)
    assert Script(analyst.client, **{"X-CSRFToken": token}).send(WEEK)["calls"] == 7
    Script(author.client, **{"X-CSRFToken": token}).send(WEEK, expect=403)
    assert Script(analyst.client).get("/api/desk/imports")["imports"][0]["who"] == DESK_ANALYST.name


def test_without_a_setting_no_token_lets_in(environment: dict[str, str], small_council: None) -> None:

    plain = create_app(Settings.from_environment({**environment, "SHOWHOW_DESK_TOKEN": ""}))
    Script(plain.test_client(), Authorization="Bearer ").get("/api/desk/imports", expect=403)
    plain.extensions["showhow"].database.close()
