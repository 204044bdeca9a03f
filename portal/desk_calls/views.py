"""The desk analyst's pages: what is stored, importing, the mapping and its small tables."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import Blueprint, Response, flash, make_response, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from portal.accounts import queries as accounts
from portal.accounts.access import current_person, for_roles
from portal.accounts.rules import Role
from portal.catalogue.queries import catalogue
from portal.catalogue.rules import Catalogue
from portal.core.documents import InvalidFiles, Problems
from portal.core.text import counted, squeezed
from portal.desk_calls import operations, queries
from portal.desk_calls.formats.desk_file import date_reading, read_desk_file
from portal.desk_calls.formats.mapping_csv import (
    RULE_COLUMNS,
    WORD_COLUMNS,
    read_rules,
    read_words,
    rule_of,
    rules_csv,
    word_of,
    words_csv,
)
from portal.desk_calls.formats.preset_yaml import built_in_preset, built_in_presets
from portal.desk_calls.forms import (
    ConfirmForm,
    EndForm,
    ImportForm,
    MapFileForm,
    RuleForm,
    StoreForm,
    WordForm,
    call_type_choices,
    meaning_choices,
    place_choices,
    place_of,
    upload_of,
)
from portal.desk_calls.rules.days import BEGINNING
from portal.desk_calls.rules.imports import DateOrder, ImportedCounts, ImportOutcome, PartFate, WeeksAndMonths
from portal.desk_calls.rules.labels import folded_label
from portal.desk_calls.rules.mapping import DeskWord, InvalidRule, MappingRule, RuleClash, UnknownTable, WordKind
from portal.desk_calls.rules.suggestions import Suggester
from portal.web.context import local, now, parts, reading, transaction
from portal.web.downloads import csv_download
from portal.web.filters import long_date, percent
from portal.web.forms import text_of

blueprint = Blueprint("desk_calls", __name__, template_folder="templates", url_prefix="/desk")

REFUSED = 422
_IMPORTS_SHOWN = 12
_MONTHS_SHOWN = 24
_UNMAPPED_SHOWN = 8
_CATEGORIES_SHOWN = 30
_LARGEST_MAP = 20 * 1024 * 1024


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


@dataclass(frozen=True, slots=True, kw_only=True)
class SmallTable:
    """One of the three small tables as its pages call it."""

    kind: WordKind
    title: str
    intro: str
    word: str
    meaning: str


_TABLES = {
    WordKind.CALL_TYPE: SmallTable(
        kind=WordKind.CALL_TYPE,
        title="Types of call",
        intro="What the desk’s own type of a call is to us. A mapping row that names a type comes first.",
        word="Type at the desk",
        meaning="Our type",
    ),
    WordKind.CLOSING_CODE: SmallTable(
        kind=WordKind.CLOSING_CODE,
        title="Closing codes",
        intro="What a closing code says about a call: that training helped, that something was broken, or neither.",
        word="Closing code",
        meaning="Says",
    ),
    WordKind.DEPARTMENT: SmallTable(
        kind=WordKind.DEPARTMENT,
        title="Departments",
        intro="Which directorate a department of the desk belongs to.",
        word="Department at the desk",
        meaning="Directorate",
    ),
}


@blueprint.get("/calls/")
@for_roles(Role.DESK_ANALYST)
def calls() -> str:
    with reading() as session:
        periods = queries.stored_periods(session)
        imports = queries.past_imports(session, most=_IMPORTS_SHOWN)
        names = {person.id: person.name for person in accounts.people(session)} if imports else {}
        year = queries.year_of_calls(session, periods)
    return render_template(
        "desk_calls/calls.html",
        sources=queries.stored_sources(periods),
        months=queries.months_of_calls(periods)[:_MONTHS_SHOWN],
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
        readings = queries.preview(session, preview_id, now=now())
        form.ask_dates([(one.dates or DateOrder.DAY_FIRST, _reading_words(one)) for one in readings])
        if form.accepted():
            chosen = next(one for one in readings if form.order in (None, one.dates))
            return _stored(preview_id, chosen.counting_partial(bool(form.include_partial.data)))
        known = queries.known_categories(session, readings[0].source)
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
        operations.drop_preview(session, preview_id)
    flash("Cancelled. Nothing was stored.", "info")
    return redirect(url_for("desk_calls.import_file"), 303)


@blueprint.get("/mapping/")
@for_roles(Role.DESK_ANALYST)
def mapping() -> str:
    with reading() as session:
        known = catalogue(session)
        rules = queries.mapping_rules(session)
        year = queries.year_of_calls(session, rules=rules)
    unmapped = Suggester(known).unmapped(year.unmapped)
    return render_template(
        "desk_calls/mapping.html",
        rules=rules,
        beginning=BEGINNING,
        names=_names(known),
        year=year,
        unmapped=unmapped[:_UNMAPPED_SHOWN],
        further=max(len(unmapped) - _UNMAPPED_SHOWN, 0),
        places=_grouped(known),
        call_types=call_type_choices(known),
        tables=_TABLES.values(),
    )


@blueprint.route("/mapping/new", methods=["GET", "POST"])
@for_roles(Role.DESK_ANALYST)
def add_rule() -> AnyResponse:
    form = RuleForm()
    with reading() as session:
        known, sources = catalogue(session), queries.sources(session)
    form.offer(known, sources)
    category = request.args.get("category", "")
    if not form.was_sent() and category:
        form.category.data = category
        suggestion = Suggester(known).suggestion(category)
        if suggestion is not None:
            form.suggest(suggestion)
    return _rule_page(form, known, rule_id=None)


@blueprint.route("/mapping/<int:rule_id>/", methods=["GET", "POST"])
@for_roles(Role.DESK_ANALYST)
def edit_rule(rule_id: int) -> AnyResponse:
    form = RuleForm()
    with reading() as session:
        known, sources = catalogue(session), queries.sources(session)
        rule = queries.mapping_rule(session, rule_id)
    if not form.was_sent():
        form.show(rule)
    form.offer(known, (*sources, rule.source))
    return _rule_page(form, known, rule_id=rule_id)


@blueprint.route("/mapping/<int:rule_id>/end", methods=["GET", "POST"])
@for_roles(Role.DESK_ANALYST)
def end_rule(rule_id: int) -> AnyResponse:
    form = EndForm()
    with reading() as session:
        rule = queries.mapping_rule(session, rule_id)
    last_day = form.last_day.data if form.accepted() else None
    if last_day is not None and last_day < rule.valid_from:
        form.last_day.errors = (f"It begins on {long_date(rule.valid_from)}: choose a day from then on, or delete it",)
    elif last_day is not None:
        with transaction() as session:
            operations.end_rule(session, rule_id, last_day=last_day, account_id=_account(), now=now())
        flash(f"“{rule.category}” holds up to {long_date(last_day)}.", "success")
        return redirect(url_for("desk_calls.mapping"), 303)
    status = REFUSED if form.was_sent() else 200
    return make_response(render_template("desk_calls/end_rule.html", form=form, rule=rule), status)


@blueprint.route("/mapping/<int:rule_id>/delete", methods=["GET", "POST"])
@for_roles(Role.DESK_ANALYST)
def delete_rule(rule_id: int) -> AnyResponse:
    form = ConfirmForm()
    with reading() as session:
        rule = queries.mapping_rule(session, rule_id)
        name = catalogue(session).system(rule.system).name
    if form.accepted():
        with transaction() as session:
            operations.delete_rule(session, rule_id)
        flash(f"The row for “{rule.category}” is deleted.", "success")
        return redirect(url_for("desk_calls.mapping"), 303)
    return make_response(render_template("desk_calls/delete_rule.html", form=form, rule=rule, system=name))


@blueprint.get("/mapping/mapping.csv")
@for_roles(Role.DESK_ANALYST)
def export_rules() -> Response:
    with reading() as session:
        return csv_download(rules_csv(queries.mapping_rules(session)), "desk-mapping.csv")


@blueprint.route("/mapping/import", methods=["GET", "POST"])
@for_roles(Role.DESK_ANALYST)
def import_rules() -> AnyResponse:
    return _import_page(None)


@blueprint.route("/mapping/words/<kind>/", methods=["GET", "POST"])
@for_roles(Role.DESK_ANALYST)
def words(kind: str) -> AnyResponse:
    table = _table(kind)
    form = WordForm()
    with reading() as session:
        known = catalogue(session)
        stored = queries.desk_words(session, table.kind)
        seen = queries.words_seen(session, table.kind)
        form.offer(table.kind, known, queries.sources(session))
    if form.accepted():
        try:
            word = word_of(table.kind, text_of(form.source), text_of(form.word), text_of(form.meaning), known)
        except InvalidRule as error:
            form.word.errors = (str(error),)
        else:
            with transaction() as session:
                operations.save_words(session, table.kind, [word])
            flash(f"“{word.word}” is saved.", "success")
            return redirect(url_for("desk_calls.words", kind=kind), 303)
    if not form.was_sent():
        form.word.data = request.args.get("word", "")[:120]
    meanings = {choice.value: choice.label for choice in meaning_choices(table.kind, known)}
    page = render_template(
        "desk_calls/words.html",
        form=form,
        table=table,
        words=[(word, meanings.get(word.meaning, word.meaning)) for word in stored],
        unsaid=_unsaid(seen, stored),
    )
    return make_response(page, REFUSED if form.was_sent() else 200)


@blueprint.post("/mapping/words/<kind>/delete")
@for_roles(Role.DESK_ANALYST)
def delete_word(kind: str) -> AnyResponse:
    table = _table(kind)
    word, source = request.form.get("word", ""), request.form.get("source", "")
    with transaction() as session:
        operations.delete_word(session, table.kind, source=source, word=word)
    flash(f"“{word}” is taken out.", "success")
    return redirect(url_for("desk_calls.words", kind=kind), 303)


@blueprint.get("/mapping/words/<kind>/words.csv")
@for_roles(Role.DESK_ANALYST)
def export_words(kind: str) -> Response:
    table = _table(kind)
    with reading() as session:
        return csv_download(words_csv(table.kind, queries.desk_words(session, table.kind)), f"desk-{table.kind}s.csv")


@blueprint.route("/mapping/words/<kind>/import", methods=["GET", "POST"])
@for_roles(Role.DESK_ANALYST)
def import_words(kind: str) -> AnyResponse:
    return _import_page(_table(kind))


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
        return operations.keep_preview(session, found.readings, now=now())


def _summary(session: Session, counts: ImportedCounts, known: frozenset[str], *, decided: bool) -> PreviewSummary:
    outcome, conflict = None, None
    if decided:
        try:
            outcome = queries.outcome(session, counts)
        except WeeksAndMonths as error:
            conflict = str(error)
    return PreviewSummary(
        counts=counts,
        words=_reading_words(counts),
        order_words=(counts.dates or "").replace("-", " "),
        new_categories=tuple(sorted(counts.categories - known)),
        unmapped_share=queries.unmapped_share(session, counts) if decided else 0.0,
        outcome=outcome,
        conflict=conflict,
    )


def _stored(preview_id: str, counts: ImportedCounts) -> AnyResponse:
    with transaction() as session:
        queries.preview(session, preview_id, now=now())
        outcome = operations.import_counts(session, counts, account_id=_account(), now=now())
        operations.drop_preview(session, preview_id)
        share = queries.unmapped_share(session, counts)
    if outcome.changed:
        fresh, replaced = counted(outcome.count(PartFate.NEW), "new week"), outcome.count(PartFate.REPLACED)
        said = f"Stored {counted(counts.calls, 'call')} from {counts.source}: {fresh}, {replaced} replaced."
        flash(f"{said} {percent(share)} of them belong to no system yet.", "success")
    else:
        flash("Nothing changed: all of it is stored already.", "info")
    return redirect(url_for("desk_calls.calls"), 303)


def _rule_page(form: RuleForm, known: Catalogue, *, rule_id: int | None) -> AnyResponse:
    """Save the row that was sent, or show the form."""
    if form.accepted():
        try:
            rule = _saved_rule(form, known, rule_id)
        except InvalidRule as error:
            field = form.place if error.field in ("system", "skill") else form[error.field]
            field.errors = (str(error),)
        except RuleClash as error:
            form.category.errors = (str(error),)
        else:
            flash(f"“{rule.category}” belongs to {known.system(rule.system).name}.", "success")
            return redirect(url_for("desk_calls.mapping"), 303)
    page = render_template("desk_calls/rule.html", form=form, is_new=rule_id is None)
    return make_response(page, REFUSED if form.was_sent() else 200)


def _saved_rule(form: RuleForm, known: Catalogue, rule_id: int | None) -> MappingRule:
    rule = rule_of(form.cells, known, rule_id=rule_id)
    with transaction() as session:
        operations.save_rule(session, rule, account_id=_account(), now=now())
    return rule


def _import_page(table: SmallTable | None) -> AnyResponse:
    """Import a CSV of the mapping (None) or of a small table, and list what is wrong with it line by line."""
    form = MapFileForm()
    problems: Sequence[object] = ()
    back = url_for("desk_calls.mapping") if table is None else url_for("desk_calls.words", kind=table.kind.value)
    if form.accepted():
        try:
            saved = _saved_file(form, table)
        except InvalidFiles as error:
            problems = error.problems
        else:
            flash(f"{saved.added} new, {saved.changed} changed, {saved.unchanged} as before.", "success")
            return redirect(back, 303)
    page = render_template(
        "desk_calls/import_rows.html",
        form=form,
        table=table,
        back=back,
        problems=problems,
        columns=RULE_COLUMNS if table is None else WORD_COLUMNS[table.kind],
    )
    return make_response(page, REFUSED if form.was_sent() else 200)


def _saved_file(form: MapFileForm, table: SmallTable | None) -> operations.SavedRows:
    upload = upload_of(form.file)
    assert upload is not None  # noqa: S101 (the form was accepted)
    file = (upload.filename or "")[-80:]
    problems = Problems()
    data = upload.stream.read(_LARGEST_MAP + 1)
    if len(data) > _LARGEST_MAP:
        problems.add(file, None, "The file is larger than 20 MB.", "Split it.")
        problems.raise_if_any()
    with transaction() as session:
        known = catalogue(session)
        if table is None:
            rules = read_rules(data, file, known, problems)
            problems.raise_if_any()
            return operations.save_rules(session, rules, account_id=_account(), now=now())
        rows = read_words(data, file, table.kind, known, problems)
        problems.raise_if_any()
        return operations.save_words(session, table.kind, rows)


def _table(kind: str) -> SmallTable:
    """Raises UnknownTable."""
    if kind not in list(WordKind):
        raise UnknownTable(kind)
    return _TABLES[WordKind(kind)]


def _unsaid(seen: Sequence[tuple[str, int]], stored: Sequence[DeskWord]) -> Sequence[tuple[str, int]]:
    """The words of stored calls that nobody has said the meaning of."""
    said = {folded_label(word.word) for word in stored}
    return [(word, number) for word, number in seen if folded_label(word) not in said]


def _names(known: Catalogue) -> Mapping[str, str]:
    """Names by key: systems, their skills as system/skill, and call types."""
    names = {system.key: system.name for system in known.systems}
    names |= {place_of(system.key, skill.key): skill.name for system in known.systems for skill in system.skills}
    return names | {f"type:{one.key}": one.name for one in known.call_types}


def _grouped(known: Catalogue) -> Sequence[tuple[str, Sequence[tuple[str, str]]]]:
    """Places for a quick form: (system's name, its (value, words) pairs)."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for choice in place_choices(known):
        groups.setdefault(choice.optgroup or "", []).append((choice.value, choice.label))
    return tuple(groups.items())


def _reading_words(counts: ImportedCounts) -> str:
    if not counts.parts:
        return "No row can be counted"
    found = date_reading(counts)
    order = "" if counts.dates is None else counts.dates.replace("-", " ").capitalize() + ": "
    return f"{order}{counted(found.calls, 'call')} from {long_date(found.first)} to {long_date(found.last)}"


def _who(account_id: int | None, names: Mapping[int, str]) -> str:
    return "Command line" if account_id is None else names.get(account_id, "A former colleague")


def _account() -> int | None:
    person = current_person()
    return None if person is None else person.id
