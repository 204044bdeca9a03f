"""Whether the data are invented, and who may sign in then."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.accounts.queries import people
from portal.demo.models import Demonstration

PASSWORD = "demonstration-only"  # noqa: S105 (it opens invented data, and is printed at each start)


def is_loaded(session: Session) -> bool:
    """Whether a demonstration council is in the database."""
    return session.scalar(select(Demonstration.id).limit(1)) is not None


def sign_ins(session: Session) -> tuple[tuple[str, str], ...]:
    """E-mail address and roles of everybody who may sign in to the demonstration; empty without one."""
    if not is_loaded(session):
        return ()
    return tuple((person.email, ", ".join(sorted(role.words for role in person.roles))) for person in people(session))
