"""What happens to a draft, step by step and caption by caption."""

import dataclasses
import datetime as dt

import pytest

from portal.guides.rules import drafts as rules
from portal.guides.rules.library import Cue
from tests.guides.making import DRAFT, draft_with


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "0:00"), (12, "0:12"), (62.5, "1:02.5"), (59.9996, "1:00"), (0.25, "0:00.25"), (899.123, "14:59.123")],
)
def test_times_are_written_as_people_type_them(seconds: float, words: str) -> None:
    assert rules.written_time(seconds) == words


def test_codes_go_on_from_the_highest_ever_given() -> None:
    assert rules.next_code([]) == "G-101"
    assert rules.next_code(["G-140", "G-7000", "other"]) == "G-7001"


def test_an_address_is_made_of_the_title_once() -> None:
    assert rules.slug_of("Can’t open a café’s file?", []) == "cant-open-a-cafes-file"
    assert rules.slug_of("Save", ["save", "save-2"]) == "save-3"
    assert rules.slug_of("???", []) == "guide"


def test_a_step_goes_where_its_time_belongs() -> None:
    between = rules.with_step(DRAFT, at=0.5, title="Between", text="")
    assert [step.title for step in between.steps] == ["Open the sheet", "Between", "Click below"]
    assert rules.with_step(DRAFT, at=None, title="Last", text="").steps[-1].title == "Last"
    assert rules.with_step(DRAFT, at=None, title="Second", text="", after=1).steps[1].title == "Second"


def test_ids_are_never_given_twice() -> None:
    after = rules.with_cue(
        rules.without_step(rules.with_step(DRAFT, at=None, title="", text=""), 5), start=0, end=1, text=""
    )
    assert [one.id for one in (*after.steps, *after.cues)] == [1, 2, 3, 6, 4]


def test_a_step_moves_and_stops_at_the_ends() -> None:
    down = rules.with_step_moved(DRAFT, 1, 1)
    assert [step.id for step in down.steps] == [2, 1]
    assert rules.with_step_moved(down, 1, 1).steps == down.steps
    assert rules.with_step_moved(down, 1, -1).steps == DRAFT.steps


def test_what_was_deleted_comes_back_where_it_was() -> None:
    shorter = rules.without_step(DRAFT, 1)
    assert [step.id for step in shorter.steps] == [2]
    assert shorter.removed is not None
    assert shorter.removed.words == "Open the sheet"
    assert rules.restored(shorter).steps == DRAFT.steps
    quieter = rules.without_cue(DRAFT, 3)
    assert rules.restored(quieter).cues == DRAFT.cues
    assert rules.restored(DRAFT) is DRAFT


def test_a_part_that_is_gone_says_so() -> None:
    for change in (
        lambda: rules.without_step(DRAFT, 3),
        lambda: rules.without_cue(DRAFT, 1),
        lambda: rules.with_step_moved(DRAFT, 99, 1),
    ):
        with pytest.raises(rules.UnknownPart, match="Load the page again"):
            change()


def test_captions_stand_in_order_of_time() -> None:
    late = rules.with_cue_saved(DRAFT, 3, start=1.5, end=2.0, text="Later")
    assert [cue.id for cue in late.cues] == [4, 3]
    timeless = rules.with_cue(DRAFT, start=None, end=None, text="When?")
    assert timeless.cues[-1].text == "When?"


def test_changing_a_caption_takes_the_tick_away_and_looking_at_it_does_not() -> None:
    same = rules.with_cue_saved(DRAFT, 3, start=0.0, end=1.0, text="A sheet with a long list opens.")
    assert same.captions_reviewed == dt.date(2026, 3, 1)
    changed = rules.with_cue_saved(DRAFT, 3, start=0.0, end=1.0, text="Another text")
    assert changed.captions_reviewed is None
    assert "changed after" in changed.captions_note
    again = rules.with_captions_reviewed(changed, dt.date(2026, 3, 2))
    assert (again.captions_reviewed, again.captions_note) == (dt.date(2026, 3, 2), "")


def test_splitting_shares_time_and_words() -> None:
    long = draft_with(cues=(dataclasses.replace(DRAFT.cues[0], start=0.0, end=4.0, text="one two three four"),))
    first, second = rules.with_cue_split(long, 3, at=1.0).cues
    assert (first.start, first.end, first.text) == (0.0, 1.0, "one")
    assert (second.start, second.end, second.text) == (1.0, 4.0, "two three four")
    middle = rules.with_cue_split(long, 3, at=9.0).cues
    assert middle[0].end == 2.0
    alone = rules.with_cue_split(draft_with(cues=(dataclasses.replace(DRAFT.cues[0], text="one"),)), 3).cues
    assert [cue.text for cue in alone] == ["one", ""]


def test_times_move_together_and_never_before_the_start() -> None:
    earlier = rules.shifted(DRAFT, -0.5)
    assert [step.at for step in earlier.steps] == [0.0, 0.5]
    assert [(cue.start, cue.end) for cue in earlier.cues] == [(0.0, 0.5), (0.5, 1.5)]
    assert earlier.captions_reviewed is None
    assert rules.shifted(DRAFT, 0.0) is DRAFT


def test_another_video_carries_the_captions_over_and_flags_them() -> None:
    replaced = rules.with_recording(DRAFT, "abc")
    assert replaced.cues == DRAFT.cues
    assert replaced.captions_reviewed is None
    assert "replaced" in replaced.captions_note
    assert rules.with_recording(replaced, "abc") is replaced


def test_a_captions_file_takes_the_place_of_all_captions() -> None:
    read = rules.with_cues(DRAFT, [Cue(start=1, end=2, text="b"), Cue(start=0, end=1, text="a")], note="From a file.")
    assert [(cue.id, cue.text) for cue in read.cues] == [(6, "a"), (5, "b")]
    assert (read.captions_reviewed, read.captions_note, read.next_id) == (None, "From a file.", 7)


def test_a_guide_has_its_limits() -> None:
    full = draft_with(steps=tuple(dataclasses.replace(DRAFT.steps[0], id=number) for number in range(rules.MOST_PARTS)))
    with pytest.raises(rules.TooManyParts):
        rules.with_step(full, at=None, title="", text="")


def test_words_come_from_lines_and_commas_once_each() -> None:
    assert rules.split_words(" lock row, Sticky header\n\nLOCK ROW,, total ") == ("lock row", "Sticky header", "total")
