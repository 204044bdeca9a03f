"""Loading a catalogue."""

import dataclasses
import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from portal.catalogue import queries
from portal.catalogue.models import CatalogueEdition
from portal.catalogue.rules import Catalogue, with_archived, with_users


def load_catalogue(session: Session, catalogue: Catalogue, *, now: dt.datetime) -> bool:
    """Make this catalogue the newest edition; systems it lacks stay, archived. False when nothing changed."""
    earlier = queries.newest_catalogue(session)
    return _store(session, with_archived(catalogue, earlier), earlier=earlier, now=now)


def set_users(session: Session, users: Mapping[tuple[str, str], int], *, now: dt.datetime) -> bool:
    """Replace the users of (system, directorate). False when nothing changed. Raises UnknownSystem, NoCatalogue."""
    earlier = queries.catalogue(session)
    return _store(session, with_users(earlier, users), earlier=earlier, now=now)


def _store(session: Session, catalogue: Catalogue, *, earlier: Catalogue | None, now: dt.datetime) -> bool:
    if catalogue == earlier:
        return False
    content = _content(catalogue)
    canonical = json.dumps(content, sort_keys=True, ensure_ascii=False)
    content_hash = hashlib.sha256(canonical.encode()).hexdigest()
    session.add(CatalogueEdition(content_hash=content_hash, content=content, loaded_at=now))
    session.flush()
    return True


def _content(catalogue: Catalogue) -> dict[str, Any]:
    return {
        "council_name": catalogue.council_name,
        "staff": catalogue.staff,
        "directorates": [dataclasses.asdict(directorate) for directorate in catalogue.directorates],
        "systems": [dataclasses.asdict(system) for system in catalogue.systems],
        "call_types": [dataclasses.asdict(call_type) for call_type in catalogue.call_types],
    }
