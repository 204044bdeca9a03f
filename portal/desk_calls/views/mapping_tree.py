"""The desk's categories as a tree beside our systems, and suggestions to confirm many at once."""

from collections.abc import Mapping, Sequence

from flask import flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from portal.accounts.access import for_roles
from portal.accounts.rules import Role
from portal.catalogue.queries import catalogue
from portal.catalogue.rules import Catalogue
from portal.core.text import counted
from portal.desk_calls.forms.mapping import ConfirmForm
from portal.desk_calls.operations.mapping import save_rules
from portal.desk_calls.queries.mapping import mapping_rules
from portal.desk_calls.queries.newest_year import category_year, year_of_calls
from portal.desk_calls.rules.days import BEGINNING
from portal.desk_calls.rules.mapping import MappingRule
from portal.desk_calls.rules.suggestions import Suggester, UnmappedCategory
from portal.desk_calls.rules.tree import branches, sources_of, system_words, trail
from portal.desk_calls.views.blueprint import REFUSED, account_id_here, blueprint
from portal.web.context import now, reading, transaction

_ROWS_A_PAGE = 100
_SUGGESTIONS_A_PAGE = 50


@blueprint.get("/mapping/categories/")
@for_roles(Role.DESK_ANALYST)
def categories() -> str:
    """One level of the tree, or every path that has the words searched for."""
    asked = {name: request.args.get(name, "").strip() for name in ("under", "words", "source", "show")}
    page = max(request.args.get("page", 1, type=int), 1)
    with reading() as session:
        known, rules = catalogue(session), mapping_rules(session)
        year = category_year(session)
    leaves = year.leaves(rules)
    of_source = [leaf for leaf in leaves if asked["source"] in ("", leaf.source)]
    found = branches(of_source, under=asked["under"], words=asked["words"], only_unmapped=asked["show"] == "unmapped")
    names = _names(known)
    start = (page - 1) * _ROWS_A_PAGE
    return render_template(
        "desk_calls/categories.html",
        asked=asked,
        trail=trail(asked["under"]),
        sources=sources_of(leaves),
        rows=[(one, system_words(one.systems, names)) for one in found[start : start + _ROWS_A_PAGE]],
        total=len(found),
        page=page,
        pages=max(1, -(-len(found) // _ROWS_A_PAGE)),
        kept={name: value for name, value in asked.items() if value},
    )


@blueprint.route("/mapping/suggestions/", methods=["GET", "POST"])
@for_roles(Role.DESK_ANALYST)
def suggestions() -> Response:
    """Confirm many suggestions at once; what nobody ticks stays as it is."""
    with reading() as session:
        known, rules = catalogue(session), mapping_rules(session)
        year = year_of_calls(session, rules=rules)
    offered = _offered(Suggester(known, rules).unmapped(year.unmapped))
    form = ConfirmForm()
    problem = ""
    if form.accepted():
        ticked = set(request.form.getlist("category"))
        chosen = [_rule(one) for one in offered if one.category in ticked]
        if chosen:
            with transaction() as session:
                saved = save_rules(session, chosen, account_id=account_id_here(), now=now())
            flash(f"{counted(saved.added, 'category', 'categories')} mapped.", "success")
            return redirect(url_for("desk_calls.suggestions"), 303)
        problem = "Tick at least one suggestion"
    page = render_template(
        "desk_calls/suggestions.html",
        form=form,
        problem=problem,
        offered=offered[:_SUGGESTIONS_A_PAGE],
        further=max(len(offered) - _SUGGESTIONS_A_PAGE, 0),
        ticked="all" in request.args,
        names=_names(known),
        types={one.key: one.name for one in known.call_types},
        year=year,
    )
    return make_response(page, REFUSED if problem else 200)


def _offered(found: Sequence[UnmappedCategory]) -> list[UnmappedCategory]:
    """Those with a system to confirm."""
    return [one for one in found if one.suggestion is not None and one.suggestion.system]


def _rule(one: UnmappedCategory) -> MappingRule:
    assert one.suggestion is not None and one.suggestion.system is not None  # noqa: S101, PT018 (only such are offered)
    return MappingRule(
        source="",
        category=one.category,
        valid_from=BEGINNING,
        valid_to=None,
        system=one.suggestion.system,
        call_type=one.suggestion.call_type,
        skill=None,
        why=one.suggestion.reason[:200],
    )


def _names(known: Catalogue) -> Mapping[str, str]:
    return {system.key: system.name for system in known.systems}
