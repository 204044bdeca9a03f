"""Preview as the reader sees it, and publishing."""

import hashlib

from flask import current_app, flash, make_response, redirect, render_template, url_for
from werkzeug.wrappers import Response as AnyResponse

from portal.accounts.access import for_roles
from portal.accounts.rules import Role
from portal.catalogue.queries import catalogue
from portal.guides.formats.guide_writer import draft_captions, written_captions
from portal.guides.forms.drafts import ButtonForm, ChangedForm
from portal.guides.operations import drafts as draft_operations
from portal.guides.operations import publishing as operations
from portal.guides.rules.drafts import slug_of
from portal.guides.rules.library import Media
from portal.guides.rules.publishing import finished_cues, guide_of_draft
from portal.guides.views.authoring import account_id, blueprint, today
from portal.guides.views.editor import Opened, editor_page, open_draft
from portal.web.context import file_store, now, reading, transaction
from portal.web.forms import text_of

#: Where an author says beforehand what a new guide is expected to change, if the portal has that page.
EXPECTATION = "gap_report.expect"
CAPTIONS = "captions.vtt"


@blueprint.get("/drafts/<code>/preview")
@for_roles(Role.AUTHOR)
def preview(code: str) -> AnyResponse:
    with reading() as session:
        opened = open_draft(session, code)
    if opened.files is None:
        flash("Add a video first: the preview shows the guide as its readers will see it.", "note")
        return redirect(url_for(".editor", code=code), 303)
    draft, published = opened.draft, opened.published
    data = draft_captions(draft)
    guide = guide_of_draft(
        draft,
        slug=published.slug if published else slug_of(draft.title, ()),
        published=published,
        files=opened.files,
        captions=Media(
            digest=hashlib.sha256(data).hexdigest(), name=f"{code}.vtt", mimetype="text/vtt", size=len(data)
        ),
        today=today(),
    )
    page = render_template(
        "guides/authoring/preview.html", guide=guide, system=opened.system, start=None, current=None, draft=draft
    )
    return make_response(page)


@blueprint.post("/drafts/<code>/publish")
@for_roles(Role.AUTHOR)
def publish(code: str) -> AnyResponse:
    """Save what changed, then publish if nothing is missing; otherwise show what is."""
    form = ChangedForm()
    if not form.accepted():
        with reading() as session:
            return editor_page(open_draft(session, code), changed=form)
    with transaction() as session:
        if "changed" in form.data and form.changed.raw_data:
            changed = " ".join(text_of(form.changed).split())
            draft_operations.save_changed(session, code, changed, now=now())
        opened = open_draft(session, code)
    if opened.lacking or opened.outdated:
        first = "Look at what was published meanwhile" if opened.outdated else "Mend what the list names"
        flash(f"The guide wasn’t published. {first} first.", "note")
        return redirect(url_for(".editor", code=code, _anchor="publish"), 303)
    captions = _stored_captions(opened)
    with transaction() as session:
        guide = operations.publish_draft(
            session,
            code,
            captions=captions,
            catalogue=catalogue(session),
            today=today(),
            now=now(),
            account_id=account_id(),
        )
    flash(f"{guide.code} is published.", "success")
    if opened.draft.is_new and EXPECTATION in current_app.view_functions:
        return redirect(url_for(EXPECTATION, kind="guide", code=guide.code), 303)
    return redirect(url_for("guides.guide", system=guide.system, slug=guide.slug), 303)


@blueprint.post("/drafts/<code>/accept")
@for_roles(Role.AUTHOR)
def accept_published(code: str) -> AnyResponse:
    """The author has seen what somebody else published meanwhile."""
    if ButtonForm().accepted():
        with transaction() as session:
            draft_operations.accept_published(session, code, now=now())
        flash(
            "Noted. Publishing will put your draft in its place; the other version stays among the versions.", "success"
        )
    return redirect(url_for(".editor", code=code), 303)


def _stored_captions(opened: Opened) -> Media:
    """The captions file in the store: the one published where not a word changed, else one written anew."""
    cues, published = finished_cues(opened.draft), opened.published
    if published is not None and published.cues == cues:
        return published.captions
    stored = file_store().put(written_captions(cues))
    return Media(digest=stored.digest, name=CAPTIONS, mimetype="text/vtt", size=stored.size)
