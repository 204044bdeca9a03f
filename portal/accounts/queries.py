"""Reading accounts."""

import hashlib

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.accounts.models import Account
from portal.accounts.rules import Person, Role, normal_email


def person(session: Session, account_id: int) -> Person | None:
    """The person of an active account, or None."""
    account = session.get(Account, account_id)
    return None if account is None or not account.active else _person(account)


def person_by_email(session: Session, email: str) -> Person | None:
    """The person with this address, active or not, or None."""
    account = session.scalar(select(Account).where(Account.email == normal_email(email)))
    return None if account is None else _person(account)


def people(session: Session) -> tuple[Person, ...]:
    """Everybody with an active account, by e-mail address."""
    return tuple(_person(row) for row in session.scalars(select(Account).where(Account.active).order_by(Account.email)))


def password_hash(session: Session, email: str) -> tuple[Person, str] | None:
    """The person and the stored hash, for checking a sign-in; None for an unknown or inactive account."""
    account = session.scalar(select(Account).where(Account.email == normal_email(email), Account.active))
    return None if account is None else (_person(account), account.password_hash)


def _person(account: Account) -> Person:
    return Person(
        id=account.id,
        name=account.name,
        email=account.email,
        roles=frozenset(Role(role) for role in account.roles),
        stamp=hashlib.sha256(account.password_hash.encode()).hexdigest()[:16],
    )
