"""What the pages of calls share: their blueprint, and who is at work."""

from flask import Blueprint

from portal.accounts.access import current_person

blueprint = Blueprint("desk_calls", __name__, template_folder="../templates", url_prefix="/desk")

REFUSED = 422


def account_id_here() -> int | None:
    """The account behind the request."""
    person = current_person()
    return None if person is None else person.id
