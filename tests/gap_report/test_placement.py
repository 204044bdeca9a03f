"""Labels never touch each other, a mark or a line, whatever the points."""

import itertools

from hypothesis import given, settings
from hypothesis import strategies as st

from portal.gap_report.rules.placement import Anchor, Box, Place, place_labels, text_width

INSIDE = Box(left=0, top=0, right=900, bottom=560)
CROSS = (Box(left=449, right=451, top=0, bottom=560), Box(left=0, right=900, top=279, bottom=281))

anchors = st.lists(
    st.builds(
        Anchor,
        x=st.floats(0, 900),
        y=st.floats(0, 560),
        width=st.floats(30, 240),
        height=st.just(19.0),
        radius=st.just(7.0),
    ),
    min_size=1,
    max_size=30,
)


@settings(deadline=None)
@given(anchors)
def test_labels_touch_nothing(wanted: list[Anchor]) -> None:
    places = place_labels(wanted, inside=INSIDE, keep_clear=CROSS, avoid=())

    boxes = [place.box for place in places if place is not None]
    assert not [pair for pair in itertools.combinations(boxes, 2) if pair[0].overlaps(pair[1])]
    for box in boxes:
        assert not any(box.overlaps(anchor.mark) for anchor in wanted)
        assert not any(box.overlaps(line) for line in CROSS)
        assert box.left >= 0
        assert box.right <= 900
        assert box.top >= 0
        assert box.bottom <= 560


def test_a_lone_label_stands_to_the_right_without_a_leader() -> None:
    place = only(place_labels([anchor(100, 100)], inside=INSIDE, keep_clear=CROSS, avoid=()))

    assert place.leader is None
    assert place.box.left > 107
    assert place.box.top < 100 < place.box.bottom


def test_a_label_that_would_leave_the_chart_goes_to_the_other_side() -> None:
    place = only(place_labels([anchor(880, 100)], inside=INSIDE, keep_clear=CROSS, avoid=()))

    assert place.box.right < 873


def test_a_crowd_gets_leaders() -> None:
    crowd = [anchor(200 + 3 * number, 150 + number) for number in range(12)]

    places = place_labels(crowd, inside=INSIDE, keep_clear=CROSS, avoid=())

    assert None not in places
    assert any(place is not None and place.leader is not None for place in places)


def test_where_there_is_no_room_there_is_no_label() -> None:
    small = Box(left=0, top=0, right=60, bottom=30)

    assert place_labels([anchor(30, 15)], inside=small, keep_clear=(), avoid=()) == (None,)


def test_a_label_prefers_to_stay_off_ranges() -> None:
    whisker = Box(left=60, right=300, top=99, bottom=101)

    place = only(place_labels([anchor(100, 100)], inside=INSIDE, keep_clear=(), avoid=[whisker]))

    assert not place.box.overlaps(whisker)


def test_a_text_is_measured_wide_enough() -> None:
    assert text_width("ill", 15) < text_width("MWM", 15)
    assert text_width("Spreadsheets", 15) > 80


def anchor(x: float, y: float) -> Anchor:
    return Anchor(x=x, y=y, width=100, height=19, radius=7)


def only(places: tuple[Place | None, ...]) -> Place:
    (place,) = places
    assert place is not None
    return place
