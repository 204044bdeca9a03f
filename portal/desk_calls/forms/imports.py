"""The shape of an import."""

import re
from collections.abc import Sequence

from flask_wtf.file import FileField
from werkzeug.datastructures import FileStorage
from wtforms import BooleanField, RadioField, SelectField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import InputRequired, Length, ValidationError

from portal.desk_calls.formats.mapping_csv import LONGEST_SOURCE
from portal.desk_calls.formats.preset_yaml import Preset
from portal.desk_calls.rules.imports import DateOrder
from portal.web.forms import Form, text_of

_SOURCE = re.compile(r"[\w .-]*")
_TOO_LONG = "That is too long"


class ImportForm(Form):
    """A file, what it is, and under which name its calls are kept."""

    file = FileField("File", description="CSV or .xlsx, up to 200 MB. It is read once and not kept.")
    preset = SelectField("Where the file comes from")
    source = StringField(
        "Name of the source (optional)",
        description="Calls are kept under this name. Leave it empty unless two desks use the same product.",
        validators=[Length(max=LONGEST_SOURCE, message=_TOO_LONG)],
    )

    def offer(self, presets: Sequence[Preset]) -> None:
        self.preset.choices = [SelectChoice(preset.name, preset.title) for preset in presets]

    def validate_file(self, field: FileField) -> None:
        if upload_of(field) is None:
            raise ValidationError("Choose a file")

    def validate_source(self, field: StringField) -> None:
        if not _SOURCE.fullmatch(text_of(field)):
            raise ValidationError("Use letters, digits, spaces, dots and hyphens only")


class StoreForm(Form):
    """What a preview asks before it is stored. ``dates`` is there only where the file can't decide."""

    dates = RadioField(
        "Which reading is right?",
        choices=[
            SelectChoice(DateOrder.DAY_FIRST.value, "Day first"),
            SelectChoice(DateOrder.MONTH_FIRST.value, "Month first"),
        ],
        validators=[InputRequired("Choose how the dates are to be read")],
    )
    include_partial = BooleanField(
        "Count the incomplete weeks, too",
        description="Without this they are kept, and count once a later file brings the missing days.",
    )

    def ask_dates(self, readings: Sequence[tuple[DateOrder, str]]) -> None:
        """Offer these readings; with fewer than two there is nothing to ask."""
        if len(readings) < 2:
            del self.dates
        else:
            self.dates.choices = [SelectChoice(order.value, words) for order, words in readings]

    @property
    def order(self) -> DateOrder | None:
        """The reading chosen, or None where nothing was asked."""
        return DateOrder(self.dates.data) if "dates" in self and self.dates.data else None


def upload_of(field: FileField) -> FileStorage | None:
    """The file that was sent, or None."""
    return field.data if isinstance(field.data, FileStorage) and field.data.filename else None
