"""Bringing calls in by script: the rules of the page, answers as JSON."""

import hmac
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, BinaryIO, cast

from flask import Blueprint, Response, jsonify, request
from flask_wtf.csrf import CSRFError, validate_csrf
from wtforms.validators import ValidationError

from portal.accounts import queries as accounts
from portal.accounts.access import current_person, open_to_all
from portal.accounts.rules import Role
from portal.core.documents import InvalidFiles
from portal.core.errors import Conflict, InvalidInput, NotAllowed, NotFound, ShowhowError
from portal.core.text import squeezed
from portal.desk_calls.formats.desk_file import read_desk_file
from portal.desk_calls.formats.recognition import recognise
from portal.desk_calls.operations import history as history_operations
from portal.desk_calls.operations import imports as operations
from portal.desk_calls.queries import history as history_queries
from portal.desk_calls.queries import imports as imports_queries
from portal.desk_calls.queries import presets as presets_queries
from portal.desk_calls.rules.answers import import_data, past_data, reading_data, undo_data
from portal.desk_calls.rules.history import ImportWay
from portal.desk_calls.rules.imports import AmbiguousDates, DateOrder, ImportedCounts, NotRecognised
from portal.web.context import local, now, options, parts, reading, transaction

api = Blueprint("desk_calls_api", __name__, url_prefix="/api/desk")
_MOST = 200
_LONGEST_SOURCE = 60
_STATUS: tuple[tuple[type[ShowhowError], int], ...] = (
    (NotFound, 404),
    (NotAllowed, 403),
    (Conflict, 409),
    (InvalidInput, 422),
)
_Answer = Callable[..., Response]


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiOptions:
    """``token``: what a script sends to be let in; "" lets none in."""

    token: str


class NotLetIn(NotAllowed):
    """The request has no token and no session that may bring calls in."""

    def __init__(self) -> None:
        super().__init__(
            "Send “Authorization: Bearer” with the token of SHOWHOW_DESK_TOKEN, or sign in as a desk analyst and send "
            "the page's token as X-CSRFToken."
        )


class NoFile(InvalidInput):
    """The request carries no file."""

    def __init__(self) -> None:
        super().__init__("There is no file. Send it as multipart/form-data in the field “file”.")


class BadChoice(InvalidInput):
    """A field of the request holds what it can't."""

    def __init__(self, field: str, allowed: str) -> None:
        super().__init__(f"The field “{field}” can't be that. Use {allowed}.")


def answering(view: Callable[..., Any]) -> _Answer:
    """Let in who may, and answer in JSON whatever happens. Open to all here: the view itself looks at the token."""

    @open_to_all
    @wraps(view)
    def answer(**named: Any) -> Response:
        try:
            _let_in()
            return jsonify(view(**named))
        except ShowhowError as error:
            return _refused(error)

    return answer


@api.post("/imports")
@answering
def import_file() -> dict[str, Any]:
    upload = request.files.get("file")
    if upload is None or not upload.filename:
        raise NoFile
    dry_run = _flag("dry_run")
    counts = _read(cast("BinaryIO", upload.stream), upload.filename[-80:]).counting_partial(_flag("include_partial"))
    with reading() if dry_run else transaction() as session:
        share = imports_queries.unmapped_share(session, counts)
        outcome = (
            imports_queries.outcome(session, counts)
            if dry_run
            else operations.import_counts(session, counts, account_id=_account_id(), now=now(), way=ImportWay.API)
        )
    return import_data(upload.filename[-80:], counts, share, outcome, dry_run=dry_run)


@api.get("/imports")
@answering
def imports() -> dict[str, Any]:
    with reading() as session:
        names = {person.id: person.name for person in accounts.people(session)}
        found = history_queries.past_imports(session, most=_MOST)
    return {"imports": [past_data(past, names.get(past.account_id or 0, past.way.words)) for past in found]}


@api.post("/imports/<int:import_id>/undo")
@answering
def undo(import_id: int) -> dict[str, Any]:
    with transaction() as session:
        return undo_data(history_operations.undo_import(session, import_id, account_id=_account_id(), now=now()))


@api.get("/presets")
@answering
def presets() -> dict[str, Any]:
    with reading() as session:
        found = presets_queries.every_preset(session)
    return {"presets": [{"name": one.name, "title": one.title, "how": one.how} for one in found]}


def _read(stream: BinaryIO, file: str) -> ImportedCounts:
    name = request.form.get("preset", "")
    with reading() as session:
        known = presets_queries.every_preset(session)
        preset = presets_queries.preset_named(session, name) if name else None
    if preset is None:
        preset = recognise(stream, file, known).preset
    if preset is None:
        raise NotRecognised(file, sorted(one.name for one in known))
    order = request.form.get("dates", "")
    if order and order not in list(DateOrder):
        raise BadChoice("dates", " or ".join(DateOrder))
    return read_desk_file(
        stream,
        file,
        preset,
        source=squeezed(request.form.get("source", ""))[:_LONGEST_SOURCE] or preset.name,
        zone=parts().time_zone,
        today=local(now()).date(),
        dates=DateOrder(order) if order else None,
    ).decided()


def _let_in() -> None:
    token = options(ApiOptions).token
    scheme, _, given = request.headers.get("Authorization", "").partition(" ")
    if token and scheme.casefold() == "bearer" and hmac.compare_digest(given.strip().encode(), token.encode()):
        return
    person = current_person()
    if person is None or not person.may(Role.DESK_ANALYST):
        raise NotLetIn
    if request.method != "GET":
        try:
            validate_csrf(request.headers.get("X-CSRFToken"))
        except (ValidationError, CSRFError):
            raise NotLetIn from None


def _account_id() -> int | None:
    person = current_person()
    return None if person is None else person.id


def _flag(name: str) -> bool:
    text = request.form.get(name, "false").casefold()
    if text not in ("true", "false"):
        raise BadChoice(name, "true or false")
    return text == "true"


def _refused(error: ShowhowError) -> Response:
    said: dict[str, Any] = {"error": str(error)}
    if isinstance(error, InvalidFiles):
        said["problems"] = [{"line": one.line, "what": one.what, "do": one.do} for one in error.problems]
    if isinstance(error, AmbiguousDates):
        said["readings"] = [reading_data(one) for one in error.readings]
    response = jsonify(said)
    response.status_code = next((status for kind, status in _STATUS if isinstance(error, kind)), 400)
    return response
