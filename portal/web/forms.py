"""The base of every form: CSRF on, messages in our own words, errors ready for the summary on top of the page."""

from dataclasses import dataclass
from typing import Any

from flask_wtf import FlaskForm
from wtforms import Field
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True, kw_only=True)
class FormError:
    """One message and the id of the field it belongs to."""

    field_id: str
    message: str


class Form(FlaskForm):
    """A form of the portal."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)  # type: ignore[no-untyped-call]

    def was_sent(self) -> bool:
        """Whether the request carries this form."""
        return bool(self.is_submitted())  # type: ignore[no-untyped-call]

    def accepted(self) -> bool:
        """Whether the form was sent and nothing in it is wrong."""
        return self.was_sent() and bool(self.validate())

    @property
    def error_list(self) -> tuple[FormError, ...]:
        """Every message with its field, in the order of the page."""
        return tuple(FormError(field_id=field.id, message=message) for field in self for message in _messages(field))


def choice(value: str, text: str) -> Any:
    """One option of a select, of radios or of checkboxes."""
    return SelectChoice(value, text)


def text_of(field: Field) -> str:
    """What was typed into a text field, "" where nothing was."""
    return str(field.data or "")


def _messages(field: Field) -> tuple[str, ...]:
    return tuple(message for message in field.errors if isinstance(message, str))
