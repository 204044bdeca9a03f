"""How guides do, for their authors: plays, answers, where people stop watching."""

import datetime as dt
from collections.abc import Iterable

from flask import Response, render_template, request

from portal.accounts.access import for_roles
from portal.accounts.rules import Role
from portal.catalogue.queries import catalogue
from portal.core.tables import Cell, csv_text
from portal.guides.queries import counts as queries
from portal.guides.queries.library import guide_with_code
from portal.guides.rules.counts import BINS, FEWEST, Doing
from portal.guides.rules.versions import UnknownCode
from portal.guides.views.authoring import blueprint, today
from portal.web.context import reading
from portal.web.downloads import csv_download

WEEKS = (4, 12, 26, 52)
USUAL_WEEKS = 12
SHOWN = ("all", "no", "never")


@blueprint.get("/counts/")
@for_roles(Role.AUTHOR)
def counts() -> str:
    weeks = _weeks()
    shown = request.args.get("show", "all")
    with reading() as session:
        known = catalogue(session)
        guides = queries.how_guides_do(session, since=_since(weeks), today=today())
    chosen = {"no": [one for one in guides if one.often_no], "never": [one for one in guides if one.never_watched]}
    return render_template(
        "guides/authoring/counts.html",
        guides=chosen.get(shown, guides),
        shown=shown if shown in SHOWN else "all",
        often_no=len(chosen["no"]),
        never=len(chosen["never"]),
        weeks=weeks,
        choices=WEEKS,
        names={system.key: system.name for system in known.systems},
        fewest=FEWEST,
    )


@blueprint.get("/counts/counts.csv")
@for_roles(Role.AUTHOR)
def counts_csv() -> Response:
    weeks = _weeks()
    with reading() as session:
        guides = queries.how_guides_do(session, since=_since(weeks), today=today())
    return csv_download(_table(guides), f"guides-{weeks}-weeks-to-{today().isoformat()}.csv")


@blueprint.get("/counts/<code>")
@for_roles(Role.AUTHOR)
def counts_of(code: str) -> str:
    weeks = _weeks()
    with reading() as session:
        guide = guide_with_code(session, code)
        if guide is None:
            raise UnknownCode(code)
        versions = queries.versions_of(session, code, since=_since(weeks))
    return render_template(
        "guides/authoring/counts_of.html",
        guide=guide,
        versions=versions,
        weeks=weeks,
        choices=WEEKS,
        fewest=FEWEST,
        bins=BINS,
    )


def _weeks() -> int:
    asked = request.args.get("weeks", "")
    return int(asked) if asked in map(str, WEEKS) else USUAL_WEEKS


def _since(weeks: int) -> dt.date:
    return today() - dt.timedelta(weeks=weeks)


def _table(guides: Iterable[Doing]) -> str:
    """What the page shows, and no more: a cell is empty where too few people stand behind it."""
    bins = [f"watched_{number}_of_{BINS}" for number in range(1, BINS + 1)]
    return csv_text(("code", "title", "system", "plays", "yes", "partly", "no", *bins), map(_row, guides))


def _row(one: Doing) -> tuple[Cell, ...]:
    plays = one.plays if one.shows_plays else None
    answers = (one.yes, one.partly, one.no) if one.shows_answers else (None,) * 3
    return (one.code, one.title, one.system, plays, *answers, *(one.bins if one.shows_plays else (None,) * BINS))
