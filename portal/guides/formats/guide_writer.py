"""guide.yaml and captions.vtt as a person would have written them: what is written reads back as the same guide."""

import re
from collections.abc import Iterable, Iterator

from portal.guides.rules.drafts import Draft, written_time
from portal.guides.rules.library import Cue, Guide
from portal.guides.rules.publishing import finished_cues

#: Text that YAML reads as exactly itself, without quotes.
_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9 ()/.'’–-]*[A-Za-z0-9)/.'’]")
_IN_LIST = re.compile(r"[A-Za-z][A-Za-z0-9 ()/.'’–-]*[A-Za-z0-9)/.'’]|[A-Za-z]")
_NOT_TEXT = frozenset(("true", "false", "yes", "no", "on", "off", "null", "none", "y", "n"))
_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t", "\r": "\\r"}


def written_guide(guide: Guide) -> bytes:
    """guide.yaml of a guide."""
    return ("\n".join(_lines(guide)) + "\n").encode()


def written_captions(cues: Iterable[Cue]) -> bytes:
    """captions.vtt of these captions. Their text is escaped: no caption can become markup or a time."""
    blocks = (f"{_vtt_time(cue.start)} --> {_vtt_time(cue.end)}\n{_vtt_text(cue.text)}" for cue in cues)
    return ("WEBVTT\n\n" + "\n\n".join(blocks) + "\n").encode()


def draft_captions(draft: Draft) -> bytes:
    """captions.vtt of a draft; captions without words or times are left out."""
    return written_captions(cue for cue in finished_cues(draft) if cue.text and cue.end > cue.start)


def _lines(guide: Guide) -> Iterator[str]:
    yield f"code: {guide.code}"
    yield f"title: {_text(guide.title)}"
    yield f"summary: {_text(guide.summary)}"
    yield f"system: {guide.system}"
    yield f"skills: [{', '.join(guide.skills)}]"
    yield f"owner: {_text(guide.owner)}"
    yield f"published: {guide.published.isoformat()}"
    yield f"reviewed: {guide.reviewed.isoformat()}"
    yield f"review_every: {guide.review_every}"
    yield f"captions_reviewed: {guide.captions_reviewed.isoformat()}"
    if guide.changed:
        yield f"changed: {_text(guide.changed)}"
    if guide.silent:
        yield "silent: true"
    if guide.also:
        yield f"also: [{', '.join(_text(word, plain=_IN_LIST) for word in guide.also)}]"
    yield "steps:"
    for step in guide.steps:
        yield f'  - at: "{written_time(step.at)}"'
        yield f"    title: {_text(step.title)}"
        yield f"    text: {_text(step.text)}"


def _text(text: str, plain: re.Pattern[str] = _PLAIN) -> str:
    if plain.fullmatch(text) and text.lower() not in _NOT_TEXT:
        return text
    return '"' + "".join(_escaped(character) for character in text) + '"'


def _escaped(character: str) -> str:
    if character in _ESCAPES:
        return _ESCAPES[character]
    if character.isprintable() or character == " ":
        return character
    code = ord(character)
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def _vtt_time(seconds: float) -> str:
    thousandths = round(seconds * 1000)
    whole, part = divmod(thousandths, 1000)
    return f"{whole // 3600:02}:{whole // 60 % 60:02}:{whole % 60:02}.{part:03}"


def _vtt_text(text: str) -> str:
    lines = (line.strip() for line in text.splitlines())
    escaped = "\n".join(line for line in lines if line)
    return escaped.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
