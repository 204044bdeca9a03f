"""Pages of the council's own presets: a list, taking one away as YAML, adding one, deleting one."""

from flask import Response, flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from portal.accounts import queries as accounts
from portal.accounts.access import for_roles
from portal.accounts.rules import Role
from portal.core.documents import InvalidFiles
from portal.desk_calls.formats.preset_yaml import preset_of
from portal.desk_calls.forms.imports import PresetFileForm, upload_of
from portal.desk_calls.operations import presets as operations
from portal.desk_calls.queries import presets as queries
from portal.desk_calls.rules.history import PresetNameTaken
from portal.desk_calls.views.blueprint import REFUSED, account_id_here, blueprint
from portal.web.context import now, reading, transaction

_LARGEST = 100_000


@blueprint.route("/presets/", methods=["GET", "POST"])
@for_roles(Role.DESK_ANALYST)
def presets() -> AnyResponse:
    form = PresetFileForm()
    if form.accepted():
        upload = upload_of(form.file)
        assert upload is not None  # noqa: S101 (the form was accepted)
        try:
            preset = preset_of(upload.stream.read(_LARGEST), (upload.filename or "")[-80:])
            with transaction() as session:
                operations.save_preset(session, preset, account_id=account_id_here(), now=now())
        except InvalidFiles as error:
            form.file.errors = tuple(str(problem) for problem in error.problems)
        except PresetNameTaken as error:
            form.file.errors = (str(error),)
        else:
            flash(f"“{preset.title}” is saved.", "success")
            return redirect(url_for("desk_calls.presets"), 303)
    with reading() as session:
        own = queries.own_presets(session)
        names = {person.id: person.name for person in accounts.people(session)}
    rows = [(one, "Command line" if one.account_id is None else names.get(one.account_id, "A former colleague"))
            for one in own]  # fmt: skip
    page = render_template("desk_calls/presets.html", form=form, rows=rows)
    return make_response(page, REFUSED if form.was_sent() else 200)


@blueprint.get("/presets/<name>.yaml")
@for_roles(Role.DESK_ANALYST)
def preset_yaml(name: str) -> Response:
    with reading() as session:
        text = queries.own_preset(session, name).yaml
    response = Response(text, mimetype="application/yaml")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.yaml"'
    return response


@blueprint.route("/presets/<name>/delete", methods=["GET", "POST"])
@for_roles(Role.DESK_ANALYST)
def delete_preset(name: str) -> AnyResponse:
    with reading() as session:
        preset = queries.own_preset(session, name).preset
    if request.method == "POST":
        with transaction() as session:
            operations.delete_preset(session, name)
        flash(f"“{preset.title}” is deleted. Calls that were read with it stay.", "success")
        return redirect(url_for("desk_calls.presets"), 303)
    return make_response(render_template("desk_calls/delete_preset.html", preset=preset))
