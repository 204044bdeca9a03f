"""A draft's video: recorded here or uploaded, then cut at both ends, boxes over what is private, a poster."""

from flask import flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from portal.accounts.access import for_roles
from portal.accounts.rules import Role
from portal.guides.forms.video import CutForm, PosterForm, UseForm, shown_edits
from portal.guides.operations import drafts as operations
from portal.guides.operations import recordings as recording_operations
from portal.guides.queries import drafts as draft_queries
from portal.guides.queries.recordings import recordings_at
from portal.guides.rules.recordings import UnusableEdits
from portal.guides.views.authoring import REFUSED, blueprint
from portal.guides.views.editor import open_draft
from portal.guides.views.uploads import me
from portal.web.context import now, reading, transaction
from portal.web.forms import text_of


@blueprint.get("/drafts/<code>/video/")
@for_roles(Role.AUTHOR)
def video(code: str) -> AnyResponse:
    return _page(code)


def _page(code: str, *, cut: CutForm | None = None) -> AnyResponse:
    offered = request.args.get("recording", "")
    with reading() as session:
        opened = open_draft(session, code)
        recording = opened.recording
        used = recording is not None and recording.id == offered
        found = recordings_at(session, [offered]) if offered and not used else {}
    poster = PosterForm(formdata=None)
    poster.offer(recording.strip if recording else ())
    if recording is not None and recording.poster is not None:
        poster.second.data = f"{recording.poster.at:g}"
    page = render_template(
        "guides/authoring/video.html",
        opened=opened,
        draft=opened.draft,
        recording=recording,
        offered=found.get(offered),
        cut=cut or CutForm(formdata=None, data=shown_edits(recording.edits) if recording else None),
        refused=cut is not None,
        poster=poster,
        use=UseForm(formdata=None, data={"recording": offered}),
    )
    return make_response(page, REFUSED if cut else 200)


@blueprint.post("/drafts/<code>/video/use")
@for_roles(Role.AUTHOR)
def use_recording(code: str) -> AnyResponse:
    """Make a recording the draft's video."""
    form = UseForm()
    if form.accepted():
        with transaction() as session:
            draft = operations.use_recording(session, code, text_of(form.recording), now=now())
        kept = " The captions are carried over: read them against the new picture." if draft.cues else ""
        flash(f"This is the draft’s video now.{kept}", "success")
    return redirect(url_for(".video", code=code), 303)


@blueprint.post("/drafts/<code>/video/cut")
@for_roles(Role.AUTHOR)
def cut_video(code: str) -> AnyResponse:
    """Have the video made anew with these cuts and boxes; steps and captions move with its start."""
    form = CutForm()
    if not form.accepted():
        return _page(code, cut=form)
    try:
        with transaction() as session:
            moved = operations.cut_video(session, code, form.edits, by=me(), now=now())
    except UnusableEdits as error:
        form.start.errors = [str(error)]
        return _page(code, cut=form)
    words = f" Steps and captions moved by {moved:+g} seconds with the start." if moved else ""
    flash(f"The video is being made again.{words} What there was plays until it is ready.", "success")
    return redirect(url_for(".video", code=code), 303)


@blueprint.post("/drafts/<code>/video/poster")
@for_roles(Role.AUTHOR)
def choose_poster(code: str) -> AnyResponse:
    with reading() as session:
        recording = draft_queries.draft_recording(session, draft_queries.draft(session, code))
    form = PosterForm()
    form.offer(recording.strip if recording else ())
    if recording is None or not form.accepted():
        flash("Choose one of the pictures first.", "note")
    else:
        with transaction() as session:
            recording_operations.choose_poster(session, recording.id, float(text_of(form.second)), now=now())
        flash("The picture is chosen.", "success")
    return redirect(url_for(".video", code=code, _anchor="poster"), 303)
