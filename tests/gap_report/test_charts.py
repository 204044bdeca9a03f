"""Charts: figures in, drawing units out."""

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.catalogue.rules import Catalogue, System
from portal.evidence.rules.atoms import SystemSums
from portal.gap_report.rules.charts import Quadrant, dots, quadrant
from portal.gap_report.rules.estimates import Range
from portal.gap_report.rules.placement import Box
from portal.gap_report.rules.report import SkillLine
from tests.gap_report.reports import answered, report

THREE = (
    answered("spreadsheets", 60, 0.4),
    answered("email-and-calendar", 60, 0.9),
    answered("housing-system", 60, 0.7),
)


def chart(*systems: SystemSums) -> Quadrant:
    found = quadrant(report(*systems))
    assert found is not None
    return found


def test_better_known_is_further_right_and_more_calls_are_higher() -> None:
    marks = {mark.system: mark for mark in chart(*THREE).marks}

    assert marks["spreadsheets"].x < marks["housing-system"].x < marks["email-and-calendar"].x
    assert marks["spreadsheets"].y < marks["email-and-calendar"].y
    for mark in marks.values():
        assert mark.left <= mark.x <= mark.right
        assert mark.top <= mark.y <= mark.bottom


def test_a_point_lies_on_the_side_of_the_lines_that_its_figures_say() -> None:
    found = chart(*THREE)
    marks = {mark.system: mark for mark in found.marks}

    assert marks["spreadsheets"].right < found.skill_line
    assert marks["spreadsheets"].bottom < found.calls_line
    assert marks["email-and-calendar"].left > found.skill_line
    assert marks["email-and-calendar"].top > found.calls_line


def test_systems_without_both_figures_are_named() -> None:
    assert chart(THREE[0]).missing == ("Housing", "E-mail and calendar")


def test_without_any_point_there_is_no_chart() -> None:
    assert quadrant(report()) is None
    assert quadrant(report(*THREE, weekly={})) is None


def test_axes_start_at_no_calls_and_end_above_the_highest_range() -> None:
    found = chart(*THREE)

    assert found.y_ticks[0].text == "0"
    assert found.y_ticks[0].at == found.zero
    assert found.y_ticks[-1].at == pytest.approx(found.plot.top + 28)
    assert all(tick.text.endswith("%") for tick in found.x_ticks)


def test_the_description_tells_the_chart_in_words() -> None:
    told = chart(*THREE).description

    assert "Training gap: Spreadsheets." in told
    assert "Healthy: E-mail and calendar." in told


systems = st.lists(st.tuples(st.floats(0.1, 0.9), st.integers(1, 400)), min_size=1, max_size=24)


@settings(deadline=None, max_examples=40)
@given(systems)
def test_labels_never_collide_however_the_systems_lie(drawn: list[tuple[float, int]]) -> None:
    names = [f"System number {number} and more" for number in range(len(drawn))]
    catalogue = Catalogue(
        council_name="Test Council",
        staff=500,
        directorates=(),
        systems=tuple(
            System(key=name, name=name, also=(), owner="ICT", users={"all": 500}, skills=()) for name in names
        ),
        call_types=(),
    )
    found = quadrant(
        report(
            *(answered(name, 40, share) for name, (share, _) in zip(names, drawn, strict=True)),
            weekly={(name, None, "a"): number for name, (_, number) in zip(names, drawn, strict=True)},
            catalogue=catalogue,
        )
    )

    assert found is not None
    boxes = [mark.label.box for mark in found.marks if mark.label]
    assert not [pair for pair in itertools.combinations(boxes, 2) if pair[0].overlaps(pair[1])]
    dashed = (
        Box(left=found.skill_line, right=found.skill_line + 0.1, top=found.plot.top, bottom=found.plot.bottom),
        Box(left=found.plot.left, right=found.plot.right, top=found.calls_line, bottom=found.calls_line + 0.1),
    )
    marks = [Box(left=mark.x - 8.5, right=mark.x + 8.5, top=mark.y - 8.5, bottom=mark.y + 8.5) for mark in found.marks]
    assert not [(box, other) for box in boxes for other in (*dashed, *marks) if box.overlaps(other)]
    assert len(boxes) + len(found.unlabelled) == len(found.marks)


def skill(key: str, share: Range | None, name: str | None = None) -> SkillLine:
    return SkillLine(system="spreadsheets", skill=key, name=name or key.capitalize(), asked=None, share=share)


def test_dots_go_from_the_least_known_to_the_best_with_the_withheld_last() -> None:
    found = dots(
        [
            skill("charts", None),
            skill("sort", Range(low=0.6, mid=0.7, high=0.8)),
            skill("sum", Range(low=0.3, mid=0.4, high=0.5)),
        ],
        skill_line=0.6,
    )

    assert found is not None
    assert [dot.name[0] for dot in found.dots] == ["Sum", "Sort", "Charts"]
    first, second, last = found.dots
    assert first.x is not None
    assert second.x is not None
    assert first.left < first.x < first.right < found.line < second.x
    assert (last.x, last.people) == (None, "Fewer than 10 people")


def test_a_long_name_takes_more_lines() -> None:
    long = "Produce a letter, a report or a payment run and send it to the right people"
    found = dots([skill("letter", Range(low=0.3, mid=0.4, high=0.5), long)], skill_line=0.6)

    assert found is not None
    assert len(found.dots[0].name) > 1
    assert " ".join(found.dots[0].name) == long


def test_nothing_to_draw_is_no_chart() -> None:
    assert dots([skill("charts", None)], skill_line=0.6) is None
    assert dots([], skill_line=0.6) is None
