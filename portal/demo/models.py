"""The mark that says: what is in here is invented."""

import datetime as dt

from sqlalchemy import Integer
from sqlalchemy.orm import Mapped, mapped_column

from portal.storage.columns import UTCDateTime
from portal.storage.database import Base


class Demonstration(Base):
    """One row while a demonstration council is loaded."""

    __tablename__ = "demonstration"

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    loaded_at: Mapped[dt.datetime] = mapped_column(UTCDateTime)
