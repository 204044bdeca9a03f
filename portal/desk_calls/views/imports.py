"""Pages of calls and their import: what is stored, upload, columns, preview."""

import datetime as dt
import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO, cast

from flask import flash, make_response, redirect, render_template, url_for
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response as AnyResponse

from portal.accounts import queries as accounts
from portal.accounts.access import for_roles
from portal.accounts.rules import Role
from portal.core.documents import InvalidFiles
from portal.core.text import counted, squeezed
from portal.desk_calls.clients.reader import Order, start_reading
from portal.desk_calls.formats.desk_file import date_reading, read_desk_file
from portal.desk_calls.formats.preset_yaml import Preset, built_in_presets, preset_to_yaml
from portal.desk_calls.formats.recognition import (
    blank_preset,
    chosen_columns,
    columns_used,
    guessed_columns,
    missing_columns,
    recognise,
)
from portal.desk_calls.forms.imports import (
    COLUMN_WORDS,
    ColumnsForm,
    ImportForm,
    PresetForm,
    StoreForm,
    upload_of,
)
from portal.desk_calls.operations import imports as imports_operations
from portal.desk_calls.operations import presets as presets_operations
from portal.desk_calls.operations import previews as previews_operations
from portal.desk_calls.queries import history as history_queries
from portal.desk_calls.queries import imports as imports_queries
from portal.desk_calls.queries import presets as presets_queries
from portal.desk_calls.queries import previews as previews_queries
from portal.desk_calls.queries import series as series_queries
from portal.desk_calls.queries.newest_year import year_of_calls
from portal.desk_calls.queries.previews import Waiting
from portal.desk_calls.rules.history import ImportWay, PresetNameTaken, ReadingState
from portal.desk_calls.rules.imports import DateOrder, ImportedCounts, ImportOutcome, PartFate, WeeksAndMonths
from portal.desk_calls.views.blueprint import REFUSED, account_id_here, blueprint
from portal.desk_calls.views.history import who
from portal.web.context import local, now, parts, reading, transaction
from portal.web.filters import long_date, percent
from portal.web.forms import text_of

#: Larger files are read beside the server, with their progress shown.
LARGE_FILE = 20 * 1024 * 1024
_SOURCE = "service-desk"
_ADJUSTED = "-adjusted"
_NOT_RECOGNISED = "No product is known by these columns."
_IMPORTS_SHOWN = 12
_CATEGORIES_SHOWN = 30
_WAITING_SHOWN = 10

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
        imports = history_queries.past_imports(session, most=_IMPORTS_SHOWN)
        names = {person.id: person.name for person in accounts.people(session)} if imports else {}
        year = year_of_calls(session, periods)
        guides = imports_queries.guides_named(session, since=local(now()).date() - dt.timedelta(days=365))
    return render_template(
        "desk_calls/calls.html",
        sources=series_queries.stored_sources(periods),
        months=series_queries.months_of_calls(periods)[:_MONTHS_SHOWN],
        imports=[(past, who(past, names)) for past in imports],
        year=year,
        guides=guides,
    )


@blueprint.route("/import/", methods=["GET", "POST"])
@for_roles(Role.DESK_ANALYST)
def import_file() -> AnyResponse:
    form = ImportForm()
    with reading() as session:
        own = [one.preset for one in presets_queries.own_presets(session)]
        waiting = previews_queries.waiting(session, now=now(), most=_WAITING_SHOWN)
    form.offer(own, built_in_presets())
    if form.accepted():
        chosen = next((one for one in (*own, *built_in_presets()) if one.name == form.preset.data), None)
        try:
            return _to_preview(_received(form, chosen, (*own, *built_in_presets())))
        except InvalidFiles as error:
            form.file.errors = tuple(str(problem) for problem in error.problems)
    status = REFUSED if form.was_sent() else 200
    page = render_template("desk_calls/import.html", form=form, presets=built_in_presets(), waiting=waiting)
    return make_response(page, status)


@blueprint.route("/import/<preview_id>/", methods=["GET", "POST"])
@for_roles(Role.DESK_ANALYST)
def preview(preview_id: str) -> AnyResponse:
    form = StoreForm()
    with reading() as session:
        waiting = previews_queries.preview(session, preview_id, now=now())
        if waiting.state is ReadingState.COLUMNS:
            return redirect(url_for("desk_calls.columns", preview_id=preview_id), 303)
        if waiting.state is not ReadingState.READY:
            return make_response(render_template("desk_calls/reading.html", waiting=waiting))
        readings = waiting.readings
        form.ask_dates([(one.dates or DateOrder.DAY_FIRST, _reading_words(one)) for one in readings])
        if form.accepted():
            chosen = next(one for one in readings if form.order in (None, one.dates))
            return _stored(preview_id, chosen.counting_partial(bool(form.include_partial.data)))
        known = imports_queries.known_categories(session, readings[0].source)
        summaries = [_summary(session, one, known, decided=len(readings) == 1) for one in readings]
        saved = waiting.preset in presets_queries.every_preset(session)
    status = REFUSED if form.was_sent() else 200
    page = render_template(
        "desk_calls/preview.html",
        form=form,
        preview_id=preview_id,
        summaries=summaries,
        preset=waiting.preset,
        used=_used(waiting),
        saved=saved,
        new_words=counted(len(summaries[0].new_categories), "category", "categories")
        + " this source didn’t have before",
        shown=_CATEGORIES_SHOWN,
    )
    return make_response(page, status)


@blueprint.route("/import/<preview_id>/columns", methods=["GET", "POST"])
@for_roles(Role.DESK_ANALYST)
def columns(preview_id: str) -> AnyResponse:
    """Say which column is which, and send the file once more: it isn't kept between two pages."""
    form = ColumnsForm()
    with reading() as session:
        waiting = previews_queries.preview(session, preview_id, now=now())
        known = presets_queries.every_preset(session)
    form.offer(waiting.columns)
    if not form.was_sent():
        used = columns_used(waiting.columns, waiting.preset)
        form.show({**({} if "opened_at" in used else guessed_columns(waiting.columns, known)), **used},
                  waiting.preset.separator)  # fmt: skip
    if form.accepted():
        preset = _chosen_preset(form, waiting.preset)
        upload = upload_of(form.file)
        assert upload is not None  # noqa: S101 (the form was accepted)
        try:
            again = _read_or_begin(upload, preset, source=waiting.source, columns=waiting.columns)
        except InvalidFiles as error:
            form.file.errors = tuple(str(problem) for problem in error.problems)
        else:
            with transaction() as session:
                previews_operations.drop_preview(session, preview_id)
            return _to_preview(again)
    page = render_template("desk_calls/columns.html", form=form, preview_id=preview_id, waiting=waiting)
    return make_response(page, REFUSED if form.was_sent() else 200)


@blueprint.route("/import/<preview_id>/preset", methods=["GET", "POST"])
@for_roles(Role.DESK_ANALYST)
def save_preset(preview_id: str) -> AnyResponse:
    """Keep the columns of a file as a preset of the council's own."""
    form = PresetForm()
    with reading() as session:
        waiting = previews_queries.preview(session, preview_id, now=now())
    if form.accepted():
        preset = replace(waiting.preset, name=text_of(form.name), title=squeezed(text_of(form.title)))
        try:
            with transaction() as session:
                is_new = presets_operations.save_preset(session, preset, account_id=account_id_here(), now=now())
                previews_operations.rename_preset(session, preview_id, preset)
        except PresetNameTaken as error:
            form.name.errors = (str(error),)
        else:
            flash(f"“{preset.title}” is {'saved' if is_new else 'changed'}. Choose it for the next file.", "success")
            return _to_preview(preview_id)
    page = render_template("desk_calls/save_preset.html", form=form, preview_id=preview_id, used=_used(waiting))
    return make_response(page, REFUSED if form.was_sent() else 200)


@blueprint.post("/import/<preview_id>/cancel")
@for_roles(Role.DESK_ANALYST)
def cancel(preview_id: str) -> AnyResponse:
    with transaction() as session:
        previews_operations.drop_preview(session, preview_id)
    flash("Cancelled. Nothing was stored.", "info")
    return redirect(url_for("desk_calls.import_file"), 303)


def _received(form: ImportForm, chosen: Preset | None, known: Sequence[Preset]) -> str:
    """Read the upload, or begin to, or ask for its columns; returns the preview's id. Raises InvalidFiles."""
    upload = upload_of(form.file)
    assert upload is not None  # noqa: S101 (the form was accepted)
    source = squeezed(text_of(form.source))
    if chosen is not None and chosen.own_format:
        return _read_or_begin(upload, chosen, source=source or chosen.name, columns=())
    found = recognise(_stream(upload), _name(upload), known if chosen is None else [chosen])
    if found.preset is not None:
        return _read_or_begin(upload, found.preset, source=source or found.preset.name, columns=found.columns)
    base = chosen or blank_preset()
    with transaction() as session:
        return previews_operations.ask_for_columns(
            session,
            source=source or (base.name if chosen else _SOURCE),
            preset=base,
            columns=found.columns,
            problem=_NOT_RECOGNISED if chosen is None else missing_columns(found.columns, base, _name(upload)),
            now=now(),
        )


def _read_or_begin(upload: FileStorage, preset: Preset, *, source: str, columns: Sequence[str]) -> str:
    """Read a file at once, or have a large one read beside the server. Raises InvalidFiles."""
    stream, file, today = _stream(upload), _name(upload), local(now()).date()
    if stream.seek(0, os.SEEK_END) < LARGE_FILE:
        found = read_desk_file(stream, file, preset, source=source, zone=parts().time_zone, today=today)
        with transaction() as session:
            return previews_operations.keep_preview(
                session, found.readings, source=source, preset=preset, columns=columns, now=now()
            )
    with transaction() as session:
        preview_id = previews_operations.begin_reading(
            session, source=source, preset=preset, columns=columns, now=now()
        )
    order = Order(
        preview_id=preview_id,
        database_url=parts().database.engine.url.render_as_string(hide_password=False),
        file=f"file{Path(file).suffix}",  # what it says is kept for a day, and a name of a file may name a person
        preset=preset_to_yaml(preset),
        source=source,
        zone=parts().time_zone.key,
        today=today.isoformat(),
    )
    start_reading(order, stream)
    return preview_id


def _chosen_preset(form: ColumnsForm, base: Preset) -> Preset:
    """The preset with the columns that were chosen, under a name that says so."""
    chosen = chosen_columns(base, form.chosen, separator=text_of(form.separator).strip())
    if base.name == blank_preset().name or base.name.endswith(_ADJUSTED):
        return chosen
    return replace(chosen, name=f"{base.name}{_ADJUSTED}", title=f"{base.title}, adjusted")


def _used(waiting: Waiting) -> Sequence[tuple[str, str]]:
    """(what, column of the file) of each column that is read."""
    used = columns_used(waiting.columns, waiting.preset)
    return [(COLUMN_WORDS[role], used[role]) for role in COLUMN_WORDS if role in used]


def _to_preview(preview_id: str) -> AnyResponse:
    return redirect(url_for("desk_calls.preview", preview_id=preview_id), 303)


def _stream(upload: FileStorage) -> BinaryIO:
    return cast("BinaryIO", upload.stream)


def _name(upload: FileStorage) -> str:
    return (upload.filename or "")[-80:]


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
        previews_queries.preview(session, preview_id, now=now())
        outcome = imports_operations.import_counts(
            session, counts, account_id=account_id_here(), now=now(), way=ImportWay.PAGE
        )
        previews_operations.drop_preview(session, preview_id)
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
