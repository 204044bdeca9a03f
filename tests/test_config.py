"""Settings: checked at once, refused with every reason."""

from pathlib import Path

import pytest

from portal.config import BadSettings, Settings


def settings(tmp_path: Path, **given: str) -> Settings:
    return Settings.from_environment(
        {"SHOWHOW_INSTANCE": str(tmp_path), **{f"SHOWHOW_{name}": text for name, text in given.items()}}
    )


def test_defaults_are_sensible(tmp_path: Path) -> None:
    found = settings(tmp_path)
    assert found.database_url == f"sqlite:///{tmp_path / 'showhow.sqlite'}"
    assert found.time_zone.key == "Europe/London"
    assert found.require_sign_in is False


def test_a_key_is_made_once_and_kept(tmp_path: Path) -> None:
    first, second = settings(tmp_path), settings(tmp_path)
    assert first.secret_key == second.secret_key
    assert len(first.secret_key) == 64
    assert (tmp_path / "secret-key").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("REQUIRE_SIGN_IN", "perhaps", "Write true or false"),
        ("TIME_ZONE", "London", "like Europe/London"),
        ("ACCENT", "green", "like #00615a"),
        ("DATABASE_URL", "mysql://x", "sqlite:/// or postgresql"),
        ("SECRET_KEY", "short", "at least 32"),
        ("INTRANET_NETWORKS", "10.0.0.0/99", "like 10.20.0.0/16"),
        ("SKILL_LINE", "60", "between 0 and 1"),
        ("CALLS_LINE", "-1", "above 0"),
        ("BENCHMARK_CALLS", "many", "Write a number"),
        ("PROXIES", "9", "0 to 5"),
        ("DESK_URL", "javascript:alert(1)", "https:// or mailto:"),
        ("MEDIA_URL", "ftp://files", "the path of a folder, or s3://"),
        ("REDIS_URL", "http://x", "redis://"),
        ("LOG_LEVEL", "loud", "debug, info"),
        ("TYPO", "x", "isn't a setting"),
    ],
)
def test_a_bad_value_is_named_with_what_to_write(tmp_path: Path, name: str, value: str, says: str) -> None:
    with pytest.raises(BadSettings) as caught:
        settings(tmp_path, **{name: value})
    assert f"SHOWHOW_{name}" in str(caught.value)
    assert says in str(caught.value)


def test_every_bad_value_is_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(BadSettings) as caught:
        settings(tmp_path, ACCENT="green", PROXIES="x")
    assert len(caught.value.problems) == 2
