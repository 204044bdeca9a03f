"""Creating accounts, changing them, checking a password, and the audit trail."""

import datetime as dt
from collections.abc import Iterable

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from email_validator import EmailNotValidError, validate_email
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.accounts import queries
from portal.accounts.models import Account, AuditEntry
from portal.accounts.rules import (
    AccountExists,
    Person,
    Role,
    UnknownAccount,
    UnusableEmail,
    WrongCredentials,
    check_password,
    normal_email,
)

# About 50 ms and 19 MiB a sign-in; the library's default takes 350 ms and 64 MiB, an easy way to be knocked over.
_hasher = PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1)
# Checked when the address is unknown, so that a wrong address takes as long as a wrong password.
_NOBODY = _hasher.hash("nobody has this password")


def create_account(
    session: Session, *, email: str, name: str, password: str, roles: Iterable[Role], now: dt.datetime
) -> Person:
    """Create an account; staff is always among its roles.

    Raises UnusableEmail, UnusablePassword, AccountExists.
    """
    address = _checked_email(email)
    check_password(password)
    if queries.person_by_email(session, address) is not None:
        raise AccountExists(address)
    account = Account(
        email=address,
        name=name.strip() or address,
        password_hash=_hasher.hash(password),
        roles=_stored_roles(roles),
        created_at=now,
    )
    session.add(account)
    session.flush()
    record_audit(session, account_id=account.id, action="account created", subject=address, now=now)
    created = queries.person(session, account.id)
    assert created is not None  # noqa: S101 (it was added three lines above)
    return created


def set_password(session: Session, *, email: str, password: str, now: dt.datetime) -> None:
    """Give an account a new password, which signs it out everywhere. Raises UnknownAccount, UnusablePassword."""
    check_password(password)
    account = _account(session, email)
    account.password_hash = _hasher.hash(password)
    record_audit(session, account_id=account.id, action="password set", subject=account.email, now=now)


def set_roles(session: Session, *, email: str, roles: Iterable[Role], now: dt.datetime) -> None:
    """Replace an account's roles. Raises UnknownAccount."""
    account = _account(session, email)
    account.roles = _stored_roles(roles)
    record_audit(session, account_id=account.id, action="roles set", subject=account.email, now=now)


def deactivate_account(session: Session, *, email: str, now: dt.datetime) -> None:
    """Stop an account from signing in. Raises UnknownAccount."""
    account = _account(session, email)
    account.active = False
    record_audit(session, account_id=account.id, action="account deactivated", subject=account.email, now=now)


def verified_person(session: Session, *, email: str, password: str) -> Person:
    """The person these credentials belong to. Raises WrongCredentials."""
    found = queries.password_hash(session, email)
    stored = _NOBODY if found is None else found[1]
    try:
        _hasher.verify(stored, password)
    except (VerifyMismatchError, InvalidHashError):
        raise WrongCredentials from None
    if found is None:
        raise WrongCredentials
    return found[0]


def record_audit(session: Session, *, account_id: int | None, action: str, subject: str, now: dt.datetime) -> None:
    """Append one line to the audit trail."""
    session.add(AuditEntry(account_id=account_id, action=action, subject=subject[:200], at=now))


def _account(session: Session, email: str) -> Account:
    account = session.scalar(select(Account).where(Account.email == normal_email(email)))
    if account is None:
        raise UnknownAccount(email)
    return account


def _checked_email(email: str) -> str:
    try:
        validate_email(email, check_deliverability=False, test_environment=True)
    except EmailNotValidError:
        raise UnusableEmail(email) from None
    return normal_email(email)


def _stored_roles(roles: Iterable[Role]) -> list[str]:
    return sorted({Role.STAFF.value, *(role.value for role in roles)})
