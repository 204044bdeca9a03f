"""Category paths as the desk writes them, made comparable."""

from collections.abc import Sequence

from portal.core.text import squeezed

#: The category of a call that came without one; such calls are never dropped.
NO_CATEGORY = "(none)"

SEPARATOR = " > "


def folded_label(text: str) -> str:
    """A label as it is compared: case-blind, single spaces."""
    return squeezed(text).casefold()


def segments_of(category: str) -> tuple[str, ...]:
    """The segments of a path, trimmed."""
    return tuple(squeezed(segment) for segment in category.split(">"))


def folded_segments(category: str) -> tuple[str, ...]:
    """The segments of a path as they are compared."""
    return tuple(segment.casefold() for segment in segments_of(category))


def joined(segments: Sequence[str | None]) -> str:
    """A path: missing segments at the end are dropped, others read "(none)"; nothing at all is "(none)"."""
    present = list(segments)
    while present and not present[-1]:
        present.pop()
    return SEPARATOR.join(segment or NO_CATEGORY for segment in present) or NO_CATEGORY
