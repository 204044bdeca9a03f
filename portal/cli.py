"""Gathers each feature's commands into ``flask …``."""

from flask import Flask

import portal.accounts.commands
import portal.catalogue.commands
import portal.demo.commands
import portal.desk_calls.commands.feeds
import portal.desk_calls.commands.group
import portal.desk_calls.commands.history
import portal.desk_calls.commands.imports
import portal.desk_calls.commands.mapping
import portal.evidence.commands
import portal.gap_report.commands
import portal.guides.commands
import portal.skills_check.commands.answers
import portal.skills_check.commands.questions
import portal.upkeep.commands

GROUPS = (
    portal.accounts.commands.group,
    portal.catalogue.commands.group,
    portal.demo.commands.group,
    portal.desk_calls.commands.group.group,
    portal.gap_report.commands.group,
    portal.guides.commands.group,
    portal.skills_check.commands.answers.group,
    portal.skills_check.commands.questions.group,
    portal.upkeep.commands.group,
)


def install(app: Flask) -> None:
    """Make the commands known to the application."""
    portal.gap_report.commands.group.add_command(portal.evidence.commands.release)
    for group in GROUPS:
        app.cli.add_command(group)
    app.cli.add_command(portal.upkeep.commands.doctor)
