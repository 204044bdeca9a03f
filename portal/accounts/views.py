"""Signing in and out, and one's own account."""

from urllib.parse import urlsplit

from flask import Blueprint, Response, flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from portal.accounts import access, operations
from portal.accounts.access import current_person, for_roles, open_to_all
from portal.accounts.forms import PasswordForm, SignInForm
from portal.accounts.rules import Role, WrongCredentials, normal_email
from portal.web.context import now, reading, transaction
from portal.web.forms import text_of
from portal.web.limits import limiter

blueprint = Blueprint("accounts", __name__, template_folder="templates")

REFUSED = 422


def _address_of_account() -> str:
    return f"account {normal_email(request.form.get('email', ''))[:254]}"


def _was_refused(response: Response) -> bool:
    return response.status_code == REFUSED


@blueprint.route("/sign-in", methods=["GET", "POST"])
@limiter.limit("30 per 5 minutes", methods=["POST"], deduct_when=_was_refused)
@limiter.limit("5 per 5 minutes", methods=["POST"], key_func=_address_of_account, deduct_when=_was_refused)
@open_to_all
def sign_in() -> AnyResponse:
    form = SignInForm(next=request.args.get("next", ""))
    if form.accepted():
        try:
            with reading() as session:
                person = operations.verified_person(session, email=text_of(form.email), password=text_of(form.password))
        except WrongCredentials as error:
            form.password.errors = (str(error),)
        else:
            access.sign_in(person)
            return redirect(_local_address(text_of(form.next)) or url_for("front.home"), 303)
    status = REFUSED if form.was_sent() else 200
    return make_response(render_template("accounts/sign_in.html", form=form), status)


@blueprint.post("/sign-out")
@open_to_all
def sign_out() -> AnyResponse:
    access.sign_out()
    flash("You are signed out.", "success")
    return redirect(url_for("front.home"), 303)


@blueprint.route("/account", methods=["GET", "POST"])
@limiter.limit("10 per 5 minutes", methods=["POST"], deduct_when=_was_refused)
@for_roles(Role.STAFF)
def account() -> AnyResponse:
    person = current_person()
    assert person is not None  # noqa: S101 (the role was checked before the view ran)
    form = PasswordForm()
    if form.accepted():
        try:
            with transaction() as session:
                operations.verified_person(session, email=person.email, password=text_of(form.current))
                operations.set_password(session, email=person.email, password=text_of(form.new), now=now())
                person = operations.verified_person(session, email=person.email, password=text_of(form.new))
        except WrongCredentials:
            form.current.errors = ("That isn’t your current password",)
        else:
            access.sign_in(person)
            flash("Your password is changed. Other browsers are signed out.", "success")
            return redirect(url_for("accounts.account"), 303)
    status = REFUSED if form.was_sent() else 200
    return make_response(render_template("accounts/account.html", form=form), status)


def _local_address(address: str | None) -> str | None:
    """The address if it leads back into the portal: a path and nothing else, or somebody could send people away."""
    if not address or not address.startswith("/") or address.startswith(("//", "/\\")):
        return None
    parts = urlsplit(address)
    return None if parts.scheme or parts.netloc else address
