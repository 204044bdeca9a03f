"""People who sign in, their roles, and what a password must be."""

from dataclasses import dataclass
from enum import StrEnum

from portal.core.errors import Conflict, InvalidInput, NotAllowed, NotFound

SHORTEST_PASSWORD = 12
LONGEST_PASSWORD = 200


class Role(StrEnum):
    """What a person may do. Everybody who signs in is staff; the administrator may do everything."""

    STAFF = "staff"
    AUTHOR = "author"
    RECRUITER = "recruiter"
    DESK_ANALYST = "desk-analyst"
    ADMINISTRATOR = "administrator"

    @property
    def words(self) -> str:
        """The role as people read it."""
        return self.value.replace("-", " ")


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody who signed in. ``stamp`` changes with the password, which signs out every other browser."""

    id: int
    name: str
    email: str
    roles: frozenset[Role]
    stamp: str

    def may(self, *roles: Role) -> bool:
        """Whether one of these roles is theirs; an administrator may always."""
        return Role.ADMINISTRATOR in self.roles or not self.roles.isdisjoint(roles)


class SignInRequired(NotAllowed):
    """Nobody is signed in, and this page needs somebody."""

    def __init__(self) -> None:
        super().__init__("Sign in to see this page.")


class WrongRole(NotAllowed):
    """The person signed in may not see this page."""

    def __init__(self, *roles: Role) -> None:
        self.roles = roles
        named = " or ".join(role.words for role in roles)
        super().__init__(f"It needs the role {named}. Ask an administrator for it, or sign in with another account.")


class UnknownAccount(NotFound):
    """No account has this e-mail address."""

    def __init__(self, email: str) -> None:
        self.email = email
        super().__init__(f"No account has the e-mail address {email}. “flask accounts list” shows them all.")


class AccountExists(Conflict):
    """The e-mail address is taken."""

    def __init__(self, email: str) -> None:
        self.email = email
        super().__init__(f"There is an account for {email} already. Use “flask accounts set-password” or “set-roles”.")


class UnusablePassword(InvalidInput):
    """The password is too short or too long."""

    def __init__(self) -> None:
        super().__init__(f"Use a password of {SHORTEST_PASSWORD} characters or more, for example three random words.")


class UnusableEmail(InvalidInput):
    """The e-mail address can't be one."""

    def __init__(self, email: str) -> None:
        self.email = email
        super().__init__(f"“{email}” isn't an e-mail address. Write it like name@example.gov.uk.")


class WrongCredentials(NotAllowed):
    """E-mail address and password don't go together. Which of the two is wrong is never said."""

    def __init__(self) -> None:
        super().__init__("The e-mail address or the password isn’t right. Check both and try again.")


def normal_email(email: str) -> str:
    """The form in which addresses are stored and compared."""
    return email.strip().lower()


def check_password(password: str) -> None:
    """Raise UnusablePassword unless the length is within bounds."""
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        raise UnusablePassword
