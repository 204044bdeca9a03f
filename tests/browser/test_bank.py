"""Authors of questions in a real browser: the preview follows the typing, and everything works without scripts."""

from playwright.sync_api import expect

from tests.browser.conftest import Tab


def test_the_preview_follows_what_is_typed(tab: Tab) -> None:
    page = tab(author=True)
    page.goto("/authoring/questions/spreadsheets-sum-01/edit")
    page.get_by_label("Question", exact=True).fill("Which formula adds all twelve?")
    expect(page.locator("#preview")).to_contain_text("Which formula adds all twelve?")
    page.get_by_role("group", name="Answer 2").get_by_label("Text").fill("=B2&B13")
    expect(page.locator("#preview")).to_contain_text("=B2&B13")


def test_a_text_question_shows_what_passes_as_it_is_written(tab: Tab) -> None:
    page = tab(author=True)
    page.goto("/authoring/questions/new?system=spreadsheets&type=text")
    page.get_by_label("Question", exact=True).fill("Which menu?")
    page.get_by_label("Answers that count as right").fill("View")
    page.get_by_label("Typing mistakes allowed").select_option("1")
    page.get_by_label("Try an answer").fill("veiw")
    expect(page.get_by_text("“veiw”: This counts as right.")).to_be_visible()


def test_a_question_is_written_without_scripts_and_by_keyboard(tab: Tab) -> None:
    page = tab(author=True, scripts=False, width=360)
    page.goto("/authoring/questions/new?system=spreadsheets&type=order")
    page.get_by_label("Question", exact=True).focus()
    page.keyboard.type("In which order do you freeze a row?")
    for number, text in enumerate(("Open the sheet", "Click below the row", "Freeze"), start=1):
        page.get_by_label(f"Step {number}", exact=True).focus()
        page.keyboard.type(text)
    page.get_by_label("Skill").select_option("lay-out-a-sheet")
    page.get_by_role("button", name="Save this question").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("spreadsheets-in-which-order-do-you")
    expect(page.get_by_text("Only here, not in the files")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
