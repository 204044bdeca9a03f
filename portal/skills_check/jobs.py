"""Housekeeping of the skills check and its bank."""

from portal.skills_check.operations.attempts import finish_overdue, tidy_attempts
from portal.skills_check.operations.bank import forget_old_imports

HANDLERS = {
    "skills_check.tidy_attempts": tidy_attempts,
    "skills_check.finish_overdue": finish_overdue,
    "skills_check.forget_old_imports": forget_old_imports,
}
