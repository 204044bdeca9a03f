"""Did it help? Guides and fixes beside what calls did elsewhere, and what was said beforehand."""

import datetime as dt
from collections.abc import Sequence

from flask import Response, flash, make_response, redirect, render_template, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from portal.accounts.access import current_person, for_roles
from portal.accounts.rules import Role
from portal.catalogue.queries import catalogue
from portal.desk_calls.rules.weekly import CategoryOfSource, WeeklyCalls
from portal.gap_report.formats.impact_csv import impacts_csv, weeks_csv
from portal.gap_report.forms.impact import ExpectationForm, category_value
from portal.gap_report.operations.impact import say_beforehand
from portal.gap_report.queries import impact as queries
from portal.gap_report.rules.impact.charts import impact_rows, strip, weeks_chart
from portal.gap_report.rules.impact.expectations import AlreadySaid, TooLateToSay, UnusableExpectation, may_be_said
from portal.gap_report.rules.impact.interventions import Intervention, Kind, UnknownIntervention
from portal.gap_report.rules.impact.verdicts import Impact
from portal.gap_report.rules.impact.words import calls_range, change_range, headline, said_words, standing
from portal.gap_report.views.report import blueprint
from portal.web.context import local, now, reading, transaction
from portal.web.downloads import csv_download

_WEEKS_A_YEAR = 52


@blueprint.get("/impact/")
@for_roles(Role.DESK_ANALYST)
def impact() -> str:
    with reading() as session:
        impacts = _impacts(session)
        known = catalogue(session)
    return render_template(
        "gap_report/impact/list.html",
        impacts=impacts,
        told=[one for one in impacts if one.change],
        open_ones=[one for one in impacts if not one.change],
        chart=impact_rows(impacts),
        names={system.key: system.name for system in known.systems},
        change_range=change_range,
        calls_range=calls_range,
    )


@blueprint.get("/impact/impact.csv")
@for_roles(Role.DESK_ANALYST)
def impact_csv() -> Response:
    with reading() as session:
        impacts = _impacts(session)
    return csv_download(impacts_csv(impacts), "impact.csv")


@blueprint.get("/impact/<kind>/<code>/")
@for_roles(Role.DESK_ANALYST)
def impact_of(kind: str, code: str) -> str:
    found = _impact(kind, code)
    return render_template(
        "gap_report/impact/one.html",
        impact=found,
        one=found.intervention,
        headline=headline(found),
        standing=standing(found),
        said=said_words(found),
        calls=calls_range(found.calls_a_year),
        weeks=weeks_chart(found),
        strip=strip(found),
    )


@blueprint.get("/impact/<kind>/<code>/weeks.csv")
@for_roles(Role.DESK_ANALYST)
def impact_weeks_csv(kind: str, code: str) -> Response:
    found = _impact(kind, code)
    return csv_download(weeks_csv(found), f"{found.intervention.code}-weeks.csv")


@blueprint.route("/expect/<kind>/<code>/", methods=["GET", "POST"])
@for_roles(Role.AUTHOR, Role.DESK_ANALYST)
def expect(kind: str, code: str) -> AnyResponse:
    """Say beforehand what a guide or a fix should do; locked on save."""
    today = local(now()).date()
    with reading() as session:
        candidate, calls = queries.to_expect(session, _kind(kind, code), code, today=today)
    if candidate.said is not None:
        return make_response(render_template("gap_report/impact/said.html", one=candidate, said=candidate.said))
    if not may_be_said(started=candidate.started, today=today):
        raise TooLateToSay(candidate.code)
    form = ExpectationForm()
    offered = offered_categories(calls, candidate.system)
    form.categories.offer(offered)
    if not form.was_sent():
        usual = set(candidate.categories)
        form.categories.data = [category_value(one) for one, _ in offered if one in usual]
    if form.accepted() and _said(form, candidate, today):
        flash("Kept. It is locked now, and shown beside what happens.", "success")
        is_fix = candidate.kind is Kind.FIX
        there = url_for(".card", number=candidate.code) if is_fix else url_for(".expect", kind=kind, code=code)
        return redirect(there, 303)
    page = render_template("gap_report/impact/expect.html", form=form, one=candidate, offered=offered)
    return make_response(page, 422 if form.was_sent() else 200)


def offered_categories(calls: WeeklyCalls, system: str) -> Sequence[tuple[CategoryOfSource, int]]:
    """The categories mapped to a system with their calls a year, most first."""
    weeks = min(len(calls.weeks), _WEEKS_A_YEAR)
    found = [
        (key, round(int(calls.calls[key][-_WEEKS_A_YEAR:].sum()) * _WEEKS_A_YEAR / weeks))
        for key, place in calls.places.items()
        if place.system == system
    ]
    return sorted(found, key=lambda pair: (-pair[1], pair[0]))


def _said(form: ExpectationForm, one: Intervention, today: dt.date) -> bool:
    """Whether it was kept; the reason why not is beside its field."""
    person = current_person()
    assert form.by.data is not None and form.fall.data is not None  # noqa: S101, PT018 (the form was accepted)
    try:
        with transaction() as session:
            say_beforehand(
                session,
                kind=one.kind,
                code=one.code,
                categories=form.categories.chosen,
                fall=form.fall.data / 100,
                by=form.by.data,
                started=one.started,
                account_id=None if person is None else person.id,
                today=today,
                now=now(),
            )
    except UnusableExpectation as error:
        form[error.field].errors = (str(error),)
        return False
    except AlreadySaid:
        return True  # sent twice, or by two people: the page then shows what was said first
    return True


def _impacts(session: Session) -> tuple[Impact, ...]:
    found = queries.done(session, today=local(now()).date())
    return tuple(found.assessed(one) for one in found.interventions)


def _impact(kind: str, code: str) -> Impact:
    with reading() as session:
        found = queries.done(session, today=local(now()).date())
    return found.assessed(found.one(_kind(kind, code), code))


def _kind(kind: str, code: str) -> Kind:
    """Raises UnknownIntervention."""
    if kind not in list(Kind):
        raise UnknownIntervention(Kind.GUIDE, code)
    return Kind(kind)
