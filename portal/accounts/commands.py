"""flask accounts …"""

import click
from flask.cli import AppGroup

from portal.accounts import operations, queries
from portal.accounts.rules import Role
from portal.web.command_line import Answer, answering
from portal.web.context import now, reading, transaction

group = AppGroup("accounts", help="Who may sign in.")

_ROLES = click.Choice([role.value for role in Role])
_roles = click.option("--role", "roles", multiple=True, type=_ROLES, help="May be given several times.")
_password = click.password_option(help="At least 12 characters. Asked for when left out.")


@group.command("create")
@click.argument("email")
@click.option("--name", default="", help="As it is shown to the person.")
@_roles
@_password
@answering
def create(email: str, name: str, roles: tuple[str, ...], password: str) -> Answer:
    """Create an account."""
    with transaction() as session:
        person = operations.create_account(
            session, email=email, name=name, password=password, roles=[Role(role) for role in roles], now=now()
        )
    named = sorted(role.value for role in person.roles)
    line = f"Created {person.email} with {', '.join(named)}."
    return Answer(lines=(line,), data={"email": person.email, "roles": named})


@group.command("list")
@answering
def list_accounts() -> Answer:
    """List the accounts that may sign in."""
    with reading() as session:
        people = queries.people(session)
    rows = [{"email": one.email, "name": one.name, "roles": sorted(one.roles)} for one in people]
    lines = tuple(f"{one.email}  {', '.join(sorted(one.roles))}" for one in people)
    return Answer(lines=lines or ("No account yet. Make one with “flask accounts create”.",), data=rows)


@group.command("set-password")
@click.argument("email")
@_password
@answering
def set_password(email: str, password: str) -> Answer:
    """Give an account a new password and sign it out everywhere."""
    with transaction() as session:
        operations.set_password(session, email=email, password=password, now=now())
    return Answer(lines=(f"The password of {email} is changed.",), data={"email": email})


@group.command("set-roles")
@click.argument("email")
@_roles
@answering
def set_roles(email: str, roles: tuple[str, ...]) -> Answer:
    """Replace the roles of an account."""
    with transaction() as session:
        operations.set_roles(session, email=email, roles=[Role(role) for role in roles], now=now())
    return Answer(lines=(f"{email} now has {', '.join(('staff', *roles))}.",), data={"email": email})


@group.command("deactivate")
@click.argument("email")
@answering
def deactivate(email: str) -> Answer:
    """Stop an account from signing in. Nothing it did is deleted."""
    with transaction() as session:
        operations.deactivate_account(session, email=email, now=now())
    return Answer(lines=(f"{email} can't sign in any more.",), data={"email": email})
