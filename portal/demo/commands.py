"""flask demo …"""

import dataclasses

from flask.cli import AppGroup

from portal.demo.operations import clear_demonstration, load_demonstration
from portal.demo.queries import PASSWORD
from portal.skills_check.rules.attempts import SkillsCheckOptions
from portal.web.command_line import Answer, answering
from portal.web.context import now, options, transaction

group = AppGroup("demo", help="A synthetic council to try everything on.")


@group.command("load")
@answering
def load() -> Answer:
    """Fill an empty database with a synthetic council; every page then says so."""
    with transaction() as session:
        done = load_demonstration(session, secret=options(SkillsCheckOptions).secret, now=now())
    made = f"{done.calls:,} calls, {done.answers:,} answers of {done.sittings:,} sittings, {done.releases} releases"
    lines = (
        f"Made up {made}.",
        f"{done.accounts} people can sign in with the password {PASSWORD}: “flask accounts list” names them.",
        "Every page says that it is demonstration data. “flask demo clear” empties all of it.",
    )
    return Answer(lines=lines, data=dataclasses.asdict(done))


@group.command("clear")
@answering
def clear() -> Answer:
    """Empty the whole database, if a demonstration is in it."""
    with transaction() as session:
        clear_demonstration(session)
    return Answer(
        lines=("The demonstration is cleared. Load the content again with “flask content sync”.",),
        data={"cleared": True},
    )
