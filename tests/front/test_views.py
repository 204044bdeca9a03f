"""The pages about the service."""

import pytest

from tests.pages import PageClient


@pytest.mark.parametrize("address", ["/accessibility", "/privacy", "/contact", "/how-figures-are-made"])
def test_every_page_about_the_service_is_open_and_sound(page: PageClient, address: str) -> None:
    assert page.get(address).h1
