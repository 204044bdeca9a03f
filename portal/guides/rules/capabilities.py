"""What this server can do with videos, and why not where it can't."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Capability:
    """One thing that depends on other programs. ``words``: with what, or “off, because …”."""

    name: str
    on: bool
    words: str
