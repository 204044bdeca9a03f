"""The captions editor: a row a caption beside the video, files of other programs, the tick that somebody read them."""

from flask import flash, make_response, redirect, render_template, url_for
from werkzeug.wrappers import Response as AnyResponse

from portal.accounts.access import for_roles
from portal.accounts.rules import Role
from portal.core.documents import Problems
from portal.core.text import counted
from portal.guides.clients.machine_captions import why_off
from portal.guides.formats.subtitles import LARGEST, read_subtitles
from portal.guides.forms.drafts import (
    ButtonForm,
    CaptionsFileForm,
    CueForm,
    ReviewedForm,
    ShiftForm,
    typed_seconds,
    upload_of,
)
from portal.guides.operations import drafts as operations
from portal.guides.rules.drafts import NEW_CUE_SECONDS, Draft, DraftCue
from portal.guides.rules.library import Cue
from portal.guides.rules.machine_captions import MachineCaptionsOff, MachineCaptionsOptions
from portal.guides.views.authoring import REFUSED, blueprint, refused, saved, today, wants_json
from portal.guides.views.editor import Opened, open_draft
from portal.web.context import now, options, reading, transaction
from portal.web.forms import Form, text_of


@blueprint.get("/drafts/<code>/captions/")
@for_roles(Role.AUTHOR)
def captions(code: str) -> AnyResponse:
    with reading() as session:
        opened = open_draft(session, code)
    return captions_page(opened)


def captions_page(
    opened: Opened,
    *,
    cue: tuple[int, CueForm] | None = None,
    new_cue: CueForm | None = None,
    file: CaptionsFileForm | None = None,
    shift: ShiftForm | None = None,
    problems: tuple[str, ...] = (),
) -> AnyResponse:
    """The captions editor; forms that were refused are shown as they were sent."""
    sent: list[Form] = [form for form in (cue[1] if cue else None, new_cue, file, shift) if form is not None]
    page = render_template(
        "guides/authoring/captions.html",
        opened=opened,
        draft=opened.draft,
        cues=[_cue_form(one, cue) for one in opened.draft.cues],
        new_cue=new_cue or CueForm(formdata=None, prefix="new-", data={"start": _free_second(opened.draft)}),
        file=file or CaptionsFileForm(formdata=None),
        shift=shift or ShiftForm(formdata=None),
        reviewed=ReviewedForm(formdata=None, data={"reviewed": opened.draft.captions_reviewed is not None}),
        button=ButtonForm(formdata=None),
        sent=sent,
        problems=problems,
        machine_off=why_off(options(MachineCaptionsOptions).command),
    )
    return make_response(page, REFUSED if sent else 200)


@blueprint.post("/drafts/<code>/captions/")
@for_roles(Role.AUTHOR)
def add_cue(code: str) -> AnyResponse:
    form = CueForm(prefix="new-")
    if not form.accepted():
        with reading() as session:
            return captions_page(open_draft(session, code), new_cue=form)
    start, end, text = form.values
    if start is not None and end is None:
        end = round(start + NEW_CUE_SECONDS, 3)
    with transaction() as session:
        draft = operations.add_cue(session, code, start=start, end=end, text=text, now=now())
    return _at_cue(code, draft.next_id - 1)


@blueprint.post("/drafts/<code>/captions/<int:part>")
@for_roles(Role.AUTHOR)
def save_cue(code: str, part: int) -> AnyResponse:
    """Save a caption, then do what the button says: nothing more, split, or delete."""
    form = CueForm(prefix=f"caption-{part}-")
    if not form.accepted():
        if wants_json():
            return refused(form)
        with reading() as session:
            return captions_page(open_draft(session, code), cue=(part, form))
    start, end, text = form.values
    then = text_of(form.then)
    with transaction() as session:
        draft = operations.save_cue(session, code, part, start=start, end=end, text=text, now=now())
        if then == "split":
            draft = operations.split_cue(session, code, part, at=typed_seconds(text_of(form.here)), now=now())
            part = draft.next_id - 1
        elif then == "delete":
            operations.delete_cue(session, code, part, now=now())
            return redirect(url_for(".captions", code=code, _anchor="captions"), 303)
    return _at_cue(code, part) if then else saved(draft, url_for(".captions", code=code, _anchor=f"caption-{part}"))


@blueprint.post("/drafts/<code>/captions/file")
@for_roles(Role.AUTHOR)
def upload_captions(code: str) -> AnyResponse:
    """Read a captions file of another program, and write its captions into the draft."""
    form = CaptionsFileForm()
    file = upload_of(form.file)
    problems = Problems()
    cues: tuple[Cue, ...] = ()
    if form.accepted() and file is not None:
        cues = read_subtitles(file.stream.read(LARGEST + 1), file.filename or "captions", problems)
        if problems:
            form.file.errors = [str(next(iter(problems)))]
    if form.errors or problems:
        with reading() as session:
            listed = tuple(str(problem) for problem in problems)
            return captions_page(open_draft(session, code), file=form, problems=listed)
    note = "These captions came from a file: read them against the picture."
    with transaction() as session:
        operations.replace_cues(session, code, cues, note=note, now=now())
    flash(f"{counted(len(cues), 'caption')} read. Check them against the picture.", "success")
    return redirect(url_for(".captions", code=code, _anchor="captions"), 303)


@blueprint.post("/drafts/<code>/captions/reviewed")
@for_roles(Role.AUTHOR)
def review_captions(code: str) -> AnyResponse:
    form = ReviewedForm()
    reviewed = form.accepted() and bool(form.reviewed.data)
    with transaction() as session:
        draft = operations.review_captions(session, code, reviewed=reviewed, today=today(), now=now())
    notice = "Noted: the captions are reviewed." if reviewed else "Noted: the captions are not reviewed."
    return saved(draft, url_for(".captions", code=code, _anchor="captions-reviewed"), notice=notice)


@blueprint.post("/drafts/<code>/captions/machine")
@for_roles(Role.AUTHOR)
def draft_captions(code: str) -> AnyResponse:
    """Have the council's program draft captions; a person reads them before anything is published."""
    off = why_off(options(MachineCaptionsOptions).command)
    if off is not None:
        raise MachineCaptionsOff(off)
    if ButtonForm().accepted():
        with transaction() as session:
            operations.ask_for_captions(session, code, now=now())
    return redirect(url_for(".captions", code=code), 303)


@blueprint.post("/drafts/<code>/shift")
@for_roles(Role.AUTHOR)
def shift_times(code: str) -> AnyResponse:
    form = ShiftForm()
    if not form.accepted() or form.shift is None:
        with reading() as session:
            return captions_page(open_draft(session, code), shift=form)
    with transaction() as session:
        operations.shift_times(session, code, seconds=form.shift, now=now())
    flash(f"All times are moved by {form.shift:g} seconds.", "success")
    return redirect(url_for(".captions", code=code, _anchor="captions"), 303)


def _cue_form(cue: DraftCue, sent: tuple[int, CueForm] | None) -> tuple[DraftCue, CueForm]:
    if sent is not None and sent[0] == cue.id:
        return cue, sent[1]
    values = {"start": cue.start_words, "end": cue.end_words, "text": cue.text}
    return cue, CueForm(formdata=None, prefix=f"caption-{cue.id}-", data=values)


def _free_second(draft: Draft) -> str:
    """Where the next caption begins: at the end of the last."""
    return draft.cues[-1].end_words if draft.cues else "0:00"


def _at_cue(code: str, part: int) -> AnyResponse:
    return redirect(url_for(".captions", code=code, _anchor=f"caption-{part}"), 303)
