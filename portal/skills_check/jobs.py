"""Housekeeping of the skills check."""

from portal.skills_check.operations.attempts import tidy_attempts

HANDLERS = {"skills_check.tidy_attempts": tidy_attempts}
