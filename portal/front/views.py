"""The home page and the pages about the service itself."""

from flask import Blueprint, render_template

from portal.accounts.access import open_to_all, open_to_staff

blueprint = Blueprint("front", __name__, template_folder="templates")


@blueprint.get("/")
@open_to_staff
def home() -> str:
    return render_template("front/home.html")


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
