"""Reading the catalogue: one cheap statement, and the parsed edition is remembered."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.catalogue.models import CatalogueEdition
from portal.catalogue.rules import CallType, Catalogue, Directorate, NoCatalogue, Skill, System, Teachable

#: Parsed editions by content hash; an edition never changes, so a remembered one can't be stale.
_parsed: dict[str, Catalogue] = {}


def newest_catalogue(session: Session) -> Catalogue | None:
    """The newest edition, or None before the first was loaded."""
    newest = select(CatalogueEdition.id, CatalogueEdition.content_hash).order_by(CatalogueEdition.id.desc()).limit(1)
    row = session.execute(newest).first()
    if row is None:
        return None
    remembered = _parsed.get(row.content_hash)
    if remembered is None:
        remembered = _read(session.get_one(CatalogueEdition, row.id).content)
        _parsed.clear()
        _parsed[row.content_hash] = remembered
    return remembered


def catalogue(session: Session) -> Catalogue:
    """The newest edition. Raises NoCatalogue before the first was loaded."""
    found = newest_catalogue(session)
    if found is None:
        raise NoCatalogue
    return found


def _read(content: Mapping[str, Any]) -> Catalogue:
    return Catalogue(
        council_name=content["council_name"],
        staff=content["staff"],
        directorates=tuple(Directorate(**row) for row in content["directorates"]),
        systems=tuple(_system(row) for row in content["systems"]),
        call_types=tuple(
            CallType(key=row["key"], name=row["name"], teachable=Teachable(row["teachable"]))
            for row in content["call_types"]
        ),
    )


def _system(row: Mapping[str, Any]) -> System:
    skills = tuple(
        Skill(key=skill["key"], name=skill["name"], eds=tuple(skill["eds"]), digcomp=tuple(skill["digcomp"]))
        for skill in row["skills"]
    )
    return System(
        key=row["key"],
        name=row["name"],
        also=tuple(row["also"]),
        owner=row["owner"],
        users=row["users"],
        skills=skills,
        archived=row["archived"],
    )
