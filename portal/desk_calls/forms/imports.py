"""The shape of an import: the file, its columns, what is asked before it is stored, and presets."""

import re
from collections.abc import Mapping, Sequence

from flask_wtf.file import FileField
from werkzeug.datastructures import FileStorage
from wtforms import BooleanField, RadioField, SelectField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import InputRequired, Length, Regexp, ValidationError

from portal.desk_calls.formats.mapping_csv import LONGEST_SOURCE
from portal.desk_calls.formats.preset_yaml import Preset
from portal.desk_calls.rules.imports import DateOrder
from portal.web.forms import Form, text_of

_SOURCE = re.compile(r"[\w .-]*")
_TOO_LONG = "That is too long"
#: Form field → the preset's role.
COLUMN_FIELDS: Mapping[str, str] = {
    "opened_at": "opened_at",
    "category": "category",
    "category_2": "category level 2",
    "category_3": "category level 3",
    "category_4": "category level 4",
    "call_type": "call_type",
    "closing_code": "closing_code",
    "channel": "channel",
    "directorate": "directorate",
    "number": "number",
    "closing_notes": "closing_notes",
}


class ImportForm(Form):
    """A file, what it is, and under which name its calls are kept."""

    file = FileField("File", description="CSV, .xlsx or .ods, up to 200 MB. It is read once and not kept.")
    preset = SelectField("Where the file comes from")
    source = StringField(
        "Name of the source (optional)",
        description="Calls are kept under this name. Leave it empty unless two desks use the same product.",
        validators=[Length(max=LONGEST_SOURCE, message=_TOO_LONG)],
    )

    def offer(self, own: Sequence[Preset], built_in: Sequence[Preset]) -> None:
        """Offer the council's own presets, then those that come with Showhow."""
        self.preset.choices = [
            SelectChoice("", "Find out from its columns"),
            *(SelectChoice(preset.name, preset.title, optgroup="Your own") for preset in own),
            *(SelectChoice(preset.name, preset.title, optgroup="Products") for preset in built_in),
        ]

    def validate_file(self, field: FileField) -> None:
        if upload_of(field) is None:
            raise ValidationError("Choose a file")

    def validate_source(self, field: StringField) -> None:
        if not _SOURCE.fullmatch(text_of(field)):
            raise ValidationError("Use letters, digits, spaces, dots and hyphens only")


#: The preset's role → what it is called on pages.
COLUMN_WORDS: Mapping[str, str] = {
    "opened_at": "Opening date",
    "category": "Category",
    "category level 2": "Category, second level",
    "category level 3": "Category, third level",
    "category level 4": "Category, fourth level",
    "call_type": "Type of call",
    "closing_code": "Closing code",
    "channel": "Channel",
    "directorate": "Directorate or department",
    "number": "Ticket number",
    "closing_notes": "Closing notes",
}


class ColumnsForm(Form):
    """Which column of a file is which."""

    opened_at = SelectField(COLUMN_WORDS["opened_at"], description="When the call was opened, not when it was changed.")
    category = SelectField(COLUMN_WORDS["category"])
    category_2 = SelectField(COLUMN_WORDS["category level 2"])
    category_3 = SelectField(COLUMN_WORDS["category level 3"])
    category_4 = SelectField(COLUMN_WORDS["category level 4"])
    separator = StringField(
        "Sign between levels",
        description="Only where one cell holds the whole path: > or -> or ::",
        validators=[Length(max=5, message="Use 5 characters or fewer")],
    )
    call_type = SelectField(COLUMN_WORDS["call_type"])
    closing_code = SelectField(COLUMN_WORDS["closing_code"])
    channel = SelectField(COLUMN_WORDS["channel"])
    directorate = SelectField(COLUMN_WORDS["directorate"])
    number = SelectField(
        COLUMN_WORDS["number"], description="So that several rows of a ticket count once. It isn’t kept."
    )
    closing_notes = SelectField(
        COLUMN_WORDS["closing_notes"], description="Only the code of a guide in them, like G-101, is kept."
    )
    file = FileField("The same file again", description="Showhow doesn’t keep it, so that no name in it stays here.")

    def offer(self, columns: Sequence[str]) -> None:
        """Offer the columns of the file."""
        for name in COLUMN_FIELDS:
            first = "Choose a column" if name in ("opened_at", "category") else "None"
            field: SelectField = self[name]  # type: ignore[assignment]
            field.choices = [SelectChoice("", first), *(SelectChoice(column, column) for column in columns)]

    def show(self, columns: Mapping[str, str], separator: str) -> None:
        """Choose these columns, by role."""
        for name, role in COLUMN_FIELDS.items():
            self[name].data = columns.get(role, "")
        self.separator.data = separator

    @property
    def chosen(self) -> Mapping[str, str]:
        """Role → the column chosen, "" for none."""
        return {role: text_of(self[name]) for name, role in COLUMN_FIELDS.items()}

    def validate_opened_at(self, field: SelectField) -> None:
        if not field.data:
            raise ValidationError("Choose the column with the opening date")

    def validate_category(self, field: SelectField) -> None:
        if not field.data:
            raise ValidationError("Choose the column with the category")

    def validate_file(self, field: FileField) -> None:
        if upload_of(field) is None:
            raise ValidationError("Choose the file again")


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


class PresetForm(Form):
    """A name for the columns of a file, so that the next file needs no choosing."""

    title = StringField(
        "Title",
        description="As it stands in the list: Our desk’s monthly export",
        validators=[InputRequired("Enter a title"), Length(max=80, message="Use 80 characters or fewer")],
    )
    name = StringField(
        "Short name",
        description="For commands: small letters, digits and hyphens, like our-desk",
        validators=[
            InputRequired("Enter a short name"),
            Length(max=40, message="Use 40 characters or fewer"),
            Regexp(r"[a-z0-9]+(-[a-z0-9]+)*\Z", message="Use small letters, digits and hyphens, like our-desk"),
        ],
    )


class PresetFileForm(Form):
    """A preset as a file."""

    file = FileField("Preset file", description="A .yaml file, as another council’s Showhow gives it.")

    def validate_file(self, field: FileField) -> None:
        if upload_of(field) is None:
            raise ValidationError("Choose a file")


def upload_of(field: FileField) -> FileStorage | None:
    """The file that was sent, or None."""
    return field.data if isinstance(field.data, FileStorage) and field.data.filename else None
