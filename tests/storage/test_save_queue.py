"""Saves of many people in one commit: each keeps its own fate."""

import threading

import pytest
from sqlalchemy import Connection, func, insert, select

from portal.jobs.models import Job
from portal.storage.database import Database, DatabaseUnavailable
from portal.storage.save_queue import SaveQueue
from tests.conftest import START


def save(number: int) -> object:
    def operation(connection: Connection) -> int:
        values = {"handler": str(number), "arguments": {}, "recorded_at": START, "due_at": START, "tries": 0}
        connection.execute(insert(Job).values(**values))
        if number % 10 == 3:
            raise ValueError(str(number))
        return number

    return operation


def test_every_save_gets_its_own_result_and_a_failed_one_undoes_only_itself(database: Database) -> None:
    queue = SaveQueue(database)
    results: dict[int, object] = {}
    ready = threading.Barrier(40)

    def one(number: int) -> None:
        ready.wait()
        try:
            results[number] = queue.run(save(number))  # type: ignore[arg-type]
        except ValueError as error:
            results[number] = str(error)

    threads = [threading.Thread(target=one, args=(number,)) for number in range(40)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == {number: str(number) if number % 10 == 3 else number for number in range(40)}
    with database.session() as session:
        stored = set(session.scalars(select(Job.handler)))
    assert stored == {str(number) for number in range(40) if number % 10 != 3}


def test_a_save_is_on_disk_before_it_returns(database: Database) -> None:
    SaveQueue(database).run(save(1))  # type: ignore[arg-type]
    with database.session() as session:
        assert session.scalar(select(func.count()).select_from(Job)) == 1


def test_when_the_commit_fails_everybody_hears_of_it(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    queue = SaveQueue(database)

    def broken() -> object:
        raise DatabaseUnavailable("disk full")

    monkeypatch.setattr(database, "write_connection", broken)
    with pytest.raises(DatabaseUnavailable):
        queue.run(save(1))  # type: ignore[arg-type]
