"""The shape of what an author types: facts, steps, captions, what changed."""

import math
from collections.abc import Sequence
from typing import Any

from flask_wtf.file import FileField
from werkzeug.datastructures import FileStorage
from wtforms import BooleanField, Field, HiddenField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from portal.catalogue.rules import Catalogue, System
from portal.core.text import squeezed
from portal.guides.formats.times import seconds_of
from portal.guides.rules.drafts import (
    LONGEST_CUE,
    LONGEST_SUMMARY,
    LONGEST_TEXT,
    LONGEST_TITLE,
    Draft,
    Facts,
    split_words,
)
from portal.web.forms import Form, choice, text_of

REVIEW_CHOICES = (3, 6, 12, 18, 24, 36)
LATEST = 24 * 3600
_SHIFT_LIMIT = 15 * 60.0


class TimeField(StringField):
    """A time in the video as people type it: 12, 0:12, 1:02.5. Empty means not set."""

    @property
    def seconds(self) -> float | None:
        """Seconds, to a thousandth; None when the field is empty or isn't a time."""
        return typed_seconds(text_of(self))

    def pre_validate(self, form: object) -> None:  # noqa: ARG002 (the signature is the library's)
        if text_of(self).strip() and self.seconds is None:
            raise ValidationError("Write the time like 0:12 or 1:02.5")


class StartForm(Form):
    """The two things a new guide begins with."""

    title = StringField(
        "Title",
        description="The task, beginning with a verb, as a colleague would say it: Freeze the heading row.",
        validators=[
            InputRequired("Enter a title"),
            Length(max=LONGEST_TITLE, message=f"Use {LONGEST_TITLE} characters or fewer"),
        ],
    )
    system = SelectField("System")

    def offer(self, catalogue: Catalogue) -> None:
        self.system.choices = [choice("", "Choose a system"), *system_choices(catalogue)]

    def validate_system(self, field: SelectField) -> None:
        if not field.data:
            raise ValidationError("Choose the system it belongs to")


class FactsForm(Form):
    """What a guide says about itself. Nothing is required while it is written; the gate asks for it later."""

    title = StringField(
        "Title", validators=[Length(max=LONGEST_TITLE, message=f"Use {LONGEST_TITLE} characters or fewer")]
    )
    summary = TextAreaField(
        "Summary",
        description="One or two sentences: what it does for the reader.",
        validators=[Length(max=LONGEST_SUMMARY, message=f"Use {LONGEST_SUMMARY} characters or fewer")],
    )
    system = SelectField("System")
    skills = SelectMultipleField("Skills it teaches", widget=ListWidget(), option_widget=CheckboxInput())
    owner = StringField(
        "Looked after by",
        description="The team or person who answers for it.",
        validators=[Length(max=120, message="Use 120 characters or fewer")],
    )
    review_every = SelectField("Review every")
    silent = BooleanField("The video has no sound")
    also = TextAreaField(
        "Other words people would search for",
        description="With commas or one a line: sum, total, autosum.",
        validators=[Length(max=LONGEST_TEXT, message=f"Use {LONGEST_TEXT} characters or fewer")],
    )

    def offer(self, catalogue: Catalogue, system: System | None, draft: Draft) -> None:
        """Offer systems, the skills of the draft's one, and terms of review."""
        known = system_choices(catalogue)
        if draft.facts.system not in {one.value for one in known}:
            known = [choice(draft.facts.system, f"{draft.facts.system} (no longer in use)"), *known]
        self.system.choices = known if draft.is_new else [one for one in known if one.value == draft.facts.system]
        skills = () if system is None else system.skills
        self.skills.choices = [choice(skill.key, skill.name) for skill in skills]
        terms = sorted({*REVIEW_CHOICES, *((draft.facts.review_every,) if draft.facts.review_every else ())})
        self.review_every.choices = [choice("", "Choose"), *(choice(str(term), months_words(term)) for term in terms)]

    def show(self, draft: Draft) -> None:
        """Fill in a draft."""
        facts = draft.facts
        self.title.data, self.summary.data, self.system.data = facts.title, facts.summary, facts.system
        self.skills.data, self.owner.data, self.silent.data = list(facts.skills), facts.owner, facts.silent
        self.review_every.data = "" if facts.review_every is None else str(facts.review_every)
        self.also.data = ", ".join(facts.also)

    @property
    def facts(self) -> Facts:
        """What was typed."""
        months = text_of(self.review_every)
        return Facts(
            title=squeezed(text_of(self.title)),
            summary=squeezed(text_of(self.summary)),
            system=text_of(self.system),
            skills=tuple(self.skills.data or ()),
            owner=squeezed(text_of(self.owner)),
            review_every=int(months) if months else None,
            silent=bool(self.silent.data),
            also=split_words(text_of(self.also)),
        )


class StepForm(Form):
    """One step. ``then``: what the button does after saving. ``here``: where the video stands, filled in by script."""

    at = TimeField("Starts at")
    title = StringField(
        "Step", validators=[Length(max=LONGEST_TITLE, message=f"Use {LONGEST_TITLE} characters or fewer")]
    )
    text = TextAreaField(
        "What to do", validators=[Length(max=LONGEST_TEXT, message=f"Use {LONGEST_TEXT} characters or fewer")]
    )
    then = HiddenField()
    here = HiddenField()

    @property
    def values(self) -> tuple[float | None, str, str]:
        return self.at.seconds, squeezed(text_of(self.title)), squeezed(text_of(self.text))


class CueForm(Form):
    """One caption. ``then`` and ``here`` as in a step."""

    start = TimeField("From")
    end = TimeField("To")
    text = TextAreaField(
        "Caption", validators=[Length(max=LONGEST_CUE, message=f"Use {LONGEST_CUE} characters or fewer")]
    )
    then = HiddenField()
    here = HiddenField()

    @property
    def values(self) -> tuple[float | None, float | None, str]:
        return self.start.seconds, self.end.seconds, squeezed(text_of(self.text))


class CaptionsFileForm(Form):
    """A captions file of another program."""

    file = FileField("Captions file", description=".vtt or .srt. It takes the place of all captions here.")

    def validate_file(self, field: FileField) -> None:
        if upload_of(field) is None:
            raise ValidationError("Choose a .vtt or .srt file")


class ReviewedForm(Form):
    """The tick that somebody read the captions."""

    reviewed = BooleanField("I have read these captions against the picture")


class ShiftForm(Form):
    """By how much all times move."""

    seconds = StringField(
        "Move all steps and captions by seconds",
        description="1.5 moves them later, -1.5 earlier.",
        validators=[InputRequired("Enter a number of seconds, like 1.5 or -1.5")],
    )

    def validate_seconds(self, _: StringField) -> None:
        if self.shift is None:
            raise ValidationError("Enter a number of seconds, like 1.5 or -1.5")

    @property
    def shift(self) -> float | None:
        try:
            seconds = float(text_of(self.seconds).replace(",", ".").replace("−", "-"))
        except ValueError:
            return None
        return round(seconds, 3) if math.isfinite(seconds) and abs(seconds) <= _SHIFT_LIMIT else None


class ChangedForm(Form):
    """What is new, for people who know the guide."""

    changed = TextAreaField(
        "What changed",
        description="For people who know the old version. It is shown with the guide.",
        validators=[Length(max=LONGEST_SUMMARY, message=f"Use {LONGEST_SUMMARY} characters or fewer")],
    )


class ArchiveForm(Form):
    """Where the readers of an archived guide go."""

    moved_to = SelectField("Readers go to")

    def offer(self, guides: Sequence[tuple[str, str]]) -> None:
        """``guides``: code and title of those that are published."""
        rest = [choice(code, f"{code} {title}") for code, title in guides]
        self.moved_to.choices = [choice("", "Nowhere: the page says that it isn’t here any more"), *rest]


class ButtonForm(Form):
    """A button and its token."""


def typed_seconds(text: str) -> float | None:
    """Seconds of a time as people type it, to a thousandth; None when it isn't one."""
    cleaned = text.strip().replace(",", ".")
    try:
        seconds = seconds_of(cleaned) if ":" in cleaned else float(cleaned)
    except ValueError:
        return None
    if seconds is None or not math.isfinite(seconds) or not 0 <= seconds <= LATEST:
        return None
    return round(seconds, 3)


def months_words(months: int) -> str:
    """“6 months”, “year”, “2 years”: what follows “every”."""
    if months % 12:
        return "month" if months == 1 else f"{months} months"
    return "year" if months == 12 else f"{months // 12} years"


def system_choices(catalogue: Catalogue) -> list[Any]:
    """Every system in use."""
    return [choice(system.key, system.name) for system in catalogue.current_systems]


def upload_of(field: Field) -> FileStorage | None:
    """The file that was sent, or None."""
    return field.data if isinstance(field.data, FileStorage) and field.data.filename else None
