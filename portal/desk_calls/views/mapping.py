"""Pages of the mapping: dated rules, the three small tables, their CSV."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import Response, flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from portal.accounts.access import for_roles
from portal.accounts.rules import Role
from portal.catalogue.queries import catalogue
from portal.catalogue.rules import Catalogue
from portal.core.documents import InvalidFiles, Problems
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
from portal.desk_calls.forms.imports import upload_of
from portal.desk_calls.forms.mapping import (
    ConfirmForm,
    EndForm,
    MapFileForm,
    RuleForm,
    WordForm,
    call_type_choices,
    meaning_choices,
    place_choices,
    place_of,
)
from portal.desk_calls.operations import mapping as mapping_operations
from portal.desk_calls.queries import imports as imports_queries
from portal.desk_calls.queries import mapping as mapping_queries
from portal.desk_calls.queries.newest_year import category_year, year_of_calls
from portal.desk_calls.rules.changes import Move, moves, takes_away, with_rows, with_rule
from portal.desk_calls.rules.days import BEGINNING
from portal.desk_calls.rules.labels import folded_label
from portal.desk_calls.rules.mapping import DeskWord, InvalidRule, MappingRule, RuleClash, UnknownTable, WordKind
from portal.desk_calls.rules.suggestions import Suggester
from portal.desk_calls.views.blueprint import REFUSED, account_id_here, blueprint
from portal.web.context import now, reading, transaction
from portal.web.downloads import csv_download
from portal.web.filters import long_date
from portal.web.forms import text_of

_UNMAPPED_SHOWN = 8
_LARGEST_MAP = 20 * 1024 * 1024


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


@blueprint.get("/mapping/")
@for_roles(Role.DESK_ANALYST)
def mapping() -> str:
    with reading() as session:
        known = catalogue(session)
        rules = mapping_queries.mapping_rules(session)
        year = year_of_calls(session, rules=rules)
    unmapped = Suggester(known, rules).unmapped(year.unmapped)
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
        known, sources = catalogue(session), imports_queries.sources(session)
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
        known, sources = catalogue(session), imports_queries.sources(session)
        rule = mapping_queries.mapping_rule(session, rule_id)
    if not form.was_sent():
        form.show(rule)
    form.offer(known, (*sources, rule.source))
    return _rule_page(form, known, rule_id=rule_id)


@blueprint.route("/mapping/<int:rule_id>/end", methods=["GET", "POST"])
@for_roles(Role.DESK_ANALYST)
def end_rule(rule_id: int) -> AnyResponse:
    form = EndForm()
    with reading() as session:
        rule = mapping_queries.mapping_rule(session, rule_id)
    last_day = form.last_day.data if form.accepted() else None
    if last_day is not None and last_day < rule.valid_from:
        form.last_day.errors = (f"It begins on {long_date(rule.valid_from)}: choose a day from then on, or delete it",)
    elif last_day is not None:
        with transaction() as session:
            mapping_operations.end_rule(session, rule_id, last_day=last_day, account_id=account_id_here(), now=now())
        flash(f"“{rule.category}” holds up to {long_date(last_day)}.", "success")
        return redirect(url_for("desk_calls.mapping"), 303)
    status = REFUSED if form.was_sent() else 200
    return make_response(render_template("desk_calls/end_rule.html", form=form, rule=rule), status)


@blueprint.route("/mapping/<int:rule_id>/delete", methods=["GET", "POST"])
@for_roles(Role.DESK_ANALYST)
def delete_rule(rule_id: int) -> AnyResponse:
    form = ConfirmForm()
    with reading() as session:
        rule = mapping_queries.mapping_rule(session, rule_id)
        known, rules, year = catalogue(session), mapping_queries.mapping_rules(session), category_year(session)
    name = known.system(rule.system).name
    moved = moves(year.rows, rules, [one for one in rules if one.id != rule_id])
    if form.accepted():
        with transaction() as session:
            mapping_operations.delete_rule(session, rule_id)
        flash(f"The row for “{rule.category}” is deleted.", "success")
        return redirect(url_for("desk_calls.mapping"), 303)
    return make_response(
        render_template("desk_calls/delete_rule.html", form=form, rule=rule, system=name, moves=_in_words(moved, known))
    )


@blueprint.get("/mapping/mapping.csv")
@for_roles(Role.DESK_ANALYST)
def export_rules() -> Response:
    with reading() as session:
        return csv_download(rules_csv(mapping_queries.mapping_rules(session)), "desk-mapping.csv")


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
        stored = mapping_queries.desk_words(session, table.kind)
        seen = mapping_queries.words_seen(session, table.kind)
        form.offer(table.kind, known, imports_queries.sources(session))
    if form.accepted():
        try:
            word = word_of(table.kind, text_of(form.source), text_of(form.word), text_of(form.meaning), known)
        except InvalidRule as error:
            form.word.errors = (str(error),)
        else:
            with transaction() as session:
                mapping_operations.save_words(session, table.kind, [word])
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
        mapping_operations.delete_word(session, table.kind, source=source, word=word)
    flash(f"“{word}” is taken out.", "success")
    return redirect(url_for("desk_calls.words", kind=kind), 303)


@blueprint.get("/mapping/words/<kind>/words.csv")
@for_roles(Role.DESK_ANALYST)
def export_words(kind: str) -> Response:
    table = _table(kind)
    with reading() as session:
        return csv_download(
            words_csv(table.kind, mapping_queries.desk_words(session, table.kind)), f"desk-{table.kind}s.csv"
        )


@blueprint.route("/mapping/words/<kind>/import", methods=["GET", "POST"])
@for_roles(Role.DESK_ANALYST)
def import_words(kind: str) -> AnyResponse:
    return _import_page(_table(kind))


def _rule_page(form: RuleForm, known: Catalogue, *, rule_id: int | None) -> AnyResponse:
    """Save the row that was sent, or show the form. A row that takes calls from a system shows first what it does."""
    moved: Sequence[Move] = ()
    if form.accepted():
        try:
            rule = rule_of(form.cells, known, rule_id=rule_id)
            moved = _moves_by(rule) if request.form.get("seen") != "1" else ()
            if takes_away(moved):
                return make_response(_rule_form(form, known, rule_id, moved))
            with transaction() as session:
                mapping_operations.save_rule(session, rule, account_id=account_id_here(), now=now())
        except InvalidRule as error:
            field = form.place if error.field in ("system", "skill") else form[error.field]
            field.errors = (str(error),)
        except RuleClash as error:
            form.category.errors = (str(error),)
        else:
            flash(f"“{rule.category}” belongs to {known.system(rule.system).name}.", "success")
            return redirect(url_for("desk_calls.mapping"), 303)
    return make_response(_rule_form(form, known, rule_id, ()), REFUSED if form.was_sent() else 200)


def _rule_form(form: RuleForm, known: Catalogue, rule_id: int | None, moved: Sequence[Move]) -> str:
    return render_template("desk_calls/rule.html", form=form, is_new=rule_id is None, moves=_in_words(moved, known))


def _moves_by(rule: MappingRule) -> tuple[Move, ...]:
    """What saving a row would do to the calls of the newest year."""
    with reading() as session:
        rules, year = mapping_queries.mapping_rules(session), category_year(session)
    return moves(year.rows, rules, with_rule(rules, rule))


def _in_words(moved: Sequence[Move], known: Catalogue) -> Sequence[tuple[str, str, int]]:
    names = {system.key: system.name for system in known.systems}

    def name(key: str | None) -> str:
        return "no system" if key is None else names.get(key, key)

    return [(name(move.before), name(move.after), move.calls) for move in moved]


def _import_page(table: SmallTable | None) -> AnyResponse:
    """Import a CSV of the mapping (None) or of a small table, and list what is wrong with it line by line."""
    form = MapFileForm()
    problems: Sequence[object] = ()
    moved: Sequence[tuple[str, str, int]] | None = None
    back = url_for("desk_calls.mapping") if table is None else url_for("desk_calls.words", kind=table.kind.value)
    if form.accepted():
        try:
            if table is None and form.dry_run.data:
                moved = _moves_by_file(form)
            else:
                saved = _saved_file(form, table)
        except InvalidFiles as error:
            problems = error.problems
        if not problems and moved is None:
            flash(f"{saved.added} new, {saved.changed} changed, {saved.unchanged} as before.", "success")
            return redirect(back, 303)
    page = render_template(
        "desk_calls/import_rows.html",
        form=form,
        table=table,
        back=back,
        problems=problems,
        moves=moved,
        columns=RULE_COLUMNS if table is None else WORD_COLUMNS[table.kind],
    )
    return make_response(page, REFUSED if form.was_sent() and moved is None else 200)


def _moves_by_file(form: MapFileForm) -> Sequence[tuple[str, str, int]]:
    """What a file of mapping rows would do to the calls of the newest year. Raises InvalidFiles."""
    problems = Problems()
    file, data = _uploaded(form, problems)
    with reading() as session:
        known = catalogue(session)
        stored, year = mapping_queries.mapping_rules(session), category_year(session)
    rules = read_rules(data, file, known, problems)
    problems.raise_if_any()
    return _in_words(moves(year.rows, stored, with_rows(stored, rules)), known)


def _uploaded(form: MapFileForm, problems: Problems) -> tuple[str, bytes]:
    """The end of the file's name and what is in it. Raises InvalidFiles for one that is too large."""
    upload = upload_of(form.file)
    assert upload is not None  # noqa: S101 (the form was accepted)
    file = (upload.filename or "")[-80:]
    data = upload.stream.read(_LARGEST_MAP + 1)
    if len(data) > _LARGEST_MAP:
        problems.add(file, None, "The file is larger than 20 MB.", "Split it.")
        problems.raise_if_any()
    return file, data


def _saved_file(form: MapFileForm, table: SmallTable | None) -> mapping_operations.SavedRows:
    problems = Problems()
    file, data = _uploaded(form, problems)
    with transaction() as session:
        known = catalogue(session)
        if table is None:
            rules = read_rules(data, file, known, problems)
            problems.raise_if_any()
            return mapping_operations.save_rules(session, rules, account_id=account_id_here(), now=now())
        rows = read_words(data, file, table.kind, known, problems)
        problems.raise_if_any()
        return mapping_operations.save_words(session, table.kind, rows)


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
