"""The next question, chosen and stored by the answer before it, with what it followed from."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from portal.skills_check.models.attempts import AttemptItem, AttemptRow
from portal.skills_check.queries.attempts import response
from portal.skills_check.queries.bank import versions_on
from portal.skills_check.queries.choosing import pool_of
from portal.skills_check.rules.adaptive import MOST, Posterior, choose, most_of, posterior, seeded, stops
from portal.skills_check.rules.attempts import Mode, key_hash
from portal.skills_check.rules.forms import shown_order
from portal.skills_check.rules.marking import Outcome
from portal.skills_check.rules.questions import Question

_STATE = select(AttemptRow.id, AttemptRow.mode, AttemptRow.plan)


def extend(connection: Connection, key: str, *, now: dt.datetime) -> None:
    """After an answer was kept: pin the next question, or end an attempt of one question."""
    row = connection.execute(_STATE.where(AttemptRow.key_hash == key_hash(key))).one()
    if row.mode is Mode.ONE_MORE:
        connection.execute(update(AttemptRow).where(AttemptRow.id == row.id).values(finished_at=now))
    elif row.plan.get("chosen"):
        choose_next(connection, row.id)


def choose_next(connection: Connection, attempt_id: int) -> None:
    """Pin one more question to an attempt that has none open, unless enough is known of every system."""
    attempt = connection.execute(select(AttemptRow.seed, AttemptRow.plan).where(AttemptRow.id == attempt_id)).one()
    items = connection.execute(
        select(AttemptItem.position, AttemptItem.version_id, AttemptItem.outcome, AttemptItem.why)
        .where(AttemptItem.attempt_id == attempt_id)
        .order_by(AttemptItem.position)
    ).all()
    if any(item.outcome is None for item in items):
        return
    questions = versions_on(connection, [item.version_id for item in items])
    systems: Sequence[str] = attempt.plan["chosen"]
    for number, system in enumerate(systems):
        before = [item for item in items if questions[item.version_id].system not in systems[number:]]
        mine = [item for item in items if questions[item.version_id].system == system]
        known = _known(mine, questions)
        most = most_of(number, systems=len(systems), asked_before=len(before), most=MOST)
        if stops(known, asked=len(mine), most=most) is None:
            asked = [questions[item.version_id].id for item in mine]
            if _pin_next(connection, attempt_id, attempt, system, known, asked, position=len(items) + 1):
                return


def _known(items: Sequence[Row[Any]], questions: Mapping[int, Question]) -> Posterior:
    return posterior(
        [
            response(questions[item.version_id], item.why, right=item.outcome is Outcome.RIGHT)
            for item in items
            if item.outcome is not Outcome.NOT_COUNTED
        ]
    )


def _pin_next(
    connection: Connection,
    attempt_id: int,
    attempt: Row[Any],
    system: str,
    known: Posterior,
    asked: Sequence[str],
    *,
    position: int,
) -> bool:
    """Whether a question was left to pin."""
    pool, version_ids = pool_of(connection, system)
    draw = seeded(attempt.seed, position)
    chosen = choose(pool, known, asked=asked, over=frozenset(attempt.plan["over"].get(system, ())), draw=draw)
    if chosen is None:
        return False
    place = pool.place[chosen.question]
    version_id = version_ids[chosen.question]
    question = versions_on(connection, [version_id])[version_id]
    values = {
        "attempt_id": attempt_id,
        "position": position,
        "version_id": version_id,
        "choice_order": list(shown_order(question, draw)),
        "why": {
            "skill": chosen.skill,
            "among": list(chosen.among),
            "score": round(chosen.score, 4),
            "sd": round(chosen.sd, 4),
            "a": float(pool.a[place]),
            "b": float(pool.b[place]),
            "c": round(float(pool.c[place]), 6),
        },
    }
    connection.execute(insert(AttemptItem), values)
    return True
