"""The question bank as authors meet it: the list, one question, its form, its history, the two texts of a conflict."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from portal.accounts.access import current_person, for_roles
from portal.accounts.rules import Role
from portal.catalogue.queries import catalogue
from portal.catalogue.rules import Catalogue
from portal.core.errors import ShowhowError
from portal.core.text import words
from portal.guides.queries.library import guides_of_system
from portal.skills_check.formats.pictures import LARGEST_PICTURE, picture_type, read_picture
from portal.skills_check.operations.bank import Editor, settle_conflict, write_question
from portal.skills_check.queries import authoring
from portal.skills_check.queries.changes import changes_of, note_counts, open_notes
from portal.skills_check.rules.bank import Entry, Home, Way, free_id, is_id
from portal.skills_check.rules.bank_words import sentences
from portal.skills_check.rules.editing import (
    EDITABLE,
    KIND_WORDS,
    Checked,
    Row,
    Typed,
    blank,
    check,
    passing,
    tried,
    typed_from,
    with_rows,
)
from portal.skills_check.rules.questions import LEVELS, Ignore, Kind, Picture, Question
from portal.storage.files import FileMissing, content_of
from portal.web.context import file_store, now, reading, transaction

blueprint = Blueprint("bank", __name__, template_folder="../templates", url_prefix="/authoring/questions")

A_PAGE = 25
REFUSED = 422
SHOWS = {
    "flagged": "With a warning",
    "noted": "With a note from people",
    "conflict": "Changed here and in the files",
    "here": "Written or changed here",
    "archived": "No longer asked",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """What the list is narrowed to; "" is no limit."""

    q: str
    system: str
    skill: str
    level: str
    kind: str
    show: str

    def fits(self, entry: Entry) -> bool:
        one = entry.question
        return (
            self.system in ("", one.system)
            and self.skill in ("", f"{one.system}/{one.skill}")
            and self.level in ("", str(one.level))
            and self.kind in ("", one.kind.value)
            and self._shown(entry)
            and self._worded(one)
        )

    def _shown(self, entry: Entry) -> bool:
        if self.show == "archived":
            return entry.archived
        if entry.archived:
            return False
        if self.show == "flagged":
            return bool(entry.flags)
        if self.show == "conflict":
            return entry.home is Home.CONFLICT
        return entry.home is not Home.FILES if self.show == "here" else True

    def _worded(self, one: Question) -> bool:
        said = words(f"{one.id} {one.stem} {' '.join(choice.text for choice in one.choices)}")
        return all(any(word.startswith(wanted) for word in said) for wanted in words(self.q))


def account_id() -> int | None:
    """The account behind the request."""
    person = current_person()
    return None if person is None else person.id


@blueprint.get("/")
@for_roles(Role.AUTHOR)
def questions() -> str:
    """Every question, narrowed by what the person chooses, 25 a page."""
    asked = Filters(**{name: request.args.get(name, "").strip()[:200] for name in Filters.__slots__})
    with reading() as session:
        everything = catalogue(session)
        entries = authoring.entries(session, archived=True)
        run = authoring.last_run(session)
        notes = note_counts(session)
    found = [entry for entry in entries if asked.fits(entry) and (asked.show != "noted" or entry.question.id in notes)]
    pages = max(1, -(-len(found) // A_PAGE))
    number = min(max(1, request.args.get("page", 1, type=int)), pages)
    return render_template(
        "skills_check/bank/questions.html",
        asked=asked,
        found=found[(number - 1) * A_PAGE : number * A_PAGE],
        count=len(found),
        total=sum(not entry.archived for entry in entries),
        conflicts=sum(entry.home is Home.CONFLICT for entry in entries),
        page=number,
        pages=pages,
        catalogue=everything,
        kinds=KIND_WORDS,
        levels=LEVELS,
        shows=SHOWS,
        run=run,
        notes=notes,
    )


@blueprint.get("/<question_id>/")
@for_roles(Role.AUTHOR)
def question(question_id: str) -> str:
    """One question: as it is asked, how it performs, what changed."""
    with reading() as session:
        entry = authoring.entry(session, question_id)
        history = authoring.history(session, question_id)
        notes = open_notes(session, question_id)
        log = changes_of(session, question_id)
        everything = catalogue(session)
    one = entry.question
    return render_template(
        "skills_check/bank/question.html",
        entry=entry,
        question=one,
        history=history,
        notes=notes,
        log=log,
        told=sentences(entry.figures),
        passing=passing(one),
        system=_system_name(everything, one.system),
        skill=_skill_name(everything, one),
        kinds=KIND_WORDS,
        levels=LEVELS,
        editable=one.kind in EDITABLE,
    )


@blueprint.get("/picture/<digest>")
@for_roles(Role.AUTHOR)
def picture(digest: str) -> Response:
    """The picture of a question."""
    content = content_of(file_store(), digest)
    try:
        read_picture(content, digest)
    except ValueError:
        raise FileMissing(digest) from None
    response = make_response(content)
    response.mimetype = picture_type(content)
    response.headers["Cache-Control"] = "private, max-age=3600"
    return response


@blueprint.route("/new", methods=["GET", "POST"])
@for_roles(Role.AUTHOR)
def new() -> Response:
    """A new question: its system and type first, then its form."""
    with reading() as session:
        everything = catalogue(session)
    system, kind = request.values.get("system", ""), request.values.get("type", "")
    if not everything.has_system(system) or kind not in {one.value for one in EDITABLE}:
        asked = "system" in request.args
        page = render_template(
            "skills_check/bank/new.html",
            catalogue=everything,
            kinds=[(one.value, KIND_WORDS[one.value]) for one in EDITABLE],
            system=system,
            kind=kind,
            refused=asked,
        )
        return make_response(page, REFUSED if asked else 200)
    return _edit(None, everything, system, Kind(kind))


@blueprint.route("/<question_id>/edit", methods=["GET", "POST"])
@for_roles(Role.AUTHOR)
def edit(question_id: str) -> Response:
    """Change a question: each save is a new version."""
    with reading() as session:
        entry = authoring.entry(session, question_id)
        everything = catalogue(session)
    if entry.question.kind not in EDITABLE:
        return redirect(url_for(".question", question_id=question_id), 303)
    return _edit(entry, everything, entry.question.system, entry.question.kind)


def _edit(entry: Entry | None, everything: Catalogue, system: str, kind: Kind) -> Response:
    skills = (
        {skill.key: skill.name for skill in everything.system(system).skills} if (everything.has_system(system)) else {}
    )
    with reading() as session:
        guides = _guides(session, system)
    if request.method == "GET":
        typed = typed_from(entry.question) if entry else blank(kind)
        found = check(typed, question_id="", system=system, skills=skills, guides=guides)
        return _form(entry, typed, found, {}, skills, guides, system, everything)
    do = request.form.get("do", "save")
    typed, told = _typed(kind, entry, keep=do != "save")
    own = entry.question.id if entry else request.form.get("id", "").strip()
    if entry and entry.question.guide:
        guides = {entry.question.guide: entry.question.guide, **guides}
    found = check(typed, question_id=own, system=system, skills=skills, guides=guides)
    errors = {**found.errors, **told}
    if entry is None and own and not is_id(own):
        errors["id"] = "Use small letters, digits and hyphens, such as spreadsheets-sum-03"
    if do != "save" or errors:
        shown = errors if do == "save" else told
        return _form(entry, typed, found, shown, skills, guides, system, everything)
    try:
        saved = _save(found.question, typed, entry)
    except ShowhowError as error:
        field = "id" if entry is None else "stem"
        return _form(entry, typed, found, {field: str(error)}, skills, guides, system, everything)
    flash("Saved. The new version is asked from the next check on.", "success")
    return redirect(url_for(".question", question_id=saved), 303)


def _save(made: Question, typed: Typed, entry: Entry | None) -> str:
    base = request.form.get("base", type=int) if entry else None
    with transaction() as session:
        if not made.id:
            made = _named(made, free_id(made.system, made.stem, authoring.known_questions(session)))
        editor = Editor(account_id=account_id(), way=Way.PAGE, why=" ".join(typed.why.split())[:500])
        write_question(session, made, base=base, editor=editor, now=now())
    return made.id


def _named(made: Question, question_id: str) -> Question:
    return Question(**{name: getattr(made, name) for name in Question.__slots__} | {"id": question_id})


def _form(
    entry: Entry | None,
    typed: Typed,
    found: Checked,
    errors: Mapping[str, str],
    skills: Mapping[str, str],
    guides: Mapping[str, str],
    system: str,
    everything: Catalogue,
) -> Response:
    more = request.form.get("do") == "more"
    errors = {name: errors[name] for name in sorted(errors, key=_ORDER.index)}
    page = render_template(
        "skills_check/bank/edit.html",
        entry=entry,
        typed=typed,
        rows=typed.rows if typed.kind is Kind.TRUE_FALSE else with_rows(typed.rows, more=more),
        question=found.question,
        errors=errors,
        skills=skills,
        guides=guides,
        levels=LEVELS,
        kinds=KIND_WORDS,
        ignores=[(one.value, one.value) for one in Ignore],
        system=_system_name(everything, system),
        system_key=system,
        base=request.form.get("base") or (entry.version_id if entry else ""),
        own_id=request.form.get("id", ""),
        tried=tried(found.question, typed.attempt) if typed.kind in (Kind.TEXT, Kind.NUMBER) else "",
        passing=passing(found.question),
    )
    return make_response(page, REFUSED if errors else 200)


def _typed(kind: Kind, entry: Entry | None, *, keep: bool) -> tuple[Typed, Mapping[str, str]]:
    """What the form holds, and what is wrong with a picture that was sent."""
    form = request.form
    shown = entry.question.picture if entry else None
    picture, errors = _sent_picture()
    kept = form.get("kept_picture", "")
    if picture is None and kept and (shown is None or kept != shown.digest):
        stored = content_of(file_store(), kept)
        picture = read_picture(stored, form.get("kept_name", "picture.png")[:120])
    typed = Typed(
        kind=kind,
        **{name: form.get(name, "") for name in _TEXTS},
        rows=_sent_rows(kind, keep=keep),
        shuffle="shuffle" in form,
        per_part="per_part" in form,
        ignore=tuple(form.getlist("ignore")),
        picture=picture or shown,
        difficulty=entry.question.difficulty if entry else None,
    )
    return typed, errors


#: The fields in the order of the form, for the list of what is wrong.
_ORDER = (
    "stem", "picture", "alt", "rows", "answer", "tolerance", "unit", "accept", "ignore", "typos", "attempt", "skill",
    "level", "feedback", "guide", "at", "source", "why", "id",
)  # fmt: skip
_TEXTS = (
    "stem", "skill", "level", "feedback", "guide", "at", "source", "why", "answer", "tolerance", "unit", "accept",
    "typos", "attempt", "alt",
)  # fmt: skip


def _sent_rows(kind: Kind, *, keep: bool) -> tuple[Row, ...]:
    form = request.form
    texts, others = form.getlist("text")[:60], form.getlist("other")
    right = set(form.getlist("right"))
    sides = [form.getlist(name) for name in ("left", "top", "width", "height")]
    rows = []
    for place, text in enumerate(texts):
        x, y, width, height = (side[place] if place < len(side) else "" for side in sides)
        rows.append(
            Row(
                text=text,
                other=others[place] if place < len(others) else "",
                right=str(place) in right,
                box=(x, y, width, height),
            )
        )
    filled = [row for row in rows if row.text.strip() or row.other.strip()]
    return tuple(filled if keep and kind is not Kind.TRUE_FALSE else rows)


def _sent_picture() -> tuple[Picture | None, Mapping[str, str]]:
    sent = request.files.get("picture")
    if sent is None or not sent.filename:
        return None, {}
    data = sent.stream.read(LARGEST_PICTURE + 1)
    try:
        found = read_picture(data, sent.filename.replace("\\", "/").rsplit("/", 1)[-1][-100:])
    except ValueError as error:
        return None, {"picture": str(error)}
    file_store().put(data)
    return found, {}


@blueprint.post("/<question_id>/settle")
@for_roles(Role.AUTHOR)
def settle(question_id: str) -> Response:
    """Choose between the text of the files and the page's."""
    take_files = request.form.get("take") == "files"
    with transaction() as session:
        offered = request.form.get("offered", 0, type=int)
        settle_conflict(session, question_id, offered=offered, take_files=take_files)
    said = "The text of the files is asked from now on." if take_files else "The text of this page stays."
    flash(said, "success")
    return redirect(url_for(".question", question_id=question_id), 303)


def _guides(session: Session, system: str) -> Mapping[str, str]:
    """Address → title of the published guides of a system."""
    return {one.address: one.title for one in guides_of_system(session, system)}


def _system_name(everything: Catalogue, key: str) -> str:
    return everything.system(key).name if everything.has_system(key) else key


def _skill_name(everything: Catalogue, one: Question) -> str:
    found = everything.system(one.system).skill(one.skill) if everything.has_system(one.system) else None
    return one.skill if found is None else found.name
