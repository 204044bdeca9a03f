"""Forms of recordings."""

from portal.web.forms import Form


class ButtonForm(Form):
    """Nothing but a button and the token."""
