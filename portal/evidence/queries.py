"""Reading releases and their atoms. Knows nothing of answers."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Row, func, select
from sqlalchemy.orm import Session, selectinload

from portal.core.periods import Months
from portal.evidence.models import SetAge, StoredAtom, StoredRelease, StoredSkillVector
from portal.evidence.rules.atoms import Atom, QueueKey, SkillVector, Sums, SystemSums
from portal.evidence.rules.releases import Release, covering


def releases(session: Session) -> tuple[Release, ...]:
    """Every release, in the order of time."""
    stored = session.scalars(select(StoredRelease).order_by(StoredRelease.first_month, StoredRelease.id))
    return tuple(release_of(one) for one in stored)


def covering_releases(session: Session, months: Months) -> tuple[Release, ...]:
    """The releases that hold the answers of a period, in order; empty when a month of it isn't covered."""
    return covering(releases(session), months)


def covering_release(session: Session, months: Months) -> Release | None:
    """The newest release that a report on these months stands on, or None when they aren't covered."""
    found = covering_releases(session, months)
    return found[-1] if found else None


def atoms(session: Session, chosen: Sequence[Release]) -> tuple[Atom, ...]:
    """The atoms of these releases, whole, in the order of release, system and directorate."""
    stored = session.scalars(
        select(StoredAtom)
        .where(StoredAtom.release_id.in_([release.id for release in chosen]))
        .order_by(StoredAtom.release_id, StoredAtom.system, StoredAtom.directorate)
        .options(selectinload(StoredAtom.skills))
    )
    return tuple(_atom(one) for one in stored)


def system_sums(session: Session, chosen: Sequence[Release]) -> tuple[SystemSums, ...]:
    """The atoms of these releases added up by the database, one a system, in the order of keys."""
    ids = [release.id for release in chosen]
    whole = session.execute(
        select(StoredAtom.system, *_summed(StoredAtom))
        .where(StoredAtom.release_id.in_(ids))
        .group_by(StoredAtom.system)
        .order_by(StoredAtom.system)
    ).all()
    by_skill = session.execute(
        select(StoredAtom.system, StoredSkillVector.skill, *_summed(StoredSkillVector))
        .join(StoredSkillVector, StoredSkillVector.atom_id == StoredAtom.id)
        .where(StoredAtom.release_id.in_(ids))
        .group_by(StoredAtom.system, StoredSkillVector.skill)
        .order_by(StoredAtom.system, StoredSkillVector.skill)
    ).all()
    skills: dict[str, dict[str, Sums]] = defaultdict(dict)
    for row in by_skill:
        skills[row.system][row.skill] = _sums(row)
    return tuple(SystemSums(system=row.system, sums=_sums(row), skills=skills[row.system]) for row in whole)


def releases_waited(session: Session) -> Mapping[int, int]:
    """At how many releases each waiting answer set (by id) was left waiting."""
    return {row.set_id: row.releases for row in session.execute(select(SetAge.set_id, SetAge.releases))}


def release_of(stored: StoredRelease) -> Release:
    """A stored release as it leaves the feature."""
    return Release(
        id=stored.id,
        title=stored.title,
        months=Months.parse(stored.first_month, stored.last_month),
        closed_at=stored.closed_at,
    )


def _summed(table: type[StoredAtom] | type[StoredSkillVector]) -> tuple[Any, ...]:
    columns = (table.people, table.answers, table.correct, table.sum_xx, table.sum_xm, table.sum_mm)
    return tuple(func.sum(column).label(column.key) for column in columns)


def _sums(row: Row[Any] | StoredAtom | StoredSkillVector) -> Sums:
    return Sums(
        people=int(row.people),
        answers=int(row.answers),
        correct=int(row.correct),
        sum_xx=int(row.sum_xx),
        sum_xm=int(row.sum_xm),
        sum_mm=int(row.sum_mm),
    )


def _atom(stored: StoredAtom) -> Atom:
    return Atom(
        key=QueueKey(audience=stored.audience, directorate=stored.directorate, system=stored.system),
        sums=_sums(stored),
        below=stored.below,
        expected=tuple(stored.expected),
        skills=tuple(
            SkillVector(skill=one.skill, sums=_sums(one), expected=tuple(one.expected)) for one in stored.skills
        ),
    )
