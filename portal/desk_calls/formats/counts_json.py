"""Counts as JSON text: how a preview waits for its person. Holds what ``ImportedCounts`` holds and nothing else."""

import dataclasses
import datetime as dt
import json
from collections.abc import Sequence
from typing import Any

from portal.desk_calls.rules.days import Granularity
from portal.desk_calls.rules.imports import (
    CallLabels,
    CallsPart,
    DateOrder,
    FirstRow,
    ImportedCounts,
    LabelledCalls,
    Skipped,
    SkipReason,
)


def counts_to_json(readings: Sequence[ImportedCounts]) -> str:
    """One reading of a file, or two, as text. Labels are listed once and referred to by number."""
    return json.dumps([_written(counts) for counts in readings], ensure_ascii=False, separators=(",", ":"))


def counts_from_json(text: str) -> tuple[ImportedCounts, ...]:
    """What ``counts_to_json`` wrote."""
    return tuple(_read(row) for row in json.loads(text))


def _written(counts: ImportedCounts) -> dict[str, Any]:
    labels: dict[CallLabels, int] = {}
    parts = [
        [part.start.isoformat(), part.granularity.value, part.days]
        + [[labels.setdefault(one.labels, len(labels)), one.calls] for one in part.counts]
        for part in counts.parts
    ]
    first_rows = [
        [row.line, row.opened.isoformat(), labels.setdefault(row.labels, len(labels)), row.calls]
        for row in counts.first_rows
    ]
    return {
        "source": counts.source,
        "preset": counts.preset,
        "dates": counts.dates,
        "rows": [counts.rows_read, counts.rows_kept, counts.rows_repeated],
        "skipped": [[skip.reason.value, skip.rows, skip.lines] for skip in counts.skipped],
        "notices": counts.notices,
        "digest": counts.digest,
        "labels": [dataclasses.astuple(label) for label in labels],
        "parts": parts,
        "first_rows": first_rows,
    }


def _read(row: dict[str, Any]) -> ImportedCounts:
    labels = [
        CallLabels(
            category=one[0], call_type=one[1], closing_code=one[2], channel=one[3], directorate=one[4], guide=one[5]
        )
        for one in row["labels"]
    ]
    read, kept, repeated = row["rows"]
    return ImportedCounts(
        source=row["source"],
        preset=row["preset"],
        dates=None if row["dates"] is None else DateOrder(row["dates"]),
        rows_read=read,
        rows_kept=kept,
        rows_repeated=repeated,
        skipped=tuple(
            Skipped(reason=SkipReason(reason), rows=rows, lines=tuple(lines)) for reason, rows, lines in row["skipped"]
        ),
        notices=tuple(row["notices"]),
        digest=row["digest"],
        parts=tuple(
            CallsPart(
                start=dt.date.fromisoformat(start),
                granularity=Granularity(granularity),
                days=days,
                counts=tuple(LabelledCalls(labels=labels[label], calls=calls) for label, calls in counts),
            )
            for start, granularity, days, *counts in row["parts"]
        ),
        first_rows=tuple(
            FirstRow(line=line, opened=dt.date.fromisoformat(opened), labels=labels[label], calls=calls)
            for line, opened, label, calls in row["first_rows"]
        ),
    )
