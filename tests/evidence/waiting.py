"""Answer sets that wait, put straight into their table: what the check leaves behind after consent."""

import datetime as dt
from collections.abc import Iterable

from sqlalchemy.orm import Session

from portal.skills_check.models.waiting import WaitingSet

DAY = dt.date(2026, 2, 10)


def wait(
    session: Session,
    people: Iterable[str],
    *,
    good: int,
    system: str = "spreadsheets",
    directorate: str | None = "housing",
    skill: str = "formulas",
    day: dt.date = DAY,
) -> None:
    """Ten questions a person: the first ``good`` of them have eight right, the others three."""
    for place, person in enumerate(people):
        right = 8 if place < good else 3
        session.add(
            WaitingSet(
                person=person,
                attempt=None,
                directorate_key=directorate,
                system_key=system,
                answered_on=day,
                answers=[[skill, f"{skill}-{number}", 1.0, 0.0, 0.05, int(number < right)] for number in range(10)],
            )
        )
    session.flush()


def people(number: int, prefix: str = "person") -> list[str]:
    return [f"{prefix}-{place}" for place in range(number)]
