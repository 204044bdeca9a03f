"""The catalogue as it was loaded, edition by edition."""

import datetime as dt
from typing import Any

from sqlalchemy import JSON, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.storage.columns import UTCDateTime
from portal.storage.database import Base


class CatalogueEdition(Base):
    """One whole catalogue. Insert-only: the newest counts, older ones say what was known when (decision 0003)."""

    __tablename__ = "catalogue_edition"

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    content_hash: Mapped[str] = mapped_column(String(64))
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    loaded_at: Mapped[dt.datetime] = mapped_column(UTCDateTime)
