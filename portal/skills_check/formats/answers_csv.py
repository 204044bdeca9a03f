"""Answers from elsewhere: CSV ``sitting,directorate,question,result,answered_on``."""

import csv
import datetime as dt
import io
from collections.abc import Collection

from portal.core.documents import Problems, nearest
from portal.skills_check.rules.answer_sets import ImportedAnswer
from portal.skills_check.rules.marking import Outcome

COLUMNS = ("sitting", "directorate", "question", "result", "answered_on")


def read_answers(
    data: bytes, file: str, *, questions: Collection[str], directorates: Collection[str], problems: Problems
) -> tuple[ImportedAnswer, ...]:
    """The answers of a file. An empty directorate means none was named. Mistakes are noted with their line."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        problems.add(
            file, data[: error.start].count(b"\n") + 1, "The file isn't UTF-8 text.", "Save it as CSV (UTF-8)."
        )
        return ()
    rows = csv.DictReader(io.StringIO(text, newline=""))
    missing = [column for column in COLUMNS if column not in (rows.fieldnames or ())]
    if missing:
        do = f"The first line must be {','.join(COLUMNS)}."
        problems.add(file, 1, f"The column {', '.join(missing)} is missing.", do)
        return ()
    answers: list[ImportedAnswer] = []
    seen: set[tuple[str, str]] = set()
    for row in rows:
        answer = _answer({name: (row.get(name) or "").strip() for name in COLUMNS}, file, rows.line_num, problems)
        if answer is None:
            continue
        if answer.question not in questions:
            problems.add(
                file, answer.line, f"No question has the id “{answer.question}”.", nearest(answer.question, questions)
            )
        if answer.directorate is not None and answer.directorate not in directorates:
            offer = nearest(answer.directorate, directorates)
            problems.add(file, answer.line, f"The directorate “{answer.directorate}” isn't in the catalogue.", offer)
        if (answer.sitting, answer.question) in seen:
            what = f"The sitting “{answer.sitting}” answers {answer.question} twice."
            problems.add(file, answer.line, what, "Keep its first answer.")
        seen.add((answer.sitting, answer.question))
        answers.append(answer)
    return tuple(answers)


def _answer(row: dict[str, str], file: str, line: int, problems: Problems) -> ImportedAnswer | None:
    options = [outcome.value for outcome in Outcome]
    if not row["sitting"]:
        problems.add(file, line, "The sitting is empty.", "Give each sitting an opaque word of its own.")
        return None
    if row["result"] not in options:
        problems.add(file, line, f"The result can't be “{row['result']}”.", nearest(row["result"], options))
        return None
    try:
        answered_on = dt.date.fromisoformat(row["answered_on"])
    except ValueError:
        problems.add(
            file, line, f"“{row['answered_on']}” isn't a date.", "Write it as year-month-day, like 2026-03-14."
        )
        return None
    return ImportedAnswer(
        sitting=row["sitting"],
        directorate=row["directorate"] or None,
        question=row["question"],
        result=Outcome(row["result"]),
        answered_on=answered_on,
        line=line,
    )
