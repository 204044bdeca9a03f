"""Column types that mean the same on SQLite and PostgreSQL."""

import datetime as dt
from enum import StrEnum
from typing import Generic, TypeVar

from sqlalchemy import DateTime, String
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

Member = TypeVar("Member", bound=StrEnum)


class UTCDateTime(TypeDecorator[dt.datetime]):
    """An aware UTC time, in and out. A naive time is refused: nobody could say later what it meant."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: dt.datetime | None, dialect: Dialect) -> dt.datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("A time without a zone can't be stored. Pass an aware one.")
        utc = value.astimezone(dt.UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: dt.datetime | None, dialect: Dialect) -> dt.datetime | None:  # noqa: ARG002
        if value is None:
            return None
        return value.replace(tzinfo=dt.UTC) if value.tzinfo is None else value.astimezone(dt.UTC)


class TextEnum(TypeDecorator[StrEnum], Generic[Member]):
    """A StrEnum kept as its text, so that both databases and a person with a shell read the same word."""

    impl = String(40)
    cache_ok = True

    def __init__(self, members: type[Member]) -> None:
        super().__init__()
        self.members = members

    def process_bind_param(self, value: StrEnum | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        return None if value is None else self.members(value).value

    def process_result_value(self, value: str | None, dialect: Dialect) -> Member | None:  # noqa: ARG002
        return None if value is None else self.members(value)


def rendered(kind: str, item: object, _context: object) -> str | bool:
    """How a migration writes our column types: as the plain ones below them, so that it never needs our code."""
    if kind == "type" and isinstance(item, UTCDateTime):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(item, TextEnum):
        return "sa.String(length=40)"
    return False
