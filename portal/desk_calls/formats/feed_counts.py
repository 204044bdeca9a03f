"""The calls of a live feed as counts a week: the same labels, the same rules as for a file."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable

from portal.core.periods import WEEK, monday_of
from portal.desk_calls.formats.labels import labels_of
from portal.desk_calls.rules.days import days_mask
from portal.desk_calls.rules.feeds import Feed, FeedCall, Window
from portal.desk_calls.rules.imports import CallLabels, CallsPart, ImportedCounts, LabelledCalls, Skipped, SkipReason


class FeedCounts:
    """Adds up the calls of some days. A ticket that comes twice counts once, as it came last."""

    def __init__(self, feed: Feed, window: Window, zone: dt.tzinfo) -> None:
        self.outside = 0
        self._feed = feed
        self._window = window
        self._zone = zone
        self._read = self._too_long = 0
        self._numbered: dict[str, tuple[dt.date, CallLabels]] = {}
        self._others: list[tuple[dt.date, CallLabels]] = []

    def add(self, call: FeedCall) -> None:
        """Count a call, if it was opened on one of the days."""
        day = call.opened.astimezone(self._zone).date()
        if not self._window.start <= day < self._window.end:
            self.outside += 1
            return
        self._read += 1
        labels = labels_of(
            call.path,
            call_type=call.call_type,
            closing_code=call.closing_code,
            channel=call.channel,
            directorate=call.directorate,
        )
        if labels is None:
            self._too_long += 1
        elif call.ticket:
            self._numbered[call.ticket] = (day, labels)
        else:
            self._others.append((day, labels))

    def counts(self) -> ImportedCounts:
        """Every week that the days touch, those without a call too; a week that isn't over holds the days so far."""
        calls = [*self._numbered.values(), *self._others]
        return ImportedCounts(
            source=self._feed.source,
            preset=f"{self._feed.product} feed",
            parts=tuple(self._parts(calls)),
            rows_read=self._read,
            rows_kept=len(calls),
            rows_repeated=self._read - self._too_long - len(calls),
            skipped=(Skipped(reason=SkipReason.TOO_LONG, rows=self._too_long, lines=()),) if self._too_long else (),
        )

    def _parts(self, calls: Iterable[tuple[dt.date, CallLabels]]) -> Iterable[CallsPart]:
        weeks: dict[dt.date, Counter[CallLabels]] = {}
        for day, labels in calls:
            weeks.setdefault(monday_of(day), Counter())[labels] += 1
        monday, last = monday_of(self._window.start), self._window.end - dt.timedelta(days=1)
        while monday <= last:
            found = weeks.get(monday, Counter[CallLabels]())
            yield CallsPart(
                start=monday,
                days=days_mask(max(monday, self._window.start), last, monday),
                counts=tuple(LabelledCalls(labels=labels, calls=number) for labels, number in found.items()),
            )
            monday += WEEK
