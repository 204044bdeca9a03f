"""The report from a real database."""

import ast
import datetime as dt
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from portal.catalogue.rules import NoCatalogue
from portal.core.periods import Months
from portal.evidence.operations import close_release
from portal.gap_report.queries import reports as queries
from portal.gap_report.rules.period import NoCoveringRelease
from portal.gap_report.rules.report import GapReportOptions
from portal.gap_report.rules.verdicts import Verdict
from tests.evidence.waiting import people, wait
from tests.gap_report.stored import NOW, WINTER, release_winter, store_calls, store_catalogue, store_everything

PACKAGE = Path(queries.__file__).parent.parent
OPTIONS = GapReportOptions(calls_line=100)


def test_answers_stand_beside_calls(session: Session) -> None:
    store_everything(session)

    found = queries.report(session, WINTER, OPTIONS)

    assert {line.system: line.verdict for line in found.systems} == {
        "spreadsheets": Verdict.TRAINING_GAP,
        "email-and-calendar": Verdict.HEALTHY,
        "housing-system": Verdict.NOT_ENOUGH_EVIDENCE,
    }
    spreadsheets = found.of_system("spreadsheets")
    assert spreadsheets is not None
    assert (spreadsheets.calls, spreadsheets.asked) == (60 * len(WINTER.mondays()), "20-49")
    assert found.unmapped == 2 * len(WINTER.mondays())
    assert [release.title for release in found.releases] == ["Winter 2026"]


def test_three_people_are_withheld(session: Session) -> None:
    store_everything(session)

    housing = queries.report(session, WINTER, OPTIONS).of_system("housing-system")

    assert housing is not None
    assert (housing.asked, housing.share, housing.suppressed) == (None, None, True)


def test_without_a_covering_release_there_is_no_report(session: Session) -> None:
    store_everything(session)

    with pytest.raises(NoCoveringRelease, match="flask gap-report release --title TITLE --from 2026-02 --to 2026-03"):
        queries.report(session, Months.parse("2026-02", "2026-03"), OPTIONS)


def test_months_without_a_release_fall_back_to_the_usual_ones(session: Session) -> None:
    store_everything(session)
    asked = Months.parse("2024-01", "2024-02")

    found = queries.reading(session, asked, OPTIONS)

    assert found.uncovered == asked
    assert found.report is not None
    assert found.report.months == WINTER


def test_months_that_are_covered_are_shown(session: Session) -> None:
    store_everything(session)
    asked = Months.parse("2026-01", "2026-01")

    found = queries.reading(session, asked, OPTIONS)

    assert found.uncovered is None
    assert found.report is not None
    assert (found.report.months, found.report.weeks) == (asked, len(asked.mondays()))


def test_only_releases_that_overlap_the_months_are_added_up(session: Session) -> None:
    store_everything(session)
    wait(session, people(80, "spring"), good=8, day=dt.date(2026, 3, 2))
    close_release(session, title="Spring 2026", months=Months.parse("2026-03", "2026-03"), now=NOW)

    asked = {}
    for months in (WINTER, Months.parse("2026-03", "2026-03"), Months.parse("2026-02", "2026-03")):
        line = queries.report(session, months, OPTIONS).of_system("spreadsheets")
        assert line is not None
        asked[months.keys()] = line.asked

    assert list(asked.values()) == ["20-49", "50-99", "100+"]


def test_before_the_first_release_there_is_nothing(session: Session) -> None:
    store_catalogue(session)

    assert queries.reading(session, None, OPTIONS).report is None


def test_a_release_without_answers_shows_the_calls(session: Session) -> None:
    store_catalogue(session)
    store_calls(session)
    release_winter(session)

    found = queries.report(session, WINTER, OPTIONS)

    assert not found.has_answers
    assert found.calls > 0


def test_without_a_catalogue_it_says_how_to_load_one(session: Session) -> None:
    release_winter(session)

    with pytest.raises(NoCatalogue):
        queries.report(session, WINTER, OPTIONS)


def test_nothing_here_imports_what_holds_answers() -> None:
    """Of evidence only what reads released figures; of the skills check nothing at all."""
    for file in sorted(PACKAGE.rglob("*.py")):
        for module in _imported(ast.parse(file.read_text())):
            assert not module.startswith("portal.skills_check"), file
            if module.startswith("portal.evidence"):
                assert module.startswith(("portal.evidence.queries", "portal.evidence.rules")), file


def test_what_it_reads_of_evidence_imports_nothing_that_holds_answers() -> None:
    evidence = PACKAGE.parent / "evidence"
    for file in (evidence / "queries.py", evidence / "models.py", *sorted((evidence / "rules").glob("*.py"))):
        assert not [one for one in _imported(ast.parse(file.read_text())) if one.startswith("portal.skills_check")]


def _imported(tree: ast.Module) -> list[str]:
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            found += [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
    return [one for one in found if one not in ("portal", "portal.evidence")]
