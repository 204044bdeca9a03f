"""What the command and the JSON interface say of an import, in one form."""

from typing import Any

from portal.desk_calls.rules.history import PastImport, UndoOutcome
from portal.desk_calls.rules.imports import DateReading, ImportedCounts, ImportOutcome, PartFate


def import_data(
    file: str, counts: ImportedCounts, share: float, outcome: ImportOutcome, *, dry_run: bool
) -> dict[str, Any]:
    """An import, or what one would do. ``share``: of its calls, 0 to 1, that no mapping rule maps."""
    return {
        "file": file,
        "preset": counts.preset,
        "source": counts.source,
        "dates": counts.dates,
        "rows": {
            "read": counts.rows_read,
            "kept": counts.rows_kept,
            "repeated": counts.rows_repeated,
            "skipped": counts.rows_skipped,
        },
        "skipped": [
            {"reason": skip.reason, "rows": skip.rows, "first_lines": list(skip.lines)} for skip in counts.skipped
        ],
        "notices": list(counts.notices),
        "calls": counts.calls,
        "first": counts.parts[0].start.isoformat() if counts.parts else None,
        "last": counts.parts[-1].start.isoformat() if counts.parts else None,
        "periods": {str(fate): outcome.count(fate) for fate in PartFate},
        "partial_weeks": [{"week": part.start.isoformat(), "days": part.days_words} for part in counts.partial],
        "categories": len(counts.categories),
        "unmapped_share": round(share, 2),
        "dry_run": dry_run,
    }


def reading_data(reading: DateReading) -> dict[str, Any]:
    """One of two readings of a file's dates."""
    return {
        "dates": reading.order,
        "first": reading.first.isoformat(),
        "last": reading.last.isoformat(),
        "calls": reading.calls,
    }


def past_data(past: PastImport, who: str) -> dict[str, Any]:
    """A line of the import history."""
    return {
        "id": past.id,
        "at": past.at.isoformat(),
        "who": who,
        "way": past.way,
        "source": past.source,
        "preset": past.preset,
        "sha256": past.digest,
        "rows": {
            "read": past.rows_read,
            "kept": past.rows_kept,
            "repeated": past.rows_repeated,
            "skipped": past.rows_skipped,
        },
        "skipped": {str(reason): rows for reason, rows in past.skipped.items()},
        "calls": past.calls,
        "first": past.first.isoformat(),
        "last": past.last.isoformat(),
        "new": past.parts_new,
        "replaced": past.parts_replaced,
        "undone_at": past.undone_at.isoformat() if past.undone_at else None,
    }


def undo_data(outcome: UndoOutcome) -> dict[str, Any]:
    """An undo, or what one would do."""
    return {
        "id": outcome.import_id,
        "source": outcome.source,
        "restored": [start.isoformat() for start in outcome.restored],
        "removed": [start.isoformat() for start in outcome.removed],
        "left": [{"start": one.start.isoformat(), "reason": one.reason} for one in outcome.left],
    }
