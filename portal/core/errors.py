"""The error family: one base, four kinds. Features subclass the kinds in their ``rules``.

``str(error)`` is the text for people: what happened and what to do next. ``repr(error)`` is for logs and names the
typed attributes. ``web`` maps each kind to one page and one status, commands to one exit code.
"""


class ShowhowError(Exception):
    """Anything Showhow refuses on purpose."""

    def __repr__(self) -> str:
        details = ", ".join(f"{name}={value!r}" for name, value in vars(self).items() if not name.startswith("_"))
        return f"{type(self).__name__}({details or str(self)!r})"


class NotFound(ShowhowError):
    """The thing asked for isn't there (any more)."""


class NotAllowed(ShowhowError):
    """The person may not do this."""


class Conflict(ShowhowError):
    """The change clashes with what is stored."""


class InvalidInput(ShowhowError):
    """What was given can't be used as it is."""
