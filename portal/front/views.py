"""The home page and the pages about the service itself."""

from flask import Blueprint, render_template

from portal.accounts.access import open_to_all, open_to_staff
from portal.catalogue.queries import newest_catalogue
from portal.guides.queries.library import guide_counts, newest_guides
from portal.web.context import reading

blueprint = Blueprint("front", __name__, template_folder="templates")

NEWEST = 5


@blueprint.get("/")
@open_to_staff
def home() -> str:
    with reading() as session:
        everything = newest_catalogue(session)
        counts = guide_counts(session)
        newest = newest_guides(session, most=NEWEST)
    systems = everything.current_systems if everything else ()
    return render_template("front/home.html", systems=systems, counts=counts, newest=newest)


@blueprint.get("/accessibility")
@open_to_all
def accessibility() -> str:
    return render_template("front/accessibility.html")


@blueprint.get("/privacy")
@open_to_all
def privacy() -> str:
    return render_template("front/privacy.html")


@blueprint.get("/contact")
@open_to_all
def contact() -> str:
    return render_template("front/contact.html")


@blueprint.get("/how-figures-are-made")
@open_to_all
def how_figures_are_made() -> str:
    return render_template("front/how_figures_are_made.html")
