"""The keys: "/" goes to search, "?" lists them, Esc closes the list, and the search key can be switched off."""

from playwright.sync_api import expect

from tests.browser.conftest import Tab
from tests.browser.steps import tab_to


def test_slash_goes_to_the_search_field(tab: Tab) -> None:
    page = tab()
    page.goto("/search?q=sheet")
    expect(page.get_by_role("searchbox")).not_to_be_focused()
    page.keyboard.press("/")
    expect(page.get_by_role("searchbox")).to_be_focused()
    page.keyboard.type("a/b?")
    expect(page.get_by_role("searchbox")).to_have_value("a/b?")


def test_slash_on_a_page_without_search_opens_the_home_page(tab: Tab) -> None:
    page = tab()
    page.goto("/privacy")
    page.keyboard.press("/")
    expect(page.get_by_role("searchbox")).to_be_focused()


def test_the_list_of_keys_opens_and_closes(tab: Tab) -> None:
    page = tab()
    page.goto("/privacy")
    keys = page.get_by_role("dialog", name="Keys")
    expect(keys).to_be_hidden()
    page.keyboard.press("?")
    expect(keys).to_be_visible()
    page.keyboard.press("Escape")
    expect(keys).to_be_hidden()
    page.keyboard.press("?")
    tab_to(page, keys.get_by_role("button", name="Close"))
    page.keyboard.press("Enter")
    expect(keys).to_be_hidden()


def test_the_search_key_can_be_switched_off(tab: Tab) -> None:
    page = tab()
    page.goto("/privacy")
    page.keyboard.press("?")
    page.get_by_label("Use the search key").uncheck()
    page.keyboard.press("Escape")
    page.keyboard.press("/")
    page.reload()
    page.keyboard.press("/")
    page.keyboard.press("?")
    expect(page.get_by_label("Use the search key")).not_to_be_checked()
    expect(page.get_by_role("heading", level=1)).to_have_text("Privacy")


def test_the_keys_work_where_a_box_has_the_focus(tab: Tab) -> None:
    page = tab()
    page.goto("/check/")
    page.get_by_role("checkbox").first.focus()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys")).to_be_visible()
    page.keyboard.press("/")
    expect(page.get_by_role("dialog", name="Keys")).to_be_visible()
