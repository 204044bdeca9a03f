"""The check as a person meets it: systems, one question a page, consent, own result."""

import ipaddress
import secrets
from typing import Any

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from portal.accounts.access import current_person, open_to_staff
from portal.catalogue.queries import catalogue
from portal.catalogue.rules import Catalogue
from portal.guides.queries.library import guides_at
from portal.skills_check import operations, queries
from portal.skills_check.forms import (
    NOT_SAID,
    ButtonForm,
    ConsentForm,
    StartForm,
    TypedForm,
    answer_form,
    answer_of,
)
from portal.skills_check.rules.attempts import Attempt, Consent, SkillsCheckOptions, UnknownAttempt
from portal.skills_check.rules.forms import NoSystemChosen
from portal.skills_check.rules.marking import UnreadableAnswer
from portal.skills_check.rules.questions import LEVELS, Kind
from portal.skills_check.rules.results import Shown, skill_results
from portal.web.context import local, now, options, reading, reading_quickly, save_queue, transaction
from portal.web.forms import choice, text_of

blueprint = Blueprint("skills_check", __name__, template_folder="templates", url_prefix="/check")

PERSON_COOKIE = "showhow_person"
CHECK_COOKIE = "showhow_check"
PERSON_DAYS = 365
CHECK_DAYS = 30
DAY = 24 * 3600


@blueprint.route("/", methods=["GET", "POST"])
@open_to_staff
def start() -> Response:
    """Choose systems and begin; nothing is stored before the button is pressed."""
    with reading() as session:
        everything = catalogue(session)
        counts = queries.question_counts(session)
        running = _running(session)
    offered = [system for system in everything.current_systems if counts.get(system.key)]
    form = StartForm(systems=request.args.getlist("system"))
    form.systems.choices = [choice(system.key, system.name) for system in offered]
    if form.accepted():
        try:
            with transaction() as session:
                started = operations.start_attempt(session, systems=form.systems.data or [], now=now())
        except NoSystemChosen as error:
            form.systems.errors = (str(error),)
        else:
            for key in started.form.short:
                flash(f"{everything.system(key).name} has only a few questions so far, so this part is short.", "note")
            response = redirect(url_for(".question", key=started.key, position=1), 303)
            _remember(response, CHECK_COOKIE, started.key, CHECK_DAYS)
            return response
    page = render_template("skills_check/start.html", form=form, offered=offered, running=running)
    return _private(page, 422 if form.was_sent() else 200)


@blueprint.get("/<key>/")
@open_to_staff
def resume(key: str) -> Response:
    """The next open question, or the end."""
    with reading() as session:
        attempt = queries.attempt(session, key)
    if attempt.finished_at is not None:
        return redirect(url_for(".result", key=key), 303)
    position = attempt.next_open()
    if position is None:
        return redirect(url_for(".finish", key=key), 303)
    return redirect(url_for(".question", key=key, position=position), 303)


@blueprint.route("/<key>/question/<int:position>", methods=["GET", "POST"])
@open_to_staff
def question(key: str, position: int) -> Response:
    """One question. An answer is on disk before the next page is shown."""
    with reading_quickly() as connection:
        attempt = queries.attempt_on(connection, key)
        item = attempt.item(position)
        found = queries.version(connection, item.version_id)
    if attempt.finished_at is not None and request.method == "GET":
        return redirect(url_for(".result", key=key), 303)
    form = answer_form(found, item)
    if form.accepted():
        answer = answer_of(form)
        moment = now()
        try:
            save_queue().run(
                lambda connection: operations.save_answer(
                    connection, key=key, position=position, question=found, answer=answer, now=moment
                )
            )
        except UnreadableAnswer as error:
            if not isinstance(form, TypedForm):
                raise
            form.text.errors = (str(error),)
        else:
            return redirect(_after(key, attempt, position), 303)
    with reading() as session:
        system = catalogue(session).system(found.system)
    page = render_template(
        "skills_check/question.html",
        key=key,
        attempt=attempt,
        position=position,
        question=found,
        system=system,
        form=form,
        typed=not found.kind.is_choice,
        several=found.kind is Kind.MULTIPLE,
        left=attempt.left - (item.outcome is None),
    )
    return _private(page, 422 if form.was_sent() else 200)


def _after(key: str, attempt: Attempt, position: int) -> str:
    """Where an answer leads: the next open question but this one, or the end."""
    opened = [item.position for item in attempt.items if item.outcome is None and item.position != position]
    following = next((one for one in opened if one > position), opened[0] if opened else None)
    if following is None:
        return url_for(".finish", key=key)
    return url_for(".question", key=key, position=following)


@blueprint.route("/<key>/finish", methods=["GET", "POST"])
@open_to_staff
def finish(key: str) -> Response:
    """A last look before the result."""
    form = ButtonForm()
    if form.accepted():
        with transaction() as session:
            operations.finish_attempt(session, key, now=now())
        return redirect(url_for(".consent", key=key), 303)
    with reading() as session:
        attempt = queries.attempt(session, key)
        answered = queries.answered(session, attempt)
        everything = catalogue(session)
    if attempt.finished_at is not None:
        return redirect(url_for(".result", key=key), 303)
    return _private(
        render_template(
            "skills_check/finish.html", key=key, attempt=attempt, answered=answered, catalogue=everything, form=form
        )
    )


@blueprint.get("/<key>/stop")
@open_to_staff
def stop(key: str) -> Response:
    """How to come back later."""
    with reading() as session:
        attempt = queries.attempt(session, key)
    return _private(render_template("skills_check/stop.html", key=key, attempt=attempt))


@blueprint.route("/<key>/share", methods=["GET", "POST"])
@open_to_staff
def consent(key: str) -> Response:
    """Ask whether the answers may be counted. Nothing is chosen beforehand."""
    with reading() as session:
        attempt = queries.attempt(session, key)
        everything = catalogue(session)
    if attempt.finished_at is None or attempt.consent is Consent.GIVEN:
        return redirect(url_for(".resume", key=key), 303)
    form = ConsentForm()
    form.directorate.choices = [choice(NOT_SAID, "I’d rather not say"), *_directorates(everything)]
    if form.accepted():
        response = redirect(url_for(".result", key=key), 303)
        if form.consent.data == "yes":
            _give_consent(key, text_of(form.directorate), response)
        else:
            with transaction() as session:
                operations.refuse_consent(session, key)
        return response
    page = render_template("skills_check/consent.html", key=key, form=form, staff_shown=_staff_shown())
    return _private(page, 422 if form.was_sent() else 200)


def _give_consent(key: str, directorate: str, response: Response) -> None:
    """Add the answers to those that wait. A directorate counts only where staff status was shown."""
    person = current_person()
    browser = request.cookies.get(PERSON_COOKIE) or secrets.token_urlsafe(16)
    if person is None:
        _remember(response, PERSON_COOKIE, browser, PERSON_DAYS)
    named = directorate if directorate != NOT_SAID and _staff_shown() else None
    with transaction() as session:
        operations.give_consent(
            session,
            key,
            person=f"browser {browser}" if person is None else f"account {person.id}",
            directorate=named,
            secret=options(SkillsCheckOptions).secret,
            answered_on=local(now()).date(),
        )
    flash("Your answers will be counted at the next release. Thank you.", "success")


@blueprint.get("/<key>/result")
@open_to_staff
def result(key: str) -> Response:
    """What you can do, the next step, what to watch."""
    with reading() as session:
        attempt = queries.attempt(session, key)
        if attempt.finished_at is None:
            return redirect(url_for(".resume", key=key), 303)
        answered = queries.answered(session, attempt)
        everything = catalogue(session)
        guides = guides_at(session, [one.question.guide for one in answered if one.question.guide])
        withdrawable = queries.waits(session, key, secret=options(SkillsCheckOptions).secret)
    results = skill_results(answered)
    return _private(
        render_template(
            "skills_check/result.html",
            key=key,
            attempt=attempt,
            answered=answered,
            can=[one for one in results if one.shown is Shown.SHOWN],
            next_steps=[one for one in results if one.shown is Shown.NOT_YET],
            perhaps=[one for one in results if one.shown is Shown.NOT_YET_KNOWN],
            guides=guides,
            catalogue=everything,
            levels=LEVELS,
            withdrawable=withdrawable,
            form=ButtonForm(),
        )
    )


@blueprint.post("/<key>/withdraw")
@open_to_staff
def withdraw(key: str) -> Response:
    """Take waiting answers back out of the figures."""
    with transaction() as session:
        operations.withdraw_consent(session, key, secret=options(SkillsCheckOptions).secret)
    flash("Your answers are taken back. They will not be counted.", "success")
    return redirect(url_for(".result", key=key), 303)


@blueprint.route("/<key>/delete", methods=["GET", "POST"])
@open_to_staff
def delete(key: str) -> Response:
    """Delete the check, after saying what that means."""
    form = ButtonForm()
    if form.accepted():
        with transaction() as session:
            operations.delete_attempt(session, key, secret=options(SkillsCheckOptions).secret)
        flash("Your check and its answers are deleted.", "success")
        response = redirect(url_for(".start"), 303)
        response.delete_cookie(CHECK_COOKIE, path="/check/")
        return response
    with reading() as session:
        attempt = queries.attempt(session, key)
        waiting = queries.waits(session, key, secret=options(SkillsCheckOptions).secret)
    counted = attempt.consent is Consent.GIVEN and not waiting
    return _private(render_template("skills_check/delete.html", key=key, form=form, counted=counted))


def _running(session: Session) -> str | None:
    """Key of the check this browser was in, where it can still be continued."""
    key = request.cookies.get(CHECK_COOKIE)
    if not key:
        return None
    try:
        attempt = queries.attempt(session, key)
    except UnknownAttempt:
        return None
    return key if attempt.finished_at is None else None


def _directorates(everything: Catalogue) -> list[Any]:
    return [choice(directorate.key, directorate.name) for directorate in everything.directorates]


def _staff_shown() -> bool:
    """Whether this person is known to work here: signed in, or at an address the council listed."""
    if current_person() is not None:
        return True
    address = ipaddress.ip_address(request.remote_addr or "0.0.0.0")  # noqa: S104 (no address is in no network)
    return any(address in ipaddress.ip_network(network) for network in options(SkillsCheckOptions).networks)


def _remember(response: Response, name: str, value: str, days: int) -> None:
    path = "/check/"
    response.set_cookie(
        name, value, max_age=days * DAY, httponly=True, samesite="Lax", secure=request.is_secure, path=path
    )


def _private(page: str, status: int = 200) -> Response:
    """A page about one person's answers: kept by no cache."""
    response = make_response(page, status)
    response.headers["Cache-Control"] = "no-store"
    return response
