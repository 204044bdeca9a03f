"""The sentences a reader needs first."""

from portal.gap_report.rules.headline import headline
from tests.gap_report.reports import answered, report


def test_calls_beside_the_benchmark_and_the_verdicts() -> None:
    found = headline(report(answered("spreadsheets", 60, 0.4), answered("email-and-calendar", 60, 0.9)))

    assert found == (
        "In January 2026 to March 2026 staff made 1,560 calls, 62.6 a user a year (median of London councils 5.8).",
        "Training gap in 1 system; 1 system is healthy. The figures can’t tell yet about 1 system.",
    )


def test_several_verdicts_make_one_sentence() -> None:
    found = headline(
        report(
            answered("spreadsheets", 60, 0.4),
            answered("email-and-calendar", 60, 0.4),
            answered("housing-system", 60, 0.9),
        )
    )

    assert found[1] == "Training gap in 1 system; design problem in 1 system; hidden gap in 1 system."


def test_without_calls_it_says_so() -> None:
    assert headline(report(weekly={}))[0] == "No calls are stored for January 2026 to March 2026."
