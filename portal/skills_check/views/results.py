"""The end of a check: consent, own result, taking it back."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as WebResponse

from portal.accounts.access import current_person, open_to_staff
from portal.accounts.rules import SignInRequired
from portal.catalogue.queries import catalogue
from portal.catalogue.rules import Catalogue
from portal.guides.queries.library import guides_at
from portal.guides.rules.library import Guide
from portal.skills_check.forms.check import NOT_SAID, ButtonForm, ConsentForm
from portal.skills_check.operations import attempts as writes
from portal.skills_check.operations import sharing
from portal.skills_check.queries import attempts as reads
from portal.skills_check.queries import waiting as waiting_reads
from portal.skills_check.rules.adaptive import LEAST, Response, posterior
from portal.skills_check.rules.attempts import Attempt, Consent, Mode, SkillsCheckOptions
from portal.skills_check.rules.questions import LEVELS
from portal.skills_check.rules.results import SENTENCES, Answered, OneMore, SkillResult, not_asked, skill_results
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


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnResult:
    """What a person's own result says. ``kept``: in the account of the person who looks."""

    attempt: Attempt
    answered: Sequence[Answered]
    results: Sequence[SkillResult]
    sentences: Sequence[str]
    not_asked: Sequence[SkillResult]
    one_more: Sequence[OneMore]
    guides: Mapping[str, Guide]
    catalogue: Catalogue
    withdrawable: bool
    kept: bool

    def of(self, shown: str) -> Sequence[SkillResult]:
        """The skills of which this is said."""
        return [one for one in self.results if one.shown == shown]

    def skill_name(self, one: SkillResult | OneMore) -> str:
        """The name of a skill, its key where the catalogue lost it."""
        skill = self.catalogue.system(one.system).skill(one.skill) if self.catalogue.has_system(one.system) else None
        return one.skill if skill is None else skill.name

    def system_name(self, key: str) -> str:
        """The name of a system, its key where the catalogue lost it."""
        return self.catalogue.system(key).name if self.catalogue.has_system(key) else key

    def tried(self, one: SkillResult) -> Sequence[OneMore]:
        """The single questions asked about a skill afterwards."""
        return [more for more in self.one_more if (more.system, more.skill) == (one.system, one.skill)]


@blueprint.route("/<key>/share", methods=["GET", "POST"])
@open_to_staff
def consent(key: str) -> WebResponse:
    """Ask whether the answers may be counted. Nothing is chosen beforehand."""
    with reading() as session:
        attempt = reads.attempt(session, key)
        everything = catalogue(session)
    if attempt.ended_at(now()) is None or attempt.consent is Consent.GIVEN:
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


def _give_consent(key: str, directorate: str, response: WebResponse) -> None:
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
def result(key: str) -> WebResponse:
    """What you can do, the next step, what to watch."""
    found = _read_result(key)
    if found is None:
        return redirect(url_for(".resume", key=key), 303)
    page = "one_more.html" if found.attempt.mode is Mode.ONE_MORE else "result.html"
    person = current_person()
    return private(
        render_template(
            f"skills_check/{page}",
            key=key,
            parent=key.partition(".")[0],
            found=found,
            attempt=found.attempt,
            levels=LEVELS,
            signed_in=person is not None,
            form=ButtonForm(),
        )
    )


@blueprint.get("/<key>/result.txt")
@open_to_staff
def download(key: str) -> WebResponse:
    """The result as a text to keep."""
    found = _read_result(key)
    if found is None:
        return redirect(url_for(".resume", key=key), 303)
    text = render_template("skills_check/result.txt", found=found, address=url_for(".result", key=key, _external=True))
    response = private(text)
    response.headers["Content-Type"] = "text/plain; charset=utf-8"
    response.headers["Content-Disposition"] = 'attachment; filename="skills-check.txt"'
    return response


def _read_result(key: str) -> OwnResult | None:
    """Everything the page of a result shows, None while the attempt is open."""
    person = current_person()
    with reading() as session:
        attempt = reads.attempt(session, key)
        if attempt.ended_at(now()) is None:
            return None
        answered = reads.answered(session, attempt)
        everything = catalogue(session)
        guides = guides_at(session, [one.question.guide for one in answered if one.question.guide])
        results = skill_results(answered)
        waits, kept = waiting_reads.waits_and_kept(
            session,
            key,
            secret=options(SkillsCheckOptions).secret,
            attempt_id=attempt.id,
            account_id=None if person is None else person.id,
        )
        return OwnResult(
            attempt=attempt,
            answered=answered,
            results=results,
            sentences=_sentences(reads.responses(attempt, answered), everything),
            not_asked=not_asked(results, _skills(attempt.systems, everything)),
            one_more=reads.one_more(session, key, attempt),
            guides=guides,
            catalogue=everything,
            withdrawable=waits,
            kept=kept,
        )


def _sentences(responses: Mapping[str, Sequence[Response]], everything: Catalogue) -> tuple[str, ...]:
    """One plain sentence a system, from all its answers; none where fewer than six were given."""
    return tuple(
        SENTENCES[posterior(ones).verdict].format(system=everything.system(system).name)
        for system, ones in responses.items()
        if len(ones) >= LEAST and everything.has_system(system)
    )


def _skills(systems: Sequence[str], everything: Catalogue) -> Mapping[str, Sequence[str]]:
    known = [system for system in systems if everything.has_system(system)]
    return {system: [skill.key for skill in everything.system(system).skills] for system in known}


@blueprint.post("/<key>/one-more")
@open_to_staff
def one_more(key: str) -> WebResponse:
    """One parallel question after a guide was watched."""
    with transaction() as session:
        following = writes.start_one_more(
            session, key, system=request.form.get("system", ""), skill=request.form.get("skill", ""), now=now()
        )
    return redirect(url_for(".question", key=following, position=1), 303)


@blueprint.post("/<key>/keep")
@open_to_staff
def keep(key: str) -> WebResponse:
    """Join the check to the account of the person who asks for it, or part them again."""
    person = current_person()
    if person is None:
        raise SignInRequired
    with transaction() as session:
        if request.form.get("keep") == "no":
            writes.take_out_of_account(session, key, account_id=person.id)
            flash("This check is no longer in your account. Its link still works.", "success")
        else:
            writes.keep_in_account(session, key, account_id=person.id, now=now())
            flash("This check is in your account now, under “My checks”.", "success")
    return redirect(url_for(".result", key=key), 303)


@blueprint.get("/mine")
@open_to_staff
def mine() -> WebResponse:
    """The checks a person keeps in their account."""
    person = current_person()
    if person is None:
        raise SignInRequired
    with reading() as session:
        kept = reads.kept_by(session, person.id)
        everything = catalogue(session)
    return private(render_template("skills_check/mine.html", kept=kept, catalogue=everything))


@blueprint.post("/<key>/withdraw")
@open_to_staff
def withdraw(key: str) -> WebResponse:
    """Take waiting answers back out of the figures."""
    with transaction() as session:
        sharing.withdraw_consent(session, key, secret=options(SkillsCheckOptions).secret)
    flash("Your answers are taken back. They will not be counted.", "success")
    return redirect(url_for(".result", key=key), 303)


@blueprint.route("/<key>/delete", methods=["GET", "POST"])
@open_to_staff
def delete(key: str) -> WebResponse:
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
