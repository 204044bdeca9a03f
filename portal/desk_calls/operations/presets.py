"""Writes of the council's own presets."""

import datetime as dt

from sqlalchemy.orm import Session

from portal.desk_calls.formats.preset_yaml import Preset, built_in_presets, preset_to_yaml
from portal.desk_calls.models import DeskPreset
from portal.desk_calls.rules.history import PresetNameTaken, UnknownOwnPreset


def save_preset(session: Session, preset: Preset, *, account_id: int | None, now: dt.datetime) -> bool:
    """Save a preset under its name; True when it is new. Raises PresetNameTaken for the name of a built-in one."""
    if any(preset.name == one.name for one in built_in_presets()):
        raise PresetNameTaken(preset.name)
    row = session.get(DeskPreset, preset.name)
    is_new = row is None
    row = row or DeskPreset(name=preset.name)
    row.yaml = preset_to_yaml(preset)
    row.account_id = account_id
    row.changed_at = now
    session.add(row)
    session.flush()
    return is_new


def delete_preset(session: Session, name: str) -> None:
    """Forget a preset; calls read with it stay. Raises UnknownOwnPreset."""
    row = session.get(DeskPreset, name)
    if row is None:
        raise UnknownOwnPreset(name)
    session.delete(row)
    session.flush()
