"""Pages of the import history: every import, one of them, undoing it, and how the live feeds went."""

from collections.abc import Mapping

from flask import flash, make_response, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from portal.accounts import queries as accounts
from portal.accounts.access import for_roles
from portal.accounts.rules import Role
from portal.core.text import counted
from portal.desk_calls.operations import history as operations
from portal.desk_calls.queries import history as queries
from portal.desk_calls.rules.feeds import FeedOptions
from portal.desk_calls.rules.history import CannotUndo, ImportWay, PastImport, UndoOutcome
from portal.desk_calls.views.blueprint import account_id_here, blueprint
from portal.web.context import now, options, reading, transaction

_A_PAGE = 50


@blueprint.get("/imports/")
@for_roles(Role.DESK_ANALYST)
def history() -> str:
    page = max(request.args.get("page", 1, type=int), 1)
    with reading() as session:
        imports = queries.past_imports(session, most=_A_PAGE, skip=(page - 1) * _A_PAGE)
        every = queries.count_imports(session)
        names = _names(session)
        states = queries.feed_states(session)
    return render_template(
        "desk_calls/history.html",
        imports=[(past, who(past, names)) for past in imports],
        newer=page - 1 if page > 1 else None,
        older=page + 1 if page * _A_PAGE < every else None,
        feeds=[(feed, states.get(feed.source)) for feed in options(FeedOptions).feeds],
    )


@blueprint.route("/imports/<int:import_id>/", methods=["GET", "POST"])
@for_roles(Role.DESK_ANALYST)
def past_import(import_id: int) -> AnyResponse:
    if request.method == "POST":
        with transaction() as session:
            outcome = operations.undo_import(session, import_id, account_id=account_id_here(), now=now())
        flash(_undone_words(outcome), "success")
        return redirect(url_for("desk_calls.past_import", import_id=import_id), 303)
    undo, impossible = None, ""
    with reading() as session:
        past = queries.past_import(session, import_id)
        names = _names(session)
        try:
            undo = queries.undo_plan(session, import_id, now=now()).outcome
        except CannotUndo as error:
            impossible = "" if past.undone_at else str(error)
    page = render_template(
        "desk_calls/past_import.html",
        past=past,
        who=who(past, names),
        undone_by=_name(past.undone_by, names, "the command line"),
        outcome=undo,
        impossible=impossible,
        restored_words=_goes(undo.restored if undo else ()),
        removed_words=_goes(undo.removed if undo else (), one="is", more="are"),
    )
    return make_response(page)


def who(past: PastImport, names: Mapping[int, str]) -> str:
    """Who brought calls in."""
    return _name(past.account_id, names, past.way.words if past.way is not ImportWay.COMMAND else "Command line")


def _name(account_id: int | None, names: Mapping[int, str], nobody: str) -> str:
    return nobody if account_id is None else names.get(account_id, "A former colleague")


def _names(session: Session) -> Mapping[int, str]:
    return {person.id: person.name for person in accounts.people(session)}


def _goes(starts: tuple[object, ...], *, one: str = "goes", more: str = "go") -> str:
    return f"{counted(len(starts), 'week or month', 'weeks or months')} {one if len(starts) == 1 else more}"


def _undone_words(outcome: UndoOutcome) -> str:
    said = f"Undone: {len(outcome.restored):,} restored, {len(outcome.removed):,} taken out."
    return said if not outcome.left else f"{said} {counted(len(outcome.left), 'week')} stayed as it was."
