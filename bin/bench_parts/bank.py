"""The question bank: what its figures cost (P8), and how well difficulties come back (measurement A and F)."""

import datetime as dt
import statistics
import tempfile
import time
from pathlib import Path

import numpy as np
from sqlalchemy import insert

import portal.app  # noqa: F401 (every table is known)
from bin.bench_parts.rows import Row
from portal.skills_check.models.attempts import AttemptItem, AttemptRow
from portal.skills_check.models.questions import QuestionRow, QuestionVersion
from portal.skills_check.queries.marks import read_attempts
from portal.skills_check.rules.attempts import Audience, Consent, Mode
from portal.skills_check.rules.bank_figures import Sittings, flags, question_figures
from portal.skills_check.rules.calibration import Answers, Parameters, calibrate
from portal.skills_check.rules.questions import Choice, Kind, Question
from portal.storage.database import Base, Database

SITTINGS = 20_000
ASKED = 20
BANK = 150
NOW = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
CHOICES = tuple(Choice(text=str(place), right=place == 0) for place in range(4))


def _questions() -> list[Question]:
    return [
        Question(
            id=f"bench-{place}",
            system="bench",
            skill=f"skill-{place % 10}",
            level=1 + place % 3,
            kind=Kind.SINGLE,
            stem="Which?",
            choices=CHOICES,
        )
        for place in range(BANK)
    ]


def _fill(database: Database) -> None:
    """20,000 finished attempts of 20 questions each."""
    draw = np.random.default_rng(8)
    with database.transaction() as session:
        for place, question in enumerate(_questions(), start=1):
            session.add(QuestionRow(id=question.id, system_key="bench", skill_key=question.skill, version_id=place))
            session.flush()
            version = {"id": place, "question_id": question.id, "content_hash": question.content_hash()}
            session.add(QuestionVersion(**version, content=question.content(), created_at=NOW))
        attempts = [
            {
                "id": number,
                "key_hash": str(number),
                "started_at": NOW,
                "finished_at": NOW + dt.timedelta(minutes=8),
                "systems": ["bench"],
                "later": [],
                "consent": Consent.GIVEN,
                "mode": Mode.CHECK,
                "audience": Audience.STAFF,
                "seed": "bench",
                "plan": {},
            }
            for number in range(1, SITTINGS + 1)
        ]
        session.execute(insert(AttemptRow), attempts)
        for start in range(1, SITTINGS + 1, 1000):
            session.execute(
                insert(AttemptItem), [row for number in range(start, start + 1000) for row in _items(number, draw)]
            )


def _items(number: int, draw: np.random.Generator) -> list[dict[str, object]]:
    ability, rows = draw.normal(), []
    for position, place in enumerate(draw.choice(BANK, ASKED, replace=False), start=1):
        right = bool(draw.random() < 1 / (1 + np.exp(-(ability - place % 3 + 1))))
        rows.append(
            {
                "attempt_id": number,
                "position": position,
                "version_id": int(place) + 1,
                "choice_order": [0, 1, 2, 3],
                "answer": {"choices": [0 if right else int(draw.integers(1, 4))]},
                "outcome": "right" if right else "wrong",
                "share": float(right),
                "answered_at": NOW + dt.timedelta(seconds=20 * position),
            }
        )
    return rows


def figure_rows() -> list[Row]:
    """P8: the figures of every question, read from SQLite and worked out."""
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{Path(folder) / 'bench.sqlite'}")
        Base.metadata.create_all(database.engine)
        _fill(database)
        read_times, work_times = [], []
        for _ in range(3):
            with database.session() as session:
                begun = time.process_time()
                read = read_attempts(session)
                between = time.process_time()
                question_figures(read.sittings)
                read_times.append(between - begun)
                work_times.append(time.process_time() - between)
        database.close()
    reading, working = statistics.median(read_times), statistics.median(work_times)
    text = (
        f"{reading + working:.2f} CPU-s ({reading:.2f} to read 400,000 answers from SQLite, {working:.2f} to work out)"
    )
    good = reading + working <= 0.7
    return [Row("P8", "question statistics over 20,000 sittings × 20", "0.7 CPU-s", "0.3", text, good)]


def _simulated(people: int, seed: int) -> tuple[np.ndarray, Parameters, Parameters, Answers]:
    """People who each answer 12 questions of a bank of 150: true difficulties, what authors said, the answers."""
    draw = np.random.default_rng(seed)
    levels = np.arange(BANK) % 3 - 1.0
    truth = Parameters(a=np.exp(draw.normal(0, 0.3, BANK)), b=levels + draw.normal(0, 0.8, BANK), c=np.full(BANK, 0.05))
    ability = draw.normal(size=people)
    items = np.concatenate([draw.choice(BANK, 12, replace=False) for _ in range(people)])
    person = np.repeat(np.arange(people), 12)
    logistic = 1 / (1 + np.exp(-truth.a[items] * (ability[person] - truth.b[items])))
    right = draw.random(len(items)) < truth.c[items] + (1 - truth.c[items]) * logistic
    start = Parameters(a=np.ones(BANK), b=levels, c=truth.c)
    return ability, truth, start, Answers(person=person, item=items, right=right)


def calibration_rows() -> list[Row]:
    """Difficulty after 1,000 people; good questions flagged from 67 answers on."""
    errors, before, seconds = [], [], []
    for seed in range(5):
        _, truth, start, answers = _simulated(1000, seed)
        begun = time.process_time()
        found = calibrate(start, answers, anchored=np.zeros(BANK, dtype=bool))
        seconds.append(time.process_time() - begun)
        errors.append(float(np.sqrt(((found.parameters.b - truth.b) ** 2).mean())))
        before.append(float(np.sqrt(((start.b - truth.b) ** 2).mean())))
    rmse = statistics.mean(errors)
    told = f"{rmse:.2f} (authors’ levels alone {statistics.mean(before):.2f}; {statistics.median(seconds):.1f} CPU-s)"
    share, asked = _flagged()
    return [
        Row("M-A", "RMSE of difficulty after 1,000 simulated people × 12 of 150", "0.35", "", told, rmse <= 0.35),
        Row("M-F", "good questions flagged, from 67 answers on", "3 %", "", f"{share:.1%} of {asked:,}", share <= 0.03),
    ]


def _flagged() -> tuple[float, int]:
    flagged = asked = 0
    for seed in range(5):
        _, _, _, answers = _simulated(1000, 100 + seed)
        count = len(answers.item)
        figures = question_figures(
            Sittings(
                items=tuple(str(place) for place in range(BANK)),
                sitting=answers.person,
                item=answers.item,
                share=answers.right.astype(float),
                reached=np.ones(count, dtype=bool),
                known=np.ones(count, dtype=bool),
                seconds=np.full(count, np.nan),
                given=np.full(count, -1),
            ),
            rounds=2,
        )
        for one in figures.values():
            if one.n >= 67:
                asked += 1
                flagged += any("do no better" in told for told in flags(one, (0,)))
    return flagged / max(asked, 1), asked


PARTS = ((("P8",), figure_rows), (("M-A", "M-F"), calibration_rows))
