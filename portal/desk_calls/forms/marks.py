"""The shape of a mark."""

from collections.abc import Sequence

from wtforms import DateField, SelectField, StringField
from wtforms.validators import InputRequired, Length, Optional, ValidationError

from portal.core.text import squeezed
from portal.desk_calls.rules.marks import Mark, MarkKind
from portal.web.forms import Form, choice, text_of


class MarkForm(Form):
    """Weeks that aren't like others."""

    kind = SelectField(
        "What happened", choices=[choice(kind.value, kind.words) for kind in MarkKind], validate_choice=False
    )
    category = StringField(
        "Category (optional)",
        description="As the desk writes it; it stands for everything below it. Empty: all calls.",
        validators=[Length(max=1000, message="That is too long")],
    )
    source = SelectField("Source", validate_choice=False)
    first = DateField("First day", validators=[InputRequired("Enter the first day")])
    last = DateField("Last day (optional)", description="Empty: that week alone.", validators=[Optional()])
    why = StringField(
        "What it was (optional)",
        description="For example “Mail server down”. Name nobody.",
        validators=[Length(max=200, message="Use 200 characters or fewer")],
    )

    def offer(self, sources: Sequence[str]) -> None:
        self.source.choices = [choice(source, source or "Any") for source in ("", *sources)]

    def validate_kind(self, field: SelectField) -> None:
        if field.data not in list(MarkKind):
            raise ValidationError("Choose what happened")

    @property
    def mark(self) -> Mark:
        """What was typed; the form must be accepted."""
        assert self.first.data is not None  # noqa: S101
        return Mark(
            source=text_of(self.source),
            category=squeezed(text_of(self.category)),
            first=self.first.data,
            last=self.last.data or self.first.data,
            kind=MarkKind(text_of(self.kind)),
            why=squeezed(text_of(self.why)),
        )
