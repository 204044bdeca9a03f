"""The shape of signing in and of a new password."""

from wtforms import EmailField, HiddenField, PasswordField
from wtforms.validators import InputRequired, Length, ValidationError

from portal.accounts.rules import LONGEST_PASSWORD, SHORTEST_PASSWORD
from portal.web.forms import Form


class SignInForm(Form):
    """E-mail address and password."""

    email = EmailField(
        "E-mail address",
        validators=[InputRequired("Enter your e-mail address"), Length(max=254, message="That address is too long")],
        render_kw={"autocomplete": "username", "spellcheck": "false"},
    )
    password = PasswordField(
        "Password",
        validators=[
            InputRequired("Enter your password"),
            Length(max=LONGEST_PASSWORD, message="That password is too long"),
        ],
        render_kw={"autocomplete": "current-password"},
    )
    next = HiddenField()


class PasswordForm(Form):
    """The old password once, the new one once."""

    current = PasswordField(
        "Current password",
        validators=[InputRequired("Enter your current password")],
        render_kw={"autocomplete": "current-password"},
    )
    new = PasswordField(
        "New password",
        description=f"{SHORTEST_PASSWORD} characters or more, for example three random words.",
        validators=[InputRequired("Enter a new password")],
        render_kw={"autocomplete": "new-password"},
    )

    def validate_new(self, field: PasswordField) -> None:
        if field.data and not SHORTEST_PASSWORD <= len(field.data) <= LONGEST_PASSWORD:
            raise ValidationError(f"Use {SHORTEST_PASSWORD} characters or more")
