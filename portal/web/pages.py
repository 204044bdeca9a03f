"""How templates are found, and what each of them is given."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from flask import Flask, url_for
from jinja2 import FileSystemBytecodeCache, StrictUndefined
from werkzeug.utils import cached_property

from portal.web.context import WebOptions
from portal.web.filters import FILTERS


@dataclass(frozen=True, slots=True, kw_only=True)
class NavItem:
    """One link of the navigation. ``current``: the page shown lies below it."""

    href: str
    text: str
    current: bool


@dataclass(frozen=True, kw_only=True)
class PageContext:
    """``portal`` in every template: what the council and the service are called, and whether the data are invented."""

    web: WebOptions
    demonstration_now: Callable[[], bool]

    @property
    def service_name(self) -> str:
        return self.web.service_name

    @property
    def council_name(self) -> str:
        return self.web.council_name

    @property
    def contact_email(self) -> str:
        return self.web.contact_email

    @property
    def desk_url(self) -> str:
        return self.web.desk_url

    @property
    def version(self) -> str:
        return self.web.version

    @cached_property
    def demonstration(self) -> bool:
        return self.demonstration_now()


def install_templates(
    app: Flask,
    *,
    cache: Path,
    web: WebOptions,
    manifest: Mapping[str, str],
    demonstration: Callable[[], bool],
    person: Callable[[], object],
    navigation: Callable[[], tuple[NavItem, ...]],
) -> None:
    """Set the loader, the filters and the values that the base templates rely on."""
    cache.mkdir(parents=True, exist_ok=True)
    own = Path(__file__).parent / "templates"
    app.jinja_options = {
        "undefined": StrictUndefined,
        "bytecode_cache": FileSystemBytecodeCache(str(cache)),
        "trim_blocks": True,
        "lstrip_blocks": True,
    }
    app.template_folder = str(own)
    app.jinja_env.filters.update(FILTERS)

    def asset(path: str) -> str:
        return f"/static/{manifest[path]}"

    app.jinja_env.globals["asset"] = asset

    @app.context_processor
    def for_every_page() -> dict[str, object]:
        return {
            "portal": PageContext(web=web, demonstration_now=demonstration),
            "person": person(),
            "navigation": navigation(),
            "home_address": url_for("front.home"),
        }
