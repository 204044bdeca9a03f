"""What choosing the next question needs to know: the questions of a system in arrays, and how often each was met."""

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from sqlalchemy import Connection, func, select

from portal.skills_check.models.attempts import AttemptItem, AttemptRow
from portal.skills_check.models.bank import QuestionParameters
from portal.skills_check.models.questions import QuestionRow, QuestionVersion
from portal.skills_check.queries.bank import versions_on
from portal.skills_check.rules.adaptive import Pool, over_exposed
from portal.skills_check.rules.attempts import Audience, Mode

#: How many of the newest attempts tell how often a question is met, and after how many it is counted again.
LOOKED_AT = 5000
COUNTED_EVERY = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What an attempt knows from its start. ``chosen``: systems asked one question after the other, in order.

    ``over``: system → questions that too many have met.
    """

    chosen: tuple[str, ...]
    over: Mapping[str, tuple[str, ...]]

    def stored(self, *, pinned: int) -> dict[str, Any]:
        """As it is kept with the attempt; ``pinned`` questions were there from the start."""
        if not self.chosen:
            return {}
        return {
            "chosen": list(self.chosen),
            "over": {key: list(ids) for key, ids in self.over.items()},
            "pinned": pinned,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """How often questions of a system were met and answered in ``attempts`` attempts."""

    attempts: int
    met: Mapping[str, int]
    answered: Mapping[str, int]


class _Remembered:
    """What was read last, a system: the questions stay until the bank changes, the counts for fifty attempts."""

    def __init__(self) -> None:
        self.guard = threading.Lock()
        self.pools: dict[str, tuple[tuple[int, ...], Pool, Mapping[str, int]]] = {}
        self.uses: dict[str, tuple[int, Use]] = {}


_remembered = _Remembered()


def forget_pools() -> None:
    """Drop what is remembered: for another database in the same process."""
    with _remembered.guard:
        _remembered.pools.clear()
        _remembered.uses.clear()


def plan_of(connection: Connection, systems: Sequence[str]) -> Plan:
    """Which of these systems can be asked one question after the other."""
    chosen: list[str] = []
    over: dict[str, tuple[str, ...]] = {}
    for system in systems:
        pool, _ = pool_of(connection, system)
        if pool.known_well:
            use = use_of(connection, system)
            chosen.append(system)
            over[system] = tuple(sorted(over_exposed(use.met, use.attempts, len(pool.ids))))
    return Plan(chosen=tuple(chosen), over=over)


def pool_of(connection: Connection, system: str) -> tuple[Pool, Mapping[str, int]]:
    """The questions of a system that can be asked, and the version of each."""
    state = connection.execute(
        select(func.count(), func.coalesce(func.sum(QuestionRow.version_id), 0)).where(*_asked_of(system))
    ).one()
    mark = (int(state[0]), int(state[1] or 0), use_of(connection, system).attempts)
    known = _remembered.pools.get(system)
    if known is None or known[0] != mark:
        known = (mark, *_read_pool(connection, system))
        with _remembered.guard:
            _remembered.pools[system] = known
    return known[1], known[2]


def _asked_of(system: str) -> tuple[Any, ...]:
    return (
        QuestionRow.system_key == system,
        QuestionRow.archived_at.is_(None),
        QuestionRow.withdrawn_at.is_(None),
        QuestionRow.version_id.is_not(None),
    )


def _read_pool(connection: Connection, system: str) -> tuple[Pool, Mapping[str, int]]:
    query = select(QuestionRow.id, QuestionRow.version_id).where(*_asked_of(system)).order_by(QuestionRow.id)
    version_ids = {row.id: row.version_id for row in connection.execute(query) if row.version_id is not None}
    known = versions_on(connection, version_ids.values())
    questions = [known[version_id] for version_id in version_ids.values()]
    use = use_of(connection, system)
    found = _parameters(connection, version_ids)
    answers = [max(use.answered.get(one.id, 0), found[one.id][2] if one.id in found else 0) for one in questions]
    return (
        Pool(
            ids=tuple(one.id for one in questions),
            skills=tuple(one.skill for one in questions),
            a=np.array([found[one.id][0] if one.id in found else one.a for one in questions]),
            b=np.array([found[one.id][1] if one.id in found else one.b for one in questions]),
            c=np.array([one.c for one in questions]),
            answers=float(np.mean(answers)) if answers else 0.0,
        ),
        version_ids,
    )


def _parameters(connection: Connection, version_ids: Mapping[str, int]) -> Mapping[str, tuple[float, float, int]]:
    """Question → slope, difficulty and answers, where they were worked out for the text that is asked now."""
    rows = connection.execute(
        select(
            QuestionParameters.question_id,
            QuestionParameters.version_id,
            QuestionParameters.a,
            QuestionParameters.b,
            QuestionParameters.answers,
        ).join(QuestionRow, QuestionRow.version_id == QuestionParameters.version_id)
    )
    return {
        row.question_id: (row.a, row.b, row.answers)
        for row in rows
        if version_ids.get(row.question_id) == row.version_id
    }


def use_of(connection: Connection, system: str) -> Use:
    """How often the questions of a system were met, in the newest checks of staff. Counted every fifty attempts."""
    newest = connection.scalar(select(func.max(AttemptRow.id))) or 0
    known = _remembered.uses.get(system)
    if known is None or not 0 <= newest - known[0] < COUNTED_EVERY:
        known = (newest, _count_use(connection, system, newest))
        with _remembered.guard:
            _remembered.uses[system] = known
    return known[1]


def _count_use(connection: Connection, system: str, newest: int) -> Use:
    of_system = (
        select(AttemptItem.attempt_id, QuestionVersion.question_id, AttemptItem.outcome)
        .join(AttemptRow, AttemptRow.id == AttemptItem.attempt_id)
        .join(QuestionVersion, QuestionVersion.id == AttemptItem.version_id)
        .join(QuestionRow, QuestionRow.id == QuestionVersion.question_id)
        .where(
            AttemptRow.id > newest - LOOKED_AT,
            AttemptRow.audience == Audience.STAFF,
            AttemptRow.mode == Mode.CHECK,
            QuestionRow.system_key == system,
        )
        .subquery()
    )
    attempts = connection.scalar(select(func.count(of_system.c.attempt_id.distinct()))) or 0
    rows = connection.execute(
        select(of_system.c.question_id, func.count(), func.count(of_system.c.outcome)).group_by(of_system.c.question_id)
    ).all()
    return Use(
        attempts=attempts,
        met={question: met for question, met, _ in rows},
        answered={question: answered for question, _, answered in rows},
    )
