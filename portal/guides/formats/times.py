"""Times in a video as people write them: ``0:12``, ``1:02.5``."""

import re

_TIME = re.compile(r"(?:(\d{1,2}):)?(\d{1,3}):([0-5]\d(?:\.\d{1,3})?)")


def seconds_of(text: str) -> float | None:
    """Seconds of a time written as minutes:seconds or hours:minutes:seconds; None when it isn't one."""
    match = _TIME.fullmatch(text.strip())
    if match is None:
        return None
    hours, minutes, seconds = match.groups()
    return round(int(hours or 0) * 3600 + int(minutes) * 60 + float(seconds), 3)
