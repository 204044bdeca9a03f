"""Named people whose access differs, so that a test reads like a sentence."""

from dataclasses import dataclass

from portal.accounts.rules import Role

PASSWORD = "correct-horse-battery"


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """Somebody in a test."""

    name: str
    roles: tuple[Role, ...]

    @property
    def email(self) -> str:
        return f"{self.name.lower()}@example.gov.uk"


STAFF = Named(name="Sam", roles=())
AUTHOR = Named(name="Aisha", roles=(Role.AUTHOR,))
RECRUITER = Named(name="Rosa", roles=(Role.RECRUITER,))
DESK_ANALYST = Named(name="Dev", roles=(Role.DESK_ANALYST,))
ADMINISTRATOR = Named(name="Ada", roles=(Role.ADMINISTRATOR,))
EVERYBODY = (STAFF, AUTHOR, RECRUITER, DESK_ANALYST, ADMINISTRATOR)
