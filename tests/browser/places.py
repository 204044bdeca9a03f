"""Every page of the portal in every state that looks different, and how a person gets there."""

from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import FilePayload, Page

from tests.browser import steps
from tests.content import VIDEO

Reach = Callable[[Page], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """``analyst``: only a desk analyst gets there; ``author``: only an author."""

    name: str
    reach: Reach
    analyst: bool = False
    author: bool = False

    def __str__(self) -> str:
        return self.name


PLACES: list[Place] = []


def _place(*, analyst: bool = False, author: bool = False) -> Callable[[Reach], Reach]:
    def register(reach: Reach) -> Reach:
        PLACES.append(Place(name=reach.__name__, reach=reach, analyst=analyst, author=author))
        return reach

    return register


def _address(name: str, address: str, *, analyst: bool = False, author: bool = False) -> None:
    def reach(page: Page) -> None:
        page.goto(address)

    PLACES.append(Place(name=name, reach=reach, analyst=analyst, author=author))


_address("home", "/")
_address("search_without_hits", "/search?q=xylophone")
_address("check_start", "/check/")
_address("sign_in", "/sign-in")
_address("not_found", "/nothing-here")
_address("accessibility", "/accessibility")
_address("privacy", "/privacy")
_address("contact", "/contact")
_address("how_figures_are_made", "/how-figures-are-made")


@_place()
def system(page: Page) -> None:
    page.goto("/")
    page.locator(".portal-systems a", has=page.locator(".portal-systems__count:not(:empty)")).first.click()


@_place()
def system_without_guides(page: Page) -> None:
    page.goto("/")
    page.locator(".portal-systems a", has=page.locator(".portal-systems__count:empty")).first.click()


@_place()
def guide(page: Page) -> None:
    steps.open_a_guide(page)


@_place()
def guide_with_pictures_open(page: Page) -> None:
    steps.open_a_guide(page)
    for picture in page.locator(".guide-picture summary").all():
        picture.click()
    page.get_by_text("Keys", exact=True).first.click()


@_place()
def guide_searched_within(page: Page) -> None:
    steps.open_a_guide(page)
    page.get_by_label("Find in this guide").fill("list")


@_place()
def guide_on_paper(page: Page) -> None:
    steps.open_a_guide(page)
    page.goto(page.url.partition("?")[0] + "print")


@_place()
def guide_shared(page: Page) -> None:
    steps.open_a_guide(page)
    page.get_by_role("link", name="Share, print or embed").click()


@_place()
def still_stuck(page: Page) -> None:
    steps.open_a_guide(page)
    steps.press_on(page, "No")


@_place()
def missing_guide_refused(page: Page) -> None:
    page.goto("/search?q=xylophone")
    page.get_by_label("What were you looking for?").fill("")
    steps.press_on(page, "Send without my name")


_address("search_with_a_mistake", "/search?q=heding")
_address("search_in_a_system_without_hits", "/search?q=freeze&system=printing")
_address("learning_paths", "/paths/")
_address("learning_path", "/paths/first-week/")


@_place()
def search_with_hits(page: Page) -> None:
    steps.open_a_guide(page)
    words = page.get_by_role("heading", level=1).inner_text()
    page.goto("/")
    page.get_by_role("searchbox").fill(words)
    steps.press_on(page, "Search")


@_place()
def list_of_keys(page: Page) -> None:
    page.goto("/privacy")
    page.keyboard.press("?")


@_place()
def check_start_refused(page: Page) -> None:
    page.goto("/check/")
    steps.press_on(page, "Start the check")


@_place()
def check_start_with_one_running(page: Page) -> None:
    steps.begin_check(page)
    page.goto("/check/")


@_place()
def question_single(page: Page) -> None:
    steps.find_question(page, "single")


@_place()
def question_single_refused(page: Page) -> None:
    steps.find_question(page, "single")
    steps.press_on(page, "Save and continue")


@_place()
def question_true_false(page: Page) -> None:
    steps.find_question(page, "true-false")


@_place()
def question_multiple(page: Page) -> None:
    steps.find_question(page, "multiple")


@_place()
def question_multiple_refused(page: Page) -> None:
    steps.find_question(page, "multiple")
    steps.press_on(page, "Save and continue")


@_place()
def question_text(page: Page) -> None:
    steps.find_question(page, "text")


@_place()
def question_text_refused(page: Page) -> None:
    steps.find_question(page, "text")
    steps.press_on(page, "Save and continue")


@_place()
def question_number(page: Page) -> None:
    steps.find_question(page, "number")


@_place()
def question_number_refused(page: Page) -> None:
    steps.find_question(page, "number")
    page.locator("input[name=text]").fill("six")
    steps.press_on(page, "Save and continue")


@_place()
def question_match(page: Page) -> None:
    steps.find_question(page, "match")


@_place()
def question_match_refused(page: Page) -> None:
    steps.find_question(page, "match")
    steps.press_on(page, "Save and continue")


@_place()
def question_order(page: Page) -> None:
    steps.find_question(page, "order")


@_place()
def question_hotspot(page: Page) -> None:
    steps.find_question(page, "hotspot")


@_place()
def question_file_refused(page: Page) -> None:
    steps.find_question(page, "file")
    steps.press_on(page, "Save and continue")


@_place()
def question_with_something_wrong(page: Page) -> None:
    steps.begin_check(page)
    page.get_by_role("link", name="Something is wrong with this question").click()


@_place()
def second_question(page: Page) -> None:
    steps.begin_check(page)
    steps.answer(page)


@_place()
def check_stopped(page: Page) -> None:
    steps.begin_check(page)
    steps.answer(page)
    page.get_by_role("link", name="Stop here for now").click()


@_place()
def check_finish(page: Page) -> None:
    check = steps.begin_check(page)
    steps.answer(page)
    page.goto(f"{check}finish")


@_place()
def check_consent(page: Page) -> None:
    steps.finish_check(page)


@_place()
def check_consent_refused(page: Page) -> None:
    steps.finish_check(page)
    steps.press_on(page, "Save and see my result")


@_place()
def result(page: Page) -> None:
    steps.finish_check(page, whole=True)
    steps.decide(page, "No, keep them out")
    for answer in page.locator("main summary").all()[:3]:
        answer.click()


@_place()
def result_that_counts(page: Page) -> None:
    steps.finish_check(page)
    steps.decide(page, "Yes, add my answers")


@_place()
def check_delete(page: Page) -> None:
    page.goto(f"{steps.begin_check(page)}delete")


@_place()
def check_deleted(page: Page) -> None:
    page.goto(f"{steps.begin_check(page)}delete")
    steps.press_on(page, "Delete for good")


@_place()
def sign_in_refused(page: Page) -> None:
    page.goto("/sign-in")
    page.get_by_label("E-mail address").fill("nobody@example.gov.uk")
    page.get_by_label("Password").fill("not the password")
    steps.press_on(page, "Sign in")


_address("home_signed_in", "/", analyst=True)
_address("account", "/account", analyst=True)


@_place(analyst=True)
def account_refused(page: Page) -> None:
    page.goto("/account")
    steps.press_on(page, "Change password")


#: Its columns are those of no other file here, so that none is taken for it.
PRESET = """\
name: odd-desk
title: The odd desk’s export
how: Ask the odd desk.
rows: calls
labels_confirmed: true
opened_at: [begun at the odd desk]
category_path:
  - names: [kind at the odd desk]
"""
ODD = """\
When;Area;Thing;Who
03/02/2025 09:00;Software;Excel;A
09/02/2025 10:00;Software;;B
14/02/2025 10:00;Hardware;Mouse;C
"""
AMBIGUOUS = """\
number,opened_at,category,subcategory
INC0000001,03/02/2026 09:00,Software,Word
INC0000002,04/02/2026 09:00,Software,Word
INC0000003,nonsense,Software,Word
"""
WEEKS = "week,category,calls\n2025-02-03,Intranet > Search,7\n2025-02-10,Intranet > Search,9\n"

_address("desk_calls", "/desk/calls/", analyst=True)
_address("desk_import", "/desk/import/", analyst=True)
_address("desk_new_row", "/desk/mapping/new", analyst=True)
_address("desk_import_rows", "/desk/mapping/import", analyst=True)
_address("desk_types", "/desk/mapping/words/call-type/", analyst=True)
_address("desk_closing_codes", "/desk/mapping/words/closing-code/", analyst=True)
_address("desk_departments", "/desk/mapping/words/department/", analyst=True)
_address("gap_report", "/gap-report/", analyst=True)
_address("releases", "/gap-report/releases/", analyst=True)
_address("desk_overview", "/desk/", analyst=True)
_address("desk_categories", "/desk/mapping/categories/", analyst=True)
_address("desk_categories_found", "/desk/mapping/categories/?words=how", analyst=True)
_address("desk_suggestions", "/desk/mapping/suggestions/", analyst=True)
_address("unusual_weeks", "/desk/weeks/", analyst=True)
_address("pareto", "/gap-report/pareto/", analyst=True)
_address("impact", "/gap-report/impact/", analyst=True)
_address("impact_of_a_guide", "/gap-report/impact/guide/G-102/", analyst=True)
_address("design_problems", "/gap-report/cards/", analyst=True)
_address("design_problem_new", "/gap-report/cards/new?system=housing", analyst=True)
_address("say_beforehand", "/gap-report/expect/guide/G-102/", analyst=True)


@_place(analyst=True)
def desk_import_refused(page: Page) -> None:
    page.goto("/desk/import/")
    steps.press_on(page, "Look at the file")


@_place(analyst=True)
def desk_preview(page: Page) -> None:
    steps.send_file(page, "weeks.csv", WEEKS, preset="generic-counts")


@_place(analyst=True)
def desk_preview_of_two_readings(page: Page) -> None:
    steps.send_file(page, "incidents.csv", AMBIGUOUS, preset="servicenow")


@_place(analyst=True)
def desk_preview_refused(page: Page) -> None:
    steps.send_file(page, "incidents.csv", AMBIGUOUS, preset="servicenow")
    steps.press_on(page, "Store these calls")


@_place(analyst=True)
def desk_columns(page: Page) -> None:
    steps.send_file(page, "odd.csv", ODD, preset="")


@_place(analyst=True)
def desk_columns_refused(page: Page) -> None:
    steps.send_file(page, "odd.csv", ODD, preset="")
    steps.press_on(page, "Look at the result")


@_place(analyst=True)
def desk_preview_of_chosen_columns(page: Page) -> None:
    steps.send_file(page, "odd.csv", ODD, preset="")
    page.get_by_label("Opening date").select_option("When")
    page.get_by_label("Category", exact=True).select_option("Area")
    page.get_by_label("Category, second level").select_option("Thing")
    steps.press_on(page, "Look at the result")


@_place(analyst=True)
def desk_large_file_refused(page: Page) -> None:
    filler = "x" * 4000
    rows = [
        f"INC{number},{14 if number % 2 else 2}/{2 if number % 2 else 14}/2025,A,{filler}" for number in range(5_600)
    ]
    steps.send_file(page, "large.csv", "\n".join(("number,opened_at,category,notes", *rows)), preset="servicenow")
    page.get_by_role("heading", name="The file can’t be used").wait_for(timeout=60_000)


@_place(analyst=True)
def desk_save_preset(page: Page) -> None:
    desk_preview_of_chosen_columns(page)
    page.get_by_role("link", name="Save these columns as a preset").click()


@_place(analyst=True)
def desk_presets(page: Page) -> None:
    page.goto("/desk/presets/")
    page.get_by_label("Preset file").set_input_files(steps.csv("odd-desk.yaml", PRESET))
    steps.press_on(page, "Add it")


@_place(analyst=True)
def desk_preset_to_delete(page: Page) -> None:
    desk_presets(page)
    page.get_by_role("link", name="Delete odd-desk").click()


@_place(analyst=True)
def desk_import_history(page: Page) -> None:
    steps.send_file(page, "weeks.csv", WEEKS, preset="generic-counts")
    steps.press_on(page, "Store these calls")
    page.goto("/desk/imports/")


@_place(analyst=True)
def desk_past_import(page: Page) -> None:
    desk_import_history(page)
    page.get_by_role("link", name="Import ").and_(page.locator("td a, th a")).first.click()


@_place(analyst=True)
def desk_mapping_with_suggestions(page: Page) -> None:
    steps.send_file(page, "weeks.csv", WEEKS, preset="generic-counts")
    steps.press_on(page, "Store these calls")
    page.goto("/desk/mapping/")


@_place(analyst=True)
def desk_new_row_refused(page: Page) -> None:
    page.goto("/desk/mapping/new")
    steps.press_on(page, "Save this row")


def _first_row(page: Page, words: str) -> None:
    page.goto("/desk/mapping/")
    page.locator("#rules").get_by_role("link", name=words).first.click()


@_place(analyst=True)
def desk_row(page: Page) -> None:
    _first_row(page, "Edit")


@_place(analyst=True)
def desk_row_to_end(page: Page) -> None:
    _first_row(page, "End")


@_place(analyst=True)
def desk_row_to_delete(page: Page) -> None:
    _first_row(page, "Delete")


@_place(analyst=True)
def desk_import_rows_refused(page: Page) -> None:
    page.goto("/desk/mapping/import")
    page.locator("input[type=file]").set_input_files(steps.csv("rows.csv", "category,system\nSoftware,nothing\n"))
    steps.press_on(page, "Check and store")


@_place(analyst=True)
def desk_word_saved(page: Page) -> None:
    page.goto("/desk/mapping/words/closing-code/")
    page.get_by_label("Word at the desk").fill("Talked through")
    page.get_by_label("Means", exact=True).select_option(index=0)
    steps.press_on(page, "Save")


@_place(analyst=True)
def gap_report_with_reasons(page: Page) -> None:
    page.goto("/gap-report/")
    for reasons in page.locator(".gap-list summary").all()[:3]:
        reasons.click()


@_place(analyst=True)
def gap_report_system(page: Page) -> None:
    page.goto("/gap-report/")
    page.locator(".gap-list h3 a").first.click()


@_place(analyst=True)
def gap_report_without_release(page: Page) -> None:
    page.goto("/gap-report/?from=2010-01&to=2010-03")


@_place(analyst=True)
def releases_refused(page: Page) -> None:
    page.goto("/gap-report/releases/")
    page.get_by_label("Title").fill("")
    steps.press_on(page, "Close this release")


@_place(analyst=True)
def design_problem_mended(page: Page) -> None:
    page.goto("/gap-report/cards/new?system=housing")
    page.get_by_label("What is wrong, in a few words").fill("The save button is hidden")
    page.get_by_label("Where in the system").fill("Tenancy, step 3")
    page.get_by_label("What shows it").fill("People type it twice.")
    page.locator("input[type=checkbox]").first.check()
    steps.press_on(page, "Raise it")
    page.get_by_label("Mended on").fill("2025-11-03")
    steps.press_on(page, "Save the day")


@_place(analyst=True)
def impact_of_a_fix(page: Page) -> None:
    design_problem_mended(page)
    page.get_by_role("link", name="Did mending it help?").click()


_address("make_home", "/authoring/", author=True)
_address("make_start", "/authoring/new", author=True)
_address("make_reviews", "/authoring/reviews/", author=True)
_address("make_versions", "/authoring/guides/G-101/", author=True)
_address("make_archive", "/authoring/guides/G-101/archive", author=True)


@_place(author=True)
def make_home_without_hits(page: Page) -> None:
    page.goto("/authoring/?q=xylophone")


@_place(author=True)
def make_start_refused(page: Page) -> None:
    page.goto("/authoring/new")
    steps.press_on(page, "Start writing")


@_place(author=True)
def make_editor_of_a_new_guide(page: Page) -> None:
    steps.start_guide(page)


@_place(author=True)
def make_editor_with_something_deleted(page: Page) -> None:
    steps.start_guide(page)
    page.locator("#new-step").get_by_label("Step", exact=True).fill("Open the list")
    steps.press_on(page, "Add this step")
    page.get_by_role("button", name="Delete step 1").click()
    page.get_by_role("button", name="Undo").wait_for()


@_place(author=True)
def make_editor_refused(page: Page) -> None:
    steps.start_guide(page)
    page.locator("#new-step").get_by_label("Starts at").fill("soon")
    steps.press_on(page, "Add this step")
    page.get_by_text("Write the time like").wait_for()


@_place(author=True)
def make_editor_of_a_published_guide(page: Page) -> None:
    steps.edit_guide(page)


@_place(author=True)
def make_preview(page: Page) -> None:
    steps.edit_guide(page)
    page.get_by_role("link", name="Preview", exact=True).click()


@_place(author=True)
def make_captions(page: Page) -> None:
    steps.edit_guide(page)
    page.get_by_role("link", name="Captions", exact=True).click()
    page.get_by_text("Read in a file, or move all times").click()


@_place(author=True)
def make_captions_refused(page: Page) -> None:
    steps.start_guide(page)
    page.get_by_role("link", name="Captions", exact=True).click()
    page.get_by_text("Read in a file, or move all times").click()
    page.locator("input[type=file]").set_input_files(steps.csv("wrong.srt", "00:00:01,000 --> soon\nHello\n"))
    steps.press_on(page, "Read this file")


@_place(author=True)
def make_video_of_a_guide_from_files(page: Page) -> None:
    steps.edit_guide(page)
    page.get_by_role("link", name="Video", exact=True).click()


@_place(author=True)
def make_video_to_cut(page: Page) -> None:
    address = steps.start_guide(page)
    page.goto(f"{address}video/")
    page.get_by_label("Video file").set_input_files(VIDEO)
    steps.press_on(page, "Upload this video")
    steps.press_on(page, "Use it for this guide")
    page.locator("video[data-make-video]").wait_for(timeout=60_000)
    for _ in range(60):
        if page.locator(".make-strip").count():
            return
        page.wait_for_load_state("networkidle")
        page.reload()
    raise AssertionError("no pictures to choose from were made")


@_place(author=True)
def make_recorder(page: Page) -> None:
    steps.start_guide(page)
    page.goto(f"{page.url}record/")


@_place(author=True)
def make_discard(page: Page) -> None:
    steps.start_guide(page)
    page.get_by_role("link", name="Put this draft aside").click()


_address("recordings", "/authoring/recordings/", author=True)


@_place(author=True)
def recordings_refused(page: Page) -> None:
    page.goto("/authoring/recordings/")
    page.get_by_role("button", name="Upload this video").click()


def _sent(page: Page, name: str, content: bytes) -> None:
    page.goto("/authoring/recordings/")
    page.get_by_label("Video file").set_input_files(FilePayload(name=name, mimeType="video/mp4", buffer=content))
    page.get_by_role("button", name="Upload this video").click()
    page.wait_for_url("**/authoring/recordings/*/")


@_place(author=True)
def recording_playable(page: Page) -> None:
    _sent(page, "two-seconds.mp4", VIDEO.read_bytes())
    page.locator("video").wait_for()
    page.route("**/authoring/recordings/*/state", lambda _: None)  # never answered: or it opens itself again
    page.reload()
    page.locator("video").wait_for()


@_place(author=True)
def recording_refused(page: Page) -> None:
    _sent(page, "not-a-video.mp4", b"<svg></svg>")
    page.locator("#reason").wait_for()


@_place(author=True)
def recording_to_discard(page: Page) -> None:
    _sent(page, "not-a-video.mp4", b"<svg></svg>")
    page.get_by_role("link", name="Throw this recording away").click()


_address("bank_list", "/authoring/questions/", author=True)
_address("bank_nothing_fits", "/authoring/questions/?q=xylophone", author=True)
_address("bank_question", "/authoring/questions/spreadsheets-sum-01/", author=True)
_address("bank_edit_single", "/authoring/questions/spreadsheets-sum-01/edit", author=True)
_address("bank_edit_number", "/authoring/questions/spreadsheets-percent-01/edit", author=True)
_address("bank_new", "/authoring/questions/new", author=True)
_address("bank_new_refused", "/authoring/questions/new?system=", author=True)
_address("bank_new_text", "/authoring/questions/new?system=spreadsheets&type=text", author=True)
_address("bank_new_several", "/authoring/questions/new?system=spreadsheets&type=multiple", author=True)
_address("bank_new_match", "/authoring/questions/new?system=spreadsheets&type=match", author=True)
_address("bank_new_order", "/authoring/questions/new?system=spreadsheets&type=order", author=True)
_address("bank_new_place", "/authoring/questions/new?system=spreadsheets&type=hotspot", author=True)
_address("bank_import", "/authoring/questions/import", author=True)
_address("bank_withdraw", "/authoring/questions/spreadsheets-sum-01/withdraw", author=True)
_address("bank_export", "/authoring/questions/export", author=True)
_address("bank_export_with_losses", "/authoring/questions/export?format=aiken", author=True)


@_place(author=True)
def bank_edit_refused(page: Page) -> None:
    page.goto("/authoring/questions/new?system=spreadsheets&type=single")
    steps.press_on(page, "Save this question")


@_place(author=True)
def bank_import_refused(page: Page) -> None:
    page.goto("/authoring/questions/import")
    steps.press_on(page, "Look at the file")


@_place(author=True)
def bank_import_report(page: Page) -> None:
    page.goto("/authoring/questions/import")
    text = b"// [tag:skill:formulas]\nWhich adds up? {=SUM ~%50%PLUS#<b>no</b>}\n\nBroken {~a}\n"
    page.get_by_label("File").set_input_files({"name": "bank.gift", "mimeType": "text/plain", "buffer": text})
    page.get_by_label("Format").select_option("gift")
    page.get_by_label("System the questions are about").select_option("spreadsheets")
    steps.press_on(page, "Look at the file")


@_place(author=True)
def what_people_looked_for(page: Page) -> None:
    page.goto("/authoring/searches/")


@_place(author=True)
def synonyms(page: Page) -> None:
    page.goto("/authoring/synonyms/")


@_place(author=True)
def synonyms_refused(page: Page) -> None:
    page.goto("/authoring/synonyms/")
    page.get_by_label("Words that mean the same").fill("alone")
    steps.press_on(page, "Save")


@_place(author=True)
def how_guides_do(page: Page) -> None:
    page.goto("/authoring/counts/")


@_place(author=True)
def how_a_guide_does(page: Page) -> None:
    page.goto("/authoring/counts/G-101")
