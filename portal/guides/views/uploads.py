"""Uploads: the resumable protocol (tus 1.0: creation, deferred length, termination), and a plain form.

Its answers are for a script: a status, headers, and one sentence as plain text.
"""

import base64
import binascii
import functools
from collections.abc import Callable, Iterator
from contextlib import closing

from flask import Blueprint, Response, flash, redirect, request, url_for
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response as AnyResponse

from portal.accounts.access import current_person, for_roles
from portal.accounts.rules import Role
from portal.core.errors import InvalidInput, ShowhowError
from portal.guides.operations import recordings as operations
from portal.guides.queries import recordings as queries
from portal.guides.rules.recordings import (
    LARGEST_BYTES,
    MEGABYTE,
    DiskFull,
    EmptyUpload,
    NotYourRecording,
    RecordingOptions,
    TooLarge,
    WrongOffset,
)
from portal.web.context import now, options, reading, transaction
from portal.web.errors import page_of

blueprint = Blueprint("recordings", __name__, template_folder="../templates", url_prefix="/authoring/recordings")

CHUNK = 4 * MEGABYTE
LARGEST_CHUNK = 8 * MEGABYTE
#: What a form adds around its file.
FORM_MARGIN = 1 * MEGABYTE
PROTOCOL = {"Tus-Resumable": "1.0.0", "Cache-Control": "no-store"}


class BadUploadRequest(InvalidInput):
    """A header of the protocol is missing or isn't a number."""

    def __init__(self, header: str) -> None:
        self.header = header
        super().__init__(f"The upload’s {header} isn’t right. Reload the page and choose the file again.")


class NoFile(InvalidInput):
    """The plain form was sent without a file."""

    def __init__(self) -> None:
        super().__init__("No file was chosen. Go back, choose a video, then press the button again.")


def me() -> int:
    """The account behind the request; every view here asks for a role."""
    person = current_person()
    assert person is not None  # noqa: S101 (the role was checked before the view ran)
    return person.id


def next_address(given: str) -> str | None:
    """Where to go next if it lies in the portal: a path and nothing else, or somebody could send people away."""
    inside = given.startswith("/") and not given.startswith(("//", "/\\")) and "\\" not in given
    return given if inside and given.isprintable() else None


def with_recording(address: str, public_id: str) -> str:
    """The address with the recording's id in its query."""
    bare, _, anchor = address.partition("#")
    joined = f"{bare}{'&' if '?' in bare else '?'}recording={public_id}"
    return f"{joined}#{anchor}" if anchor else joined


def _plain(view: Callable[..., Response]) -> Callable[..., Response]:
    """Errors as one sentence of plain text with the status of the protocol."""

    @functools.wraps(view)
    def answer(*arguments: object, **named: object) -> Response:
        try:
            return view(*arguments, **named)
        except ShowhowError as error:
            headers = {**PROTOCOL}
            if isinstance(error, WrongOffset):
                headers["Upload-Offset"] = str(error.expected)
            return Response(str(error), status=_status(error), headers=headers, mimetype="text/plain")

    return answer


def _status(error: ShowhowError) -> int:
    if isinstance(error, TooLarge):
        return 413
    if isinstance(error, DiskFull):
        return 507
    return page_of(error).status


@blueprint.url_value_preprocessor
def allow_large_forms(endpoint: str | None, _: dict[str, object] | None) -> None:
    """Only here may a form be as large as a recording. Runs before anything reads the form."""
    if endpoint == "recordings.begin":
        request.max_content_length = LARGEST_BYTES + FORM_MARGIN


@blueprint.route("/", methods=["OPTIONS"], endpoint="protocol")
@for_roles(Role.AUTHOR)
def protocol() -> Response:
    headers = {
        **PROTOCOL,
        "Tus-Version": "1.0.0",
        "Tus-Extension": "creation,creation-defer-length,termination",
        "Tus-Max-Size": str(LARGEST_BYTES),
    }
    return Response(status=204, headers=headers, mimetype="text/plain")


@blueprint.post("/")
@for_roles(Role.AUTHOR)
def begin() -> AnyResponse:
    """Open a resumable upload (201 and its address), or take the file of the plain form."""
    return _opened() if "Tus-Resumable" in request.headers else _taken()


@_plain
def _opened() -> Response:
    deferred = request.headers.get("Upload-Defer-Length") == "1"
    declared = None if deferred else _number("Upload-Length")
    with transaction() as session:
        found = operations.begin_recording(
            session,
            by=me(),
            name=_file_name(),
            declared_bytes=declared,
            growing=deferred,
            options=options(RecordingOptions),
            now=now(),
        )
    address = url_for("recordings.upload", recording=found.id)
    return Response(
        status=201, headers={**PROTOCOL, "Location": address, "Showhow-Recording": found.id}, mimetype="text/plain"
    )


def _taken() -> AnyResponse:
    file = request.files.get("video")
    if file is None or not file.filename:
        raise NoFile
    with closing(file):
        return _stored(file)


def _stored(file: FileStorage) -> AnyResponse:
    file.seek(0, 2)
    size = file.tell()
    file.seek(0)
    settings = options(RecordingOptions)
    with transaction() as session:
        found = operations.begin_recording(
            session, by=me(), name=file.filename or "", declared_bytes=size, options=settings, now=now()
        )
    offset = 0
    while data := file.read(CHUNK):
        with transaction() as session:
            offset = operations.append_chunk(
                session, found.id, by=me(), offset=offset, data=data, options=settings, now=now()
            )
    flash("The video has arrived. It is being checked now.", "success")
    chosen = next_address(request.form.get("next", ""))
    return redirect(
        url_for("recordings.recording", recording=found.id) if chosen is None else with_recording(chosen, found.id), 303
    )


@blueprint.route("/<recording>/upload", methods=["HEAD", "PATCH", "DELETE"])
@for_roles(Role.AUTHOR)
@_plain
def upload(recording: str) -> Response:
    """Where the upload stands (HEAD), the bytes that follow (PATCH), or that nothing more will come (DELETE)."""
    if request.method == "HEAD":
        return _standing(recording)
    if request.method == "DELETE":
        return _ended(recording)
    if request.mimetype != "application/offset+octet-stream":
        raise BadUploadRequest("Content-Type")
    return _appended(recording)


def _standing(public_id: str) -> Response:
    with reading() as session:
        found = queries.recording(session, public_id)
    if found.made_by != me():
        raise NotYourRecording
    headers = {**PROTOCOL, "Upload-Offset": str(found.received_bytes)}
    if found.declared_bytes is None:
        headers["Upload-Defer-Length"] = "1"
    else:
        headers["Upload-Length"] = str(found.declared_bytes)
    return Response(status=200, headers=headers, mimetype="text/plain")


def _appended(public_id: str) -> Response:
    length = request.content_length or 0
    if length > LARGEST_CHUNK:
        raise BadUploadRequest("Content-Length")
    offset, data = _number("Upload-Offset"), request.get_data()
    if len(data) != length:
        raise BadUploadRequest("Content-Length")
    ends = _number("Upload-Length") if "Upload-Length" in request.headers else None
    settings = options(RecordingOptions)
    with transaction() as session:
        if data:
            offset = operations.append_chunk(
                session, public_id, by=me(), offset=offset, data=data, options=settings, now=now()
            )
        if ends is not None and offset == ends:
            operations.finish_recording(session, public_id, by=me(), now=now())
    return Response(status=204, headers={**PROTOCOL, "Upload-Offset": str(offset)}, mimetype="text/plain")


def _ended(public_id: str) -> Response:
    with transaction() as session:
        operations.cancel_upload(session, public_id, by=me(), options=options(RecordingOptions), now=now())
    return Response(status=204, headers=PROTOCOL, mimetype="text/plain")


def _number(header: str) -> int:
    text = request.headers.get(header, "")
    if not (text.isascii() and text.isdigit() and len(text) < 16):
        raise EmptyUpload if header == "Upload-Length" and not text else BadUploadRequest(header)
    return int(text)


def _file_name() -> str:
    """The name in the protocol's metadata: pairs with commas between, values in Base64."""
    for key, value in _metadata(request.headers.get("Upload-Metadata", "")):
        if key == "filename":
            return value
    return ""


def _metadata(header: str) -> Iterator[tuple[str, str]]:
    for pair in header.split(","):
        key, _, encoded = pair.strip().partition(" ")
        try:
            yield key, base64.b64decode(encoded, validate=True).decode("utf-8", "replace")
        except (binascii.Error, ValueError):
            continue
