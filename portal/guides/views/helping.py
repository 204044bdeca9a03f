"""Did this answer your question? And what comes next: two more guides, or a call that says what was tried."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from urllib.parse import quote

from flask import Response, flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from portal.accounts.access import current_person, open_to_staff
from portal.accounts.rules import Role
from portal.catalogue.queries import catalogue
from portal.core.errors import ShowhowError
from portal.core.text import squeezed
from portal.guides.forms.reading import AnswerForm, CallForm
from portal.guides.operations import counts as operations
from portal.guides.queries import library as queries
from portal.guides.queries.search import search
from portal.guides.rules.counts import Verdict, read_bins
from portal.guides.rules.handover import CallFields, CallOptions, filled, subject_line
from portal.guides.rules.library import Guide
from portal.guides.rules.search import Hit
from portal.guides.views.authoring import today
from portal.guides.views.library import blueprint
from portal.guides.views.search import LONGEST_QUERY
from portal.web.context import options, reading, transaction
from portal.web.forms import text_of
from portal.web.limits import limiter

MORE_GUIDES = 2
REFUSED = 422


@dataclass(frozen=True, slots=True, kw_only=True)
class Another:
    """A guide that may answer instead."""

    system: str
    slug: str
    title: str


@blueprint.post("/guides/<system>/<slug>/answer")
@open_to_staff
def answer(system: str, slug: str) -> AnyResponse:
    """Count Yes, Partly or No; then go back, or on to what may help."""
    form = AnswerForm()
    given = request.form.get("answer", "")
    if not form.accepted() or given not in set(Verdict):
        return redirect(url_for(".guide", system=system, slug=slug), 303)
    verdict = Verdict(given)
    if not _is_author():
        with transaction() as session:
            operations.count_answer(session, system, slug, verdict, today=today())
    if verdict is Verdict.YES:
        flash("Good. Your answer was counted, without your name.", "success")
        return redirect(url_for(".guide", system=system, slug=slug), 303)
    query = _query(text_of(form.q))
    return redirect(url_for(".helping", guide=f"{system}/{slug}", q=query or None), 303)


@blueprint.post("/guides/<system>/<slug>/watched")
@open_to_staff
@limiter.limit("120 per 5 minutes")
def watched(system: str, slug: str) -> AnyResponse:
    """The page tells which twentieths of the video were played. A count that can't be kept is let go."""
    reached = read_bins(request.form.get("bins", ""))
    if reached and not _is_author():
        try:
            with transaction() as session:
                operations.count_watching(
                    session, system, slug, reached, is_new=request.form.get("first") == "1", today=today()
                )
        except ShowhowError:
            return Response(status=204, mimetype="text/plain")
    return Response(status=204, mimetype="text/plain")


@blueprint.route("/help", methods=["GET", "POST"])
@open_to_staff
def helping() -> AnyResponse:
    """Two more guides, and a call ready to send. A POST only writes the link anew: nothing is kept."""
    form = CallForm()
    query = _query(request.args.get("q", ""))
    with reading() as session:
        known = catalogue(session)
        seen = queries.guides_at(session, [request.args.get("guide", "")])
        guide = next(iter(seen.values()), None)
        key = guide.system if guide else request.args.get("system", "")
        system = known.system(key) if known.has_system(key) else None
        more = _more_guides(search(session, query).hits, guide) if query else ()
        if guide is not None and not more:
            more = tuple(
                Another(system=row.system_key, slug=row.slug, title=row.title)
                for row in queries.related_guides(session, guide, most=MORE_GUIDES)
            )
    fields = CallFields(
        what=squeezed(text_of(form.what)) if form.was_sent() else "",
        search=query,
        system=system.name if system else "",
        code=guide.code if guide else "",
        title=guide.title if guide else "",
        link=url_for(".short", code=guide.code, _external=True) if guide else "",
    )
    refused = form.was_sent() and not form.validate()
    if not form.was_sent() or (request.form.get("write") == "anew" and not refused):
        form.subject.data = subject_line(options(CallOptions).subject, fields)
        form.message.data = filled(options(CallOptions).text, fields)
    page = render_template(
        "guides/help.html",
        form=form,
        guide=guide,
        system=system,
        query=query,
        more=more,
        address=call_address(text_of(form.subject), text_of(form.message)),
        base=options(CallOptions).address,
        template=filled(options(CallOptions).text, replace(fields, what="{what}")),
    )
    return make_response(page, REFUSED if refused else 200)


def call_address(subject: str, text: str) -> str:
    """Where a call is logged, with subject and text in it as far as the address takes them."""
    address = options(CallOptions).address
    if address.startswith("mailto:"):
        subject, text = quote(subject), quote(text.replace("\r\n", "\n").replace("\n", "\r\n"))
        return f"{address}{'&' if '?' in address else '?'}subject={subject}&body={text}"
    return address.replace("{subject}", quote(subject, safe="")).replace("{text}", quote(text, safe=""))


def _more_guides(hits: Iterable[Hit], guide: Guide | None) -> tuple[Another, ...]:
    others = [hit for hit in hits if guide is None or hit.code != guide.code]
    return tuple(Another(system=hit.system, slug=hit.slug, title=hit.title) for hit in others[:MORE_GUIDES])


def _query(text: str) -> str:
    return squeezed(text)[:LONGEST_QUERY]


def _is_author() -> bool:
    person = current_person()
    return person is not None and person.may(Role.AUTHOR)
