"""Closing a release: the one place where answers become figures."""

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import delete, insert
from sqlalchemy.orm import Session

from portal.core.periods import Months
from portal.evidence import queries
from portal.evidence.models import SetAge, StoredAtom, StoredRelease, StoredSkillVector
from portal.evidence.rules.atoms import Atom, SkillVector
from portal.evidence.rules.closing import Closing, close_queues, closed_release
from portal.evidence.rules.releases import ClosedRelease, PeriodNotBegun, PeriodTaken, TitleTaken, usable_title
from portal.skills_check.operations.sharing import forget_sets
from portal.skills_check.queries.waiting import waiting_sets


def close_release(session: Session, *, title: str, months: Months, now: dt.datetime) -> ClosedRelease:
    """Close the groups that are ready, keep their figures for ever and forget their answers.

    Answers given up to the end of the period count, those left waiting by earlier releases too.

    Raises:
        UnusableTitle: the title is empty or too long.
        PeriodNotBegun: the period lies in the future.
        TitleTaken: a release has this title.
        PeriodTaken: the period doesn't start after the newest release.
    """
    title = usable_title(title)
    _check(session, title, months, now)
    sets = tuple(waiting_sets(session, until=months.end - dt.timedelta(days=1)))
    waited = queries.releases_waited(session)
    closing = close_queues(sets, waited)
    first_month, last_month = months.keys()
    stored = StoredRelease(title=title, first_month=first_month, last_month=last_month, closed_at=now)
    session.add(stored)
    session.flush()
    session.add_all([_stored_atom(stored.id, atom) for atom in closing.atoms])
    forget_sets(session, closing.closed)
    _note_waiting(session, closing, {set_id: waited.get(set_id, 0) + 1 for set_id in closing.waiting})
    session.flush()
    return closed_release(queries.release_of(stored), closing)


def _check(session: Session, title: str, months: Months, now: dt.datetime) -> None:
    if months.start > now.date():
        raise PeriodNotBegun(months)
    earlier = queries.releases(session)
    if any(release.title.casefold() == title.casefold() for release in earlier):
        raise TitleTaken(title)
    if earlier and months.first <= earlier[-1].months.last:
        raise PeriodTaken(earlier[-1])


def _note_waiting(session: Session, closing: Closing, waited: dict[int, int]) -> None:
    """Remember how long each set has waited now; what closed or was withdrawn is forgotten here too."""
    session.execute(delete(SetAge))
    rows = [{"set_id": set_id, "releases": waited[set_id]} for set_id in closing.waiting]
    if rows:
        session.execute(insert(SetAge), rows)


def _stored_atom(release_id: int, atom: Atom) -> StoredAtom:
    return StoredAtom(
        release_id=release_id,
        audience=atom.key.audience,
        directorate=atom.key.directorate,
        system=atom.key.system,
        people=atom.sums.people,
        answers=atom.sums.answers,
        correct=atom.sums.correct,
        sum_xx=atom.sums.sum_xx,
        sum_xm=atom.sums.sum_xm,
        sum_mm=atom.sums.sum_mm,
        below=atom.below,
        expected=list(atom.expected),
        skills=_stored_skills(atom.skills),
    )


def _stored_skills(vectors: Sequence[SkillVector]) -> list[StoredSkillVector]:
    return [
        StoredSkillVector(
            skill=vector.skill,
            people=vector.sums.people,
            answers=vector.sums.answers,
            correct=vector.sums.correct,
            sum_xx=vector.sums.sum_xx,
            sum_xm=vector.sums.sum_xm,
            sum_mm=vector.sums.sum_mm,
            expected=list(vector.expected),
        )
        for vector in vectors
    ]
