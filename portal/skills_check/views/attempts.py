"""The check as a person meets it: systems, one question a page."""

from flask import flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from portal.accounts.access import open_to_staff
from portal.catalogue.queries import catalogue
from portal.skills_check.forms.check import ButtonForm, StartForm
from portal.skills_check.operations import attempts as writes
from portal.skills_check.queries import attempts as reads
from portal.skills_check.queries import bank as bank_reads
from portal.skills_check.rules.attempts import UnknownAttempt
from portal.skills_check.rules.forms import NoSystemChosen
from portal.skills_check.views.blueprint import CHECK_COOKIE, CHECK_DAYS, blueprint, private, remember
from portal.web.context import now, reading, transaction
from portal.web.forms import choice


@blueprint.route("/", methods=["GET", "POST"])
@open_to_staff
def start() -> Response:
    """Choose systems and begin; nothing is stored before the button is pressed."""
    with reading() as session:
        everything = catalogue(session)
        counts = bank_reads.question_counts(session)
        running = _running(session)
    offered = [system for system in everything.current_systems if counts.get(system.key)]
    form = StartForm(systems=request.args.getlist("system"))
    form.systems.choices = [choice(system.key, system.name) for system in offered]
    if form.accepted():
        try:
            with transaction() as session:
                started = writes.start_attempt(session, systems=form.systems.data or [], now=now())
        except NoSystemChosen as error:
            form.systems.errors = (str(error),)
        else:
            for key in started.form.short:
                flash(f"{everything.system(key).name} has only a few questions so far, so this part is short.", "note")
            response = redirect(url_for(".question", key=started.key, position=1), 303)
            remember(response, CHECK_COOKIE, started.key, CHECK_DAYS)
            return response
    page = render_template("skills_check/start.html", form=form, offered=offered, running=running)
    return private(page, 422 if form.was_sent() else 200)


@blueprint.get("/<key>/")
@open_to_staff
def resume(key: str) -> Response:
    """The next open question, or the end."""
    with reading() as session:
        attempt = reads.attempt(session, key)
    if attempt.ended_at(now()) is not None:
        return redirect(url_for(".result", key=key), 303)
    position = attempt.next_open()
    if position is None:
        return redirect(url_for(".finish", key=key), 303)
    return redirect(url_for(".question", key=key, position=position), 303)


@blueprint.route("/<key>/finish", methods=["GET", "POST"])
@open_to_staff
def finish(key: str) -> Response:
    """A last look before the result."""
    form = ButtonForm()
    if form.accepted():
        with transaction() as session:
            writes.finish_attempt(session, key, now=now())
        return redirect(url_for(".consent", key=key), 303)
    with reading() as session:
        attempt = reads.attempt(session, key)
        answered = reads.answered(session, attempt)
        everything = catalogue(session)
    if attempt.ended_at(now()) is not None:
        return redirect(url_for(".result", key=key), 303)
    return private(
        render_template(
            "skills_check/finish.html", key=key, attempt=attempt, answered=answered, catalogue=everything, form=form
        )
    )


@blueprint.get("/<key>/stop")
@open_to_staff
def stop(key: str) -> Response:
    """How to come back later."""
    with reading() as session:
        attempt = reads.attempt(session, key)
    return private(render_template("skills_check/stop.html", key=key, attempt=attempt))


def _running(session: Session) -> str | None:
    """Key of the check this browser was in, where it can still be continued."""
    key = request.cookies.get(CHECK_COOKIE)
    if not key:
        return None
    try:
        attempt = reads.attempt(session, key)
    except UnknownAttempt:
        return None
    return key if attempt.ended_at(now()) is None else None
