"""What the pages of a check share: their blueprint, their cookies, and pages that no cache keeps."""

import ipaddress

from flask import Blueprint, make_response, request
from werkzeug.wrappers import Response

from portal.accounts.access import current_person
from portal.skills_check.rules.attempts import SkillsCheckOptions
from portal.web.context import options

blueprint = Blueprint("skills_check", __name__, template_folder="../templates", url_prefix="/check")
PERSON_COOKIE = "showhow_person"
CHECK_COOKIE = "showhow_check"
PERSON_DAYS = 365
CHECK_DAYS = 30
DAY = 24 * 3600


def staff_shown() -> bool:
    """Whether this person is known to work here: signed in, or at an address the council listed."""
    if current_person() is not None:
        return True
    address = ipaddress.ip_address(request.remote_addr or "0.0.0.0")  # noqa: S104 (no address is in no network)
    return any(address in ipaddress.ip_network(network) for network in options(SkillsCheckOptions).networks)


def remember(response: Response, name: str, value: str, days: int) -> None:
    path = "/check/"
    response.set_cookie(
        name, value, max_age=days * DAY, httponly=True, samesite="Lax", secure=request.is_secure, path=path
    )


def private(page: str, status: int = 200) -> Response:
    """A page about one person's answers: kept by no cache."""
    response = make_response(page, status)
    response.headers["Cache-Control"] = "no-store"
    return response
