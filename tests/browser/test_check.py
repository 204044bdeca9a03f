"""The skills check by keyboard alone, and without JavaScript."""

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import Tab
from tests.browser.steps import (
    MOST_QUESTIONS,
    answer,
    answer_all,
    begin_check,
    decide,
    find_question,
    finish_check,
    press_on,
    tab_to,
)


def answer_by_keyboard(page: Page) -> None:
    """Answer the question shown with Tab, space, arrows and Enter."""
    typed = page.locator("input[name=text]")
    radios = page.locator("input[name=choice]")
    if typed.count():
        tab_to(page, typed)
        page.keyboard.type("6")
        page.keyboard.press("Enter")
        return
    if not radios.count() and not page.locator("input[name=choices]").count():
        tab_to(page, page.locator("input[name=dont_know]"))
        page.keyboard.press("Space")
        press_by_keyboard(page, "Save and continue")
        return
    if radios.count():
        tab_to(page, radios.first)
        page.keyboard.press("Space")
        page.keyboard.press("ArrowDown")
        expect(radios.nth(1)).to_be_checked()
    else:
        tab_to(page, page.locator("input[name=choices]").nth(1))
        page.keyboard.press("Space")
    press_by_keyboard(page, "Save and continue")


def press_by_keyboard(page: Page, name: str) -> None:
    tab_to(page, page.get_by_role("button", name=name, exact=True))
    page.keyboard.press("Enter")


def test_a_whole_check_by_keyboard_alone(tab: Tab) -> None:
    page = tab()
    page.goto("/")
    tab_to(page, page.get_by_role("link", name="Check your skills").first)
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/check/$"))
    tab_to(page, page.get_by_role("checkbox").first)
    page.keyboard.press("Space")
    press_by_keyboard(page, "Start the check")
    for _ in range(MOST_QUESTIONS):
        page.wait_for_url(re.compile(r"/(question/\d+|finish)$"))
        if page.url.endswith("/finish"):
            break
        here = page.url
        answer_by_keyboard(page)
        page.wait_for_url(lambda address: address != here)  # noqa: B023 (called before the loop goes on)
    press_by_keyboard(page, "Finish the check")
    tab_to(page, page.get_by_role("radio").first)
    page.keyboard.press("ArrowDown")
    expect(page.get_by_label("No, keep them out")).to_be_checked()
    press_by_keyboard(page, "Save and see my result")
    expect(page.get_by_role("heading", level=1)).to_have_text("Your result")
    tab_to(page, page.locator("main summary").first)
    page.keyboard.press("Enter")
    expect(page.get_by_text("Right:").first).to_be_visible()


def test_the_link_that_skips_to_the_main_part_comes_first(tab: Tab) -> None:
    page = tab()
    page.goto("/check/")
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to main content")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()


def test_what_is_wrong_has_the_focus_and_leads_to_its_field(tab: Tab) -> None:
    page = tab()
    begin_check(page)
    press_by_keyboard(page, "Save and continue")
    expect(page.locator(".govuk-error-summary")).to_be_focused()
    tab_to(page, page.locator(".govuk-error-summary a"))
    page.keyboard.press("Enter")
    expect(page.locator("main form input:not([type=hidden])").first).to_be_focused()


def test_i_dont_know_unticks_the_other_answers(tab: Tab) -> None:
    page = tab()
    find_question(page, "multiple")
    page.locator("input[name=choices]").first.check()
    page.get_by_label("I don’t know").check()
    expect(page.locator("input[name=choices]").first).not_to_be_checked()


def test_the_systems_ticked_are_remembered_in_this_browser(tab: Tab) -> None:
    page = tab()
    begin_check(page)
    page.goto("/check/")
    expect(page.get_by_role("checkbox").first).to_be_checked()


def test_a_whole_check_without_scripts(tab: Tab) -> None:
    page = tab(scripts=False)
    page.goto("/check/")
    press_on(page, "Start the check")
    expect(page.get_by_role("link", name="Tick at least one system you use")).to_be_visible()
    begin_check(page)
    press_on(page, "Save and continue")
    expect(page.get_by_text("There is a problem")).to_be_visible()
    answer(page)
    expect(page.get_by_text(re.compile(r"Saved \d\d:\d\d"))).to_be_visible()
    answer_all(page)
    press_on(page, "Finish the check")
    press_on(page, "Save and see my result")
    expect(page.get_by_role("link", name="Choose yes or no. Both are fine")).to_be_visible()
    decide(page, "No, keep them out")
    expect(page.get_by_role("heading", level=1)).to_have_text("Your result")
    expect(page.get_by_text("Your answers stay out of the council figures.")).to_be_visible()


def test_a_check_is_stopped_and_continued_by_its_link_elsewhere(tab: Tab) -> None:
    page = tab(scripts=False)
    begin_check(page)
    answer(page)
    page.get_by_role("link", name="Stop here for now").click()
    link = page.locator(".govuk-inset-text a").get_attribute("href")
    assert link is not None
    elsewhere = tab(scripts=False)
    elsewhere.goto(link)
    expect(elsewhere).to_have_url(re.compile(r"/question/2$"))
    answer_all(elsewhere)
    expect(elsewhere.get_by_text("You have answered every question.")).to_be_visible()
    press_on(page, "Continue now")
    expect(page).to_have_url(re.compile(r"/finish$"))


def test_answers_that_were_added_can_be_taken_back_and_deleted(tab: Tab) -> None:
    page = tab()
    finish_check(page)
    decide(page, "Yes, add my answers")
    expect(page.get_by_text("Your answers wait to join the council figures.")).to_be_visible()
    press_on(page, "Take my answers back")
    expect(page.get_by_text("Your answers are taken back.")).to_be_visible()
    address = page.url
    page.get_by_role("link", name="Delete this check").click()
    press_on(page, "Delete for good")
    expect(page.get_by_text("Your check and its answers are deleted.")).to_be_visible()
    page.goto(address)
    expect(page.get_by_text("This check isn’t here any more")).to_be_visible()
