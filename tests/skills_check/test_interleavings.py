"""Any interleaving of saves, repeats, stale tabs, submits, deadlines and marks ends in one state."""

import datetime as dt
import itertools
from dataclasses import dataclass, field

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.skills_check.models.attempts import AttemptRow
from portal.skills_check.operations import attempts as writes
from portal.skills_check.operations import changes, saving
from portal.skills_check.queries import attempts as reads
from portal.skills_check.queries.bank import version
from portal.skills_check.rules.attempts import AttemptFinished, Audience, Reception, Reply, Sending
from portal.skills_check.rules.blueprints import Blueprint, Part
from portal.skills_check.rules.marking import Answer
from portal.storage.database import Database
from tests.conftest import START

pytestmark = pytest.mark.usefixtures("content")
MINUTE = dt.timedelta(minutes=1)
DEADLINE = START + 10 * MINUTE
FORM = Blueprint(
    parts=(
        Part(system="spreadsheets", skill="formulas", level=1, count=1),
        Part(system="spreadsheets", skill="layout", level=2, count=1),
    )
)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("save"), st.integers(0, 1), st.integers(1, 2), st.integers(0, 1)),
        st.tuples(st.just("reload"), st.integers(0, 1), st.just(0), st.just(0)),
        st.tuples(st.just("repeat"), st.integers(0, 1), st.just(0), st.just(0)),
        st.tuples(st.just("wait"), st.integers(1, 6), st.just(0), st.just(0)),
        st.tuples(st.just("submit"), st.integers(0, 1), st.just(0), st.just(0)),
        st.tuples(st.just("sweep"), st.just(0), st.just(0), st.just(0)),
        st.tuples(st.just("mark"), st.just(0), st.just(0), st.just(0)),
    ),
    max_size=14,
)


@dataclass
class Tab:
    """One tab of one process: a connection pool of its own, and the sequences its page holds."""

    database: Database
    bases: dict[int, int] = field(default_factory=dict)
    sent: list[tuple[int, Answer, Sending]] = field(default_factory=list)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_every_interleaving_ends_in_one_state(database: Database, steps: list[tuple[str, int, int, int]]) -> None:
    second = Database(database.engine.url.render_as_string(hide_password=False))
    try:
        _run(database, [Tab(database), Tab(second)], steps)
    finally:
        second.close()


def _run(database: Database, tabs: list[Tab], steps: list[tuple[str, int, int, int]]) -> None:
    with database.transaction() as session:
        key = writes.start_blueprint(session, FORM, audience=Audience.APPLICANT, now=START, deadline_at=DEADLINE).key
    names, now, accepted, ended = itertools.count(), START, {}, None
    sequences = {1: 0, 2: 0}
    for what, one, position, choice in steps:
        tab = tabs[one % 2]
        if what == "wait":
            now += one * MINUTE
        elif what == "reload":
            tab.bases = dict(sequences)
        elif what == "save":
            sending = Sending(event=f"event-{next(names):04}", base=tab.bases.get(position, 0))
            answer = Answer(choices=(choice,))
            reply = _send(tab, key, position, answer, sending, now)
            over = ended is not None or now >= DEADLINE
            stale = sending.base < sequences[position]
            assert reply.reception is (Reception.LATE if over else Reception.STALE if stale else Reception.SAVED)
            if reply.reception is Reception.SAVED:
                accepted[position], sequences[position] = answer, reply.sequence
                tab.bases[position] = reply.sequence
                tab.sent.append((position, answer, sending))
        elif what == "repeat" and tab.sent:
            last = tab.sent[-1]
            assert _send(tab, key, *last, now).reception is Reception.REPEATED
        elif what == "submit":
            with tab.database.transaction() as session:
                writes.finish_attempt(session, key, now=now)
            ended = ended or min(now, DEADLINE)
        elif what == "sweep":
            with tab.database.transaction() as session:
                writes.finish_overdue(session, now=now)
        elif what == "mark":
            with tab.database.transaction() as session:
                changes.mark_again(session, "spreadsheets-sum-01", reason="Again", account_id=None, now=now)
    with database.transaction() as session:
        writes.finish_overdue(session, now=DEADLINE)
    with database.session() as session:
        found = reads.attempt(session, key)
        row = session.get_one(AttemptRow, found.id)
    assert row.finished_at == (ended or DEADLINE)
    assert {item.position: item.answer for item in found.items if item.answer} == accepted
    assert {item.position: item.sequence for item in found.items} == sequences


def _send(tab: Tab, key: str, position: int, answer: Answer, sending: Sending, now: dt.datetime) -> Reply:
    with tab.database.session() as session:
        item = reads.attempt(session, key).item(position)
        question = version(session.connection(), item.version_id)
    with tab.database.write_connection() as connection:
        return saving.save_answer(
            connection, key=key, position=position, question=question, answer=answer, sending=sending, now=now
        )


def test_extra_time_holds_at_once_for_a_running_attempt(database: Database) -> None:
    """What would have come late is stored; what comes after the new end is kept apart and changes nothing."""
    tab, answer = Tab(database), Answer(choices=(0,))
    with database.transaction() as session:
        key = writes.start_blueprint(session, FORM, audience=Audience.APPLICANT, now=START, deadline_at=DEADLINE).key
    with database.transaction() as session:
        writes.give_extra_time(session, key, deadline_at=DEADLINE + 5 * MINUTE, now=DEADLINE - MINUTE)
    in_time = _send(tab, key, 1, answer, Sending(event="in-time", base=0), DEADLINE + MINUTE)
    late = _send(tab, key, 2, answer, Sending(event="too-late", base=0), DEADLINE + 6 * MINUTE)
    assert (in_time.reception, late.reception) == (Reception.SAVED, Reception.LATE)
    with database.transaction() as session:
        writes.finish_overdue(session, now=DEADLINE + 6 * MINUTE)
    with database.session() as session:
        found = reads.attempt(session, key)
        assert reads.late_answers(session, found) == 1
        assert session.get_one(AttemptRow, found.id).finished_at == DEADLINE + 5 * MINUTE
    assert [item.position for item in found.items if item.answer] == [1]
    with database.transaction() as session, pytest.raises(AttemptFinished):
        writes.give_extra_time(session, key, deadline_at=DEADLINE + 20 * MINUTE, now=DEADLINE + 7 * MINUTE)
