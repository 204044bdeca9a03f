"""Calls of each category week by week, as arrays: what before and after comparisons stand on."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class CategoryOfSource:
    """A category path as one source writes it."""

    source: str
    category: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CategoryPlace:
    """Where a category belongs under the newest rules. ``system`` None: in none."""

    system: str | None
    skill: str | None
    call_type: str | None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class WeeklyCalls:
    """Whole weeks only. ``weeks``: consecutive Mondays, may be empty.

    ``covered``: by source, one flag a week: the source has that whole week. ``calls``: one number a week, 0 where the
    week isn't covered. ``monthly``: sources stored by the month, of which nothing can be said by the week.
    """

    weeks: tuple[dt.date, ...]
    covered: Mapping[str, npt.NDArray[np.bool_]]
    calls: Mapping[CategoryOfSource, npt.NDArray[np.int64]]
    places: Mapping[CategoryOfSource, CategoryPlace]
    monthly: tuple[str, ...]
