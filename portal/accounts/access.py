"""Who is there, and who may see what: every view declares it, and what isn't declared is refused."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from flask import Flask, current_app, g, redirect, request, url_for
from flask_login import LoginManager, UserMixin, current_user, login_user, logout_user
from werkzeug.wrappers import Response

from portal.accounts import queries
from portal.accounts.rules import Person, Role, SignInRequired, WrongRole
from portal.core.errors import NotAllowed
from portal.web.context import options, reading

View = TypeVar("View", bound=Callable[..., object])


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessOptions:
    """``require_sign_in``: guides and the check are for people who signed in, too."""

    require_sign_in: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """What a view declared. ``public``: always open. No roles and not public: open unless sign-in is required."""

    public: bool
    roles: tuple[Role, ...]


class UndeclaredAccess(NotAllowed):
    """A view forgot to say who may use it."""

    def __init__(self, endpoint: str) -> None:
        self.endpoint = endpoint
        super().__init__("This page isn’t open to anybody yet. Tell the ICT training team its address.")


class _SignedIn(UserMixin):
    def __init__(self, person: Person) -> None:
        self.person = person

    def get_id(self) -> str:
        return f"{self.person.id}.{self.person.stamp}"


def open_to_all(view: View) -> View:
    """Anybody, always: signing in, static statements."""
    return _declare(view, Access(public=True, roles=()))


def open_to_staff(view: View) -> View:
    """Anybody on the intranet; people who signed in only, where the council requires it."""
    return _declare(view, Access(public=False, roles=()))


def for_roles(*roles: Role) -> Callable[[View], View]:
    """People with one of these roles; administrators always."""

    def declare(view: View) -> View:
        return _declare(view, Access(public=False, roles=roles))

    return declare


def declared_access(endpoint: str) -> Access | None:
    """What the view of an endpoint declared, or None."""
    return getattr(current_app.view_functions.get(endpoint), "showhow_access", None)


def current_person() -> Person | None:
    """Who is signed in, or None."""
    if "showhow_person" not in g:
        g.showhow_person = getattr(current_user, "person", None)
    person: Person | None = g.showhow_person
    return person


def sign_in(person: Person) -> None:
    """Remember the person in the session cookie."""
    login_user(_SignedIn(person))
    g.pop("showhow_person", None)


def sign_out() -> None:
    """Forget the person."""
    logout_user()
    g.pop("showhow_person", None)


def install_access(app: Flask) -> None:
    """Load people from the session, and refuse every request that nothing declared allows."""
    manager = LoginManager()
    manager.init_app(app)
    manager.user_loader(_load)
    app.before_request(_check)


def _declare(view: View, access: Access) -> View:
    view.showhow_access = access  # type: ignore[attr-defined]
    return view


def _load(stored: str) -> _SignedIn | None:
    account_id, _, stamp = stored.partition(".")
    if not account_id.isdigit():
        return None
    with reading() as session:
        person = queries.person(session, int(account_id))
    return None if person is None or person.stamp != stamp else _SignedIn(person)


def _check() -> Response | None:
    if request.endpoint is None:
        return None
    access = declared_access(request.endpoint)
    if access is None:
        raise UndeclaredAccess(request.endpoint)
    if access.public or (not access.roles and not options(AccessOptions).require_sign_in):
        return None
    person = current_person()
    if person is None:
        if request.method == "GET":
            return redirect(url_for("accounts.sign_in", next=request.full_path.rstrip("?")), 303)
        raise SignInRequired
    if access.roles and not person.may(*access.roles):
        raise WrongRole(*access.roles)
    return None
