"""Reading releases and their atoms. Knows nothing of answers."""

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

from sqlalchemy import Row, String, cast, func, null, select, union_all
from sqlalchemy.orm import Session, selectinload

from portal.core.periods import Months
from portal.evidence.models import SetAge, StoredAtom, StoredRelease, StoredSkillVector
from portal.evidence.rules.atoms import Atom, QueueKey, SkillVector, Sums, SystemSums
from portal.evidence.rules.releases import Release, ReleasedFigures, covering

#: The additive columns that atoms and their skills have in common.
SIX = ("people", "answers", "correct", "sum_xx", "sum_xm", "sum_mm")


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


def released_figures(session: Session) -> tuple[ReleasedFigures, ...]:
    """Every release with its atoms added up by the database, in the order of time; one statement."""
    whole = select(
        StoredAtom.release_id, StoredAtom.system, cast(null(), String(100)).label("skill"), *_six(StoredAtom)
    )
    parts = select(
        StoredAtom.release_id, StoredAtom.system, StoredSkillVector.skill, *_six(StoredSkillVector)
    ).join_from(StoredAtom, StoredSkillVector)
    figures = union_all(whole, parts).subquery()
    rows = session.execute(
        select(
            StoredRelease, figures.c.system, figures.c.skill, *(func.sum(figures.c[name]).label(name) for name in SIX)
        )
        .join(figures, figures.c.release_id == StoredRelease.id, isouter=True)
        .group_by(StoredRelease.id, figures.c.system, figures.c.skill)
        .order_by(StoredRelease.first_month, StoredRelease.id, figures.c.system, figures.c.skill)
    )
    found = []
    for stored, of_release in groupby(rows, key=lambda row: row.StoredRelease):
        by_system = groupby((row for row in of_release if row.system is not None), key=lambda row: row.system)
        systems = tuple(_system_sums(system, tuple(of_system)) for system, of_system in by_system)
        found.append(ReleasedFigures(release=release_of(stored), systems=systems))
    return tuple(found)


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


def _six(table: type[StoredAtom] | type[StoredSkillVector]) -> tuple[Any, ...]:
    return tuple(getattr(table, name) for name in SIX)


def _system_sums(system: str, rows: Sequence[Row[Any]]) -> SystemSums:
    (whole,) = (row for row in rows if row.skill is None)
    skills = {row.skill: _sums(row) for row in rows if row.skill is not None}
    return SystemSums(system=system, sums=_sums(whole), skills=skills)


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
