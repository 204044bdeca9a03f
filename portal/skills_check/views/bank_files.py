"""Question files in and out: every question is reported before anything is stored."""

import io

from flask import flash, make_response, redirect, render_template, request, send_file, url_for
from werkzeug.wrappers import Response

from portal.accounts.access import for_roles
from portal.accounts.rules import Role
from portal.catalogue.queries import catalogue
from portal.catalogue.rules import Catalogue
from portal.core.text import counted
from portal.skills_check.formats.exchange import read_questions, write_questions
from portal.skills_check.formats.qti_writer import QtiVersion
from portal.skills_check.operations.bank import forget_import, import_questions, keep_import
from portal.skills_check.queries import authoring
from portal.skills_check.rules.bank import Entry, Landed, NothingToImport, Placing, place, summary
from portal.skills_check.rules.exchange import Format, UnreadableFile, Written
from portal.skills_check.rules.questions import Question
from portal.skills_check.views.bank import REFUSED, account_id, blueprint
from portal.storage.files import FileMissing, content_of
from portal.web.context import file_store, now, reading, transaction

LARGEST = 20 * 1024 * 1024
FORMATS = (
    (Format.GIFT.value, "GIFT", "A text file, written by Moodle and many others"),
    (Format.MOODLE_XML.value, "Moodle XML", "What Moodle exports with everything in it"),
    (Format.AIKEN.value, "Aiken", "A plain text file with one right answer a question"),
    (Format.QTI.value, "QTI 2.1, 2.2 or 3.0", "A package (zip) or one item, from TAO, Canvas, Inspera and others"),
    (Format.YAML.value, "Our own YAML", "A file as in the folder of quizzes, or a zip with its pictures"),
)


@blueprint.route("/import", methods=["GET", "POST"])
@for_roles(Role.AUTHOR)
def import_file() -> Response:
    """Choose a file; nothing is stored yet but the file itself, for a day."""
    with reading() as session:
        everything = catalogue(session)
    values = {name: request.form.get(name, "") for name in ("format", "system", "skill")}
    errors: dict[str, str] = {}
    if request.method == "POST":
        sent = request.files.get("file")
        data = sent.stream.read(LARGEST + 1) if sent and sent.filename else b""
        errors = _wrong(values, data, everything)
        if not errors and sent is not None:
            with transaction() as session:
                key = keep_import(
                    session,
                    data,
                    name=(sent.filename or "file").replace("\\", "/").rsplit("/", 1)[-1],
                    kind=Format(values["format"]),
                    system=values["system"],
                    skill=values["skill"].partition("/")[2],
                    account_id=account_id(),
                    now=now(),
                )
            return redirect(url_for(".import_report", key=key), 303)
    page = render_template(
        "skills_check/bank/import.html", values=values, errors=errors, formats=FORMATS, catalogue=everything
    )
    return make_response(page, REFUSED if errors else 200)


def _wrong(values: dict[str, str], data: bytes, everything: Catalogue) -> dict[str, str]:
    errors = {}
    if not data:
        errors["file"] = "Choose a file that isn’t empty"
    elif len(data) > LARGEST:
        errors["file"] = "Choose a file of up to 20 MB, or split it"
    if values["format"] not in {one[0] for one in FORMATS}:
        errors["format"] = "Choose the format of the file"
    if not everything.has_system(values["system"]):
        errors["system"] = "Choose the system the questions are about"
    elif values["skill"]:
        system, _, skill = values["skill"].partition("/")
        if system != values["system"] or not everything.has_skill(system, skill):
            errors["skill"] = "Choose a skill of that system, or let the file say it"
    return errors


@blueprint.route("/import/<key>", methods=["GET", "POST"])
@for_roles(Role.AUTHOR)
def import_report(key: str) -> Response:
    """What would become of each question; the button stores them."""
    with reading() as session:
        waiting = authoring.waiting_import(session, key)
        everything = catalogue(session)
        known = authoring.known_questions(session)
        hashes = authoring.hashes(session, waiting.system)
    landed: tuple[Landed, ...] = ()
    notices: tuple[str, ...] = ()
    unreadable = ""
    pictures = authoring.known_pictures(known.values())
    try:
        read = read_questions(
            waiting.data,
            waiting.kind,
            catalogue=everything,
            pictures=lambda name: _stored(pictures[name].digest) if name in pictures else None,
        )
    except UnreadableFile as error:
        unreadable = str(error)
    else:
        notices = read.notices
        skills = {one.key: one.name for one in everything.system(waiting.system).skills}
        placing = Placing(system=waiting.system, skills=skills, skill=waiting.skill)
        landed = place(read.found, placing, known=known, hashes=hashes)
    if request.method == "POST":
        return _store(key, waiting.name, landed)
    return make_response(
        render_template(
            "skills_check/bank/import_report.html",
            waiting=waiting,
            key=key,
            landed=landed,
            notices=notices,
            unreadable=unreadable,
            summary=summary(landed),
            storable=sum(one.question is not None and one.what != "unchanged" for one in landed),
            system=everything.system(waiting.system).name,
        )
    )


def _store(key: str, name: str, landed: tuple[Landed, ...]) -> Response:
    if not any(one.question for one in landed):
        raise NothingToImport
    for one in landed:
        if one.question is not None and one.found.picture:
            file_store().put(one.found.picture)
    with transaction() as session:
        stored = import_questions(session, landed, account_id=account_id(), why=f"Imported from {name}", now=now())
        forget_import(session, key)
    flash(f"Stored {counted(stored, 'question')}.", "success")
    return redirect(url_for(".questions", show="here"), 303)


@blueprint.post("/import/<key>/cancel")
@for_roles(Role.AUTHOR)
def cancel_import(key: str) -> Response:
    """Forget the file."""
    with transaction() as session:
        forget_import(session, key)
    flash("The file is forgotten. Nothing was stored.", "success")
    return redirect(url_for(".import_file"), 303)


@blueprint.get("/export")
@for_roles(Role.AUTHOR)
def export() -> Response:
    """Choose a format; what it can't hold is told before the file is fetched."""
    kind, system, version = _asked()
    with reading() as session:
        everything = catalogue(session)
        questions = _wanted(authoring.entries(session), system) if kind else []
    written = _written(questions, kind, version) if kind and questions else None
    lost: dict[str, list[str]] = {}
    for question_id, what in written.lost if written else ():
        lost.setdefault(question_id, []).append(what)
    page = render_template(
        "skills_check/bank/export.html",
        catalogue=everything,
        formats=FORMATS,
        versions=[one.value for one in QtiVersion],
        kind=kind.value if kind else "",
        system=system,
        version=version.value,
        count=len(questions),
        written=written,
        lost=lost,
    )
    return make_response(page)


@blueprint.get("/export/file")
@for_roles(Role.AUTHOR)
def export_file() -> Response:
    """The file itself."""
    kind, system, version = _asked()
    with reading() as session:
        questions = _wanted(authoring.entries(session), system)
    if kind is None or not questions:
        return redirect(url_for(".export"), 303)
    written = _written(questions, kind, version)
    return send_file(
        io.BytesIO(written.content), mimetype=written.media_type, as_attachment=True, download_name=written.name
    )


def _asked() -> tuple[Format | None, str, QtiVersion]:
    named, version = request.args.get("format", ""), request.args.get("qti", "2.1")
    kind = Format(named) if named in {one.value for one in Format} else None
    known = {one.value for one in QtiVersion}
    return kind, request.args.get("system", ""), QtiVersion(version) if version in known else QtiVersion.V2_1


def _wanted(entries: tuple[Entry, ...], system: str) -> list[Question]:
    return [one.question for one in entries if system in ("", one.question.system)]


def _written(questions: list[Question], kind: Format, version: QtiVersion) -> Written:
    beside = [part for one in questions for part in (one.picture, one.template) if part is not None]
    digests = {part.digest for part in beside}
    pictures = {digest: content for digest in digests if (content := _stored(digest)) is not None}
    return write_questions(questions, kind, pictures=pictures, version=version)


def _stored(digest: str) -> bytes | None:
    try:
        return content_of(file_store(), digest)
    except FileMissing:
        return None
