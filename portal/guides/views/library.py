"""A system's guides, a guide, and the files guides show."""

import hashlib
from dataclasses import dataclass

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from markupsafe import escape
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from portal.accounts.access import current_person, open_to_staff
from portal.accounts.rules import Role
from portal.catalogue.queries import catalogue
from portal.guides.formats.guide_writer import draft_captions
from portal.guides.forms.reading import AnswerForm
from portal.guides.queries import library as queries
from portal.guides.queries.drafts import draft
from portal.guides.queries.recordings import recording_media
from portal.guides.queries.versions import kept_media
from portal.guides.rules import library as rules
from portal.guides.rules.drafts import CODE
from portal.guides.rules.reading import ReaderOptions
from portal.web.context import file_store, options, reading, reading_quickly
from portal.web.ranges import send_media

blueprint = Blueprint("guides", __name__, template_folder="../templates")

MOST_RELATED = 3
EMBED_SIZE = (640, 420)


@dataclass(frozen=True, slots=True, kw_only=True)
class Links:
    """Where a guide is found from elsewhere, whole addresses. ``embed`` None: no other site may show it.

    ``picture`` None: it has no poster.
    """

    page: str
    short: str
    oembed: str
    picture: str | None
    embed: str | None
    embed_code: str


def links_of(guide: rules.Guide) -> Links:
    """The whole addresses of a guide."""
    address = {"system": guide.system, "slug": guide.slug}
    page = url_for("guides.guide", **address, _external=True)
    poster = guide.poster
    embed = url_for("guides.embedded", **address, _external=True) if options(ReaderOptions).embed_origins else None
    return Links(
        page=page,
        short=url_for("guides.short", code=guide.code, _external=True),
        oembed=url_for("guides.oembed", url=page, _external=True),
        picture=None if poster is None else url_for("guides.media", **poster.address_parts, _external=True),
        embed=embed,
        embed_code="" if embed is None else embed_code(embed, guide.title, *EMBED_SIZE),
    )


def embed_code(address: str, title: str, width: int, height: int) -> str:
    """The HTML that shows a guide on another page."""
    return (
        f'<iframe src="{escape(address)}" title="{escape(title)}" width="{width}" height="{height}" '
        'allow="fullscreen" loading="lazy"></iframe>'
    )


def seconds_asked(text: str, longest: float) -> float | None:
    """``?t=`` as seconds within the video; None for anything else, since a link may come from anywhere."""
    try:
        seconds = float(text)
    except ValueError:
        return None
    return seconds if 0 <= seconds <= max(longest, 1) else None


@blueprint.get("/systems/<system>/")
@open_to_staff
def system(system: str) -> str:
    with reading() as session:
        found = catalogue(session).system(system)
        guides = queries.guides_of_system(session, system)
    return render_template("guides/system.html", system=found, guides=guides)


@blueprint.get("/guides/<system>/<slug>/")
@open_to_staff
def guide(system: str, slug: str) -> AnyResponse:
    with reading() as session:
        try:
            found = queries.guide(session, system, slug)
        except rules.UnknownGuide:
            moved_to = queries.address_after(session, system, slug)
            if moved_to is None:
                raise
            new_system, _, new_slug = moved_to.partition("/")
            return redirect(url_for(".guide", system=new_system, slug=new_slug), 301)
        its_system = catalogue(session).system(system)
        related = queries.related_guides(session, found, most=MOST_RELATED)
    start = seconds_asked(request.args.get("t", ""), found.seconds)
    return make_response(
        render_template(
            "guides/guide.html",
            guide=found,
            system=its_system,
            start=start,
            current=None if start is None else found.step_at(start),
            related=related,
            links=links_of(found),
            answer=AnswerForm(formdata=None, q=" ".join(request.args.get("q", "").split())[:200]),
            is_author=_author_looks(),
        )
    )


@blueprint.get("/guides/<system>/<slug>/chapters.vtt")
@open_to_staff
def chapters(system: str, slug: str) -> Response:
    with reading() as session:
        found = queries.guide(session, system, slug)
    lines = ["WEBVTT"]
    for index, step in enumerate(found.steps):
        lines += ["", f"{_vtt_time(step.at)} --> {_vtt_time(found.end_of(index))}", step.title]
    return Response("\n".join(lines) + "\n", mimetype="text/vtt")


@blueprint.get("/media/<digest>/<name>")
@open_to_staff
def media(digest: str, name: str) -> Response:
    with reading_quickly() as connection:  # players ask a hundred times for one video
        mimetype = queries.published_type(connection, digest, name)
    if mimetype is not None:
        return send_media(file_store(), digest=digest, mimetype=mimetype)
    with reading() as session:
        written = _draft_captions(session, digest, name)
        if written is not None:
            return Response(written, mimetype="text/vtt")
        found = _media(session, digest, name)
    return send_media(file_store(), digest=found.digest, mimetype=found.mimetype)


def _media(session: Session, digest: str, name: str) -> rules.Media:
    """A file that a guide shows; for authors, also one of a recording, an earlier version or a conflict."""
    try:
        return queries.media(session, digest, name)
    except rules.UnknownMedia:
        if not _author_looks():
            raise
        found = recording_media(session, digest, name) or kept_media(session, digest, name)
        if found is None:
            raise
        return found


def _draft_captions(session: Session, digest: str, name: str) -> bytes | None:
    """The captions of a draft in a preview, as they were when the preview was made; None for any other file."""
    code = name.removesuffix(".vtt")
    if not CODE.fullmatch(code) or code == name or not _author_looks():
        return None
    written = draft_captions(draft(session, code))
    return written if hashlib.sha256(written).hexdigest() == digest else None


def _author_looks() -> bool:
    person = current_person()
    return person is not None and person.may(Role.AUTHOR)


def _vtt_time(seconds: float) -> str:
    whole = int(seconds)
    return f"{whole // 3600:02}:{whole // 60 % 60:02}:{whole % 60:02}.{round(seconds % 1 * 1000):03}"
