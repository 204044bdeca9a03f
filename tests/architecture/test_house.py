"""The house keeps its own rules: migrations, templates, settings, commands and names of modules."""

import os
import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask import Flask

from portal.config import ROOT, Settings
from portal.storage.database import Base, Database
from portal.storage.search import is_compared
from tests.databases import extra_database

MODULES = {
    "__init__", "access", "api", "clients", "commands", "formats", "forms", "jobs", "models", "operations", "queries",
    "rules", "templates", "views",
}  # fmt: skip
FEATURES = (
    "accounts", "catalogue", "guides", "skills_check", "desk_calls", "evidence", "gap_report", "demo", "front", "upkeep",
)  # fmt: skip


@pytest.fixture
def migrated(app: Flask, database_url: str, tmp_path: Path) -> Iterator[Database]:
    """A database of its own that was built by the migrations alone."""
    with extra_database(database_url, name=f"migrated_{os.getpid()}", folder=tmp_path) as url:
        database = Database(url)
        _upgrade(app, database)
        yield database
        database.close()


def _upgrade(app: Flask, database: Database) -> None:
    alembic = app.extensions["alembic"]
    alembic.engines["default"] = database.engine
    with app.app_context():
        alembic.upgrade()


def test_the_migrations_build_what_the_models_say(migrated: Database) -> None:
    with migrated.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "include_name": is_compared})
        assert compare_metadata(context, Base.metadata) == []


def test_every_constraint_and_index_has_a_name() -> None:
    nameless = [
        f"{table.name}: {constraint}"
        for table in Base.metadata.sorted_tables
        for constraint in (*table.constraints, *table.indexes)
        if not constraint.name
    ]
    assert nameless == []


def test_every_template_compiles(app: Flask) -> None:
    names = app.jinja_env.list_templates(extensions=["html", "svg", "xml", "txt"])
    folders = [
        (Path(one.root_path) / one.template_folder).resolve() for one in app.blueprints.values() if one.template_folder
    ]
    found = [str(path.relative_to(folder)) for folder in folders for path in folder.rglob("*.html")]
    for name in {*names, *found}:
        app.jinja_env.get_template(name)
    assert len(found) > 10


def test_every_setting_has_its_heading() -> None:
    page = (ROOT / "docs" / "settings.md").read_text()
    missing = [name for name in Settings.__dataclass_fields__ if f"SHOWHOW_{_variable(name)}`" not in page]
    assert missing == []


def _variable(field: str) -> str:
    return field.upper()


def test_every_command_has_its_heading_and_its_help(app: Flask) -> None:
    page = (ROOT / "docs" / "commands.md").read_text()
    own = (
        "accounts",
        "catalogue",
        "content",
        "demo",
        "desk-calls",
        "gap-report",
        "guides",
        "questions",
        "skills-check",
    )
    found = list(_commands(app.cli, own))
    assert len(found) > 10
    for name, command in found:
        assert f"`flask {name}" in page, f"docs/commands.md doesn't tell of flask {name}"
        assert command.help, f"flask {name} has no help"


def _commands(group: click.Group, names: tuple[str, ...]) -> Iterator[tuple[str, click.Command]]:
    context = click.Context(group)
    for name in names:
        command = group.get_command(context, name)
        assert isinstance(command, click.Group), name
        for child in command.list_commands(context):
            found = command.get_command(context, child)
            if isinstance(found, click.Group):
                for grandchild in found.list_commands(context):
                    last = found.get_command(context, grandchild)
                    assert last is not None
                    yield f"{name} {child} {grandchild}", last
            elif found is not None:
                yield f"{name} {child}", found


@pytest.mark.parametrize("feature", FEATURES)
def test_a_feature_holds_only_modules_with_agreed_names(feature: str) -> None:
    folder = ROOT / "portal" / feature
    found = {path.stem for path in folder.iterdir() if path.name != "__pycache__"}
    assert found <= MODULES, f"move {found - MODULES}: docs/architecture.md lists the names"


def test_packages_only_describe_themselves() -> None:
    for path in (ROOT / "portal").rglob("__init__.py"):
        assert re.fullmatch(r'""".*?"""\n', path.read_text(), flags=re.S), f"{path} holds more than a docstring"


def test_nobody_writes_commit_below_the_entry_points() -> None:
    for feature in FEATURES:
        for name in ("operations.py", "queries.py"):
            path = ROOT / "portal" / feature / name
            if path.exists():
                assert ".commit(" not in path.read_text(), f"{path}: the entry point owns the transaction"
