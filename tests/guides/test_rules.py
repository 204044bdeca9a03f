"""Search over guides: any word, the right sentence, the right second."""

import datetime as dt

import pytest

from portal.guides.rules.library import Cue, Guide, Media, Step, nearest_systems, search

DAY = dt.date(2026, 1, 1)
FILE = Media(digest="0" * 64, name="x", mimetype="video/mp4", size=1)
SYSTEMS = {
    "spreadsheets": frozenset({"spreadsheets", "excel", "calc"}),
    "housing": frozenset({"housing", "rents", "tenancy"}),
}


def guide(code: str, system: str, title: str, also: tuple[str, ...], *steps: tuple[float, str, str]) -> Guide:
    return Guide(
        code=code, system=system, slug=title.lower().replace(" ", "-"), title=title, summary=f"{title}, step by step.",
        skills=(), owner="ICT", published=DAY, reviewed=DAY, review_every=12, captions_reviewed=DAY, changed="",
        silent=True, also=also, steps=tuple(Step(at=at, title=name, text=text) for at, name, text in steps),
        cues=(Cue(start=0.5, end=2, text="A list of repairs opens."),), seconds=30, video=FILE, captions=FILE,
        poster=None,
    )  # fmt: skip


GUIDES = (
    guide("G-1", "spreadsheets", "Freeze the heading row", ("sticky header",), (1, "See what is wrong", "The headings scroll away."), (9, "Choose Freeze Panes", "Open the menu View.")),
    guide("G-2", "spreadsheets", "Add up a column", ("total", "autosum"), (2, "Type =SUM(", "An equals sign starts a formula."), (6, "Mark the numbers", "Drag from the first to the last.")),
    guide("G-3", "housing", "Find a tenancy", ("rent account",), (3, "Open the search", "Type the address.")),
)  # fmt: skip


@pytest.mark.parametrize(
    ("query", "first", "at"),
    [
        ("freeze", "G-1", 9),
        ("how do I freeze the header", "G-1", 9),
        ("freezing rows", "G-1", 9),
        ("sticky header", "G-1", None),
        ("total of a column", "G-2", None),
        ("autosum", "G-2", None),
        ("cant add numbers in excel", "G-2", 6),
        ("formula", "G-2", 2),
        ("drag", "G-2", 6),
        ("tenancies", "G-3", None),
        ("rent account", "G-3", None),
        ("where do I search an adress or address", "G-3", 3),
        ("calc", "G-2", None),
        ("REPAIRS", "G-2", 0.5),
    ],
)
def test_what_is_found_first_and_where_it_opens(query: str, first: str, at: float | None) -> None:
    best = search(GUIDES, query, system_words=SYSTEMS)[0]
    assert (best.guide.code, best.at) == (first, at)


@pytest.mark.parametrize("query", ["kubernetes", "zzz", "%%%", ""])
def test_nothing_is_found_when_no_word_fits(query: str) -> None:
    assert search(GUIDES, query, system_words=SYSTEMS) == ()


def test_the_words_found_are_marked_in_their_sentence() -> None:
    hit = search(GUIDES, "freeze menu", system_words=SYSTEMS)[0]
    assert "".join(piece.text for piece in hit.sentence) in ("Choose Freeze Panes", "Open the menu View.")
    assert [piece.text for piece in hit.sentence if piece.found] in (["Freeze"], ["menu"])


def test_a_sentence_of_little_words_alone_is_still_looked_for() -> None:
    assert search(GUIDES, "the", system_words=SYSTEMS)


def test_nearest_systems_by_the_words_people_use() -> None:
    assert nearest_systems("my rents screen is odd", SYSTEMS) == ("housing",)
    assert nearest_systems("nothing like it", SYSTEMS) == ()


def test_steps_know_where_they_run() -> None:
    one = GUIDES[0]
    assert [one.step_at(at) for at in (0, 1, 8.9, 9, 30)] == [0, 0, 0, 1, 1]
    assert (one.end_of(0), one.end_of(1)) == (9, 30)
