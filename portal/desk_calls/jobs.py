"""Housekeeping of desk calls."""

from portal.desk_calls.operations.imports import forget_old_previews

HANDLERS = {"desk_calls.forget_old_previews": forget_old_previews}
