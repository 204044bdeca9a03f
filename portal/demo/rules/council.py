"""The synthetic council: seeded, so that it is the same each time, with training gaps and design problems in it.

Nothing in it is measured anywhere. The figures are chosen so that a reader of the gap report meets every verdict.
"""

import datetime as dt
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from portal.catalogue.rules import Catalogue, System
from portal.core.errors import Conflict
from portal.core.periods import WEEK, Months, monday_of
from portal.desk_calls.rules.imports import CallLabels, CallsPart, ImportedCounts, LabelledCalls
from portal.desk_calls.rules.mapping import MappingRule
from portal.skills_check.rules.answer_sets import ImportedAnswer
from portal.skills_check.rules.marking import Outcome
from portal.skills_check.rules.questions import Question

SEED = 20_260_101
WEEKS = 104
QUARTERS = 8
CALLS_A_MONTH = 6_500
SITTINGS = 3_200
SYSTEMS_A_SITTING = 3
QUESTIONS_A_SYSTEM = 6
NAMED_SHARE = 0.85
SOURCE = "demonstration"
#: Tables that content files fill; they don't make a database one with people's data in it.
CONTENT_TABLES = (
    "catalogue_edition",
    "guide",
    "guide_media",
    "guide_version",
    "guide_version_file",
    "guide_path",
    "guide_topic",
    "guide_synonyms",
    "search_document",
    "search_word",
    "question",
    "question_version",
    "job",
)


class RealDataThere(Conflict):
    """The database holds something that isn't a demonstration."""

    def __init__(self, tables: Sequence[str]) -> None:
        self.tables = tuple(tables)
        super().__init__(
            "The database holds data already, so no demonstration was loaded. Use an empty database: "
            f"set SHOWHOW_DATABASE_URL to a new file. (In use: {', '.join(tables)}.)"
        )


class NoDemonstration(Conflict):
    """There is no demonstration to clear."""

    def __init__(self) -> None:
        super().__init__("No demonstration is loaded, so nothing was cleared.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Hidden:
    """What is true of a system here. ``ability``: mean in logits, 0 is the standard. ``calls``: against the usual."""

    ability: float
    calls: float


#: The truth behind the demonstration; systems that aren't named are usual in both.
TRUTH: Mapping[str, Hidden] = {
    "spreadsheets": Hidden(ability=-0.7, calls=2.3),
    "files-and-sharing": Hidden(ability=-0.6, calls=1.9),
    "sign-in": Hidden(ability=1.4, calls=3.2),
    "remote-access": Hidden(ability=1.2, calls=2.2),
    "information-security": Hidden(ability=-0.5, calls=0.35),
    "documents": Hidden(ability=1.3, calls=0.5),
    "meetings-and-chat": Hidden(ability=1.2, calls=0.6),
    "email-and-calendar": Hidden(ability=0.35, calls=1.4),
    "housing": Hidden(ability=0.0, calls=2.6),
    "printing": Hidden(ability=0.0, calls=1.6),
}
USUAL = Hidden(ability=0.5, calls=0.8)


@dataclass(frozen=True, slots=True, kw_only=True)
class Category:
    """One category of the invented desk. ``share`` of its system's calls."""

    path: str
    system: str
    call_type: str | None
    skill: str | None
    share: float


def categories(catalogue: Catalogue) -> tuple[Category, ...]:
    """Three categories a system, named as a desk would name them."""
    found: list[Category] = []
    for system in catalogue.current_systems:
        skill = system.skills[0].key if system.skills else None
        found += [
            Category(path=f"{system.name} > How do I", system=system.key, call_type="how-to", skill=skill, share=0.45),
            Category(path=f"{system.name} > Error", system=system.key, call_type="error", skill=None, share=0.35),
            Category(path=f"{system.name} > Access", system=system.key, call_type="access", skill=None, share=0.20),
        ]
    return tuple(found)


def mapping(catalogue: Catalogue, first: dt.date) -> tuple[MappingRule, ...]:
    """A rule for every category but the one that nobody sorted."""
    types = {call_type.key for call_type in catalogue.call_types}
    return tuple(
        MappingRule(
            source="",
            category=category.path,
            valid_from=first,
            valid_to=None,
            system=category.system,
            call_type=category.call_type if category.call_type in types else None,
            skill=category.skill,
            why="Demonstration",
        )
        for category in categories(catalogue)
    )


def calls(catalogue: Catalogue, *, last_monday: dt.date) -> ImportedCounts:
    """Two years of weekly counts by directorate, 6,500 a month in all, up to the week of ``last_monday``."""
    draw = np.random.default_rng(SEED)
    sorted_out = categories(catalogue)
    systems = {system.key: system for system in catalogue.current_systems}
    users = np.array(
        [[systems[one.system].users.get(part.key, 0) for part in catalogue.directorates] for one in sorted_out],
        dtype=float,
    )
    weight = np.array([_truth(one.system).calls * one.share for one in sorted_out])
    rates = users * weight[:, None]
    weekly = CALLS_A_MONTH * 12 / 52.18 * 0.97
    rates *= weekly / rates.sum()
    parts = []
    for number in range(WEEKS):
        monday = last_monday - WEEK * (WEEKS - 1 - number)
        season = 1 + 0.12 * math.cos(2 * math.pi * (monday.timetuple().tm_yday - 15) / 365.25)
        noise = draw.gamma(20, 1 / 20, size=len(sorted_out))
        counts = draw.poisson(rates * season * noise[:, None])
        parts.append(CallsPart(start=monday, counts=_labelled(catalogue, sorted_out, counts, weekly, draw)))
    total = sum(count.calls for part in parts for count in part.counts)
    return ImportedCounts(source=SOURCE, preset=SOURCE, parts=tuple(parts), rows_read=total, rows_kept=total)


def _labelled(
    catalogue: Catalogue,
    sorted_out: Sequence[Category],
    counts: "np.ndarray[tuple[int, int], np.dtype[np.int64]]",
    weekly: float,
    draw: np.random.Generator,
) -> tuple[LabelledCalls, ...]:
    rows = [
        LabelledCalls(labels=CallLabels(category=category.path, directorate=part.key), calls=int(counts[row, column]))
        for row, category in enumerate(sorted_out)
        for column, part in enumerate(catalogue.directorates)
        if counts[row, column]
    ]
    unsorted_calls = int(draw.poisson(weekly * 0.03))
    rows.append(LabelledCalls(labels=CallLabels(category="To be sorted"), calls=max(1, unsorted_calls)))
    return tuple(rows)


def answers(
    catalogue: Catalogue, bank: Mapping[str, Sequence[Question]], *, periods: Sequence[Months]
) -> Iterator[ImportedAnswer]:
    """Some thousand sittings spread over the periods; people use what their directorate uses."""
    draw = np.random.default_rng(SEED + 1)
    directorates = catalogue.directorates
    weights = np.array([part.headcount for part in directorates], dtype=float)
    culture = dict(zip((part.key for part in directorates), draw.normal(0, 0.15, len(directorates)), strict=True))
    asked = [system for system in catalogue.current_systems if bank.get(system.key)]
    for sitting in range(SITTINGS):
        part = directorates[draw.choice(len(directorates), p=weights / weights.sum())]
        period = periods[sitting * len(periods) // SITTINGS]
        answered_on = period.start + dt.timedelta(days=int(draw.integers((period.end - period.start).days)))
        own = draw.normal(culture[part.key], 0.6)
        named = draw.random() < NAMED_SHARE
        for system in _chosen(asked, part.key, draw):
            for question in _drawn(bank[system.key], draw):
                yield ImportedAnswer(
                    sitting=f"demonstration-{sitting}",
                    directorate=part.key if named else None,
                    question=question.id,
                    result=_result(question, own + _truth(system.key).ability, draw),
                    answered_on=answered_on,
                    line=0,
                )


def _chosen(asked: Sequence[System], directorate: str, draw: np.random.Generator) -> list[System]:
    used = [system for system in asked if system.users.get(directorate)]
    order = draw.permutation(len(used))[:SYSTEMS_A_SITTING]
    return [used[index] for index in order]


def _drawn(questions: Sequence[Question], draw: np.random.Generator) -> list[Question]:
    return [questions[index] for index in draw.permutation(len(questions))[:QUESTIONS_A_SYSTEM]]


def _result(question: Question, ability: float, draw: np.random.Generator) -> Outcome:
    chance = question.c + (1 - question.c) / (1 + math.exp(-question.a * (ability - question.b)))
    if draw.random() < chance:
        return Outcome.RIGHT
    return Outcome.DONT_KNOW if draw.random() < 0.4 else Outcome.WRONG


def _truth(system: str) -> Hidden:
    return TRUTH.get(system, USUAL)


def quarters_before(today: dt.date) -> tuple[Months, ...]:
    """The last eight whole calendar quarters, oldest first."""
    index = today.year * 4 + (today.month - 1) // 3
    found = []
    for number in range(index - QUARTERS, index):
        year, quarter = divmod(number, 4)
        found.append(Months(first=(year, quarter * 3 + 1), last=(year, quarter * 3 + 3)))
    return tuple(found)


def last_whole_week(today: dt.date) -> dt.date:
    """The Monday of the last week that is over."""
    return monday_of(today) - WEEK
