"""Design problems: one card each, from being raised to being mended."""

import datetime as dt

from flask import flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from portal.accounts.access import current_person, for_roles
from portal.accounts.rules import Role
from portal.catalogue.queries import catalogue
from portal.catalogue.rules import Catalogue, UnknownSystem
from portal.gap_report.forms.impact import CardForm, FixedForm
from portal.gap_report.operations.impact import change_card, raise_card, say_fixed
from portal.gap_report.queries import impact as queries
from portal.gap_report.rules.impact.cards import DesignCard, UnusableFixDate
from portal.gap_report.rules.impact.interventions import Kind
from portal.gap_report.rules.report import GapReportOptions
from portal.gap_report.views.impact import offered_categories
from portal.gap_report.views.report import blueprint
from portal.web.context import local, now, options, reading, transaction

_REFUSED = 422


@blueprint.get("/cards/")
@for_roles(Role.DESK_ANALYST)
def cards() -> str:
    with reading() as session:
        found, known = queries.cards(session), catalogue(session)
    return render_template(
        "gap_report/cards/list.html",
        groups=(
            ("Open", [one for one in found if one.fixed_on is None]),
            ("Mended", [one for one in found if one.fixed_on is not None]),
        ),
        names=_names(known),
        systems=known.current_systems,
    )


@blueprint.route("/cards/new", methods=["GET", "POST"])
@for_roles(Role.DESK_ANALYST)
def new_card() -> Response:
    """Write down a design problem of the system in the address."""
    with reading() as session:
        known = catalogue(session)
        system = known.system(request.args.get("system", ""))
        calls = queries.recent_calls(session, today=_today())
    form = CardForm()
    form.categories.offer(offered_categories(calls, system.key))
    if not form.was_sent():
        form.owner.data = system.owner
    if form.accepted():
        with transaction() as session:
            number = raise_card(session, form.text(system.key), account_id=_account_id(), today=_today(), now=now())
        flash(f"Design problem {number} is raised.", "success")
        return redirect(url_for(".card", number=number), 303)
    page = render_template("gap_report/cards/edit.html", form=form, system=system, card=None)
    return make_response(page, _REFUSED if form.was_sent() else 200)


@blueprint.route("/cards/<int:number>/edit", methods=["GET", "POST"])
@for_roles(Role.DESK_ANALYST)
def edit_card(number: int) -> Response:
    with reading() as session:
        found, known = queries.card(session, number), catalogue(session)
        calls = queries.recent_calls(session, today=_today())
    form = CardForm()
    offered = list(offered_categories(calls, found.text.system))
    there = {one for one, _ in offered}
    offered += [(one, 0) for one in found.text.categories if one not in there]
    form.categories.offer(offered)
    if not form.was_sent():
        form.fill(found)
    if form.accepted():
        with transaction() as session:
            change_card(session, number, form.text(found.text.system), account_id=_account_id(), now=now())
        flash("Saved.", "success")
        return redirect(url_for(".card", number=number), 303)
    page = render_template("gap_report/cards/edit.html", form=form, system=known.system(found.text.system), card=found)
    return make_response(page, _REFUSED if form.was_sent() else 200)


@blueprint.route("/cards/<int:number>/", methods=["GET", "POST"])
@for_roles(Role.DESK_ANALYST)
def card(number: int) -> Response:
    """The card on one page that prints; its form says when it was mended."""
    form = FixedForm()
    if form.accepted():
        try:
            with transaction() as session:
                say_fixed(session, number, form.fixed_on.data, today=_today(), now=now())
        except UnusableFixDate as error:
            form.fixed_on.errors = (str(error),)
        else:
            flash("Well done. The calls before and after it are compared from now on.", "success")
            return redirect(url_for(".card", number=number), 303)
    with reading() as session:
        found, known = queries.card(session, number), catalogue(session)
        calls = queries.recent_calls(session, today=_today())
        said = queries.expectations(session).get((Kind.FIX, found.code))
    if not form.was_sent():
        form.fixed_on.data = _today()
    a_year = dict(offered_categories(calls, found.text.system))
    lines = [(one, a_year.get(one)) for one in found.text.categories]
    known_calls = [number_of for _, number_of in lines if number_of is not None]
    total = sum(known_calls) if known_calls else None
    cost = options(GapReportOptions).call_cost
    page = render_template(
        "gap_report/cards/card.html",
        card=found,
        system_name=_system_name(known, found),
        lines=lines,
        calls=total,
        cost=None if cost is None or total is None else cost * total,
        call_cost=cost,
        said=said,
        form=form,
    )
    return make_response(page, _REFUSED if form.was_sent() else 200)


@blueprint.post("/cards/<int:number>/open")
@for_roles(Role.DESK_ANALYST)
def reopen_card(number: int) -> Response:
    """Take the day of mending back."""
    with transaction() as session:
        say_fixed(session, number, None, today=_today(), now=now())
    flash("It is open again.", "success")
    return redirect(url_for(".card", number=number), 303)


def _system_name(known: Catalogue, card: DesignCard) -> str:
    try:
        return known.system(card.text.system).name
    except UnknownSystem:
        return card.text.system


def _names(known: Catalogue) -> dict[str, str]:
    return {system.key: system.name for system in known.systems}


def _today() -> dt.date:
    return local(now()).date()


def _account_id() -> int | None:
    person = current_person()
    return None if person is None else person.id
