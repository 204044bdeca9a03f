"""Two years of calls by the week: ten categories, two of them about spreadsheets."""

import datetime as dt

import numpy as np
from sqlalchemy.orm import Session

from portal.core.periods import WEEK
from portal.desk_calls.operations.imports import import_counts
from portal.desk_calls.operations.mapping import save_rule
from portal.desk_calls.rules.imports import CallLabels, CallsPart, ImportedCounts, LabelledCalls
from portal.desk_calls.rules.mapping import MappingRule
from portal.desk_calls.rules.weekly import CategoryOfSource, CategoryPlace, WeeklyCalls

FIRST = dt.date(2024, 1, 1)
#: A Monday, 52 weeks in.
START = FIRST + 52 * WEEK
WEEKS = 104
FORMULAS = CategoryOfSource(source="desk", category="Software > Excel > Formulas")
OTHERS = tuple(CategoryOfSource(source="desk", category=f"Other > {letter}") for letter in "ABCDEFGHI")


def weekly(
    *, after: float = 1.0, a_week: int = 40, weeks: int = WEEKS, everywhere: float = 1.0, seed: int = 7
) -> WeeklyCalls:
    """Calls that change at START by ``after`` for FORMULAS, and by ``everywhere`` for all."""
    random = np.random.default_rng(seed)
    mondays = tuple(FIRST + WEEK * number for number in range(weeks))
    late = np.array([monday >= START for monday in mondays])
    calls = {}
    for key in (FORMULAS, *OTHERS):
        rate = np.where(late, a_week * everywhere * (after if key is FORMULAS else 1.0), a_week)
        calls[key] = random.poisson(rate).astype(np.int64)
    place = CategoryPlace(system="spreadsheets", skill="formulas", call_type=None)
    nowhere = CategoryPlace(system=None, skill=None, call_type=None)
    return WeeklyCalls(
        weeks=mondays,
        covered={"desk": np.ones(weeks, dtype=np.bool_)},
        calls=calls,
        places={key: place if key is FORMULAS else nowhere for key in calls},
        monthly=(),
    )


def store_weekly(session: Session, calls: WeeklyCalls, *, now: dt.datetime) -> None:
    """The same calls through the import, and the one mapping row."""
    parts = tuple(
        CallsPart(
            start=monday,
            counts=tuple(
                LabelledCalls(labels=CallLabels(category=key.category), calls=int(numbers[number]))
                for key, numbers in calls.calls.items()
                if numbers[number]
            ),
        )
        for number, monday in enumerate(calls.weeks)
    )
    counts = ImportedCounts(source="desk", preset="generic-counts", parts=parts)
    import_counts(session, counts, account_id=None, now=now)
    rule = MappingRule(
        source="",
        category="Software > Excel",
        valid_from=FIRST,
        valid_to=None,
        system="spreadsheets",
        call_type=None,
        skill="formulas",
    )
    save_rule(session, rule, account_id=None, now=now)
