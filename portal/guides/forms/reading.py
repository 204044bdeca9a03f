"""What readers answer and type: did this help, what were they trying to do."""

from wtforms import HiddenField, StringField, TextAreaField
from wtforms.validators import Length

from portal.guides.rules.handover import LONGEST_MESSAGE, LONGEST_WHAT
from portal.web.forms import Form


class AnswerForm(Form):
    """Did this answer your question? The three buttons carry the answer."""

    q = HiddenField()


class CallForm(Form):
    """The call as it will be sent, to be changed by the person who sends it."""

    what = TextAreaField(
        "What were you trying to do?",
        description="In a few words. It is put into the text below.",
        validators=[Length(max=LONGEST_WHAT, message=f"Use {LONGEST_WHAT} characters or fewer")],
    )
    subject = StringField("Subject", validators=[Length(max=150, message="Use 150 characters or fewer")])
    message = TextAreaField(
        "Text of the call",
        description="Nothing is sent from here. Change what you like; it goes into your own e-mail or the desk’s form.",
        validators=[Length(max=LONGEST_MESSAGE, message=f"Use {LONGEST_MESSAGE} characters or fewer")],
    )
