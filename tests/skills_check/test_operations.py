"""Attempts, consent, housekeeping and imported answers in the database."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.skills_check.models.attempts import AttemptItem, AttemptRow
from portal.skills_check.models.questions import QuestionVersion
from portal.skills_check.models.waiting import WaitingSet
from portal.skills_check.operations import attempts as writes
from portal.skills_check.operations import saving, sharing
from portal.skills_check.queries import attempts as reads
from portal.skills_check.queries import bank as bank_reads
from portal.skills_check.queries import waiting as waiting_reads
from portal.skills_check.rules.answer_sets import ImportedAnswer
from portal.skills_check.rules.attempts import (
    AlreadyCounted,
    Consent,
    Reception,
    Reply,
    Sending,
    UnknownAttempt,
    UnknownQuestion,
)
from portal.skills_check.rules.marking import Answer, NoAnswer, Outcome
from portal.storage.database import Database
from tests.conftest import START

pytestmark = pytest.mark.usefixtures("content")
SECRET = b"secret"
DAY = dt.timedelta(days=1)


@pytest.fixture
def key(database: Database) -> str:
    """A check of spreadsheets, just started."""
    with database.transaction() as session:
        return writes.start_attempt(session, systems=["spreadsheets"], now=START).key


def save(
    database: Database, key: str, position: int, answer: Answer, *, event: str = "event-one", base: int = 0
) -> Reply:
    with database.session() as session:
        attempt = reads.attempt(session, key)
        question = bank_reads.version(session.connection(), attempt.item(min(position, 5)).version_id)
    with database.write_connection() as connection:
        return saving.save_answer(
            connection,
            key=key,
            position=position,
            question=question,
            answer=answer,
            sending=Sending(event=event, base=base),
            now=START,
        )


def finish(database: Database, key: str) -> None:
    with database.transaction() as session:
        writes.finish_attempt(session, key, now=START)


def consent(database: Database, key: str, person: str = "browser a") -> None:
    with database.transaction() as session:
        sharing.give_consent(
            session, key, person=person, directorate="housing", secret=SECRET, answered_on=START.date()
        )


def waiting(session: Session) -> list[WaitingSet]:
    return list(session.scalars(select(WaitingSet)))


def test_the_key_is_stored_nowhere(database: Database, key: str) -> None:
    with database.session() as session:
        row = session.scalars(select(AttemptRow)).one()
    assert key not in row.key_hash
    assert len(row.key_hash) == 64


def test_the_form_is_pinned_although_the_question_changes(
    database: Database, key: str, run_command: Callable[..., Result], content_root: Path
) -> None:
    with database.session() as session:
        before = [one.question.stem for one in reads.answered(session, reads.attempt(session, key))]
    quiz = content_root / "quizzes" / "spreadsheets.yaml"
    quiz.write_text(quiz.read_text().replace("?", ", do you know?").replace("scroll.", "scroll down."))
    assert run_command("content", "sync").exit_code == 0
    with database.session() as session:
        after = [one.question.stem for one in reads.answered(session, reads.attempt(session, key))]
        assert session.scalar(select(func.count()).select_from(QuestionVersion)) == 10
    assert after == before


def test_saving_twice_is_saving_once(database: Database, key: str) -> None:
    first = save(database, key, 1, Answer(dont_know=True))
    again = save(database, key, 1, Answer(dont_know=True))
    assert (first.reception, again.reception) == (Reception.SAVED, Reception.REPEATED)
    assert (again.sequence, again.saved_at) == (first.sequence, first.saved_at) == (1, START)
    with database.session() as session:
        attempt = reads.attempt(session, key)
    assert (attempt.answered, attempt.next_open(), attempt.saved_at) == (1, 2, START)


def test_refusals_name_their_reason_and_store_nothing(database: Database, key: str) -> None:
    with pytest.raises(UnknownAttempt):
        save_elsewhere(database, key, "nobody", 1)
    with pytest.raises(UnknownQuestion):
        save_elsewhere(database, key, key, 99)
    with pytest.raises(NoAnswer):
        save(database, key, 1, Answer())
    finish(database, key)
    assert save(database, key, 1, Answer(dont_know=True)).reception is Reception.LATE
    with database.session() as session:
        assert reads.attempt(session, key).answered == 0


def save_elsewhere(database: Database, key: str, wanted: str, position: int) -> None:
    with database.session() as session:
        question = bank_reads.version(session.connection(), reads.attempt(session, key).item(1).version_id)
    with database.write_connection() as connection:
        saving.save_answer(
            connection,
            key=wanted,
            position=position,
            question=question,
            answer=Answer(dont_know=True),
            sending=Sending(event="event-one", base=0),
            now=START,
        )


def test_finishing_twice_keeps_the_first_time(database: Database, key: str) -> None:
    finish(database, key)
    with database.transaction() as session:
        writes.finish_attempt(session, key, now=START + DAY)
    with database.session() as session:
        assert reads.attempt(session, key).finished_at == START


def test_consent_copies_what_was_answered_once(database: Database, key: str) -> None:
    save(database, key, 1, Answer(dont_know=True))
    finish(database, key)
    consent(database, key)
    consent(database, key)
    with database.session() as session:
        (one,) = list(waiting_reads.waiting_sets(session, until=START.date()))
        assert waiting_reads.waits(session, key, secret=SECRET)
    assert (one.directorate, one.system, len(one.answers)) == ("housing", "spreadsheets", 1)
    assert one.answers[0].right is False
    assert key not in one.person


def test_one_person_has_one_hash_and_another_another(database: Database) -> None:
    for person in ("browser a", "browser a", "browser b", "account a"):
        with database.transaction() as session:
            made = writes.start_attempt(session, systems=["spreadsheets"], now=START).key
        save(database, made, 1, Answer(dont_know=True))
        finish(database, made)
        consent(database, made, person)
    with database.session() as session:
        assert len({one.person for one in waiting(session)}) == 3


def test_answers_after_the_day_asked_for_still_wait(database: Database, key: str) -> None:
    save(database, key, 1, Answer(dont_know=True))
    finish(database, key)
    consent(database, key)
    with database.session() as session:
        assert list(waiting_reads.waiting_sets(session, until=START.date() - DAY)) == []


def test_taking_answers_back(database: Database, key: str) -> None:
    save(database, key, 1, Answer(dont_know=True))
    finish(database, key)
    consent(database, key)
    with database.transaction() as session:
        sharing.withdraw_consent(session, key, secret=SECRET)
        assert waiting(session) == []
        assert reads.attempt(session, key).consent is Consent.REFUSED


def test_after_a_release_it_is_too_late(database: Database, key: str) -> None:
    save(database, key, 1, Answer(dont_know=True))
    finish(database, key)
    consent(database, key)
    with database.transaction() as session:
        sharing.forget_sets(session, [one.id for one in waiting(session)])
    with pytest.raises(AlreadyCounted), database.transaction() as session:
        sharing.withdraw_consent(session, key, secret=SECRET)
    with pytest.raises(AlreadyCounted), database.transaction() as session:
        sharing.refuse_consent(session, key)


@pytest.mark.parametrize(
    ("finished", "days", "kept"), [(False, 29, True), (False, 31, False), (True, 89, True), (True, 91, False)]
)
def test_checks_are_deleted_when_their_time_is_over(
    database: Database, key: str, finished: bool, days: int, kept: bool
) -> None:
    if finished:
        finish(database, key)
    with database.transaction() as session:
        writes.tidy_attempts(session, now=START + days * DAY)
    with database.session() as session:
        assert (session.scalar(select(func.count()).select_from(AttemptItem)) or 0) == (5 if kept else 0)
        assert (session.scalar(select(AttemptRow.id)) is not None) == kept


def imported(sitting: str, question: str = "spreadsheets-sum-01") -> ImportedAnswer:
    return ImportedAnswer(
        sitting=sitting, directorate=None, question=question, result=Outcome.RIGHT, answered_on=START.date(), line=2
    )


def test_importing_answers_twice_adds_them_once(database: Database) -> None:
    rows = [imported("a"), imported("a", "spreadsheets-sum-02"), imported("b")]
    with database.transaction() as session:
        first = sharing.import_answers(session, rows, secret=SECRET)
    with database.transaction() as session:
        second = sharing.import_answers(session, [*rows, imported("c")], secret=SECRET)
    assert (first.answers, first.sittings, first.known) == (3, 2, 0)
    assert (second.sittings, second.known) == (3, 2)
    with database.session() as session:
        assert len(waiting(session)) == 3


CSV_CASES = [
    ("sitting,question,result,answered_on\n", "line 1: The column directorate is missing"),
    ("{head}a,housing,spreadsheets-sum-01,correct,2026-03-01\n", "line 2: The result can't be “correct”"),
    ("{head}a,hosing,spreadsheets-sum-01,right,2026-03-01\n", "line 2: The directorate “hosing” isn't in the catalogue. Did you mean “housing”?"),
    ("{head}a,,spreadsheets-sum-1,right,2026-03-01\n", "line 2: No question has the id “spreadsheets-sum-1”. Did you mean"),
    ("{head}a,,spreadsheets-sum-01,right,1/3/2026\n", "line 2: “1/3/2026” isn't a date"),
    ("{head},,spreadsheets-sum-01,right,2026-03-01\n", "line 2: The sitting is empty"),
    ("{head}a,,spreadsheets-sum-01,right,2026-03-01\na,,spreadsheets-sum-01,wrong,2026-03-01\n", "line 3: The sitting “a” answers spreadsheets-sum-01 twice"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "says"), CSV_CASES)
def test_an_answers_file_with_a_mistake_is_refused_whole(
    run_command: Callable[..., Result], database: Database, tmp_path: Path, text: str, says: str
) -> None:
    file = tmp_path / "answers.csv"
    file.write_text(text.format(head="sitting,directorate,question,result,answered_on\n"))
    result = run_command("skills-check", "import-answers", str(file))
    assert result.exit_code == 1
    assert says in result.output
    with database.session() as session:
        assert waiting(session) == []


def test_an_answers_file_is_read(run_command: Callable[..., Result], tmp_path: Path) -> None:
    file = tmp_path / "answers.csv"
    file.write_text(
        "sitting,directorate,question,result,answered_on\na,housing,spreadsheets-sum-01,dont-know,2026-03-01\n"
    )
    result = run_command("skills-check", "import-answers", str(file))
    assert (result.exit_code, "Read 1 answer of 1 sitting." in result.output) == (0, True)
