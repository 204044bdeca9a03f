"""Pages of recordings: what an author has uploaded, how far it has come, trying again, throwing away."""

from flask import Response, flash, jsonify, redirect, render_template, url_for
from werkzeug.wrappers import Response as AnyResponse

from portal.accounts.access import for_roles
from portal.accounts.rules import Role
from portal.guides.forms.recordings import ButtonForm
from portal.guides.operations import recordings as operations
from portal.guides.queries import recordings as queries
from portal.guides.rules.recordings import RecordingOptions, size_words
from portal.guides.views.uploads import blueprint, me
from portal.web.context import now, options, reading, transaction


@blueprint.get("/")
@for_roles(Role.AUTHOR)
def mine() -> str:
    with reading() as session:
        found = queries.recordings_of(session, me())
        used = queries.bytes_of_person(session, me())
    quota = options(RecordingOptions).quota_bytes
    return render_template(
        "guides/recordings.html", recordings=found, used=size_words(used), quota=size_words(quota), form=ButtonForm()
    )


@blueprint.get("/<recording>/")
@for_roles(Role.AUTHOR)
def recording(recording: str) -> str:
    with reading() as session:
        found = queries.recording(session, recording)
    return render_template(
        "guides/recording.html", recording=found, media=queries.media_of(found), form=ButtonForm(), size=size_words
    )


@blueprint.get("/<recording>/state")
@for_roles(Role.AUTHOR)
def state(recording: str) -> Response:
    """How far it has come, for a script that waits."""
    with reading() as session:
        found = queries.recording(session, recording)
    answer = jsonify(
        state=found.state,
        words=found.state.words,
        reason=found.reason,
        percent=found.percent,
        playable=found.playable,
        up_to_date=found.up_to_date,
        at_work=found.state.at_work,
        outputs=len(found.outputs),
        progress=found.progress,
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer


@blueprint.post("/<recording>/retry")
@for_roles(Role.AUTHOR)
def retry(recording: str) -> AnyResponse:
    with transaction() as session:
        operations.retry_processing(session, recording, now=now())
    flash("It is being tried again.", "success")
    return redirect(url_for("recordings.recording", recording=recording), 303)


@blueprint.route("/<recording>/discard", methods=["GET", "POST"])
@for_roles(Role.AUTHOR)
def discard(recording: str) -> AnyResponse | str:
    form = ButtonForm()
    if form.accepted():
        with transaction() as session:
            operations.discard_recording(session, recording, by=me(), options=options(RecordingOptions), now=now())
        flash("The recording is thrown away.", "success")
        return redirect(url_for("recordings.mine"), 303)
    with reading() as session:
        found = queries.recording(session, recording)
    return render_template("guides/recording_discard.html", recording=found, form=form)
