"""Pages of calls and their import: what is stored, upload, preview."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask import flash, make_response, redirect, render_template, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from portal.accounts import queries as accounts
from portal.accounts.access import for_roles
from portal.accounts.rules import Role
from portal.core.documents import InvalidFiles
from portal.core.text import counted, squeezed
from portal.desk_calls.formats.desk_file import date_reading, read_desk_file
from portal.desk_calls.formats.preset_yaml import built_in_preset, built_in_presets
from portal.desk_calls.forms.imports import (
    ImportForm,
    StoreForm,
    upload_of,
)
from portal.desk_calls.operations import imports as imports_operations
from portal.desk_calls.queries import imports as imports_queries
from portal.desk_calls.queries import series as series_queries
from portal.desk_calls.rules.imports import DateOrder, ImportedCounts, ImportOutcome, PartFate, WeeksAndMonths
from portal.desk_calls.views.blueprint import REFUSED, account_id_here, blueprint
from portal.web.context import local, now, parts, reading, transaction
from portal.web.filters import long_date, percent
from portal.web.forms import text_of

_IMPORTS_SHOWN = 12
_CATEGORIES_SHOWN = 30

_MONTHS_SHOWN = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviewSummary:
    """What a preview says about one reading of a file. ``outcome`` None: the person has to choose a reading first."""

    counts: ImportedCounts
    words: str
    order_words: str
    new_categories: tuple[str, ...]
    unmapped_share: float
    outcome: ImportOutcome | None
    conflict: str | None


@blueprint.get("/calls/")
@for_roles(Role.DESK_ANALYST)
def calls() -> str:
    with reading() as session:
        periods = series_queries.stored_periods(session)
        imports = imports_queries.past_imports(session, most=_IMPORTS_SHOWN)
        names = {person.id: person.name for person in accounts.people(session)} if imports else {}
        year = series_queries.year_of_calls(session, periods)
    return render_template(
        "desk_calls/calls.html",
        sources=series_queries.stored_sources(periods),
        months=series_queries.months_of_calls(periods)[:_MONTHS_SHOWN],
        imports=[(past, _who(past.account_id, names)) for past in imports],
        year=year,
    )


@blueprint.route("/import/", methods=["GET", "POST"])
@for_roles(Role.DESK_ANALYST)
def import_file() -> AnyResponse:
    form = ImportForm()
    presets = built_in_presets()
    form.offer(presets)
    if form.accepted():
        try:
            return redirect(url_for("desk_calls.preview", preview_id=_kept_preview(form)), 303)
        except InvalidFiles as error:
            form.file.errors = tuple(str(problem) for problem in error.problems)
    status = REFUSED if form.was_sent() else 200
    return make_response(render_template("desk_calls/import.html", form=form, presets=presets), status)


@blueprint.route("/import/<preview_id>/", methods=["GET", "POST"])
@for_roles(Role.DESK_ANALYST)
def preview(preview_id: str) -> AnyResponse:
    form = StoreForm()
    with reading() as session:
        readings = imports_queries.preview(session, preview_id, now=now())
        form.ask_dates([(one.dates or DateOrder.DAY_FIRST, _reading_words(one)) for one in readings])
        if form.accepted():
            chosen = next(one for one in readings if form.order in (None, one.dates))
            return _stored(preview_id, chosen.counting_partial(bool(form.include_partial.data)))
        known = imports_queries.known_categories(session, readings[0].source)
        summaries = [_summary(session, one, known, decided=len(readings) == 1) for one in readings]
    status = REFUSED if form.was_sent() else 200
    page = render_template(
        "desk_calls/preview.html",
        form=form,
        preview_id=preview_id,
        summaries=summaries,
        new_words=counted(len(summaries[0].new_categories), "category", "categories")
        + " this source didn’t have before",
        shown=_CATEGORIES_SHOWN,
    )
    return make_response(page, status)


@blueprint.post("/import/<preview_id>/cancel")
@for_roles(Role.DESK_ANALYST)
def cancel(preview_id: str) -> AnyResponse:
    with transaction() as session:
        imports_operations.drop_preview(session, preview_id)
    flash("Cancelled. Nothing was stored.", "info")
    return redirect(url_for("desk_calls.import_file"), 303)


def _kept_preview(form: ImportForm) -> str:
    """Read the upload and let its counts wait; returns the preview's id. Raises InvalidFiles."""
    upload = upload_of(form.file)
    assert upload is not None  # noqa: S101 (the form was accepted)
    preset = built_in_preset(text_of(form.preset))
    found = read_desk_file(
        upload.stream,  # type: ignore[arg-type]
        (upload.filename or "")[-80:],
        preset,
        source=squeezed(text_of(form.source)) or preset.name,
        zone=parts().time_zone,
        today=local(now()).date(),
    )
    with transaction() as session:
        return imports_operations.keep_preview(session, found.readings, now=now())


def _summary(session: Session, counts: ImportedCounts, known: frozenset[str], *, decided: bool) -> PreviewSummary:
    outcome, conflict = None, None
    if decided:
        try:
            outcome = imports_queries.outcome(session, counts)
        except WeeksAndMonths as error:
            conflict = str(error)
    return PreviewSummary(
        counts=counts,
        words=_reading_words(counts),
        order_words=(counts.dates or "").replace("-", " "),
        new_categories=tuple(sorted(counts.categories - known)),
        unmapped_share=imports_queries.unmapped_share(session, counts) if decided else 0.0,
        outcome=outcome,
        conflict=conflict,
    )


def _stored(preview_id: str, counts: ImportedCounts) -> AnyResponse:
    with transaction() as session:
        imports_queries.preview(session, preview_id, now=now())
        outcome = imports_operations.import_counts(session, counts, account_id=account_id_here(), now=now())
        imports_operations.drop_preview(session, preview_id)
        share = imports_queries.unmapped_share(session, counts)
    if outcome.changed:
        fresh, replaced = counted(outcome.count(PartFate.NEW), "new week"), outcome.count(PartFate.REPLACED)
        said = f"Stored {counted(counts.calls, 'call')} from {counts.source}: {fresh}, {replaced} replaced."
        flash(f"{said} {percent(share)} of them belong to no system yet.", "success")
    else:
        flash("Nothing changed: all of it is stored already.", "info")
    return redirect(url_for("desk_calls.calls"), 303)


def _reading_words(counts: ImportedCounts) -> str:
    if not counts.parts:
        return "No row can be counted"
    found = date_reading(counts)
    order = "" if counts.dates is None else counts.dates.replace("-", " ").capitalize() + ": "
    return f"{order}{counted(found.calls, 'call')} from {long_date(found.first)} to {long_date(found.last)}"


def _who(account_id: int | None, names: Mapping[int, str]) -> str:
    return "Command line" if account_id is None else names.get(account_id, "A former colleague")
