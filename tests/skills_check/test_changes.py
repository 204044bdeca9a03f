"""What is done to a question after it was answered: marks beside marks, counts and never persons."""

import pytest
from sqlalchemy import func, select

from portal.skills_check.models.attempts import AttemptItem, AttemptMark
from portal.skills_check.models.questions import QuestionNote
from portal.skills_check.operations import attempts as writes
from portal.skills_check.operations import changes
from portal.skills_check.queries import attempts as reads
from portal.skills_check.queries import bank as bank_reads
from portal.skills_check.queries.changes import changes_of, open_notes
from portal.skills_check.rules.changes import AlreadySo, Change, ReasonMissing, UnknownQuestionId
from portal.skills_check.rules.marking import Answer, Outcome
from portal.storage.database import Database
from tests.conftest import START
from tests.skills_check.test_operations import finish, save

pytestmark = pytest.mark.usefixtures("content")
QUESTION = "spreadsheets-layout-02"


@pytest.fixture
def answered(database: Database) -> str:
    """A finished check in which QUESTION alone was answered, wrong; its key."""
    with database.transaction() as session:
        key = writes.start_attempt(session, systems=["spreadsheets"], now=START).key
    with database.session() as session:
        ones = reads.answered(session, reads.attempt(session, key))
    position = next(one.position for one in ones if one.question.id == QUESTION)
    save(database, key, position, Answer(choices=(1,)))
    finish(database, key)
    return key


def outcome(database: Database, key: str) -> Outcome | None:
    with database.session() as session:
        ones = reads.answered(session, reads.attempt(session, key))
    return next(one.outcome for one in ones if one.question.id == QUESTION)


def test_withdrawing_counts_it_for_nobody_and_keeps_the_first_mark(database: Database, answered: str) -> None:
    with database.transaction() as session:
        tried = changes.withdraw_question(
            session, QUESTION, reason="Both are true", account_id=1, now=START, dry_run=True
        )
    assert (tried.answers, tried.marks, tried.better, tried.worse) == (1, 1, 1, 0)
    assert outcome(database, answered) is Outcome.WRONG
    with database.transaction() as session:
        done = changes.withdraw_question(session, QUESTION, reason="Both are true", account_id=1, now=START)
        assert QUESTION not in {one.id for _, one in bank_reads.bank(session)["spreadsheets"]}
        assert session.scalar(select(func.count()).where(AttemptItem.outcome == Outcome.WRONG)) == 1
    assert done == tried
    assert outcome(database, answered) is Outcome.NOT_COUNTED
    with database.transaction() as session, pytest.raises(AlreadySo):
        changes.withdraw_question(session, QUESTION, reason="Again", account_id=1, now=START)


def test_bringing_it_back_counts_it_as_it_was_marked(database: Database, answered: str) -> None:
    with database.transaction() as session:
        changes.withdraw_question(session, QUESTION, reason="Broken", account_id=None, now=START)
    with database.transaction() as session:
        changes.restore_question(session, QUESTION, reason="It was right", account_id=None, now=START)
        assert session.scalar(select(func.count(AttemptMark.id))) == 2
        assert [one.what for one in changes_of(session, QUESTION)] == [Change.RESTORED, Change.WITHDRAWN]
    assert outcome(database, answered) is Outcome.WRONG


def test_marking_again_by_the_same_text_changes_nothing(database: Database, answered: str) -> None:
    with database.transaction() as session:
        done = changes.mark_again(session, QUESTION, reason="To be sure", account_id=None, now=START)
        assert session.scalar(select(func.count(AttemptMark.id))) == 0
    assert (done.answers, done.marks, done.results) == (1, 0, 0)
    assert outcome(database, answered) is Outcome.WRONG


def test_a_change_needs_a_question_and_a_reason(database: Database, answered: str) -> None:
    with database.transaction() as session, pytest.raises(ReasonMissing):
        changes.mark_again(session, QUESTION, reason=" ", account_id=None, now=START)
    with database.transaction() as session, pytest.raises(UnknownQuestionId):
        changes.mark_again(session, "nothing", reason="x", account_id=None, now=START)


def test_a_note_is_listed_until_it_is_settled(database: Database) -> None:
    with database.transaction() as session:
        changes.note_wrong(session, QUESTION, version_id=1, text=" Two are right ", noted_on=START.date())
    with database.transaction() as session:
        [note] = open_notes(session, QUESTION)
        assert note.text == "Two are right"
        changes.settle_note(session, note.id, now=START)
    with database.session() as session:
        assert open_notes(session) == ()
        assert session.scalar(select(func.count(QuestionNote.id))) == 1
