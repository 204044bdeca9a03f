"""The shape of an expectation, of a design problem and of its mending."""

import json
from collections.abc import Sequence

from wtforms import DateField, IntegerField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from portal.core.text import counted, squeezed
from portal.desk_calls.rules.weekly import CategoryOfSource
from portal.gap_report.rules.impact.cards import LONGEST_TEXT, CardText, DesignCard
from portal.web.forms import Form, choice, text_of

_TOO_LONG = "That is too long"
_SHORT = [Length(max=120, message=_TOO_LONG)]
_LONG = Length(max=LONGEST_TEXT, message=f"Use {LONGEST_TEXT:,} characters or fewer")


class _Categories(SelectMultipleField):
    """Ticks for the categories of a system. ``offered``: (category, calls a year)."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()
    _offered: tuple[CategoryOfSource, ...] = ()

    def offer(self, offered: Sequence[tuple[CategoryOfSource, int]]) -> None:
        self._offered = tuple(one for one, _ in offered)
        self.choices = [
            choice(category_value(one), f"{one.category} ({counted(calls, 'call')} a year)") for one, calls in offered
        ]

    @property
    def chosen(self) -> tuple[CategoryOfSource, ...]:
        return tuple(one for one in self._offered if category_value(one) in (self.data or ()))


class ExpectationForm(Form):
    """What is expected, said before anybody can know."""

    categories = _Categories(
        "Which calls should fall?",
        description="Choose the desk’s categories that this answers, and no others.",
        validate_choice=False,
    )
    fall = IntegerField(
        "By how much, in per cent?",
        description="For example 20, if one call in five should be gone.",
        validators=[InputRequired("Enter a whole per cent from 1 to 95")],
    )
    by = DateField("By which day?", validators=[InputRequired("Enter the day by which calls should have fallen")])

    def validate_categories(self, field: _Categories) -> None:
        if not field.chosen:
            raise ValidationError("Choose at least one category of calls")

    def validate_fall(self, field: IntegerField) -> None:
        if field.data is None or not 1 <= field.data <= 95:
            raise ValidationError("Enter a whole per cent from 1 to 95")


class CardForm(Form):
    """A design problem as a person writes it down."""

    title = StringField(
        "What is wrong, in a few words",
        description="For example “The save button is hidden below the address”.",
        validators=[InputRequired("Say in a few words what is wrong"), *_SHORT],
    )
    screen = StringField(
        "Where in the system",
        description="The screen or step, as people who use it call it.",
        validators=[InputRequired("Say on which screen or step it happens"), Length(max=200, message=_TOO_LONG)],
    )
    evidence = TextAreaField(
        "What shows it",
        description="What people say when they call, what you saw them try. Name nobody.",
        validators=[InputRequired("Say what shows that this is a problem"), _LONG],
    )
    suggestion = TextAreaField("What would mend it (optional)", validators=[_LONG])
    owner = StringField(
        "Who owns the system", validators=[InputRequired("Enter the team or role that can mend it"), *_SHORT]
    )
    categories = _Categories(
        "Which calls does it cause?",
        description="The categories its mending is tested on. You can add them later.",
        validate_choice=False,
    )

    def fill(self, card: DesignCard) -> None:
        """Show what is stored."""
        text = card.text
        self.title.data, self.screen.data, self.owner.data = text.title, text.screen, text.owner
        self.evidence.data, self.suggestion.data = text.evidence, text.suggestion
        self.categories.data = [category_value(one) for one in text.categories]

    def text(self, system: str) -> CardText:
        """What was typed."""
        return CardText(
            title=squeezed(text_of(self.title)),
            system=system,
            screen=squeezed(text_of(self.screen)),
            evidence=text_of(self.evidence).strip(),
            suggestion=text_of(self.suggestion).strip(),
            owner=squeezed(text_of(self.owner)),
            categories=self.categories.chosen,
        )


class FixedForm(Form):
    """The day from which people had the mended system."""

    fixed_on = DateField(
        "Mended on",
        description="The day from which everybody had the mended system. Calls before and after it are compared.",
        validators=[InputRequired("Enter the day it was mended")],
    )


def category_value(one: CategoryOfSource) -> str:
    """A category as a form sends it."""
    return json.dumps([one.source, one.category], ensure_ascii=False)
