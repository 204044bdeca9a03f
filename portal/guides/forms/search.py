"""What people type about searches: what they were looking for; authors' synonyms."""

from wtforms import HiddenField, TextAreaField
from wtforms.validators import InputRequired, Length

from portal.guides.rules.search import LONGEST_WISH
from portal.web.forms import Form


class WishForm(Form):
    """What somebody was looking for, in their own words."""

    text = TextAreaField(
        "What were you looking for?",
        description="It goes to the authors of the guides without your name. E-mail addresses and numbers are blanked "
        "out. Leave out names of people.",
        validators=[
            InputRequired("Enter what you were looking for, in a few words"),
            Length(max=LONGEST_WISH, message=f"Use {LONGEST_WISH} characters or fewer"),
        ],
    )
    q = HiddenField()
    system = HiddenField()


class SynonymsForm(Form):
    """The whole list, a group a line."""

    groups = TextAreaField(
        "Words that mean the same",
        description="One group a line, with commas between. A search for one of them also finds the others. "
        "A member may be several words: sign in, log in, log on",
    )
