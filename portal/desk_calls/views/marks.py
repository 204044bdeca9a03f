"""Weeks that are not like others: suggested by the series, marked by hand."""

import datetime as dt

from flask import flash, make_response, redirect, render_template, url_for
from werkzeug.wrappers import Response

from portal.accounts.access import for_roles
from portal.accounts.rules import Role
from portal.desk_calls.forms.mapping import ConfirmForm
from portal.desk_calls.forms.marks import MarkForm
from portal.desk_calls.operations.marks import mark_weeks, take_mark_back
from portal.desk_calls.queries import marks as queries
from portal.desk_calls.queries.weekly import weekly_calls
from portal.desk_calls.rules.marks import Mark, UnusableMark, suspicions
from portal.desk_calls.views.blueprint import REFUSED, account_id_here, blueprint
from portal.web.context import local, now, reading, transaction

_SUSPICIONS_SHOWN = 20
_LOOKED_AT = dt.timedelta(days=730)


@blueprint.route("/weeks/", methods=["GET", "POST"])
@for_roles(Role.DESK_ANALYST)
def weeks() -> Response:
    """Marks there are, what the series suggests, and a form for one by hand."""
    today = local(now()).date()
    with reading() as session:
        found = queries.marks(session)
        calls = weekly_calls(session, first=today - _LOOKED_AT, last=today)
    form = MarkForm()
    form.offer(sorted(calls.covered))
    if form.accepted() and _kept(form):
        return redirect(url_for("desk_calls.weeks"), 303)
    suspected = suspicions(calls, found)
    page = render_template(
        "desk_calls/weeks.html",
        form=form,
        marks=[(one, _weeks_words(one)) for one in found],
        suspected=[(one, _weeks_words(one.mark)) for one in suspected[:_SUSPICIONS_SHOWN]],
        further=max(len(suspected) - _SUSPICIONS_SHOWN, 0),
        any_calls=bool(calls.weeks),
    )
    return make_response(page, REFUSED if form.was_sent() else 200)


@blueprint.post("/weeks/<int:mark_id>/delete")
@for_roles(Role.DESK_ANALYST)
def delete_mark(mark_id: int) -> Response:
    if ConfirmForm().accepted():
        with transaction() as session:
            take_mark_back(session, mark_id)
        flash("The mark is taken back.", "success")
    return redirect(url_for("desk_calls.weeks"), 303)


def _kept(form: MarkForm) -> bool:
    """Whether the mark is stored; the reason why not is beside its field."""
    try:
        with transaction() as session:
            mark_weeks(session, form.mark, account_id=account_id_here(), now=now())
    except UnusableMark as error:
        form[error.field].errors = (str(error),)
        return False
    flash("Marked. Comparisons leave these weeks out.", "success")
    return True


def _weeks_words(mark: Mark) -> str:
    """“week of 3 March 2025” or “3 March to 16 March 2025”."""
    last = mark.last + dt.timedelta(days=6)
    if mark.first == mark.last:
        return f"week of {_day(mark.first)}"
    return f"{_day(mark.first)} to {_day(last)}"


def _day(day: dt.date) -> str:
    return f"{day.day} {day:%B %Y}"
