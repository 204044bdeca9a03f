"""What the tests of desk calls share."""

from collections.abc import Callable

import pytest

from portal.catalogue.operations import load_catalogue
from portal.storage.database import Database
from tests.conftest import START
from tests.factories import small_catalogue
from tests.pages import PageClient
from tests.people import DESK_ANALYST


@pytest.fixture
def small_council(database: Database) -> None:
    """The systems of tests/factories.py are loaded."""
    with database.transaction() as session:
        load_catalogue(session, small_catalogue(), now=START)


@pytest.fixture
def analyst(small_council: None, signed_in: Callable[..., PageClient]) -> PageClient:
    """The browser of somebody with the role of desk analyst."""
    return signed_in(DESK_ANALYST)
