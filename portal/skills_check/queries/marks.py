"""Reading finished attempts as columns of numbers, for the figures of questions. Nothing here says whose they are."""

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Text, cast, extract, func, select
from sqlalchemy.orm import Session

from portal.skills_check.models.attempts import AttemptItem, AttemptRow
from portal.skills_check.models.questions import QuestionVersion
from portal.skills_check.rules.attempts import Audience, Consent, Mode
from portal.skills_check.rules.bank_figures import Sittings
from portal.skills_check.rules.calibration import Answers

#: Longer than this between two answers was a pause.
LONGEST_SECONDS = 900.0
AT_ONCE = 10_000
WIDTH = 5
#: Who keeps their answers out of the council figures keeps them out of these, too. A question that
#: is asked once more after its guide was watched says nothing about the question.
_COUNTED = (
    AttemptRow.finished_at.is_not(None),
    AttemptRow.consent != Consent.REFUSED,
    AttemptRow.audience == Audience.STAFF,
    AttemptRow.mode != Mode.ONE_MORE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """Attempts as columns. ``versions``: version id of each item; ``until``: end of the newest attempt."""

    sittings: Sittings
    answers: Answers
    versions: tuple[int, ...]
    attempts: int
    until: dt.datetime | None


def finished_since(session: Session, moment: dt.datetime | None) -> int:
    """Counted attempts that were finished after a moment."""
    query = select(func.count()).select_from(AttemptRow).where(*_COUNTED)
    if moment is not None:
        query = query.where(AttemptRow.finished_at > moment)
    return session.scalar(query) or 0


def read_attempts(session: Session) -> Read:
    """Every question of every counted attempt."""
    query = (
        select(
            AttemptItem.attempt_id,
            AttemptItem.version_id,
            AttemptItem.share,
            cast(AttemptItem.answer, Text),
            extract("epoch", AttemptItem.answered_at),
        )
        .join(AttemptRow, AttemptRow.id == AttemptItem.attempt_id)
        .where(*_COUNTED)
    )
    # Straight from the driver: these rows become columns at once, and wrapping each would be most of the work.
    columns = _Columns()
    cursor = session.connection().execute(query).cursor
    while rows := cursor.fetchmany(AT_ONCE):
        columns.take(rows)
    until = session.scalar(select(func.max(AttemptRow.finished_at)).where(*_COUNTED))
    started = select(AttemptRow.id, extract("epoch", AttemptRow.started_at)).where(*_COUNTED).order_by(AttemptRow.id)
    begun = [float(row[1]) for row in session.execute(started)]
    return _read(columns, begun, _systems(session), until)


def _systems(session: Session) -> Mapping[int, str]:
    query = select(QuestionVersion.id, QuestionVersion.content["system"].as_string())
    return {row[0]: row[1] for row in session.execute(query)}


class _Columns:
    """Rows as they come become columns, a part at a time: so many rows at once would keep the collector busy."""

    def __init__(self) -> None:
        self._parts: list[tuple[NDArray[np.float64], ...]] = []
        self._codes: dict[object, int] = {}

    def take(self, rows: Sequence[tuple[object, ...]]) -> None:
        flat = list(chain.from_iterable(rows))
        attempt, version, share, answer, at = (flat[place::WIDTH] for place in range(WIDTH))
        codes = self._codes
        self._parts.append(
            (
                np.array(attempt, dtype=float),
                np.array(version, dtype=float),
                np.array(share, dtype=float),
                np.array([codes.setdefault(text, len(codes)) for text in answer], dtype=float),
                np.array(at, dtype=float),
            )
        )

    def whole(self) -> tuple[NDArray[np.float64], ...]:
        """Attempt, version, share (NaN where it wasn't reached), code of the answer, time."""
        if not self._parts:
            return tuple(np.array([], dtype=float) for _ in range(WIDTH))
        return tuple(np.concatenate(parts) for parts in zip(*self._parts, strict=True))

    @property
    def texts(self) -> tuple[object, ...]:
        """The different answers, by their code."""
        return tuple(self._codes)


def _read(columns: _Columns, begun: list[float], systems: Mapping[int, str], until: dt.datetime | None) -> Read:
    attempt, version, share, code, at = columns.whole()
    unknown = np.array([_read_answer(text).get("dont_know") is True for text in columns.texts], dtype=bool)
    reached, known = ~np.isnan(share), ~unknown[code.astype(np.int64)]
    share = np.nan_to_num(share)
    named, item = np.unique(version.astype(np.int64), return_inverse=True)
    numbers = {system: place for place, system in enumerate(sorted(set(systems.values())))}
    system = np.array([numbers.get(systems.get(int(one), ""), 0) for one in named], dtype=np.int64)[item]
    people, person = np.unique(attempt, return_inverse=True)
    _, sitting = np.unique(person * max(len(numbers), 1) + system, return_inverse=True)
    given, answers = _given(columns.texts, code.astype(np.int64))
    sittings = Sittings(
        items=tuple(str(one) for one in named),
        sitting=sitting.astype(np.int64),
        item=item.astype(np.int64),
        share=share,
        reached=reached,
        known=known,
        seconds=_seconds(person, at, np.array(begun)),
        given=given,
        answers=answers,
    )
    calibrating = Answers(person=person[reached], item=item[reached], right=share[reached] >= 0.5)
    return Read(
        sittings=sittings,
        answers=calibrating,
        versions=tuple(int(one) for one in named),
        attempts=len(people),
        until=until,
    )


def _given(texts: tuple[object, ...], code: NDArray[np.int64]) -> tuple[NDArray[np.int64], tuple[tuple[int, ...], ...]]:
    """A number for each different answer that chooses, −1 for the others; and the choices each number names."""
    chosen: list[tuple[int, ...]] = []
    numbers: list[int] = []
    for text in texts:
        choices = _chosen(text)
        numbers.append(len(chosen) if choices else -1)
        if choices:
            chosen.append(choices)
    return np.array(numbers, dtype=np.int64)[code], tuple(chosen)


def _chosen(text: object) -> tuple[int, ...]:
    choices = _read_answer(text).get("choices")
    return tuple(int(one) for one in choices) if isinstance(choices, list) else ()


def _read_answer(text: object) -> Mapping[str, object]:
    stored = json.loads(text) if isinstance(text, str) and text else None
    return stored if isinstance(stored, dict) else {}


def _seconds(person: NDArray[np.intp], at: NDArray[np.float64], begun: NDArray[np.float64]) -> NDArray[np.float64]:
    """Seconds from the answer before (or the start) to each answer; NaN where unknown or a pause.

    ``begun``: when each person began, by their number.
    """
    order = np.lexsort((at, person))
    ordered, who = at[order], person[order]
    if not len(who):
        return at
    first = np.concatenate(([True], who[1:] != who[:-1]))
    before = np.where(first, begun[who], np.concatenate(([np.nan], ordered[:-1])))
    taken = ordered - before
    found = np.full(len(at), np.nan)
    with np.errstate(invalid="ignore"):
        found[order] = np.where((taken >= 0) & (taken <= LONGEST_SECONDS), taken, np.nan)
    return found
