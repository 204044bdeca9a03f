"""The form of one answer. It sends places on the page, never places in the version: these tell the key."""

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from werkzeug.datastructures import FileStorage
from wtforms import BooleanField, Field, FileField, HiddenField, RadioField, SelectField, StringField
from wtforms.validators import InputRequired, Length, ValidationError

from portal.skills_check.forms.check import TickField
from portal.skills_check.rules.attempts import Item
from portal.skills_check.rules.marking import LONGEST_ANSWER, Answer
from portal.skills_check.rules.questions import Kind, Question
from portal.web.forms import Form, choice, text_of

DONT_KNOW = "dont-know"
_DONT_KNOW_TEXT = "I don’t know"
_MISSING = "Choose an answer, or “I don’t know”"


class AnswerForm(Form):
    """What every answer carries. ``event`` names this sending; ``base`` is the sequence it builds on.

    No token of the session: the address holds a key that only the person has, and an answer must survive the session.
    """

    class Meta:
        csrf = False

    event = HiddenField()
    base = HiddenField()


class ChoiceForm(AnswerForm):
    """One answer of several; “I don't know” is one of them."""

    choice = RadioField("Answer", validators=[InputRequired(_MISSING)])


class TicksForm(AnswerForm):
    """Several answers may be right."""

    choices = TickField(
        "Answer",
        description="Tick all that are right.",
        validators=[InputRequired("Tick at least one answer, or “I don’t know”")],
    )

    def validate_choices(self, field: TickField) -> None:
        if field.data and DONT_KNOW in field.data and len(field.data) > 1:
            raise ValidationError("Tick answers, or tick “I don’t know”, not both")


class KnownForm(AnswerForm):
    """Answers beside which “I don't know” is a box of its own."""

    dont_know = BooleanField(_DONT_KNOW_TEXT)


class TypedForm(KnownForm):
    """A number or a text."""

    text = StringField("Answer", validators=[Length(max=LONGEST_ANSWER, message="Write a shorter answer")])

    def validate_text(self, field: StringField) -> None:
        typed = text_of(field).strip()
        if not typed and not self.dont_know.data:
            raise ValidationError("Type an answer, or tick “I don’t know”")

    def validate_dont_know(self, field: BooleanField) -> None:
        if field.data and text_of(self.text).strip():
            raise ValidationError("Type an answer or tick “I don’t know”, not both")


class PartsForm(KnownForm):
    """A select a part, in the order of the fields: the other half of a pair, or the place of an item."""

    @property
    def parts(self) -> tuple[SelectField, ...]:
        return tuple(field for field in self if isinstance(field, SelectField))

    def validate(self, extra_validators: Any = None) -> bool:
        """Nothing has to be chosen by a person who doesn't know."""
        return bool(self.dont_know.data) or bool(super().validate(extra_validators))


class MatchForm(PartsForm):
    """For each text on the left, one of those on the right."""


class OrderForm(PartsForm):
    """For each item its place, from 1. Items are shown by their places."""

    def placed(self) -> tuple[int, ...]:
        """Numbers of the parts in the order of their places; those with the same place as the page had them first."""
        return tuple(sorted(range(len(self.parts)), key=lambda number: (_place(self.parts[number]), number)))

    def move(self, way: str) -> None:
        """Move a part one place: ``up-3`` or ``down-3`` with the number of the part. Anything else changes nothing."""
        direction, _, number = way.partition("-")
        order = list(self.placed())
        if not number.isdecimal() or int(number) not in order or direction not in ("up", "down"):
            return
        here = order.index(int(number))
        there = here - 1 if direction == "up" else here + 1
        if 0 <= there < len(order):
            order[here], order[there] = order[there], order[here]
        for place, part in enumerate(order, start=1):
            self.parts[part].data = str(place)

    def validate(self, extra_validators: Any = None) -> bool:
        """No two items have the same place."""
        if not super().validate(extra_validators):
            return False
        taken: set[int] = set()
        for part in () if self.dont_know.data else self.parts:
            if _place(part) in taken:
                part.errors = ("Give each item a place of its own",)
                return False
            taken.add(_place(part))
        return True


class FileForm(KnownForm):
    """A workbook to send back. ``kept``: the name of the file sent before."""

    kept = ""
    file = FileField("Your file")

    def validate_file(self, _: FileField) -> None:
        if not self.upload() and not self.kept and not self.dont_know.data:
            raise ValidationError("Choose your file, or tick “I don’t know”")

    def upload(self) -> FileStorage | None:
        """The file that was sent, None where none was chosen."""
        data = self.file.data
        return data if isinstance(data, FileStorage) and data.filename else None


@cache
def _with_parts(base: type[PartsForm], count: int) -> type[PartsForm]:
    fields = {
        f"part_{number}": SelectField(name=f"part-{number}", validators=[InputRequired("Choose one")])
        for number in range(count)
    }
    return type(f"{base.__name__}{count}", (base,), fields)


def answer_form(question: Question, item: Item, *, event: str, sent: bool) -> AnswerForm:
    """The form of a question: as it was ``sent``, or with what is stored filled in."""
    form = _BUILDERS[question.kind](question, item, sent)
    if not sent:
        form.event.data, form.base.data = event, str(item.sequence)
    return form


def renew(form: AnswerForm, item: Item, *, event: str) -> None:
    """Make a form that was refused ready to be sent once more, on top of what is stored now."""
    form.event.data, form.base.data = event, str(item.sequence)


def answer_of(form: AnswerForm, item: Item) -> Answer:
    """The answer a valid form holds, in the version's own order. A file is read by the view."""
    if isinstance(form, KnownForm) and form.dont_know.data:
        return Answer(dont_know=True)
    if isinstance(form, TypedForm):
        return Answer(text=" ".join(text_of(form.text).split()))
    if isinstance(form, PartsForm):
        return _parts_answer(form, item)
    values = _values(form)
    if DONT_KNOW in values:
        return Answer(dont_know=True)
    return Answer(choices=tuple(sorted(item.choice_order[int(value)] for value in values)))


def _values(form: AnswerForm) -> list[str]:
    if isinstance(form, ChoiceForm):
        return [str(form.choice.data)]
    return [str(value) for value in form.choices.data or []] if isinstance(form, TicksForm) else []


def _parts_answer(form: PartsForm, item: Item) -> Answer:
    if isinstance(form, OrderForm):
        return Answer(choices=tuple(item.choice_order[part] for part in form.placed()))
    return Answer(choices=tuple(item.choice_order[_place(part)] for part in form.parts))


def _place(field: Field) -> int:
    return int(field.data) if str(field.data).isdecimal() else 0


def _radio_form(question: Question, item: Item, sent: bool) -> ChoiceForm:
    shown = _shown(item)
    form = ChoiceForm(**_source(sent), choice=shown[0] if shown else None)
    form.choice.choices = _options(question, item)
    form.choice.label.text = question.stem
    return form


def _ticks_form(question: Question, item: Item, sent: bool) -> TicksForm:
    form = TicksForm(**_source(sent), choices=_shown(item))
    form.choices.choices = _options(question, item)
    form.choices.label.text = question.stem
    return form


def _hotspot_form(question: Question, item: Item, sent: bool) -> AnswerForm:
    several = sum(region.right for region in question.regions) > 1
    return _ticks_form(question, item, sent) if several else _radio_form(question, item, sent)


def _typed_form(question: Question, item: Item, sent: bool) -> TypedForm:
    given = item.answer
    form = TypedForm(**_source(sent), text=given.text if given else "", dont_know=_unknown(given))
    form.text.label.text = question.stem
    form.text.description = f"In {question.unit}." if question.unit else ""
    return form


def _match_form(question: Question, item: Item, sent: bool) -> PartsForm:
    form = _with_parts(MatchForm, len(question.lefts))(**_source(sent), dont_know=_unknown(item.answer))
    options = [choice("", "Choose"), *(choice(str(shown), question.targets[own]) for shown, own in _numbered(item))]
    given = item.answer.choices if item.answer else ()
    for number, field in enumerate(form.parts):
        field.choices = options
        field.label.text = question.lefts[number]
        if not sent and given:
            field.data = str(item.choice_order.index(given[number]))
    return form


def _order_form(question: Question, item: Item, sent: bool) -> PartsForm:
    form = _with_parts(OrderForm, len(question.items))(**_source(sent), dont_know=_unknown(item.answer))
    options = [choice(str(place), str(place)) for place in range(1, len(question.items) + 1)]
    standing = item.answer.choices if item.answer and item.answer.choices else item.choice_order
    for (_, own), field in zip(_numbered(item), form.parts, strict=True):
        field.choices = options
        field.label.text = question.items[own]
        if not sent:
            field.data = str(standing.index(own) + 1)
    return form


def _file_form(question: Question, item: Item, sent: bool) -> FileForm:
    form = FileForm(**_source(sent), dont_know=_unknown(item.answer))
    form.file.label.text = question.stem
    form.kept = item.answer.text if item.answer else ""
    return form


def _numbered(item: Item) -> tuple[tuple[int, int], ...]:
    """(place on the page, place in the version) of everything that has an order."""
    return tuple(enumerate(item.choice_order))


def _options(question: Question, item: Item) -> list[Any]:
    texts = [one.text for one in question.choices] or [
        f"{number}. {region.label}" for number, region in enumerate(question.regions, start=1)
    ]
    shown = [choice(str(place), texts[own]) for place, own in _numbered(item)]
    return [*shown, choice(DONT_KNOW, _DONT_KNOW_TEXT)]


def _shown(item: Item) -> list[str]:
    """What was chosen before, as values of the page."""
    if item.answer is None:
        return []
    return [DONT_KNOW] if item.answer.dont_know else [str(item.choice_order.index(own)) for own in item.answer.choices]


def _source(sent: bool) -> dict[str, Any]:
    return {} if sent else {"formdata": None}


def _unknown(given: Answer | None) -> bool:
    return bool(given and given.dont_know)


_BUILDERS: Mapping[Kind, Callable[[Question, Item, bool], AnswerForm]] = {
    Kind.SINGLE: _radio_form,
    Kind.MULTIPLE: _ticks_form,
    Kind.TRUE_FALSE: _radio_form,
    Kind.NUMBER: _typed_form,
    Kind.TEXT: _typed_form,
    Kind.MATCH: _match_form,
    Kind.ORDER: _order_form,
    Kind.HOTSPOT: _hotspot_form,
    Kind.FILE: _file_form,
}
