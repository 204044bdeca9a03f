"""flask catalogue …"""

from pathlib import Path

import click
from flask.cli import AppGroup

from portal.catalogue import operations, queries
from portal.catalogue.formats.users_csv import read_users
from portal.core.documents import Problems
from portal.core.text import counted
from portal.web.command_line import Answer, answering
from portal.web.context import now, transaction

group = AppGroup("catalogue", help="Systems, skills and directorates.")


@group.command("import-users")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@answering
def import_users(file: Path) -> Answer:
    """Load how many people use each system, from a CSV system,directorate,users."""
    problems = Problems()
    with transaction() as session:
        users = read_users(file.read_bytes(), file.name, queries.catalogue(session), problems)
        problems.raise_if_any()
        changed = operations.set_users(session, users, now=now())
    line = f"Read {counted(len(users), 'line')}." + ("" if changed else " Nothing changed.")
    return Answer(lines=(line,), data={"rows": len(users), "changed": changed})
