"""The real incidents, stored: weekly counts as somebody else counted them."""

import csv
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from sqlalchemy import select

from portal.desk_calls.models import DeskCount, DeskPart
from portal.storage.database import Database

Weeks = dict[tuple[str, str], int]
#: The file ends within this week.
PARTIAL = "2016-05-09"


def by_week(database: Database, source: str) -> Weeks:
    """(Monday, first level of the category) → calls stored, of whole weeks."""
    found: Counter[tuple[str, str]] = Counter()
    query = select(DeskPart.start, DeskCount.category, DeskCount.calls).join(DeskCount)
    with database.session() as session:
        for start, category, calls in session.execute(query.where(DeskPart.source == source, DeskPart.days == 127)):
            found[start.isoformat(), category.split(" > ")[0]] += calls
    return dict(found)


def counted_by_hand(folder: Path) -> Weeks:
    """The same out of the list that came with the data."""
    with (folder / "weekly_counts_by_category.csv").open(encoding="utf-8", newline="") as file:
        return {
            (row["week_starting"], row["category"].replace("?", "(none)")): int(row["incidents"])
            for row in csv.DictReader(file)
            if row["week_starting"] != PARTIAL
        }


@pytest.mark.outside_data
def test_the_preset_stores_what_was_counted_by_hand(
    run_command: Callable[..., Result], outside_data: Path, database: Database, small_council: None
) -> None:
    folder = outside_data / "uci-incidents"
    done = run_command("desk-calls", "import", str(folder / "incidents_one_row_each.csv"))
    assert "as servicenow" in done.output
    assert by_week(database, "servicenow") == counted_by_hand(folder)
