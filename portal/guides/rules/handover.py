"""Handing a person over to the service desk: what the call says, so that nobody is told to watch the guide again."""

import re
from dataclasses import dataclass

from portal.core.errors import InvalidInput
from portal.core.text import squeezed

#: What the templates may name.
FIELDS = ("what", "search", "system", "code", "title", "link")
LONGEST_WHAT = 1000
LONGEST_MESSAGE = 1600
_FIELD = re.compile(r"\{([^{}]*)\}")


class UnknownField(InvalidInput):
    """A template names something that no call has."""

    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(f"“{{{name}}}” isn't known. Use {', '.join(f'{{{field}}}' for field in FIELDS)}.")


@dataclass(frozen=True, slots=True, kw_only=True)
class CallOptions:
    """``address``: mailto: or an address of the desk's form, which may hold {subject} and {text}; templates of both."""

    address: str
    subject: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CallFields:
    """What a call says. Empty where it isn't known: lines that would say nothing are left out."""

    what: str = ""
    search: str = ""
    system: str = ""
    code: str = ""
    title: str = ""
    link: str = ""


def check_template(template: str) -> None:
    """Raises UnknownField."""
    for name in _FIELD.findall(template):
        if name not in FIELDS:
            raise UnknownField(name)


def filled(template: str, fields: CallFields) -> str:
    """The template with its fields. A line that names fields of which none is known is left out."""
    lines = []
    for line in template.split("\n"):
        names = _FIELD.findall(line)
        if names and not any(getattr(fields, name) for name in names):
            continue
        lines.append(_FIELD.sub(lambda found: str(getattr(fields, found[1])), line).rstrip())
    return "\n".join(lines).strip()


def subject_line(template: str, fields: CallFields) -> str:
    """The subject on one line; what it would name and isn't known leaves no gap."""
    return squeezed(_FIELD.sub(lambda found: str(getattr(fields, found[1])), template))
