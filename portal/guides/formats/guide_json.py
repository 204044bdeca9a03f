"""A guide as it is kept with its version."""

import dataclasses
import datetime as dt
import json
from collections.abc import Mapping
from typing import Any

from portal.guides.rules.library import Cue, Guide, Media, Step

_DATES = ("published", "reviewed", "captions_reviewed")
_LISTS = ("skills", "also")
_MEDIA = ("video", "captions", "poster")


def guide_content(guide: Guide) -> dict[str, Any]:
    """Everything a guide says and the names of its files, as JSON values."""
    content: dict[str, Any] = json.loads(json.dumps(dataclasses.asdict(guide), default=str))
    for elsewhere in ("archived", "stills"):
        content.pop(elsewhere)
    return content


def guide_of(content: Mapping[str, Any]) -> Guide:
    """The guide that ``guide_content`` was made of."""
    values = dict(content)
    for name in _DATES:
        values[name] = dt.date.fromisoformat(values[name])
    for name in _LISTS:
        values[name] = tuple(values[name])
    for name in _MEDIA:
        values[name] = None if values[name] is None else Media(**values[name])
    values["steps"] = tuple(Step(**step) for step in values["steps"])
    values["cues"] = tuple(Cue(**cue) for cue in values["cues"])
    values["alternatives"] = tuple(Media(**media) for media in values["alternatives"])
    return Guide(**values)
