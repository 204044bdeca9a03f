"""Recording the screen in the browser: what arrives is kept second by second, so that a crash loses little."""

from flask import flash, make_response, redirect, render_template, url_for
from werkzeug.wrappers import Response as AnyResponse

from portal.accounts.access import for_roles
from portal.accounts.rules import Role
from portal.core.text import counted
from portal.guides.forms.recorder import RecordedForm
from portal.guides.operations import drafts as operations
from portal.guides.operations import recordings as recording_operations
from portal.guides.queries import drafts as draft_queries
from portal.guides.queries.recordings import recordings_of
from portal.guides.rules.recordings import LONGEST_SECONDS, RecordingState, size_words
from portal.guides.views.authoring import blueprint
from portal.guides.views.uploads import me
from portal.web.context import now, reading, transaction
from portal.web.forms import text_of

#: The rest of the portal may not listen or look at the screen; this page may, once the person agrees.
PERMISSIONS = "camera=(), geolocation=(), microphone=(self), display-capture=(self)"


@blueprint.get("/drafts/<code>/record/")
@for_roles(Role.AUTHOR)
def record(code: str) -> AnyResponse:
    with reading() as session:
        draft = draft_queries.draft(session, code)
        mine = recordings_of(session, me())
    cut_off = [one for one in mine if one.growing and one.state is RecordingState.RECEIVING and one.received_bytes > 0]
    page = render_template(
        "guides/authoring/record.html",
        draft=draft,
        cut_off=cut_off,
        form=RecordedForm(formdata=None),
        size=size_words,
        longest=LONGEST_SECONDS,
    )
    response = make_response(page)
    response.headers["Permissions-Policy"] = PERMISSIONS
    return response


@blueprint.post("/drafts/<code>/record/done")
@for_roles(Role.AUTHOR)
def recorded(code: str) -> AnyResponse:
    """Make what was recorded the draft's video, and each mark a step to be written; also for a recording cut off."""
    form = RecordedForm()
    if not form.accepted():
        return redirect(url_for(".record", code=code), 303)
    public_id = text_of(form.recording)
    with transaction() as session:
        recording_operations.finish_recording(session, public_id, by=me(), now=now())
        operations.use_recording(session, code, public_id, now=now())
        for mark in form.seconds:
            operations.add_step(session, code, at=mark, title="", text="", now=now())
    marks = f" {counted(len(form.seconds), 'step')} to be written." if form.seconds else ""
    flash(f"The recording is here and is being made playable.{marks}", "success")
    return redirect(url_for(".video", code=code), 303)
