"""Learning paths as they were loaded."""

import datetime as dt
from typing import Any

from sqlalchemy import JSON, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.storage.columns import UTCDateTime
from portal.storage.database import Base


class PathRow(Base):
    """A path. One whose file is gone is archived: its address says so."""

    __tablename__ = "guide_path"

    key: Mapped[str] = mapped_column(String(80), primary_key=True)
    position: Mapped[int] = mapped_column(Integer)
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    archived_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)
