"""One guide and its versions; archiving; reviews that are due; guides that files and browser both changed."""

from flask import flash, make_response, redirect, render_template, url_for
from werkzeug.wrappers import Response as AnyResponse

from portal.accounts import queries as accounts
from portal.accounts.access import for_roles
from portal.accounts.rules import Role
from portal.catalogue.queries import catalogue
from portal.guides.forms.drafts import ArchiveForm, ButtonForm
from portal.guides.operations import publishing as operations
from portal.guides.queries import versions as queries
from portal.guides.queries.library import guides
from portal.guides.rules.publishing import review_by
from portal.guides.rules.versions import differences
from portal.guides.views.authoring import REFUSED, account_id, all_lines, blueprint, today
from portal.web.context import now, reading, transaction
from portal.web.forms import text_of

_CHOSEN = {
    "folder": "The folder’s version is published. The browser’s stays among the versions.",
    "browser": "The browser’s version stays. The folder’s comes up again only if it changes.",
}


@blueprint.get("/guides/<code>/")
@for_roles(Role.AUTHOR)
def versions(code: str) -> AnyResponse:
    """What was published when and by whom, and what may be done with the guide."""
    with reading() as session:
        standing = queries.standing(session, code)
        found = queries.versions(session, code)
        names = {person.id: person.name for person in accounts.people(session)}
    due = review_by(standing.guide.reviewed, standing.guide.review_every)
    page = render_template(
        "guides/authoring/versions.html",
        standing=standing,
        guide=standing.guide,
        versions=found,
        names=names,
        review_by=due,
        overdue=due < today() and not standing.archived,
        form=ButtonForm(),
    )
    return make_response(page)


@blueprint.get("/guides/<code>/versions/<int:number>")
@for_roles(Role.AUTHOR)
def version(code: str, number: int) -> AnyResponse:
    """An earlier version, compared with what is published now."""
    with reading() as session:
        chosen = queries.version(session, code, number)
        standing = queries.standing(session, code)
        system = catalogue(session).system(chosen.guide.system)
    page = render_template(
        "guides/authoring/version.html",
        chosen=chosen,
        standing=standing,
        guide=chosen.guide,
        system=system,
        differences=differences(chosen.guide, standing.guide),
        form=ButtonForm(),
    )
    return make_response(page)


@blueprint.post("/guides/<code>/versions/<int:number>/roll-back")
@for_roles(Role.AUTHOR)
def roll_back(code: str, number: int) -> AnyResponse:
    if ButtonForm().accepted():
        with transaction() as session:
            new = operations.roll_back(session, code, number, now=now(), account_id=account_id())
        flash(f"Version {number} is published again, as version {new}.", "success")
    return redirect(url_for(".versions", code=code), 303)


@blueprint.post("/guides/<code>/reviewed")
@for_roles(Role.AUTHOR)
def mark_reviewed(code: str) -> AnyResponse:
    if ButtonForm().accepted():
        with transaction() as session:
            operations.mark_reviewed(session, code, today=today())
        flash(f"{code} is noted as reviewed today.", "success")
    return redirect(url_for(".versions", code=code), 303)


@blueprint.route("/guides/<code>/archive", methods=["GET", "POST"])
@for_roles(Role.AUTHOR)
def archive(code: str) -> AnyResponse:
    with reading() as session:
        standing = queries.standing(session, code)
        others = [(guide.code, guide.title) for guide in guides(session) if guide.code != code]
    form = ArchiveForm()
    form.offer(others)
    if form.accepted():
        with transaction() as session:
            operations.archive_guide(session, code, moved_to=text_of(form.moved_to) or None, now=now())
        flash(f"{code} is archived. Its versions are kept, and you can bring it back.", "success")
        return redirect(url_for(".versions", code=code), 303)
    page = render_template("guides/authoring/archive.html", guide=standing.guide, form=form)
    return make_response(page, REFUSED if form.was_sent() else 200)


@blueprint.post("/guides/<code>/bring-back")
@for_roles(Role.AUTHOR)
def bring_back(code: str) -> AnyResponse:
    if ButtonForm().accepted():
        with transaction() as session:
            operations.unarchive_guide(session, code)
        flash(f"{code} is in the library again.", "success")
    return redirect(url_for(".versions", code=code), 303)


@blueprint.get("/reviews/")
@for_roles(Role.AUTHOR)
def reviews() -> AnyResponse:
    """Every published guide by the day it has to be looked at again."""
    with reading() as session:
        known = catalogue(session)
        lines = [line for line in all_lines(queries.standings(session), ()) if line.review_by is not None]
    current = [line for line in lines if line.standing is not None and not line.standing.archived]
    due = sorted(current, key=lambda line: line.review_by or today())
    names = {system.key: system.name for system in known.systems}
    return make_response(render_template("guides/authoring/reviews.html", lines=due, names=names, form=ButtonForm()))


@blueprint.get("/conflicts/<code>")
@for_roles(Role.AUTHOR)
def conflict(code: str) -> AnyResponse:
    """A guide that files and browser both changed: both versions, and a choice."""
    with reading() as session:
        found = queries.conflict(session, code)
        standing = queries.standing(session, code)
    compared = () if found.files is None else differences(found.files, standing.guide)
    page = render_template(
        "guides/authoring/conflict.html", conflict=found, standing=standing, differences=compared, form=ButtonForm()
    )
    return make_response(page)


@blueprint.post("/conflicts/<code>/<side>")
@for_roles(Role.AUTHOR)
def choose(code: str, side: str) -> AnyResponse:
    if not ButtonForm().accepted():
        return redirect(url_for(".conflict", code=code), 303)
    with transaction() as session:
        if side == "folder":
            operations.choose_files(session, code, now=now())
        else:
            operations.choose_browser(session, code)
    flash(_CHOSEN["folder" if side == "folder" else "browser"], "success")
    return redirect(url_for(".versions", code=code), 303)
