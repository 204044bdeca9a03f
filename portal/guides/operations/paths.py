"""Loading learning paths."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.guides.models.paths import PathRow
from portal.guides.queries.paths import path_of
from portal.guides.rules.paths import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncedPaths:
    """How many paths a sync added, changed, left and archived."""

    added: int
    changed: int
    unchanged: int
    archived: int


def sync_paths(session: Session, paths: Iterable[Path], *, now: dt.datetime) -> SyncedPaths:
    """Make these the paths there are. One whose file is gone is archived."""
    rows = {row.key: row for row in session.scalars(select(PathRow))}
    counts = {"added": 0, "changed": 0, "unchanged": 0, "archived": 0}
    kept = set()
    for path in paths:
        kept.add(path.key)
        row = rows.get(path.key)
        if row is None:
            session.add(PathRow(key=path.key, position=path.position, content=_content(path), archived_at=None))
            counts["added"] += 1
        elif row.archived_at is None and path_of(row) == path:
            counts["unchanged"] += 1
        else:
            row.position, row.content, row.archived_at = path.position, _content(path), None
            counts["changed"] += 1
    for key, row in rows.items():
        if key not in kept and row.archived_at is None:
            row.archived_at = now
            counts["archived"] += 1
    session.flush()
    return SyncedPaths(**counts)


def _content(path: Path) -> dict[str, object]:
    return {
        "title": path.title,
        "summary": path.summary,
        "audience": path.audience,
        "guides": list(path.guides),
        "check": list(path.check),
    }
