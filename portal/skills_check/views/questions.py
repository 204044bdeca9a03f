"""One question a page. The address holds a key that only the person has, so an answer needs no session to be kept."""

import io
import secrets

from flask import flash, jsonify, make_response, redirect, render_template, request, send_file, url_for
from werkzeug.wrappers import Response

from portal.accounts.access import open_to_all, open_to_staff
from portal.catalogue.queries import catalogue
from portal.skills_check.formats.pictures import picture_type
from portal.skills_check.formats.workbooks import LARGEST_WORKBOOK, read_cells
from portal.skills_check.forms.answers import (
    AnswerForm,
    FileForm,
    OrderForm,
    TypedForm,
    answer_form,
    answer_of,
    renew,
)
from portal.skills_check.forms.check import NoteForm
from portal.skills_check.operations import changes, saving
from portal.skills_check.queries import attempts as reads
from portal.skills_check.queries.bank import version
from portal.skills_check.rules.attempts import (
    Attempt,
    AttemptFinished,
    Item,
    Mode,
    Reception,
    Reply,
    UnknownQuestion,
    sending_from,
)
from portal.skills_check.rules.marking import Answer, UnreadableAnswer
from portal.skills_check.rules.questions import Question
from portal.skills_check.views.blueprint import blueprint, private
from portal.storage.files import content_of
from portal.web.context import file_store, local, now, reading, reading_quickly, save_queue, transaction
from portal.web.forms import text_of
from portal.web.limits import limiter

ADDRESS = "/<key>/question/<int:position>"
JSON = "application/json"
WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@blueprint.get(ADDRESS)
@open_to_staff
def question(key: str, position: int) -> Response:
    """One question, with what was answered before."""
    attempt, item, found = _open(key, position)
    if attempt.ended_at(now()) is not None:
        return redirect(url_for(".result", key=key), 303)
    return _page(key, attempt, item, found, answer_form(found, item, event=new_event(), sent=False))


@blueprint.post(ADDRESS)
@open_to_all
def answer(key: str, position: int) -> Response:
    """Keep an answer. It is on disk before anything says so; what is refused comes back as it was typed."""
    attempt, item, found = _open(key, position)
    form = answer_form(found, item, event=new_event(), sent=True)
    if isinstance(form, OrderForm) and "move" in request.form:
        form.move(request.form["move"])
        return _page(key, attempt, item, found, form)
    if not form.accepted():
        return _refused(key, attempt, item, found, form)
    sending = sending_from(text_of(form.event), text_of(form.base))
    moment = now()
    try:
        given = _given(form, found, item)
        reply = save_queue().run(
            lambda connection: saving.save_answer(
                connection,
                key=key,
                position=position,
                question=found,
                answer=given,
                sending=sending,
                now=moment,
                grows=attempt.grows,
            )
        )
    except UnreadableAnswer as error:
        if not _tell(form, str(error)):
            raise
        return _refused(key, attempt, item, found, form)
    return _replied(key, position, attempt, reply)


def _replied(key: str, position: int, attempt: Attempt, reply: Reply) -> Response:
    if reply.reception is Reception.LATE:
        raise AttemptFinished
    if reply.reception is Reception.STALE:
        return _stale(key, position)
    following = _after(key, attempt, position)
    if wants_json():
        clock = f"{local(reply.saved_at):%H:%M}" if reply.saved_at else ""
        return jsonify(saved=clock, sequence=reply.sequence, next=following)
    return redirect(following, 303)


def _stale(key: str, position: int) -> Response:
    """The answer was changed elsewhere: what is stored now, and a form that builds on it."""
    attempt, item, found = _open(key, position)
    form = answer_form(found, item, event=new_event(), sent=False)
    page = _page(key, attempt, item, found, form, conflict=True)
    page.status_code = 409
    return page


def _refused(key: str, attempt: Attempt, item: Item, found: Question, form: AnswerForm) -> Response:
    page = _page(key, attempt, item, found, form)
    page.status_code = 422
    return page


def _tell(form: AnswerForm, message: str) -> bool:
    """Whether the form has a field that the message belongs beside."""
    if isinstance(form, TypedForm):
        form.text.errors = (message,)
    elif isinstance(form, FileForm):
        form.file.errors = (message,)
    return isinstance(form, TypedForm | FileForm)


def _given(form: AnswerForm, found: Question, item: Item) -> Answer:
    """The answer of a form; of a file, what its cells hold. Raises UnreadableAnswer."""
    if not isinstance(form, FileForm) or form.dont_know.data:
        return answer_of(form, item)
    upload = form.upload()
    if upload is None and item.answer is not None:
        return item.answer
    data = upload.stream.read(LARGEST_WORKBOOK + 1) if upload is not None else b""
    name = (upload.filename or "") if upload is not None else ""
    return Answer(text=name[-120:], cells=read_cells(data, found.checks))


def _open(key: str, position: int) -> tuple[Attempt, Item, Question]:
    with reading_quickly() as connection:
        attempt = reads.attempt_on(connection, key)
        item = attempt.item(position)
        return attempt, item, version(connection, item.version_id)


def _page(
    key: str, attempt: Attempt, item: Item, found: Question, form: AnswerForm, *, conflict: bool = False
) -> Response:
    if request.method == "POST" and not conflict:
        renew(form, item, event=new_event())
    with reading() as session:
        system = catalogue(session).system(found.system)
    left = attempt.left - (item.outcome is None) + attempt.to_come
    return private(
        render_template(
            "skills_check/question.html",
            key=key,
            attempt=attempt,
            item=item,
            position=item.position,
            question=found,
            system=system,
            form=form,
            conflict=conflict,
            left=left,
        )
    )


def _after(key: str, attempt: Attempt, position: int) -> str:
    """Where an answer leads: the next open question but this one, or the end."""
    if attempt.grows:
        with reading_quickly() as connection:
            attempt = reads.attempt_on(connection, key)
    if attempt.mode is Mode.ONE_MORE:
        return url_for(".result", key=key)
    opened = [item.position for item in attempt.items if item.outcome is None and item.position != position]
    following = next((one for one in opened if one > position), opened[0] if opened else None)
    if following is None:
        return url_for(".finish", key=key)
    return url_for(".question", key=key, position=following)


def new_event() -> str:
    """A name for one sending."""
    return secrets.token_urlsafe(9)


def wants_json() -> bool:
    """Whether the page's script sent this, which goes on by itself."""
    return bool(request.accept_mimetypes.best == JSON)


@blueprint.get(f"{ADDRESS}/picture")
@open_to_staff
def picture(key: str, position: int) -> Response:
    """The picture of a question: only for who has been asked it."""
    _, _, found = _open(key, position)
    if found.picture is None:
        raise UnknownQuestion(position)
    data = content_of(file_store(), found.picture.digest)
    response = make_response(data)
    response.headers["Content-Type"] = picture_type(data)
    response.headers["Cache-Control"] = "private, max-age=3600"
    return response


@blueprint.get(f"{ADDRESS}/workbook")
@open_to_staff
def workbook(key: str, position: int) -> Response:
    """The workbook of a file task, to work in."""
    _, _, found = _open(key, position)
    if found.template is None:
        raise UnknownQuestion(position)
    name = found.template.file.rpartition("/")[2]
    data = io.BytesIO(content_of(file_store(), found.template.digest))
    response = send_file(data, mimetype=WORKBOOK, as_attachment=True, download_name=name)
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.route(f"{ADDRESS}/wrong", methods=["GET", "POST"])
@open_to_staff
@limiter.limit("20 per hour", methods=["POST"])
def wrong(key: str, position: int) -> Response:
    """Say that something is wrong with a question. The note is stored without the check it came from."""
    attempt, item, found = _open(key, position)
    form = NoteForm()
    back = url_for(".result", key=key) if attempt.finished_at else url_for(".question", key=key, position=position)
    if form.accepted():
        with transaction() as session:
            changes.note_wrong(
                session,
                found.id,
                version_id=item.version_id,
                text=text_of(form.text),
                noted_on=local(now()).date(),
            )
        flash("Your note is saved, without your name. The authors of the questions will read it.", "success")
        return redirect(back, 303)
    page = render_template("skills_check/wrong.html", key=key, question=found, form=form, back=back)
    return private(page, 422 if form.was_sent() else 200)
