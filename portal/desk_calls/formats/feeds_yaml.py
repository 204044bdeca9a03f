"""The live feeds a council has set up: ``feeds.yaml`` (docs/live-feeds.md). Secrets are never in it."""

import re

from portal.core.documents import Entry, Problems, read_yaml
from portal.desk_calls.rules.feeds import Feed, Product

_SOURCE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_ROLES = ("category", "category level 2", "category level 3", "call_type", "closing_code", "channel", "directorate")


def read_feeds(data: bytes, file: str, problems: Problems) -> tuple[Feed, ...]:
    """The feeds of a file; not to be used when problems were noted."""
    top = read_yaml(data, file, problems)
    if top is None:
        return ()
    top.only("feeds")
    feeds = [_feed(entry) for entry in top.entries("feeds")]
    seen: set[str] = set()
    for feed, entry in zip(feeds, top.entries("feeds"), strict=True):
        if feed.source in seen:
            entry.problem(f"Two feeds are called “{feed.source}”.", "Give each its own name.", key="source")
        seen.add(feed.source)
    return tuple(feeds)


def _feed(entry: Entry) -> Feed:
    entry.only("source", "product", "address", "fields")
    source = entry.text("source")
    if source and not _SOURCE.fullmatch(source):
        entry.problem(f"The name “{source}” has a character it can't have.", "Use a to z, digits and hyphens.",
                      key="source")  # fmt: skip
    address = entry.text("address").rstrip("/")
    if address and not re.match(r"https://|http://(localhost|127\.0\.0\.1)[:/]?", address):
        entry.problem("The address isn't one that starts with https://.", "A secret is sent there: use https.",
                      key="address")  # fmt: skip
    fields = []
    for field in entry.entries("fields") if "fields" in entry else ():
        field.only("role", "name")
        role = field.text("role")
        if role and role not in _ROLES:
            field.problem(f"The role “{role}” isn't known.", f"Use one of: {', '.join(_ROLES)}.", key="role")
        fields.append((role, field.text("name")))
    return Feed(source=source, product=entry.choice("product", Product), address=address, fields=tuple(fields))
