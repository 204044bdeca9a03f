"""Work that must know whether the data are a demonstration: its answers say nothing about real people."""

import datetime as dt

from sqlalchemy.orm import Session

from portal.demo.queries import is_loaded
from portal.skills_check.operations.figures import refresh_figures


def refresh_question_figures(session: Session, *, now: dt.datetime) -> None:
    """Work out how questions perform; how hard they are only from answers of real people."""
    refresh_figures(session, now=now, calibrating=not is_loaded(session))


HANDLERS = {"demo.refresh_question_figures": refresh_question_figures}
