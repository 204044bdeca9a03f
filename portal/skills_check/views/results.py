"""The end of a check: consent, own result, taking it back."""

import secrets
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from portal.accounts.access import current_person, open_to_staff
from portal.catalogue.queries import catalogue
from portal.catalogue.rules import Catalogue
from portal.guides.queries.library import guides_at
from portal.skills_check.forms import (
    NOT_SAID,
    ButtonForm,
    ConsentForm,
)
from portal.skills_check.operations import attempts as writes
from portal.skills_check.operations import sharing
from portal.skills_check.queries import attempts as reads
from portal.skills_check.queries import waiting as waiting_reads
from portal.skills_check.rules.attempts import Consent, SkillsCheckOptions
from portal.skills_check.rules.questions import LEVELS
from portal.skills_check.rules.results import Shown, skill_results
from portal.skills_check.views.blueprint import (
    CHECK_COOKIE,
    PERSON_COOKIE,
    PERSON_DAYS,
    blueprint,
    private,
    remember,
    staff_shown,
)
from portal.web.context import local, now, options, reading, transaction
from portal.web.forms import choice, text_of


@blueprint.route("/<key>/share", methods=["GET", "POST"])
@open_to_staff
def consent(key: str) -> Response:
    """Ask whether the answers may be counted. Nothing is chosen beforehand."""
    with reading() as session:
        attempt = reads.attempt(session, key)
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
                sharing.refuse_consent(session, key)
        return response
    page = render_template("skills_check/consent.html", key=key, form=form, staff_shown=staff_shown())
    return private(page, 422 if form.was_sent() else 200)


def _give_consent(key: str, directorate: str, response: Response) -> None:
    """Add the answers to those that wait. A directorate counts only where staff status was shown."""
    person = current_person()
    browser = request.cookies.get(PERSON_COOKIE) or secrets.token_urlsafe(16)
    if person is None:
        remember(response, PERSON_COOKIE, browser, PERSON_DAYS)
    named = directorate if directorate != NOT_SAID and staff_shown() else None
    with transaction() as session:
        sharing.give_consent(
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
        attempt = reads.attempt(session, key)
        if attempt.finished_at is None:
            return redirect(url_for(".resume", key=key), 303)
        answered = reads.answered(session, attempt)
        everything = catalogue(session)
        guides = guides_at(session, [one.question.guide for one in answered if one.question.guide])
        withdrawable = waiting_reads.waits(session, key, secret=options(SkillsCheckOptions).secret)
    results = skill_results(answered)
    return private(
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
        sharing.withdraw_consent(session, key, secret=options(SkillsCheckOptions).secret)
    flash("Your answers are taken back. They will not be counted.", "success")
    return redirect(url_for(".result", key=key), 303)


@blueprint.route("/<key>/delete", methods=["GET", "POST"])
@open_to_staff
def delete(key: str) -> Response:
    """Delete the check, after saying what that means."""
    form = ButtonForm()
    if form.accepted():
        with transaction() as session:
            writes.delete_attempt(session, key, secret=options(SkillsCheckOptions).secret)
        flash("Your check and its answers are deleted.", "success")
        response = redirect(url_for(".start"), 303)
        response.delete_cookie(CHECK_COOKIE, path="/check/")
        return response
    with reading() as session:
        attempt = reads.attempt(session, key)
        waiting = waiting_reads.waits(session, key, secret=options(SkillsCheckOptions).secret)
    counted = attempt.consent is Consent.GIVEN and not waiting
    return private(render_template("skills_check/delete.html", key=key, form=form, counted=counted))


def _directorates(everything: Catalogue) -> list[Any]:
    return [choice(directorate.key, directorate.name) for directorate in everything.directorates]
