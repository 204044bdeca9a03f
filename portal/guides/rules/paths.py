"""Learning paths: a few guides in an order, for a role or a first week, with the check at the end."""

from dataclasses import dataclass

from portal.core.errors import NotFound


class UnknownPath(NotFound):
    """No path has this key."""

    def __init__(self, key: str) -> None:
        self.key = key
        super().__init__("There is no path at this address. The home page lists the paths there are.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Path:
    """A path as its file says it. ``guides``: ``system/slug``, in order; ``check``: keys of the systems to check."""

    key: str
    title: str
    summary: str
    audience: str
    guides: tuple[str, ...]
    check: tuple[str, ...]
    position: int = 0
