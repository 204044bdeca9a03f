"""The shape of a mapping row and of the small tables."""

import datetime as dt
from collections.abc import Sequence

from flask_wtf.file import FileField
from wtforms import BooleanField, DateField, SelectField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import InputRequired, Length, Optional, ValidationError

from portal.catalogue.rules import Catalogue
from portal.desk_calls.formats.mapping_csv import LONGEST_CATEGORY, RuleCells
from portal.desk_calls.forms.imports import upload_of
from portal.desk_calls.rules.days import BEGINNING
from portal.desk_calls.rules.mapping import ClosingMeaning, MappingRule, WordKind
from portal.desk_calls.rules.suggestions import Suggestion
from portal.web.forms import Form, text_of

_TOO_LONG = "That is too long"
_CLOSING_WORDS = {
    ClosingMeaning.TRAINING: "Training helped",
    ClosingMeaning.FAULT: "Something was broken",
    ClosingMeaning.NOTHING: "Says neither",
}


class RuleForm(Form):
    """A mapping row. ``place``: a system's key, or system/skill."""

    category = StringField(
        "Category at the desk",
        description="A whole path or its beginning, like Software > Excel. Everything below it belongs to it.",
        validators=[InputRequired("Enter the category"), Length(max=LONGEST_CATEGORY, message=_TOO_LONG)],
    )
    source = SelectField("Source", description="Any, unless two desks use the same category for different things.")
    place = SelectField("Belongs to")
    call_type = SelectField("Type of call")
    valid_from = DateField(
        "First day (optional)",
        description="Empty: from the start. A row holds from the first Monday on or after this day.",
        validators=[Optional()],
    )
    valid_to = DateField("Last day (optional)", description="Empty: until further notice.", validators=[Optional()])
    why = StringField("Why (optional)", validators=[Length(max=200, message="Use 200 characters or fewer")])

    def offer(self, catalogue: Catalogue, sources: Sequence[str]) -> None:
        """Offer what there is to choose from."""
        self.place.choices = [SelectChoice("", "Choose a system"), *place_choices(catalogue)]
        self.call_type.choices = call_type_choices(catalogue)
        known = dict.fromkeys(("", *sources, str(self.source.data or "")))
        self.source.choices = [SelectChoice(source, source or "Any") for source in known]

    def show(self, rule: MappingRule) -> None:
        """Fill in a stored row."""
        self.category.data = rule.category
        self.source.data = rule.source
        self.place.data = place_of(rule.system, rule.skill)
        self.call_type.data = rule.call_type or ""
        self.valid_from.data = None if rule.valid_from == BEGINNING else rule.valid_from
        self.valid_to.data = rule.valid_to
        self.why.data = rule.why

    def suggest(self, suggestion: Suggestion) -> None:
        """Choose what is suggested; nothing is kept until a person saves it."""
        self.place.data = suggestion.system or ""
        self.call_type.data = suggestion.call_type or ""

    def validate_place(self, field: SelectField) -> None:
        if not field.data:
            raise ValidationError("Choose the system it belongs to")

    @property
    def cells(self) -> RuleCells:
        """What was typed, as a row of the CSV would hold it."""
        system, _, skill = str(self.place.data or "").partition("/")
        return RuleCells(
            source=text_of(self.source),
            category=text_of(self.category),
            valid_from=_iso(self.valid_from),
            valid_to=_iso(self.valid_to),
            system=system,
            call_type=text_of(self.call_type),
            skill=skill,
            why=text_of(self.why),
        )


class EndForm(Form):
    """The last day of a mapping row."""

    last_day = DateField(
        "Last day it holds",
        description="Weeks whose Monday is later no longer belong to it.",
        validators=[InputRequired("Enter the last day")],
    )


class ConfirmForm(Form):
    """A button and its token."""


class MapFileForm(Form):
    """A CSV of the mapping or of a small table. ``dry_run`` is offered for the mapping."""

    file = FileField("CSV file")
    dry_run = BooleanField("Only show what would change, and store nothing")

    def validate_file(self, field: FileField) -> None:
        if upload_of(field) is None:
            raise ValidationError("Choose a file")


class WordForm(Form):
    """A row of a small table."""

    word = StringField(
        "Word at the desk",
        validators=[InputRequired("Enter the word as the desk writes it"), Length(max=120, message=_TOO_LONG)],
    )
    source = SelectField("Source")
    meaning = SelectField("Means")

    def offer(self, kind: WordKind, catalogue: Catalogue, sources: Sequence[str]) -> None:
        """Offer what a word of this kind can mean."""
        self.meaning.choices = meaning_choices(kind, catalogue)
        self.source.choices = [SelectChoice(source, source or "Any") for source in ("", *sources)]


def place_choices(catalogue: Catalogue) -> list[SelectChoice]:
    """Every system, and below it each of its skills."""
    return [
        choice
        for system in catalogue.current_systems
        for choice in (
            SelectChoice(system.key, f"{system.name} (any skill)", optgroup=system.name),
            *(SelectChoice(f"{system.key}/{skill.key}", skill.name, optgroup=system.name) for skill in system.skills),
        )
    ]


def place_of(system: str, skill: str | None) -> str:
    """The value of a system, or of a skill in it, in the list of places."""
    return f"{system}/{skill}" if skill else system


def call_type_choices(catalogue: Catalogue) -> list[SelectChoice]:
    """Every type of call; the empty one is as the call itself says."""
    return [SelectChoice("", "As the call says"), *(SelectChoice(one.key, one.name) for one in catalogue.call_types)]


def meaning_choices(kind: WordKind, catalogue: Catalogue) -> list[SelectChoice]:
    """What a word of this kind can mean."""
    if kind is WordKind.CALL_TYPE:
        return [SelectChoice(one.key, one.name) for one in catalogue.call_types]
    if kind is WordKind.CLOSING_CODE:
        return [SelectChoice(one.value, _CLOSING_WORDS[one]) for one in ClosingMeaning]
    return [SelectChoice(one.key, one.name) for one in catalogue.directorates]


def _iso(field: DateField) -> str:
    return field.data.isoformat() if isinstance(field.data, dt.date) else ""
