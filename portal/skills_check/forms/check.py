"""The shape of what is asked around the questions: systems to start with, consent, a note."""

from wtforms import RadioField, SelectField, SelectMultipleField, TextAreaField
from wtforms.validators import InputRequired, Length
from wtforms.widgets import CheckboxInput, ListWidget

from portal.web.forms import Form, choice

LONGEST_NOTE = 1000
NOT_SAID = "not-said"


class TickField(SelectMultipleField):
    """Several boxes to tick."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class StartForm(Form):
    """The systems a person uses."""

    systems = TickField(
        "Which systems do you use?",
        description="Tick up to three. Tick more, and the others are offered afterwards.",
        validate_choice=True,
        validators=[InputRequired("Tick at least one system you use")],
    )


class ConsentForm(Form):
    """Whether the answers may be counted, and for which directorate."""

    consent = RadioField(
        "May your answers join the anonymous council figures?",
        choices=[
            choice("yes", "Yes, add my answers"),
            choice("no", "No, keep them out"),
        ],
        validators=[InputRequired("Choose yes or no. Both are fine")],
    )
    directorate = SelectField("Your directorate", validate_choice=True, default=NOT_SAID)


class ButtonForm(Form):
    """A button and nothing else."""


class NoteForm(Form):
    """What is wrong with a question."""

    text = TextAreaField(
        "What is wrong with it?",
        description="For instance that no answer is right, or that two are. Leave out names.",
        validators=[
            InputRequired("Write what is wrong"),
            Length(max=LONGEST_NOTE, message="Write at most 1,000 characters"),
        ],
    )
