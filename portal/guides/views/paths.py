"""Learning paths: a short list of guides in order, and the check at the end."""

from flask import render_template

from portal.accounts.access import open_to_staff
from portal.catalogue.queries import catalogue
from portal.guides.queries import library
from portal.guides.queries import paths as queries
from portal.guides.views.library import blueprint
from portal.web.context import reading


@blueprint.get("/paths/")
@open_to_staff
def paths() -> str:
    with reading() as session:
        found = queries.paths(session)
    return render_template("guides/paths.html", paths=found)


@blueprint.get("/paths/<key>/")
@open_to_staff
def path(key: str) -> str:
    with reading() as session:
        found = queries.path(session, key)
        known = catalogue(session)
        guides = library.guides_at(session, found.guides)
    listed = [guides[address] for address in found.guides if address in guides]
    return render_template(
        "guides/path.html",
        path=found,
        guides=listed,
        minutes=max(1, round(sum(guide.seconds for guide in listed) / 60)),
        systems=[known.system(key) for key in found.check if known.has_system(key)],
        catalogue=known,
    )
