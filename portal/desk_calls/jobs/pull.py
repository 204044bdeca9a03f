"""The nightly pull of live feeds."""

import datetime as dt
import subprocess
import sys
from pathlib import Path

from sqlalchemy.orm import Session

_ROOT = Path(__file__).resolve().parents[3]
PULL = (sys.executable, "-m", "flask", "--app", "wsgi", "desk-calls", "pull")


def start_pull(session: Session, *, now: dt.datetime) -> None:  # noqa: ARG001 (handlers are called like this)
    """Start the command beside the worker: a pull takes minutes, and a job's transaction keeps others from writing."""
    subprocess.Popen(PULL, cwd=_ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, start_new_session=True)
