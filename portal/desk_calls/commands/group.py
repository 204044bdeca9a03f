"""The group of commands about calls, and what its commands share."""

from pathlib import Path

import click
from flask.cli import AppGroup

group = AppGroup("desk-calls", help="Calls of the service desk, as weekly counts.")
file_argument = click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
