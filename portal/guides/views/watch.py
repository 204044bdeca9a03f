"""A guide elsewhere: on paper, behind its code, in a frame of the intranet, in a feed."""

import io
import re
from urllib.parse import parse_qs, urlsplit

import segno
from flask import Response, abort, current_app, jsonify, make_response, redirect, render_template, request, url_for
from werkzeug.exceptions import NotFound
from werkzeug.routing import RequestRedirect
from werkzeug.wrappers import Response as AnyResponse

from portal.accounts.access import open_to_staff
from portal.catalogue.queries import catalogue
from portal.guides.queries import library as queries
from portal.guides.rules import library as rules
from portal.guides.rules.reading import ReaderOptions
from portal.guides.views.library import EMBED_SIZE, blueprint, embed_code, links_of, seconds_asked
from portal.web.context import now, options, parts, reading

FEED_ENTRIES = 30
NOT_IMPLEMENTED = 501


@blueprint.get("/g/<code>")
@open_to_staff
def short(code: str) -> AnyResponse:
    """The short link: what the desk pastes, and what the square code on paper opens."""
    with reading() as session:
        address = queries.address_of_code(session, code.upper())
    if address is None:
        raise rules.UnknownGuide("", code)
    system, _, slug = address.partition("/")
    return redirect(url_for(".guide", system=system, slug=slug, t=request.args.get("t")), 302)


@blueprint.get("/guides/<system>/<slug>/print")
@open_to_staff
def printed(system: str, slug: str) -> str:
    with reading() as session:
        found = queries.guide(session, system, slug)
        its_system = catalogue(session).system(system)
    return render_template("guides/printed.html", guide=found, system=its_system, links=links_of(found))


@blueprint.get("/guides/<system>/<slug>/share")
@open_to_staff
def share(system: str, slug: str) -> str:
    with reading() as session:
        found = queries.guide(session, system, slug)
    return render_template("guides/share.html", guide=found, links=links_of(found))


@blueprint.get("/guides/<system>/<slug>/qr.svg")
@open_to_staff
def qr(system: str, slug: str) -> Response:
    with reading() as session:
        found = queries.guide(session, system, slug)
    drawn = io.BytesIO()
    segno.make(links_of(found).short, error="m", micro=False).save(drawn, kind="svg", scale=4, border=2, light="#fff")
    return Response(drawn.getvalue(), mimetype="image/svg+xml")


@blueprint.get("/embed/<system>/<slug>")
@open_to_staff
def embedded(system: str, slug: str) -> AnyResponse:
    """A guide for a frame. Only the sites of SHOWHOW_EMBED_ORIGINS may show it, and it may do less than a page."""
    origins = options(ReaderOptions).embed_origins
    if not origins:
        raise rules.UnknownGuide(system, slug)
    with reading() as session:
        found = queries.guide(session, system, slug)
    start = seconds_asked(request.args.get("t", ""), found.seconds)
    response = make_response(render_template("guides/embedded.html", guide=found, start=start, links=links_of(found)))
    response.headers["Content-Security-Policy"] = (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; media-src 'self'; "
        f"connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors {' '.join(origins)}"
    )
    response.headers["Cross-Origin-Opener-Policy"] = "unsafe-none"
    return response


@blueprint.get("/oembed")
@open_to_staff
def oembed() -> AnyResponse:
    """What a page editor asks for when somebody pastes the address of a guide (oEmbed 1.0, JSON)."""
    if request.args.get("format", "json") != "json":
        abort(NOT_IMPLEMENTED)
    system, slug, at = _guide_of_address(request.args.get("url", ""))
    with reading() as session:
        found = queries.guide(session, system, slug)
    links = links_of(found)
    width, height = _within(request.args.get("maxwidth"), request.args.get("maxheight"))
    told: dict[str, object] = {
        "version": "1.0",
        "type": "link" if links.embed is None else "video",
        "title": found.title,
        "provider_name": parts().web.service_name,
        "provider_url": url_for("front.home", _external=True),
        "cache_age": 3600,
    }
    if links.embed is not None:
        address = links.embed if at is None else f"{links.embed}?t={at:g}"
        told |= {"html": embed_code(address, found.title, width, height), "width": width, "height": height}
    if links.picture is not None:
        told |= {"thumbnail_url": links.picture, "thumbnail_width": 640, "thumbnail_height": 360}
    return jsonify(told)


@blueprint.get("/new.atom")
@open_to_staff
def feed() -> Response:
    """New and changed guides, for a feed reader or a page of the intranet."""
    with reading() as session:
        entries = queries.latest_changes(session, most=FEED_ENTRIES)
        names = {system.key: system.name for system in catalogue(session).systems}
    updated = entries[0].published_at if entries else now()
    written = render_template("guides/new.atom.xml", entries=entries, names=names, updated=updated)
    return Response(written, mimetype="application/atom+xml")


def _guide_of_address(address: str) -> tuple[str, str, float | None]:
    """System, slug and second of one of our own addresses. Raises UnknownGuide for any other."""
    try:
        there = urlsplit(address)
    except ValueError:
        raise rules.UnknownGuide("", "") from None
    if there.netloc and there.netloc != request.host:
        raise rules.UnknownGuide("", "")
    try:
        endpoint, values = current_app.url_map.bind(request.host).match(there.path, method="GET")
    except (NotFound, RequestRedirect):
        raise rules.UnknownGuide("", "") from None
    at = seconds_asked(parse_qs(there.query).get("t", [""])[0], 24 * 3600)
    if endpoint == "guides.guide":
        return values["system"], values["slug"], at
    if endpoint == "guides.short":
        with reading() as session:
            found = queries.address_of_code(session, values["code"].upper())
        if found is not None:
            system, _, slug = found.partition("/")
            return system, slug, at
    raise rules.UnknownGuide("", "")


def _within(most_wide: str | None, most_high: str | None) -> tuple[int, int]:
    """The size of the frame in pixels, within what the page editor has room for."""
    width, height = EMBED_SIZE
    share = min(1.0, _pixels(most_wide, width) / width, _pixels(most_high, height) / height)
    return round(width * share), round(height * share)


def _pixels(text: str | None, usual: int) -> int:
    return max(160, int(text)) if re.fullmatch(r"[0-9]{1,5}", text or "") and text else usual
