"""What authors do about a question after it was answered: notes from people, withdraw, bring back, mark again."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from flask import flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from portal.accounts.access import for_roles
from portal.accounts.rules import Role
from portal.core.text import counted
from portal.skills_check.operations import changes
from portal.skills_check.queries import authoring
from portal.skills_check.queries.changes import open_notes
from portal.skills_check.rules.changes import Change, ReasonMissing, Remarked, UnknownQuestionId
from portal.skills_check.views.bank import REFUSED, account_id, blueprint
from portal.web.context import now, reading, transaction

LONGEST_REASON = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """One thing that can be done. ``does``: what it means, for the page."""

    change: Change
    heading: str
    button: str
    does: str
    done: str
    run: Callable[..., Remarked]


WAYS: Mapping[str, Way] = {
    "withdraw": Way(
        change=Change.WITHDRAWN,
        heading="Withdraw",
        button="Withdraw this question",
        does="It is asked no more, and counts for nobody in results that are still kept. "
        "Answers that have joined the council figures stay in them.",
        done="The question is withdrawn.",
        run=changes.withdraw_question,
    ),
    "restore": Way(
        change=Change.RESTORED,
        heading="Bring back",
        button="Ask this question again",
        does="It is asked again, and the answers it had count again.",
        done="The question is asked again.",
        run=changes.restore_question,
    ),
    "mark-again": Way(
        change=Change.MARKED_AGAIN,
        heading="Mark again",
        button="Mark the answers again",
        does="Every answer that is still kept is marked by the text that is asked now. "
        "The old marks stay beside the new.",
        done="The answers are marked again.",
        run=changes.mark_again,
    ),
}


@blueprint.route("/<question_id>/<any('withdraw', 'restore', 'mark-again'):what>", methods=["GET", "POST"])
@for_roles(Role.AUTHOR)
def change(question_id: str, what: str) -> Response:
    """Say beforehand what would change, ask why, then do it."""
    way = WAYS[what]
    reason = " ".join(request.form.get("reason", "").split())[:LONGEST_REASON]
    error = ""
    if request.method == "POST":
        try:
            with transaction() as session:
                authoring.entry(session, question_id)
                done = way.run(session, question_id, reason=reason, account_id=account_id(), now=now())
        except ReasonMissing as refused:
            error = str(refused)
        else:
            flash(f"{way.done} {_told(done)}", "success")
            return redirect(url_for(".question", question_id=question_id), 303)
    with reading() as session:
        entry = authoring.entry(session, question_id)
        tried = way.run(
            session, question_id, reason="What would change", account_id=account_id(), now=now(), dry_run=True
        )
        session.rollback()
    page = render_template(
        "skills_check/bank/change.html", entry=entry, way=way, tried=_told(tried), reason=reason, error=error
    )
    return make_response(page, REFUSED if error else 200)


def _told(done: Remarked) -> str:
    """What marking again does, in words."""
    if not done.answers:
        return "Nobody’s kept result is touched."
    marks = counted(done.marks, "mark changes", "marks change")
    results = counted(done.results, "result is said otherwise", "results are said otherwise")
    said = f"{results} ({done.better} better, {done.worse} worse)"
    kept = counted(done.answers, "answer that is kept", "answers that are kept")
    return f"Of {kept}, {marks}; {said}."


@blueprint.post("/<question_id>/notes/<int:note_id>/settle")
@for_roles(Role.AUTHOR)
def settle_note(question_id: str, note_id: int) -> Response:
    """Take a note off the list."""
    with transaction() as session:
        if not any(note.id == note_id for note in open_notes(session, question_id)):
            raise UnknownQuestionId(question_id)
        changes.settle_note(session, note_id, now=now())
    flash("The note is done with.", "success")
    return redirect(url_for(".question", question_id=question_id), 303)
