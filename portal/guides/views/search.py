"""Search for staff; for authors what was looked for in vain, and the synonyms."""

import datetime as dt

from flask import Response, flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from portal.accounts.access import current_person, for_roles, open_to_staff
from portal.accounts.rules import Role
from portal.catalogue.queries import catalogue
from portal.catalogue.rules import Catalogue
from portal.core.errors import ShowhowError
from portal.guides.formats.synonyms_yaml import written_synonyms
from portal.guides.forms.drafts import ButtonForm
from portal.guides.forms.search import SynonymsForm, WishForm
from portal.guides.operations import search as operations
from portal.guides.queries import search as queries
from portal.guides.rules import search as rules
from portal.guides.views.authoring import blueprint as authoring
from portal.guides.views.authoring import today
from portal.guides.views.library import blueprint
from portal.web.context import now, reading, transaction
from portal.web.forms import text_of

LONGEST_QUERY = 200
MOST_SYSTEMS = 5
#: Authors see what was looked for in vain in this time.
KEPT = dt.timedelta(weeks=26)


@blueprint.get("/search")
@open_to_staff
def search() -> AnyResponse:
    query = " ".join(request.args.get("q", "").split())[:LONGEST_QUERY]
    if not query:
        return redirect(url_for("front.home"))
    with reading() as session:
        everything = catalogue(session)
        system = _system(everything, request.args.get("system", ""))
        found = queries.search(session, query, system=system)
    if not found.hits and system is None:
        _note_miss(query)
    return _results(everything, query, system, found)


@blueprint.post("/search/missing")
@open_to_staff
def wish() -> AnyResponse:
    """Tell the authors what was looked for; without a name, and without a time."""
    form = WishForm()
    query, wanted = text_of(form.q)[:LONGEST_QUERY], text_of(form.system)
    with reading() as session:
        everything = catalogue(session)
        system = _system(everything, wanted)
        found = None if form.accepted() else queries.search(session, query, system=system)
    if found is not None:
        return make_response(_results(everything, query, system, found, form=form), 422)
    with transaction() as session:
        operations.note_wish(session, text_of(form.text), system=system, today=today())
    flash("Sent to the authors, without your name. It can take a while until there is a guide.", "success")
    return redirect(url_for(".search", q=query, system=system) if query else url_for("front.home"), 303)


@authoring.get("/searches/")
@for_roles(Role.AUTHOR, Role.DESK_ANALYST)
def searches() -> str:
    since = today() - KEPT
    with reading() as session:
        known = catalogue(session)
        return render_template(
            "guides/authoring/searches.html",
            misses=queries.misses(session, since=since),
            wishes=queries.wishes(session, since=since),
            synonyms=queries.synonyms(session),
            names={system.key: system.name for system in known.systems},
            shown_days=queries.SHOWN_DAYS,
        )


@authoring.route("/synonyms/", methods=["GET", "POST"])
@for_roles(Role.AUTHOR)
def synonyms() -> AnyResponse:
    form = SynonymsForm()
    if form.accepted():
        try:
            with transaction() as session:
                operations.save_synonyms(session, text_of(form.groups), now=now())
        except rules.BadSynonyms as bad:
            form.groups.errors = [f"Line {line}: {what}" for line, what in bad.lines.items()]
        else:
            flash("Saved. Searches use it from now on.", "success")
            return redirect(url_for(".synonyms"), 303)
    with reading() as session:
        held = queries.synonyms(session)
    if not form.was_sent():
        form.groups.data = _lines(held.groups)
    page = render_template(
        "guides/authoring/synonyms.html", form=form, held=held, choose=ButtonForm(), file=_lines(held.file or ())
    )
    return make_response(page, 422 if form.error_list else 200)


@authoring.post("/synonyms/choose")
@for_roles(Role.AUTHOR)
def choose_synonyms() -> AnyResponse:
    take_file = request.form.get("keep") == "file"
    with transaction() as session:
        operations.choose_synonyms(session, take_file=take_file, now=now())
    flash("The file’s list is in use." if take_file else "The list of this page stays in use.", "success")
    return redirect(url_for(".synonyms"), 303)


@authoring.get("/synonyms/synonyms.yaml")
@for_roles(Role.AUTHOR)
def synonyms_file() -> Response:
    with reading() as session:
        held = queries.synonyms(session)
    response = Response(written_synonyms(held.groups), mimetype="application/yaml")
    response.headers["Content-Disposition"] = 'attachment; filename="synonyms.yaml"'
    return response


def _results(
    everything: Catalogue, query: str, system: str | None, found: queries.Found, *, form: WishForm | None = None
) -> AnyResponse:
    systems = {one.key: one.match_words() for one in everything.current_systems}
    nearest = rules.nearest_systems(query, systems) if not found.hits else ()
    return make_response(
        render_template(
            "guides/search.html",
            query=query,
            system=system,
            found=found,
            nearest=[everything.system(key) for key in nearest[:MOST_SYSTEMS]],
            catalogue=everything,
            form=form or WishForm(formdata=None, q=query, system=system or "", text=query),
        )
    )


def _note_miss(query: str) -> None:
    """Authors try searches, too: theirs aren't counted. A count that can't be kept is let go: the page matters."""
    person = current_person()
    if person is not None and person.may(Role.AUTHOR):
        return
    try:
        with transaction() as session:
            operations.note_miss(session, query, today=today())
    except ShowhowError:
        return


def _system(everything: Catalogue, key: str) -> str | None:
    return key if everything.has_system(key) else None


def _lines(groups: tuple[tuple[str, ...], ...]) -> str:
    return "\n".join(", ".join(group) for group in groups)
