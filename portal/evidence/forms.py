"""The shape of closing a release."""

from collections.abc import Sequence

from wtforms import SelectField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import InputRequired, Length, ValidationError

from portal.core.periods import Months
from portal.evidence.rules.releases import LONGEST_TITLE, month_words
from portal.web.forms import Form

Month = tuple[int, int]


class CloseReleaseForm(Form):
    """A title and the months; ``offer`` the months before anything else."""

    title = StringField(
        "Title",
        description="It is shown with every figure, for example “Spring 2026”.",
        validators=[
            InputRequired("Enter a title, for example “Spring 2026”"),
            Length(max=LONGEST_TITLE, message=f"Use a title of {LONGEST_TITLE} characters or fewer"),
        ],
    )
    first = SelectField("First month", validate_choice=False)
    last = SelectField(
        "Last month", description="Answers given up to the end of this month count.", validate_choice=False
    )

    def offer(self, months: Sequence[Month], *, usual: Months) -> None:
        """Offer these months; where nothing was sent, choose the usual period."""
        choices = [SelectChoice(_value(month), month_words(month)) for month in months]
        for field, chosen in ((self.first, usual.first), (self.last, usual.last)):
            field.choices = choices
            if not self.was_sent():
                field.data = _value(chosen)

    @property
    def months(self) -> Months:
        return Months.parse(str(self.first.data), str(self.last.data))

    def validate_first(self, field: SelectField) -> None:
        _check_offered(field)

    def validate_last(self, field: SelectField) -> None:
        _check_offered(field)
        if self.first.data and field.data and field.data < self.first.data:
            raise ValidationError("The last month is before the first one. Choose a later one")


def _check_offered(field: SelectField) -> None:
    if field.data not in [option.data for option in field]:
        raise ValidationError("Choose a month from the list")


def _value(month: Month) -> str:
    return f"{month[0]:04}-{month[1]:02}"
