"""The editor: a draft that looks like the guide, its facts and steps edited in place, what is missing beside it."""

from dataclasses import dataclass

from flask import flash, make_response, redirect, render_template, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from portal.accounts.access import for_roles
from portal.accounts.rules import Role
from portal.catalogue.queries import catalogue
from portal.catalogue.rules import Catalogue, System
from portal.guides.forms.drafts import ButtonForm, ChangedForm, FactsForm, StepForm
from portal.guides.operations import drafts as operations
from portal.guides.queries import drafts as queries
from portal.guides.queries.versions import published_guide
from portal.guides.rules.drafts import Draft, DraftStep
from portal.guides.rules.library import Guide
from portal.guides.rules.publishing import Missing, Place, ShownFiles, files_of_draft, missing, review_by
from portal.guides.rules.recordings import Recording
from portal.guides.views.authoring import REFUSED, blueprint, refused, saved, today, wants_json
from portal.web.context import now, reading, transaction
from portal.web.forms import Form, text_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Lacking:
    """One thing missing, and the address where it is mended."""

    words: str
    href: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A draft with everything its pages show."""

    draft: Draft
    catalogue: Catalogue
    system: System | None
    published: Guide | None
    recording: Recording | None
    files: ShownFiles | None
    outdated: bool
    lacking: tuple[Missing, ...]

    @property
    def missing(self) -> tuple[Lacking, ...]:
        return tuple(Lacking(words=one.words, href=_mend(self.draft.code, one)) for one in self.lacking)


def open_draft(session: Session, code: str) -> Opened:
    """A draft and what belongs to it. Raises UnknownDraft."""
    draft = queries.draft(session, code)
    known = catalogue(session)
    system = known.system(draft.facts.system) if known.has_system(draft.facts.system) else None
    published, version = (None if draft.is_new else published_guide(session, code)) or (None, None)
    recording = queries.draft_recording(session, draft)
    files = files_of_draft(recording, draft, published=published)
    return Opened(
        draft=draft,
        catalogue=known,
        system=system,
        published=published,
        recording=recording,
        files=files,
        outdated=draft.base_version != version,
        lacking=missing(draft, system=system, files=files),
    )


@blueprint.get("/drafts/<code>/")
@for_roles(Role.AUTHOR)
def editor(code: str) -> AnyResponse:
    with reading() as session:
        opened = open_draft(session, code)
    return editor_page(opened)


def editor_page(
    opened: Opened,
    *,
    facts: FactsForm | None = None,
    step: tuple[int, StepForm] | None = None,
    new_step: StepForm | None = None,
    changed: ChangedForm | None = None,
) -> AnyResponse:
    """The editor; forms that were refused are shown as they were sent."""
    draft = opened.draft
    sent: list[Form] = [form for form in (facts, step[1] if step else None, new_step, changed) if form is not None]
    if facts is None:
        facts = FactsForm(formdata=None)
        facts.offer(opened.catalogue, opened.system, draft)
        facts.show(draft)
    page = render_template(
        "guides/authoring/editor.html",
        opened=opened,
        draft=draft,
        facts=facts,
        steps=[_step_form(one, step) for one in draft.steps],
        new_step=new_step or StepForm(formdata=None, prefix="new-"),
        changed=changed or _changed_form(draft),
        sent=sent,
        button=ButtonForm(formdata=None),
        review_by=review_by(today(), draft.facts.review_every) if draft.facts.review_every else None,
    )
    return make_response(page, REFUSED if sent else 200)


@blueprint.post("/drafts/<code>/facts")
@for_roles(Role.AUTHOR)
def save_facts(code: str) -> AnyResponse:
    form = FactsForm()
    with reading() as session:
        opened = open_draft(session, code)
    chosen = text_of(form.system)
    system = opened.catalogue.system(chosen) if opened.catalogue.has_system(chosen) else opened.system
    form.offer(opened.catalogue, system, opened.draft)
    # Skills of the system chosen before fall away when another one is chosen.
    form.skills.data = [one for one in form.skills.data or () if system is not None and system.skill(one)]
    if not form.accepted():
        return refused(form) if wants_json() else editor_page(opened, facts=form)
    with transaction() as session:
        draft = operations.save_facts(session, code, form.facts, now=now())
    return saved(draft, url_for(".editor", code=code))


@blueprint.post("/drafts/<code>/changed")
@for_roles(Role.AUTHOR)
def save_changed(code: str) -> AnyResponse:
    form = ChangedForm()
    if not form.accepted():
        if wants_json():
            return refused(form)
        with reading() as session:
            return editor_page(open_draft(session, code), changed=form)
    with transaction() as session:
        draft = operations.save_changed(session, code, " ".join(text_of(form.changed).split()), now=now())
    return saved(draft, url_for(".editor", code=code, _anchor="publish"))


@blueprint.post("/drafts/<code>/steps/")
@for_roles(Role.AUTHOR)
def add_step(code: str) -> AnyResponse:
    form = StepForm(prefix="new-")
    if not form.accepted():
        with reading() as session:
            return editor_page(open_draft(session, code), new_step=form)
    at, title, text = form.values
    with transaction() as session:
        draft = operations.add_step(session, code, at=at, title=title, text=text, now=now())
    return _at_step(code, draft.next_id - 1)


@blueprint.post("/drafts/<code>/steps/<int:part>")
@for_roles(Role.AUTHOR)
def save_step(code: str, part: int) -> AnyResponse:
    """Save a step, then do what the button says: nothing more, up, down, delete, or a new step after it."""
    form = StepForm(prefix=f"step-{part}-")
    if not form.accepted():
        if wants_json():
            return refused(form)
        with reading() as session:
            return editor_page(open_draft(session, code), step=(part, form))
    at, title, text = form.values
    then = text_of(form.then)
    with transaction() as session:
        draft = operations.save_step(session, code, part, at=at, title=title, text=text, now=now())
        if then in ("up", "down"):
            operations.move_step(session, code, part, by=-1 if then == "up" else 1, now=now())
        elif then == "after":
            operations.add_step(session, code, at=None, title="", text="", after=part, now=now())
            part = draft.next_id
        elif then == "delete":
            operations.delete_step(session, code, part, now=now())
            return redirect(url_for(".editor", code=code, _anchor="steps"), 303)
    return _at_step(code, part) if then else saved(draft, url_for(".editor", code=code, _anchor=f"step-{part}"))


@blueprint.post("/drafts/<code>/undo")
@for_roles(Role.AUTHOR)
def undo(code: str) -> AnyResponse:
    """Bring back the step or caption deleted last."""
    with reading() as session:
        removed = queries.draft(session, code).removed
    with transaction() as session:
        operations.undo(session, code, now=now())
    if removed is not None and not isinstance(removed.part, DraftStep):
        return redirect(url_for(".captions", code=code, _anchor=f"caption-{removed.part.id}"), 303)
    part = "steps" if removed is None else f"step-{removed.part.id}"
    return redirect(url_for(".editor", code=code, _anchor=part), 303)


@blueprint.route("/drafts/<code>/discard", methods=["GET", "POST"])
@for_roles(Role.AUTHOR)
def discard(code: str) -> AnyResponse:
    form = ButtonForm()
    if form.accepted():
        with transaction() as session:
            operations.discard_draft(session, code, now=now())
        flash(f"The draft {code} is put aside. You can bring it back from the end of this list.", "success")
        return redirect(url_for(".home"), 303)
    with reading() as session:
        draft = queries.draft(session, code)
    return make_response(render_template("guides/authoring/discard.html", draft=draft, form=form))


@blueprint.post("/drafts/<code>/restore")
@for_roles(Role.AUTHOR)
def restore(code: str) -> AnyResponse:
    with transaction() as session:
        operations.restore_draft(session, code, now=now())
    flash(f"The draft {code} is back.", "success")
    return redirect(url_for(".editor", code=code), 303)


def _step_form(step: DraftStep, sent: tuple[int, StepForm] | None) -> tuple[DraftStep, StepForm]:
    if sent is not None and sent[0] == step.id:
        return step, sent[1]
    values = {"at": step.at_words, "title": step.title, "text": step.text}
    return step, StepForm(formdata=None, prefix=f"step-{step.id}-", data=values)


def _changed_form(draft: Draft) -> ChangedForm:
    return ChangedForm(formdata=None, data={"changed": draft.changed})


def _at_step(code: str, part: int) -> AnyResponse:
    return redirect(url_for(".editor", code=code, _anchor=f"step-{part}"), 303)


def _mend(code: str, lacking: Missing) -> str:
    """Where on which page the thing is mended."""
    if lacking.place is Place.VIDEO:
        return url_for(".video", code=code)
    if lacking.place in (Place.CAPTIONS, Place.CAPTIONS_REVIEWED):
        anchor = lacking.place.value if lacking.part is None else f"caption-{lacking.part}-text"
        return url_for(".captions", code=code, _anchor=anchor)
    if lacking.place is Place.STEPS:
        anchor = "steps" if lacking.part is None else f"step-{lacking.part}-title"
        return url_for(".editor", code=code, _anchor=anchor)
    return url_for(".editor", code=code, _anchor=lacking.place.value.replace("-", "_"))
