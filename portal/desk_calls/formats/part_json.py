"""The counts of one replaced part as JSON text, for as long as it may have to come back."""

import json
from collections.abc import Iterable, Mapping

from portal.desk_calls.rules.imports import CallLabels, LabelledCalls, SkipReason


def part_to_json(counts: Iterable[LabelledCalls]) -> str:
    """Counts as text."""
    rows = [
        [
            one.labels.category,
            one.labels.call_type,
            one.labels.closing_code,
            one.labels.channel,
            one.labels.directorate,
            one.labels.guide,
            one.calls,
        ]
        for one in counts
    ]
    return json.dumps(rows, ensure_ascii=False, separators=(",", ":"))


def part_from_json(text: str) -> tuple[LabelledCalls, ...]:
    """What ``part_to_json`` wrote."""
    return tuple(
        LabelledCalls(
            labels=CallLabels(
                category=category,
                call_type=call_type,
                closing_code=closing_code,
                channel=channel,
                directorate=directorate,
                guide=guide,
            ),
            calls=calls,
        )
        for category, call_type, closing_code, channel, directorate, guide, calls in json.loads(text)
    )


def skips_to_json(skipped: Mapping[SkipReason, int]) -> str:
    """Rows left out by reason, as text."""
    return json.dumps({reason.value: rows for reason, rows in skipped.items()})


def skips_from_json(text: str) -> Mapping[SkipReason, int]:
    """What ``skips_to_json`` wrote."""
    return {SkipReason(reason): rows for reason, rows in json.loads(text).items()}
