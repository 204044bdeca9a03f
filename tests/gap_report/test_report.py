"""Answers beside calls: rows, lines, reasons, and what stays hidden."""

import dataclasses

import pytest

from portal.gap_report.rules.report import GapReportOptions
from portal.gap_report.rules.verdicts import Verdict
from tests.factories import small_catalogue
from tests.gap_report.reports import MONTHS, WEEKLY, answered, report, sums


def test_a_system_that_few_know_and_many_call_about_is_a_training_gap() -> None:
    line = report(answered("spreadsheets", 60, 0.4)).of_system("spreadsheets")

    assert line is not None
    assert (line.verdict, line.asked, line.calls, line.suppressed) == (Verdict.TRAINING_GAP, "50-99", 13 * 80, False)
    assert line.share is not None
    assert line.share.mid == 0.4
    assert line.rate is not None
    assert line.rate.mid == pytest.approx(80 * 365.25 / 7 / 12, abs=0.01)
    assert line.why == (
        "40% of answered questions were right (95% range 36% to 44%), below the line of 60%.",
        "50 to 99 of 100 users, volunteers.",
        "347.9 calls per 100 users a month (95% range 327.0 to 369.7), above the line of 100.0 (set by the council).",
        "Staff know it less well and call about it a lot. Guides and practice should lower the calls.",
    )


def test_systems_come_with_most_calls_first() -> None:
    assert [line.system for line in report().systems] == ["spreadsheets", "housing-system", "email-and-calendar"]


def test_without_answers_the_share_is_withheld_and_the_reason_says_what_would_settle_it() -> None:
    line = report().of_system("spreadsheets")

    assert line is not None
    assert (line.share, line.asked, line.suppressed, line.verdict) == (None, None, True, "not-enough-evidence")
    assert "withheld" in line.why[0]
    assert line.why[-1] == "What would settle it: more people who take the check and add their answers."


def test_a_system_no_call_is_mapped_to_has_no_rate() -> None:
    line = report(answered("email-and-calendar", 60, 0.9), weekly={}).of_system("email-and-calendar")

    assert line is not None
    assert (line.rate, line.calls, line.verdict) == (None, 0, "not-enough-evidence")
    assert "mapping table" in line.why[2]


def test_the_line_of_calls_is_the_middle_of_the_systems_that_have_calls() -> None:
    found = report(options=GapReportOptions())

    rates = sorted(line.rate.mid for line in found.systems if line.rate)
    assert found.lines.calls == rates[1]
    assert not found.lines.calls_set
    category_rates = sorted(line.rate.mid for line in found.categories if line.rate)
    assert found.lines.category_calls == pytest.approx(sum(category_rates[1:3]) / 2, abs=0.01)


def test_categories_stand_beside_their_skill_and_else_beside_the_system() -> None:
    found = report(answered("spreadsheets", 60, 0.4, formulas=sums(30, 0.8)))

    with_skill, without = found.categories_of("spreadsheets")
    assert (with_skill.skill, with_skill.skill_name, with_skill.asked) == ("formulas", "Use a formula", "20-49")
    assert with_skill.share is not None
    assert with_skill.share.mid == 0.8
    assert without.share is not None
    assert (without.skill, without.share.mid) == (None, 0.4)


def test_the_calls_of_a_system_are_the_sum_of_its_categories() -> None:
    found = report()

    for line in found.systems:
        assert line.calls == sum(category.calls for category in found.categories_of(line.system))
    assert found.calls == 13 * sum(WEEKLY.values())
    assert found.calls - found.unmapped == sum(line.calls for line in found.systems)
    assert found.unmapped_share == pytest.approx(4 / 120)


def test_a_skill_that_too_few_were_asked_about_is_withheld() -> None:
    found = report(answered("spreadsheets", 60, 0.4, formulas=sums(30, 0.8)))

    assert [(line.skill, line.asked, line.share is None) for line in found.skills_of("spreadsheets")] == [
        ("formulas", "20-49", False),
        ("charts", None, True),
    ]


def test_calls_a_user_a_year() -> None:
    found = report()

    assert found.calls_a_user_a_year == pytest.approx(120 * 365.25 / 7 / 100)
    assert report(weekly={}).calls_a_user_a_year == 0


def test_no_sums_of_fewer_than_ten_people_are_shown_whoever_hands_them_in() -> None:
    line = report(answered("spreadsheets", 9, 0.4, formulas=sums(9, 0.4))).of_system("spreadsheets")

    assert line is not None
    assert (line.asked, line.share) == (None, None)


def test_an_archived_system_is_there_as_long_as_it_has_calls_or_answers() -> None:
    catalogue = small_catalogue()
    systems = tuple(dataclasses.replace(system, archived=True) for system in catalogue.systems)
    archived = dataclasses.replace(catalogue, systems=systems)

    found = report(answered("housing-system", 60, 0.4), weekly={("spreadsheets", None, "Excel"): 3}, catalogue=archived)

    assert {line.system for line in found.systems} == {"spreadsheets", "housing-system"}


def test_weeks_of_the_period_are_counted() -> None:
    assert (report().weeks, report().weeks_in_period) == (13, len(MONTHS.mondays()))


def test_a_range_over_a_line_says_so() -> None:
    line = report(answered("spreadsheets", 60, 0.6)).of_system("spreadsheets")

    assert line is not None
    assert line.verdict is Verdict.NOT_ENOUGH_EVIDENCE
    assert "with the line of 60% inside that range" in line.why[0]
