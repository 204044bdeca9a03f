"""Where authors begin: every guide and draft and how it stands; a new guide. Holds what authors' pages share."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from flask import Blueprint, Response, flash, jsonify, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from portal.accounts.access import current_person, for_roles
from portal.accounts.rules import Role
from portal.catalogue.queries import catalogue
from portal.core.text import words
from portal.guides.forms.drafts import ButtonForm, StartForm
from portal.guides.operations import drafts as operations
from portal.guides.queries import drafts as draft_queries
from portal.guides.queries import versions as version_queries
from portal.guides.rules.drafts import Draft
from portal.guides.rules.publishing import review_by
from portal.guides.rules.versions import Standing
from portal.web.context import local, now, reading, transaction
from portal.web.filters import clock_time
from portal.web.forms import Form, text_of

blueprint = Blueprint("authoring", __name__, template_folder="../templates", url_prefix="/authoring")

REFUSED = 422


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A guide in the author's list: published, in writing, or both. ``review_by`` None: never published."""

    code: str
    title: str
    system: str
    owner: str
    standing: Standing | None
    draft: Draft | None
    review_by: dt.date | None
    overdue: bool

    def holds(self, wanted: Iterable[str]) -> bool:
        """Whether every word begins a word of its code, title, system or owner."""
        known = words(f"{self.code} {self.title} {self.system} {self.owner}")
        return all(any(word.startswith(one) for word in known) for one in wanted)


def account_id() -> int | None:
    """The account behind the request."""
    person = current_person()
    return None if person is None else person.id


def today() -> dt.date:
    """The day in the council's zone."""
    return local(now()).date()


def wants_json() -> bool:
    """Whether a script saves, which shows the answer itself."""
    return request.accept_mimetypes.best_match(("text/html", "application/json")) == "application/json"


def saved(draft: Draft, address: str, *, notice: str = "Saved.") -> AnyResponse:
    """The answer to a save: the time for a script, the page again for a person."""
    if not wants_json():
        flash(notice, "success")
        return redirect(address, 303)
    order = [*(step.id for step in draft.steps), *(cue.id for cue in draft.cues)]
    return jsonify(saved=f"Saved {clock_time(draft.changed_at)}", order=order)


def refused(form: Form) -> Response:
    """The answer to a script's save that can't be stored: what is wrong, field by field."""
    errors = {error.field_id: error.message for error in form.error_list}
    return make_response(jsonify(errors=errors), REFUSED)


@blueprint.get("/")
@for_roles(Role.AUTHOR)
def home() -> str:
    query = " ".join(request.args.get("q", "").split())[:200]
    with reading() as session:
        known = catalogue(session)
        drafts = draft_queries.every_draft(session)
        lines = all_lines(version_queries.standings(session), drafts)
        conflicts = version_queries.conflicts(session)
    names = {system.key: system.name for system in known.systems}
    chosen = [line for line in lines if line.holds(words(query))]
    return render_template(
        "guides/authoring/home.html",
        query=query,
        lines=[line for line in chosen if not _archived(line)],
        archived=[line for line in chosen if _archived(line)],
        overdue=sum(line.overdue for line in lines),
        anything=bool(lines),
        discarded=[draft for draft in drafts if draft.discarded],
        conflicts=conflicts,
        names=names,
        form=ButtonForm(),
    )


@blueprint.route("/new", methods=["GET", "POST"])
@for_roles(Role.AUTHOR)
def start() -> AnyResponse:
    with reading() as session:
        known = catalogue(session)
    form = StartForm(system=request.args.get("system", ""))
    form.offer(known)
    if form.accepted():
        title = " ".join(text_of(form.title).split())
        with transaction() as session:
            draft = operations.start_draft(session, title=title, system=text_of(form.system), now=now())
        flash(f"The guide has the code {draft.code}. Nobody else sees it before you publish it.", "success")
        return redirect(url_for(".editor", code=draft.code), 303)
    page = render_template("guides/authoring/start.html", form=form)
    return make_response(page, REFUSED if form.was_sent() else 200)


@blueprint.post("/guides/<code>/edit")
@for_roles(Role.AUTHOR)
def edit(code: str) -> AnyResponse:
    """Open the draft of a published guide, made of what is published if there is none yet."""
    with transaction() as session:
        draft = operations.edit_guide(session, code, now=now())
    return redirect(url_for(".editor", code=draft.code), 303)


def all_lines(standings: Iterable[Standing], drafts: Iterable[Draft]) -> list[Line]:
    """Guides and drafts together: what is overdue first, then drafts, then the rest by title."""
    current = {draft.code: draft for draft in drafts if not draft.discarded}
    lines = [_line(standing, current.pop(standing.guide.code, None)) for standing in standings]
    lines += [_draft_line(draft) for draft in current.values()]
    return sorted(lines, key=lambda line: (not line.overdue, line.draft is None, line.title.casefold()))


def _line(standing: Standing, draft: Draft | None) -> Line:
    guide = standing.guide
    due = review_by(guide.reviewed, guide.review_every)
    return Line(
        code=guide.code,
        title=guide.title,
        system=guide.system,
        owner=guide.owner,
        standing=standing,
        draft=draft,
        review_by=due,
        overdue=due < today() and not standing.archived,
    )


def _draft_line(draft: Draft) -> Line:
    return Line(
        code=draft.code,
        title=draft.title,
        system=draft.facts.system,
        owner=draft.facts.owner,
        standing=None,
        draft=draft,
        review_by=None,
        overdue=False,
    )


def _archived(line: Line) -> bool:
    return line.standing is not None and line.standing.archived
