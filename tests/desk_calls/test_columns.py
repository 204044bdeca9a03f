"""Columns chosen by hand, the result as a preset of the council's own, and a file that tells its product."""

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from portal.storage.database import Database
from tests.desk_calls.exports import CALLER, EXPORTS, lines
from tests.desk_calls.test_real import by_week, counted_by_hand
from tests.desk_calls.test_views import periods, send
from tests.pages import Page, PageClient

ODD = lines(
    "When;Area;Thing;How;Who",
    f"02/02/2026 09:00;Software;Excel;Phone;{CALLER}",
    f"08/02/2026 10:00;Software;Excel;Phone;{CALLER}",
    f"14/02/2026 10:00;Hardware;;E-mail;{CALLER}",
)


def columns_page(analyst: PageClient, data: bytes = ODD, **values: str) -> tuple[str, Page]:
    """Send a file whose columns nobody knows, and go where it leads."""
    sent = send(analyst, data, preset="", **values)
    address = analyst.get(sent.response.headers["Location"], expect=303).response.headers["Location"]
    return address, analyst.get(address)


def choose(analyst: PageClient, address: str, data: bytes = ODD, *, expect: int = 303, **chosen: str) -> Page:
    form = {**analyst.get(address).form(1), **chosen}
    sent = analyst.post(address, {**form, "file": (io.BytesIO(data), "odd.csv")}, expect=expect)
    sent.response.request.environ["wsgi.input"].close()
    return sent


def test_columns_are_chosen_looked_at_and_stored(analyst: PageClient, database: Database) -> None:
    address, page = columns_page(analyst)
    assert "No product is known by these columns." in page.text
    assert CALLER not in page.html
    sent = choose(analyst, address, opened_at="When", category="Area", category_2="Thing", channel="How")
    preview = analyst.get(sent.response.headers["Location"])
    assert "3 read, 3 kept, 0 skipped" in preview.text
    assert "Software > Excel" in preview.text
    assert "Opening date When" in preview.text
    assert CALLER not in preview.html
    analyst.post(sent.response.headers["Location"], preview.form(1))
    assert periods(database) == [("service-desk", 2, True), ("service-desk", 1, False)]
    analyst.get(address, expect=404)


def test_what_is_missing_is_said_beside_its_field(analyst: PageClient) -> None:
    address, page = columns_page(analyst)
    refused = analyst.post(address, {**page.form(1), "file": ""}, expect=422)
    for said in (
        "Choose the column with the opening date",
        "Choose the column with the category",
        "Choose the file again",
    ):
        assert said in refused.text
    other = choose(analyst, address, lines("a;b", "1;2"), expect=422, opened_at="When", category="Area")
    assert "There is no column for “opened_at”. Looked for When; found a, b." in other.text
    assert other.by_id("opened_at").find("option[@selected]").get("value") == "When"  # type: ignore[union-attr]


def test_a_preset_that_does_not_fit_leads_to_the_columns(analyst: PageClient) -> None:
    sent = send(analyst, lines("number,opened_on,category", "I1,2026-02-02,A"), preset="servicenow")
    address = analyst.get(sent.response.headers["Location"], expect=303).response.headers["Location"]
    page = analyst.get(address)
    assert (
        "There is no column for “opened_at”. Looked for opened_at or opened; found number, opened_on, category."
        in page.text
    )
    assert page.by_id("category").find("option[@selected]").get("value") == "category"  # type: ignore[union-attr]


def test_a_preset_is_adjusted_on_the_preview_and_the_copy_saved(
    analyst: PageClient, database: Database, run_command: Callable[..., Result], tmp_path: Path
) -> None:
    export = EXPORTS["topdesk"]
    sent = send(analyst, export.data, export.file, preset="topdesk")
    address = sent.response.headers["Location"]
    preview = analyst.get(address)
    assert "The column names of this preset are unconfirmed" in preview.text
    assert "Save these columns" not in preview.text
    changed = choose(analyst, preview.links["Change the columns"], export.data, category="Call type", category_2="")
    address = changed.response.headers["Location"]
    preview = analyst.get(address)
    assert "read as topdesk-adjusted" in preview.text
    assert "Failure" in preview.text
    saving = preview.links["Save these columns as a preset"]
    form = analyst.get(saving).form(1)
    assert "is called “topdesk”" in analyst.post(saving, {**form, "title": "T", "name": "topdesk"}, expect=422).text
    assert "Use small letters" in analyst.post(saving, {**form, "title": "T", "name": "Our Desk"}, expect=422).text
    saved = analyst.follow(saving, {**form, "title": "Our desk’s export", "name": "our-desk"})
    assert "“Our desk’s export” is saved." in saved.text
    assert "Save these columns" not in saved.text
    analyst.post(address, {**saved.form(1), "include_partial": "y"})
    assert periods(database)[0][0] == "topdesk"
    # The saved copy serves the command, the page's list and a file.
    (tmp_path / "next.csv").write_bytes(export.data)
    done = run_command("desk-calls", "import", str(tmp_path / "next.csv"), "--preset", "our-desk")
    assert done.exit_code == 0, done.output
    assert "kept as source “our-desk”" in done.output
    assert "our-desk: Our desk’s export." in run_command("desk-calls", "presets").output
    assert analyst.get("/desk/import/").by_id("preset").find(".//option[@value='our-desk']") is not None


def test_files_that_wait_are_listed(analyst: PageClient) -> None:
    assert "Files that wait" not in analyst.get("/desk/import/").text
    address, _ = columns_page(analyst)
    sent = send(analyst, EXPORTS["itop"].data, preset="")
    page = analyst.get("/desk/import/")
    assert page.text.count("4 March 2026, 09:30 Waits to be stored") == 1
    assert page.text.count("Waits for its columns") == 1
    places = {sent.response.headers["Location"], address.removesuffix("columns")}
    assert places <= set(page.links.values())


def saved_preset(analyst: PageClient) -> None:
    address, _ = columns_page(analyst)
    sent = choose(analyst, address, opened_at="When", category="Area", separator="/")
    saving = analyst.get(sent.response.headers["Location"]).links["Save these columns as a preset"]
    analyst.post(saving, {**analyst.get(saving).form(1), "title": "Odd", "name": "odd"})


def test_a_saved_preset_is_recognised_taken_away_and_deleted(
    analyst: PageClient, run_command: Callable[..., Result], tmp_path: Path
) -> None:
    assert "There are none yet." in analyst.get("/desk/presets/").text
    saved_preset(analyst)
    sent = send(analyst, ODD, preset="")
    assert "read as odd" in analyst.get(sent.response.headers["Location"]).text
    page = analyst.get("/desk/presets/")
    written = analyst.client.get(page.links["odd.yaml"]).get_data(as_text=True)
    assert "category_path:\n- names:\n  - Area" in written
    assert run_command("desk-calls", "preset", "export", "odd").output == written
    asked = analyst.get(page.links["Delete odd"])
    assert "“Odd” (odd) is then gone" in asked.text
    assert "“Odd” is deleted." in analyst.follow("/desk/presets/odd/delete", asked.form(1)).text
    analyst.post("/desk/presets/odd/delete", asked.form(1), expect=404)
    # Another council adds it, on the page or by command.
    form = analyst.get("/desk/presets/").form(1)
    analyst.post("/desk/presets/", {**form, "file": (io.BytesIO(written.encode()), "odd.yaml")})
    (tmp_path / "odd.yaml").write_text(written, encoding="utf-8")
    assert "“odd” is changed." in run_command("desk-calls", "preset", "add", str(tmp_path / "odd.yaml")).output
    assert "“odd” is deleted." in run_command("desk-calls", "preset", "delete", "odd").output
    assert run_command("desk-calls", "preset", "delete", "odd").exit_code == 1


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("name: x", "x.yaml: “title” is missing"),
        ("name: servicenow\n", "x.yaml"),
        ("{", "x.yaml"),
    ],
)
def test_a_wrong_preset_file_is_refused_with_its_line(analyst: PageClient, text: str, said: str) -> None:
    form = analyst.get("/desk/presets/").form(1)
    refused = analyst.post("/desk/presets/", {**form, "file": (io.BytesIO(text.encode()), "x.yaml")}, expect=422)
    assert said.split(":")[0] in refused.text
    assert refused.by_id("file-error") is not None


@pytest.mark.parametrize("name", EXPORTS)
def test_the_page_proposes_the_product(name: str, analyst: PageClient) -> None:
    export = EXPORTS[name]
    sent = send(analyst, export.data, export.file, preset="")
    preview = analyst.get(sent.response.headers["Location"])
    assert f"read as {name}" in preview.text
    assert f"{export.rows} read" in preview.text


def test_the_command_finds_the_product_out(
    run_command: Callable[..., Result], tmp_path: Path, small_council: None
) -> None:
    export = EXPORTS["osticket"]
    (tmp_path / export.file).write_bytes(export.data)
    assert "as osticket" in run_command("desk-calls", "import", str(tmp_path / export.file)).output
    (tmp_path / "odd.csv").write_bytes(ODD)
    refused = run_command("desk-calls", "import", str(tmp_path / "odd.csv"))
    assert refused.exit_code == 1
    assert "no product is known by these columns" in refused.output


@pytest.mark.outside_data
def test_the_real_incidents_by_chosen_columns(
    analyst: PageClient, run_command: Callable[..., Result], outside_data: Path, database: Database
) -> None:
    """The generic mapper gives what was counted by hand, and what the preset gives."""
    folder = outside_data / "uci-incidents"
    data = (folder / "incidents_one_row_each.csv").read_bytes()
    renamed = data.replace(b"number,opened_at,", b"case,begun,", 1).replace(b",category,", b",area,", 1)
    address, _ = columns_page(analyst, renamed)
    sent = choose(analyst, address, renamed, opened_at="begun", category="area", number="case",
                  category_2="", category_3="", category_4="")  # fmt: skip
    preview = analyst.get(sent.response.headers["Location"])
    assert "20,769 read, 20,769 kept, 0 skipped" in preview.text
    analyst.post(sent.response.headers["Location"], preview.form(1))
    assert by_week(database, "service-desk") == counted_by_hand(folder)
