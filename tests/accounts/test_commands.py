"""flask accounts …"""

from collections.abc import Callable

import pytest
from click.testing import Result

from portal.accounts.operations import verified_person
from portal.accounts.rules import Role, WrongCredentials
from portal.storage.database import Database

Run = Callable[..., Result]
SECRET = "three random words"


def test_an_account_from_first_to_last(run_command: Run, database: Database) -> None:
    made = run_command("accounts", "create", "Dana@Example.gov.uk", "--role", "desk-analyst", "--password", SECRET)
    assert made.output == "Created dana@example.gov.uk with desk-analyst, staff.\n"
    assert "dana@example.gov.uk  desk-analyst, staff" in run_command("accounts", "list").output
    with database.session() as session:
        assert verified_person(session, email="DANA@example.gov.uk", password=SECRET).may(Role.DESK_ANALYST)
    assert run_command("accounts", "set-roles", "dana@example.gov.uk", "--role", "author").exit_code == 0
    assert (
        run_command("accounts", "set-password", "dana@example.gov.uk", "--password", "another long one").exit_code == 0
    )
    with database.session() as session:
        person = verified_person(session, email="dana@example.gov.uk", password="another long one")
        assert person.roles == {Role.STAFF, Role.AUTHOR}
        with pytest.raises(WrongCredentials):
            verified_person(session, email="dana@example.gov.uk", password=SECRET)
    run_command("accounts", "deactivate", "dana@example.gov.uk")
    with database.session() as session, pytest.raises(WrongCredentials):
        verified_person(session, email="dana@example.gov.uk", password="another long one")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("create", "nobody", "--password", SECRET), "“nobody” isn't an e-mail address"),
        (("create", "a@example.gov.uk", "--password", "short"), "12 characters or more"),
        (("set-password", "no@example.gov.uk", "--password", SECRET), "No account has the e-mail address"),
        (("set-roles", "no@example.gov.uk"), "No account has the e-mail address"),
        (("deactivate", "no@example.gov.uk"), "No account has the e-mail address"),
    ],
)
def test_refusals_say_what_to_do(run_command: Run, arguments: tuple[str, ...], says: str) -> None:
    result = run_command("accounts", *arguments)
    assert result.exit_code == 1
    assert says in result.output


def test_an_address_is_taken_once(run_command: Run) -> None:
    run_command("accounts", "create", "a@example.gov.uk", "--password", SECRET)
    again = run_command("accounts", "create", "A@example.gov.uk", "--password", SECRET)
    assert (again.exit_code, "There is an account for a@example.gov.uk already" in again.output) == (1, True)


def test_an_empty_list_says_how_to_begin(run_command: Run) -> None:
    assert "flask accounts create" in run_command("accounts", "list").output
    assert run_command("accounts", "create", "a@example.gov.uk", "--role", "king", "--password", SECRET).exit_code == 2
