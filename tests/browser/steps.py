"""What a person does on the pages, written once."""

import re

from playwright.sync_api import FilePayload, Locator, Page, expect

from portal.config import ROOT

MOST_QUESTIONS = 30
#: Checks of one system until a question that is drawn by chance is given up.
CHECKS_TRIED = 25
#: What only the page of a question of this kind holds.
KINDS = {
    "single": re.compile(r'(type="radio".*){4}', re.DOTALL),
    "true-false": re.compile(r">\s*True\s*</label>"),
    "multiple": re.compile(r'name="choices"'),
    "number": re.compile(r'govuk-input--width-10[^>]*name="text"'),
    "text": re.compile(r'class="govuk-input"[^>]*name="text"'),
    "match": re.compile(r'class="[^"]*portal-part"'),
    "order": re.compile(r"data-order"),
    "hotspot": re.compile(r"data-hotspot"),
    "file": re.compile(r'type="file"'),
}


def press_on(page: Page, name: str) -> None:
    """Press the button with this name."""
    page.get_by_role("button", name=name, exact=True).click()


def open_a_guide(page: Page) -> None:
    """From the home page over a system to its first guide."""
    page.goto("/")
    page.locator(".portal-systems a", has=page.locator(".portal-systems__count:not(:empty)")).first.click()
    page.locator(".portal-card a").first.click()
    expect(page.locator("video")).to_be_visible()


def begin_check(page: Page, *systems: str, key: str = "") -> str:
    """Start a check of the systems with these names, or of the one with this key, the first on the list without either; its path, ``/check/<key>/``."""
    page.goto("/check/")
    for box in page.locator("main input[type=checkbox]:checked").all():
        box.uncheck()  # what this browser remembered
    for system in systems:
        page.get_by_label(system, exact=True).check()
    if key:
        page.locator(f"main input[type=checkbox][value={key}]").check()
    elif not systems:
        page.get_by_role("checkbox").first.check()
    press_on(page, "Start the check")
    expect(page.get_by_role("button", name="Save and continue")).to_be_visible()
    return page.url.partition("question")[0].removeprefix(page.url.partition("/check/")[0])


def find_question(page: Page, kind: str) -> None:
    """Start checks of systems that have such a question until one is asked; show it. Questions are drawn by chance."""
    files = sorted((ROOT / "quizzes").glob("*.yaml"))
    systems = [file.stem for file in files if re.search(rf"type: {kind}$", file.read_text(), re.MULTILINE)]
    for system in systems * CHECKS_TRIED:
        check = begin_check(page, key=system)
        for position in range(1, MOST_QUESTIONS):
            found = page.request.get(f"{check}question/{position}")
            if not found.ok:
                break
            if KINDS[kind].search(found.text()):
                page.goto(f"{check}question/{position}")
                return
    raise AssertionError(f"no check asked a question of the kind {kind}; tried {', '.join(systems)}")


def answer(page: Page) -> None:
    """Answer the question shown, right or wrong, and save it."""
    if page.locator("input[name=text]").count():
        page.locator("input[name=text]").fill("6")
    elif page.locator("input[name=choice], input[name=choices]").count():
        page.locator("input[name=choice], input[name=choices]").first.check()
    else:
        page.locator("input[name=dont_know]").check()
    with page.expect_navigation():  # the next page comes after the answer is stored
        press_on(page, "Save and continue")


def answer_all(page: Page) -> None:
    """Answer every question that is left."""
    for _ in range(MOST_QUESTIONS):
        if page.url.endswith("/finish"):
            return
        answer(page)
    raise AssertionError("the check never ended")


def finish_check(page: Page, *, whole: bool = False) -> str:
    """A check from its start to the question about consent, with one answer or all of them; its path."""
    check = begin_check(page)
    if whole:
        answer_all(page)
    else:
        answer(page)
        page.goto(f"{check}finish")
    press_on(page, "Finish the check")
    expect(page.get_by_role("heading", level=1)).to_have_text("Help to find what needs mending")
    return check


def decide(page: Page, words: str) -> None:
    """Answer the question about consent."""
    page.get_by_label(words).check()
    press_on(page, "Save and see my result")


def start_guide(page: Page, title: str = "Sort a list") -> str:
    """Start a guide of this title; the address of its editor."""
    page.goto("/authoring/new")
    page.get_by_label("Title").fill(title)
    page.get_by_label("System").select_option("spreadsheets")
    press_on(page, "Start writing")
    expect(page.get_by_role("heading", level=1)).to_have_text(f"Edit: {title}")
    return page.url


def edit_guide(page: Page, code: str = "G-101") -> None:
    """Open the draft of a published guide."""
    page.goto(f"/authoring/guides/{code}/")
    press_on(page, "Edit or replace the video")
    expect(page.get_by_role("heading", level=2, name="Steps")).to_be_visible()


def send_file(page: Page, name: str, text: str, *, preset: str) -> None:
    """Choose a file of this text on the import page, and have it looked at."""
    page.goto("/desk/import/")
    page.get_by_label("File", exact=True).set_input_files(csv(name, text))
    page.get_by_label("Where the file comes from").select_option(preset)
    press_on(page, "Look at the file")


def csv(name: str, text: str) -> FilePayload:
    """A CSV as a file to be chosen."""
    return FilePayload(name=name, mimeType="text/csv", buffer=text.encode())


def tab_to(page: Page, target: Locator, *, most: int = 80) -> None:
    """Press Tab until the focus is on the target, and visibly so."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if target.evaluate("element => element === document.activeElement"):
            assert target.evaluate("element => element.matches(':focus-visible')"), "the focus can't be seen"
            return
    raise AssertionError(f"{most} presses of Tab never reached {target}")
