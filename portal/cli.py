"""Gathers each feature's commands into ``flask …``."""

from flask import Flask

import portal.accounts.commands
import portal.catalogue.commands

GROUPS = (portal.accounts.commands.group, portal.catalogue.commands.group)


def install(app: Flask) -> None:
    """Make the commands known to the application."""
    for group in GROUPS:
        app.cli.add_command(group)
