"""Gathers each feature's commands into ``flask …``."""

from flask import Flask

import portal.accounts.commands
import portal.catalogue.commands
import portal.demo.commands
import portal.skills_check.commands
import portal.upkeep.commands

GROUPS = (
    portal.accounts.commands.group,
    portal.catalogue.commands.group,
    portal.demo.commands.group,
    portal.skills_check.commands.group,
    portal.upkeep.commands.group,
)


def install(app: Flask) -> None:
    """Make the commands known to the application."""
    for group in GROUPS:
        app.cli.add_command(group)
