"""guide.yaml as it is written reads back as the same guide, whatever an author typed."""

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from portal.core.documents import Problems
from portal.guides.formats.guide_writer import written_guide
from portal.guides.formats.guide_yaml import read_guide
from portal.guides.rules.library import Guide, Media, Step
from tests.factories import small_catalogue

TEXT = (
    st.text(alphabet=st.characters(exclude_categories=("Cs", "Cc", "Zl", "Zp")), min_size=1, max_size=60)
    .map(lambda text: " ".join(text.split()))
    .filter(bool)
)
TRICKY = st.sampled_from(
    [
        "null",
        "Yes",
        "on",
        "- a",
        "a: b",
        "# no",
        "[x]",
        "{x}",
        "'",
        '"',
        "\\",
        "*a",
        "&a",
        "!x",
        "1e5",
        "~",
        "@",
        "%",
        "`",
        "2026-01-01",
    ]
)
WORDS = st.one_of(TEXT, TRICKY)
DAYS = st.dates(dt.date(2000, 1, 1), dt.date(2100, 1, 1))
TIMES = st.lists(st.integers(0, 900_000), min_size=1, max_size=6, unique=True).map(sorted)


@st.composite
def guides(draw: st.DrawFn) -> Guide:
    captions = Media(digest="c" * 64, name="captions.vtt", mimetype="text/vtt", size=1)
    return Guide(
        code="G-142",
        system="spreadsheets",
        slug="a-guide",
        title=draw(WORDS)[:80].strip() or "x",
        summary=draw(WORDS),
        skills=("formulas",),
        owner=draw(WORDS),
        published=draw(DAYS),
        reviewed=draw(DAYS),
        review_every=draw(st.integers(1, 60)),
        captions_reviewed=draw(DAYS),
        changed=draw(st.one_of(st.just(""), WORDS)),
        silent=draw(st.booleans()),
        also=tuple(draw(st.lists(WORDS, max_size=4))),
        steps=tuple(Step(at=at / 1000, title=draw(WORDS), text=draw(WORDS)) for at in draw(TIMES)),
        cues=(),
        seconds=0.0,
        video=captions,
        captions=captions,
        poster=None,
    )


@given(guides())
def test_what_is_written_reads_back_the_same(guide: Guide) -> None:
    problems = Problems()
    read = read_guide(
        written_guide(guide), "guide.yaml", catalogue=small_catalogue(), folder="spreadsheets", problems=problems
    )
    assert list(map(str, problems)) == []
    assert read is not None
    for name in (
        "code", "title", "summary", "system", "skills", "owner", "published", "reviewed", "review_every",
        "captions_reviewed", "changed", "silent", "also", "steps",
    ):  # fmt: skip
        assert getattr(read, name) == getattr(guide, name), name
