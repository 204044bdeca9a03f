"""The desk at a glance: calls over time, by system and type, a user against the benchmark, and what has no guide."""

from dataclasses import dataclass

from flask import Response, render_template, request
from sqlalchemy.orm import Session

from portal.accounts.access import for_roles
from portal.accounts.rules import Role
from portal.catalogue.queries import catalogue
from portal.catalogue.rules import Catalogue, Teachable
from portal.desk_calls.formats.overview_csv import categories_csv, months_csv, systems_csv
from portal.desk_calls.queries.series import mapped_calls, newest_week
from portal.desk_calls.rules.mapping import MappedCalls
from portal.desk_calls.rules.overview import (
    NO_SYSTEM,
    NO_TYPE,
    DeskOptions,
    bars,
    by_month,
    by_system,
    calls_a_user,
    chosen_rows,
    months_up_to,
    without_guide,
)
from portal.desk_calls.views.blueprint import blueprint
from portal.guides.queries.library import published_guides
from portal.web.context import options, reading
from portal.web.downloads import csv_download

_CATEGORIES_SHOWN = 20
#: Two years of months may hold fewer than twice 52 weeks.
_MONTHS_READ = 26


@dataclass(frozen=True, slots=True, kw_only=True)
class _Desk:
    """What the pages are made from."""

    known: Catalogue
    calls: MappedCalls

    @property
    def names(self) -> dict[str, str]:
        return {system.key: system.name for system in self.known.systems}

    @property
    def users(self) -> dict[str, int]:
        return {system.key: system.users_total for system in self.known.systems}


@blueprint.get("/")
@for_roles(Role.DESK_ANALYST)
def overview() -> str:
    system, call_type = request.args.get("system", ""), request.args.get("type", "")
    with reading() as session:
        desk = _desk(session)
        guided = _guided(session)
    if not desk.calls.weeks:
        return render_template("desk_calls/overview_empty.html")
    months = by_month(
        chosen_rows(desk.calls, system=system, call_type=call_type),
        desk.calls.weeks,
        months_up_to(desk.calls.weeks[-1]),
    )
    missing = without_guide(desk.calls, guided, _teachable(desk.known))
    names = desk.names
    types = {one.key: one.name for one in desk.known.call_types}
    return render_template(
        "desk_calls/overview.html",
        asked={"system": system, "type": call_type},
        shown=(names.get(system, "calls without a system" if system == NO_SYSTEM else "")),
        system_choices=[*sorted(names.items(), key=lambda pair: pair[1]), (NO_SYSTEM, "No system yet")],
        type_choices=[*types.items(), (NO_TYPE, "No type known")],
        chart=bars(months),
        months=months,
        systems=by_system(desk.calls, desk.users),
        names=names,
        types=types,
        a_user=calls_a_user(desk.calls, desk.known.staff),
        benchmark=options(DeskOptions).benchmark_calls,
        missing=missing[:_CATEGORIES_SHOWN],
        further=max(len(missing) - _CATEGORIES_SHOWN, 0),
    )


@blueprint.get("/months.csv")
@for_roles(Role.DESK_ANALYST)
def overview_months_csv() -> Response:
    with reading() as session:
        calls = _desk(session).calls
    rows = chosen_rows(calls, system=request.args.get("system", ""), call_type=request.args.get("type", ""))
    return csv_download(months_csv(rows), "calls-by-month.csv")


@blueprint.get("/systems.csv")
@for_roles(Role.DESK_ANALYST)
def overview_systems_csv() -> Response:
    with reading() as session:
        desk = _desk(session)
    return csv_download(systems_csv(by_system(desk.calls, desk.users), desk.names), "calls-by-system.csv")


@blueprint.get("/without-a-guide.csv")
@for_roles(Role.DESK_ANALYST)
def without_guide_csv() -> Response:
    with reading() as session:
        desk = _desk(session)
        found = without_guide(desk.calls, _guided(session), _teachable(desk.known))
    return csv_download(categories_csv(found), "calls-without-a-guide.csv")


def _desk(session: Session) -> _Desk:
    newest = newest_week(session)
    known = catalogue(session)
    if newest is None:
        return _Desk(known=known, calls=MappedCalls(weeks=(), rows=()))
    return _Desk(known=known, calls=mapped_calls(session, months_up_to(newest, most=_MONTHS_READ)))


def _guided(session: Session) -> dict[str, frozenset[str]]:
    """Skills with a guide, by system."""
    found: dict[str, frozenset[str]] = {}
    for guide in published_guides(session):
        found[guide.system_key] = found.get(guide.system_key, frozenset()) | frozenset(guide.skills)
    return found


def _teachable(known: Catalogue) -> frozenset[str]:
    return frozenset(one.key for one in known.call_types if one.teachable is not Teachable.NOT)
