"""The shape of what is asked: systems to start with, one answer, consent."""

from collections.abc import Sequence

from wtforms import BooleanField, RadioField, SelectField, SelectMultipleField, StringField
from wtforms.validators import InputRequired, Length, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from portal.skills_check.rules.attempts import Item
from portal.skills_check.rules.marking import LONGEST_ANSWER, Answer
from portal.skills_check.rules.questions import Kind, Question
from portal.web.forms import Form, choice, text_of

DONT_KNOW = "dont-know"
NOT_SAID = "not-said"
_DONT_KNOW_TEXT = "I don’t know"


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


class ChoiceForm(Form):
    """One answer of several; “I don't know” is one of them."""

    choice = RadioField("Answer", validators=[InputRequired("Choose an answer, or “I don’t know”")])


class TicksForm(Form):
    """Several answers may be right."""

    choices = TickField(
        "Answer",
        description="Tick all that are right.",
        validators=[InputRequired("Tick at least one answer, or “I don’t know”")],
    )

    def validate_choices(self, field: TickField) -> None:
        if field.data and DONT_KNOW in field.data and len(field.data) > 1:
            raise ValidationError("Tick answers, or tick “I don’t know”, not both")


class TypedForm(Form):
    """A number or a text."""

    text = StringField("Answer", validators=[Length(max=LONGEST_ANSWER, message="Write a shorter answer")])
    dont_know = BooleanField(_DONT_KNOW_TEXT)

    def validate_text(self, field: StringField) -> None:
        typed = text_of(field).strip()
        if not typed and not self.dont_know.data:
            raise ValidationError("Type an answer, or tick “I don’t know”")

    def validate_dont_know(self, field: BooleanField) -> None:
        if field.data and text_of(self.text).strip():
            raise ValidationError("Type an answer or tick “I don’t know”, not both")


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


AnswerForm = ChoiceForm | TicksForm | TypedForm


def answer_form(question: Question, item: Item) -> AnswerForm:
    """The form of a question, with what was answered before filled in."""
    given = item.answer
    if question.kind in (Kind.NUMBER, Kind.TEXT):
        form = TypedForm(text=given.text if given else "", dont_know=bool(given and given.dont_know))
        form.text.label.text = question.stem
        form.text.description = f"In {question.unit}." if question.unit else ""
        return form
    options = [
        *(choice(str(index), question.choices[index].text) for index in item.choice_order),
        choice(DONT_KNOW, _DONT_KNOW_TEXT),
    ]
    chosen = _chosen(given)
    if question.kind is Kind.MULTIPLE:
        ticks = TicksForm(choices=chosen)
        ticks.choices.choices = options
        ticks.choices.label.text = question.stem
        return ticks
    radios = ChoiceForm(choice=chosen[0] if chosen else None)
    radios.choice.choices = options
    radios.choice.label.text = question.stem
    return radios


def answer_of(form: AnswerForm) -> Answer:
    """The answer a valid form holds."""
    if isinstance(form, TypedForm):
        if form.dont_know.data:
            return Answer(dont_know=True)
        return Answer(text=" ".join(text_of(form.text).split()))
    values: Sequence[str] = [form.choice.data] if isinstance(form, ChoiceForm) else form.choices.data or []
    if DONT_KNOW in values:
        return Answer(dont_know=True)
    return Answer(choices=tuple(sorted(int(value) for value in values)))


def _chosen(given: Answer | None) -> list[str]:
    if given is None:
        return []
    return [DONT_KNOW] if given.dont_know else [str(index) for index in given.choices]
