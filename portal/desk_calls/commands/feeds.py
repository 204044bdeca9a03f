"""flask desk-calls pull."""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import click

from portal.core.errors import ShowhowError
from portal.desk_calls.clients.feed import MOST_OUTSIDE, FeedClient
from portal.desk_calls.clients.products import client_of
from portal.desk_calls.commands.group import group
from portal.desk_calls.formats.feed_counts import FeedCounts
from portal.desk_calls.operations import feeds as operations
from portal.desk_calls.operations import imports as imports_operations
from portal.desk_calls.queries import history as queries
from portal.desk_calls.queries import imports as imports_queries
from portal.desk_calls.rules.feeds import Feed, FeedFailed, FeedOptions, Window, since_of, windows
from portal.desk_calls.rules.history import ImportWay
from portal.desk_calls.rules.imports import ImportedCounts
from portal.web.command_line import Answer, answering
from portal.web.context import local, now, options, parts, reading, transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class Pulled:
    """How the pull of one feed went. ``problem`` "": well."""

    source: str
    calls: int
    weeks: int
    changed: int
    stored_to: dt.date | None
    problem: str


@group.command("pull")
@click.option("--source", metavar="NAME", help="Pull from this feed only. Default: from every one.")
@click.option(
    "--since", type=click.DateTime(["%Y-%m-%d"]), help="First day, like 2026-01-05. Default: where it left off."
)
@click.option("--dry-run", is_flag=True, help="Ask the desk and say what would be stored, and store nothing.")
@answering
def pull(source: str | None, since: dt.datetime | None, dry_run: bool) -> Answer:
    """Ask service desks for their calls and store them as calls a week. What was stored before a failure stays."""
    feeds = options(FeedOptions).feeds if source is None else (options(FeedOptions).feed(source),)
    found = [_pull(feed, None if since is None else since.date(), dry_run=dry_run) for feed in feeds]
    return Answer(
        lines=tuple(map(_line, found)) or ("No feed is set up. docs/live-feeds.md says how.",),
        data=[
            {
                "source": one.source,
                "calls": one.calls,
                "weeks": one.weeks,
                "changed": one.changed,
                "stored_to": one.stored_to.isoformat() if one.stored_to else None,
                "problem": one.problem or None,
                "dry_run": dry_run,
            }
            for one in found
        ],
        refused=any(one.problem for one in found),
    )


def _pull(feed: Feed, since: dt.date | None, *, dry_run: bool) -> Pulled:
    """Pull one feed week by week, each stored as it comes: a failure costs the week it happens in."""
    today = local(now()).date()
    calls = weeks = changed = 0
    stored_to, problem = None, ""
    try:
        with reading() as session:
            state = queries.feed_states(session).get(feed.source)
        client = client_of(feed, zone=parts().time_zone)
        asked = windows(since or since_of(state, today), today)
        for window in asked if client.by_week else _whole(asked):
            counts = _asked(client, feed, window)
            changed += _stored(feed, counts, window, dry_run=dry_run)
            calls, weeks = calls + counts.calls, weeks + len(counts.parts)
            stored_to = window.end - dt.timedelta(days=1)
            click.echo(f"{feed.source}: {counts.calls:,} calls up to {stored_to:%Y-%m-%d}", err=True)
    except ShowhowError as error:
        problem = str(error)
    if not dry_run:
        with transaction() as session:
            operations.note_pull(session, feed.source, now=now(), calls=calls, problem=problem)
    return Pulled(source=feed.source, calls=calls, weeks=weeks, changed=changed, stored_to=stored_to, problem=problem)


def _asked(client: FeedClient, feed: Feed, window: Window) -> ImportedCounts:
    """The counts of some days. Raises FeedFailed."""
    found = FeedCounts(feed, window, parts().time_zone)
    for call in client.calls(window):
        found.add(call)
        if client.by_week and found.outside > MOST_OUTSIDE:
            raise FeedFailed(feed.source, "It ignores the days it is asked for.", "Check the fields in feeds.yaml.")
    return found.counts()


def _stored(feed: Feed, counts: ImportedCounts, window: Window, *, dry_run: bool) -> int:
    """Store counts, and how far the feed has come; returns how many periods changed."""
    if dry_run:
        with reading() as session:
            outcome = imports_queries.outcome(session, counts)
    else:
        with transaction() as session:
            outcome = imports_operations.import_counts(session, counts, account_id=None, now=now(), way=ImportWay.FEED)
            operations.note_pull(session, feed.source, now=now(), stored_to=window.end - dt.timedelta(days=1))
    return sum(one.fate in ("new", "replaced") for one in outcome.parts)


def _whole(asked: Sequence[Window]) -> Iterator[Window]:
    yield Window(start=asked[0].start, end=asked[-1].end)


def _line(one: Pulled) -> str:
    said = f"{one.source}: {one.calls:,} calls in {one.weeks:,} weeks, {one.changed:,} of them new or changed."
    return f"{said} Stopped: {one.problem}" if one.problem else said
