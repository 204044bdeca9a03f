"""Releases: those there are, and closing the next."""

from flask import Blueprint, flash, make_response, redirect, render_template, url_for
from werkzeug.wrappers import Response

from portal.accounts.access import for_roles
from portal.accounts.rules import Role
from portal.core.text import counted
from portal.evidence import operations, queries
from portal.evidence.forms import CloseReleaseForm
from portal.evidence.rules.releases import (
    ClosedRelease,
    PeriodTaken,
    TitleTaken,
    UnusableTitle,
    open_months,
    usual_period,
)
from portal.web.context import local, now, reading, transaction
from portal.web.forms import text_of

blueprint = Blueprint("evidence", __name__, template_folder="templates", url_prefix="/gap-report")


@blueprint.route("/releases/", methods=["GET", "POST"])
@for_roles(Role.DESK_ANALYST)
def releases() -> Response:
    with reading() as session:
        found = queries.releases(session)
    today = local(now()).date()
    months = open_months(found, today)
    form = CloseReleaseForm() if months else None
    if form is not None:
        form.offer(months, usual=usual_period(found, months, today))
        if form.accepted() and (closed := _close(form)) is not None:
            flash(_told(closed), "success")
            return redirect(url_for("evidence.releases"), 303)
    refused = form is not None and form.was_sent()
    page = render_template("evidence/releases.html", form=form, releases=found[::-1])
    return make_response(page, 422 if refused else 200)


def _close(form: CloseReleaseForm) -> ClosedRelease | None:
    """The release, or None with the reason written beside the field it belongs to."""
    try:
        with transaction() as session:
            return operations.close_release(session, title=text_of(form.title), months=form.months, now=now())
    except (TitleTaken, UnusableTitle) as error:
        form.title.errors = (str(error),)
    except PeriodTaken as error:
        form.first.errors = (str(error),)
    return None


def _told(closed: ClosedRelease) -> str:
    waiting = sum(one.groups for one in closed.waiting)
    became = f"{counted(len(closed.closed), 'group')} of answers became figures"
    stay = f", {counted(waiting, 'group')} still waiting for more people" if waiting else ""
    return f"“{closed.release.title}” is closed: {became}{stay}."
