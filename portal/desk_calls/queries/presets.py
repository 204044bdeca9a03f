"""Reads of presets: those that come with Showhow, and the council's own."""

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.desk_calls.formats.preset_yaml import Preset, built_in_presets, preset_of
from portal.desk_calls.models import DeskPreset
from portal.desk_calls.rules.history import UnknownOwnPreset
from portal.desk_calls.rules.imports import UnknownPreset


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnPreset:
    """A preset of the council's own, and who changed it last."""

    preset: Preset
    yaml: str
    account_id: int | None
    changed_at: dt.datetime


def own_presets(session: Session) -> tuple[OwnPreset, ...]:
    """The council's own presets, by name."""
    return tuple(_own(row) for row in session.scalars(select(DeskPreset).order_by(DeskPreset.name)))


def own_preset(session: Session, name: str) -> OwnPreset:
    """Raises UnknownOwnPreset."""
    row = session.get(DeskPreset, name)
    if row is None:
        raise UnknownOwnPreset(name)
    return _own(row)


def every_preset(session: Session) -> tuple[Preset, ...]:
    """The council's own presets first: where two fit a file as well, its own is proposed."""
    return (*(one.preset for one in own_presets(session)), *built_in_presets())


def preset_named(session: Session, name: str) -> Preset:
    """Raises UnknownPreset, which names those there are."""
    known = every_preset(session)
    for preset in known:
        if preset.name == name:
            return preset
    raise UnknownPreset(name, sorted(preset.name for preset in known))


def _own(row: DeskPreset) -> OwnPreset:
    preset = preset_of(row.yaml.encode(), f"{row.name}.yaml")
    return OwnPreset(preset=preset, yaml=row.yaml, account_id=row.account_id, changed_at=row.changed_at)
