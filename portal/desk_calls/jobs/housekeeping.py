"""Housekeeping of desk calls."""

from portal.desk_calls.operations.history import forget_replaced
from portal.desk_calls.operations.previews import forget_old_previews

HANDLERS = {
    "desk_calls.forget_old_previews": forget_old_previews,
    "desk_calls.forget_replaced": forget_replaced,
}
DAILY = tuple(HANDLERS)
