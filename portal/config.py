"""Settings: read once from the environment, checked at once, never changed.

Only ``app`` and ``cli`` may read them; features are handed the few values they need.
"""

import ipaddress
import os
import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from portal.core.documents import Problems
from portal.core.errors import InvalidInput
from portal.desk_calls.formats.feeds_yaml import read_feeds
from portal.desk_calls.rules.feeds import Feed
from portal.guides.rules.handover import check_template
from portal.guides.rules.machine_captions import checked_command
from portal.web.ranges import Delivery

Value = TypeVar("Value")
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

CALL_SUBJECT = "Still stuck: {title} {code}"
#: “\\n” begins a new line: variables hold one.
CALL_TEXT = (
    "What I was trying to do: {what}\\nSystem: {system}\\nGuide I watched: {code} {title} {link}\\n"
    "I searched for: {search}"
)

ROOT = Path(__file__).resolve().parent.parent


class BadSettings(InvalidInput):
    """Showhow doesn't start on a setting it can't use."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("These settings can't be used:\n" + "\n".join(problems))


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What a council may set. Each field is the environment variable ``SHOWHOW_<FIELD>``; docs/settings.md explains."""

    instance: Path
    database_url: str
    redis_url: str | None
    media_url: str
    s3_endpoint: str | None
    delivery: Delivery
    uploads: Path
    upload_quota: float
    free_disk: float
    scan: str | None
    ffmpeg: str | None
    low_power: bool
    captions_command: str | None
    content: Path
    quizzes: Path
    secret_key: str
    require_sign_in: bool
    https: bool
    proxies: int
    time_zone: ZoneInfo
    council_name: str
    service_name: str
    accent: str
    accent_dark: str
    contact_email: str
    desk_url: str
    call_url: str
    call_subject: str
    call_text: str
    embed_origins: tuple[str, ...]
    intranet_networks: tuple[Network, ...]
    skill_line: float
    calls_line: float | None
    benchmark_calls: float
    call_cost: float | None
    feeds: tuple[Feed, ...]
    desk_token: str
    log_level: str

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> "Settings":
        """Read and check every setting.

        Raises:
            BadSettings: naming every value that can't be used, and what to write instead.
        """
        source = _Source(os.environ if environment is None else environment)
        instance = source.read("INSTANCE", str(ROOT / "instance"), Path)
        content = source.read("CONTENT", str(ROOT / "content"), Path)
        settings = cls(
            instance=instance,
            database_url=source.read("DATABASE_URL", f"sqlite:///{instance / 'showhow.sqlite'}", _database_url),
            redis_url=source.read("REDIS_URL", "", _redis_url),
            media_url=source.read("MEDIA_URL", str(instance / "media"), _media_url),
            s3_endpoint=source.read("S3_ENDPOINT", "", _optional_address),
            delivery=source.read("DELIVERY", Delivery.DIRECT, _delivery),
            uploads=source.read("UPLOADS", str(instance / "uploads"), Path),
            upload_quota=source.read("UPLOAD_QUOTA", "5", _rate),
            free_disk=source.read("FREE_DISK", "2", _amount),
            scan=source.read("SCAN", "", _optional_words),
            ffmpeg=source.read("FFMPEG", "", _optional_words),
            low_power=source.read("LOW_POWER", "false", _flag),
            captions_command=source.read("CAPTIONS_COMMAND", "", _captions_command),
            content=content,
            quizzes=source.read("QUIZZES", str(ROOT / "quizzes"), Path),
            secret_key=source.read("SECRET_KEY", "", _secret_key) or _own_secret_key(instance),
            require_sign_in=source.read("REQUIRE_SIGN_IN", "false", _flag),
            https=source.read("HTTPS", "false", _flag),
            proxies=source.read("PROXIES", "0", _proxies),
            time_zone=source.read("TIME_ZONE", "Europe/London", _time_zone),
            council_name=source.read("COUNCIL_NAME", "Example Borough Council", _words),
            service_name=source.read("SERVICE_NAME", "Showhow", _words),
            accent=source.read("ACCENT", "#00615a", _colour),
            accent_dark=source.read("ACCENT_DARK", "#6fd0c5", _colour),
            contact_email=source.read("CONTACT_EMAIL", "ict.training@example.gov.uk", _words),
            desk_url=source.read("DESK_URL", "mailto:servicedesk@example.gov.uk", _address),
            call_url=source.read("CALL_URL", "", _call_address),
            call_subject=source.read("CALL_SUBJECT", CALL_SUBJECT, _template),
            call_text=source.read("CALL_TEXT", CALL_TEXT, _template),
            embed_origins=source.read("EMBED_ORIGINS", "", _origins),
            intranet_networks=source.read("INTRANET_NETWORKS", "", _networks),
            skill_line=source.read("SKILL_LINE", "0.6", _share),
            calls_line=source.read("CALLS_LINE", "", _optional_rate),
            benchmark_calls=source.read("BENCHMARK_CALLS", "5.8", _rate),
            call_cost=source.read("CALL_COST", "", _optional_rate),
            feeds=source.feeds(content / "feeds.yaml"),
            desk_token=source.read("DESK_TOKEN", "", _token),
            log_level=source.read("LOG_LEVEL", "info", _log_level),
        )
        source.refuse_delivery(settings.media_url, settings.delivery)
        source.refuse_unknown(cls)
        source.raise_if_bad()
        return settings


class _Source:
    """Reads the variables and gathers what is wrong with them."""

    #: Read by the tests and by the serving command, not by the application.
    OTHERS = ("TEST_DATA", "TEST_DATABASE_URL", "TEST_POSTGRESQL", "CHROMIUM")

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = environment
        self._problems: list[str] = []
        self._secrets: set[str] = set()

    def read(self, name: str, default: str, parse: Callable[[str], Value]) -> Value:
        given = self._environment.get(f"SHOWHOW_{name}", "").strip() or default
        try:
            return parse(given)
        except ValueError as error:
            shown = "what it is" if name.endswith(("TOKEN", "KEY", "SECRET")) else f"“{given}”"
            self._problems.append(f"SHOWHOW_{name} can't be {shown}. {error}")
            return parse(default)

    def feeds(self, usual: Path) -> tuple[Feed, ...]:
        """The live feeds of the file SHOWHOW_FEEDS names, with their secrets. The usual file may be missing."""
        path = self.read("FEEDS", str(usual), Path)
        if path == usual and not path.exists():
            return ()
        problems = Problems()
        try:
            feeds = read_feeds(path.read_bytes(), path.name, problems)
        except OSError:
            self._problems.append(f"SHOWHOW_FEEDS can't be “{path}”. Write the path of a file that can be read.")
            return ()
        self._problems += [str(problem) for problem in problems]
        return tuple(self._with_secrets(feed) for feed in feeds)

    def _with_secrets(self, feed: Feed) -> Feed:
        prefix = f"FEED_{feed.source.upper().replace('-', '_')}_"
        self._secrets |= {prefix + name for name in ("USER", "SECRET", "APP_SECRET")}
        secret = self.read(f"{prefix}SECRET", "", _words)
        if not secret:
            self._problems.append(f"SHOWHOW_{prefix}SECRET is missing: the feed “{feed.source}” needs it.")
        return replace(
            feed,
            user=self.read(f"{prefix}USER", "", _words),
            secret=secret,
            app_secret=self.read(f"{prefix}APP_SECRET", "", _words),
        )

    def refuse_delivery(self, media_url: str, delivery: Delivery) -> None:
        in_bucket = media_url.startswith("s3://")
        if delivery is Delivery.S3_PRESIGNED and not in_bucket:
            self._problems.append("SHOWHOW_DELIVERY can't be “s3-presigned” while SHOWHOW_MEDIA_URL names a folder.")
        if delivery is Delivery.X_ACCEL and in_bucket:
            self._problems.append("SHOWHOW_DELIVERY can't be “x-accel” while SHOWHOW_MEDIA_URL names a bucket.")

    def refuse_unknown(self, settings: type[Settings]) -> None:
        known = {field.upper() for field in settings.__dataclass_fields__} | set(self.OTHERS) | self._secrets
        for variable in sorted(self._environment):
            if variable.startswith("SHOWHOW_") and variable.removeprefix("SHOWHOW_") not in known:
                self._problems.append(f"{variable} isn't a setting. docs/settings.md lists them.")

    def raise_if_bad(self) -> None:
        if self._problems:
            raise BadSettings(self._problems)


def _flag(text: str) -> bool:
    if text.lower() not in ("true", "false"):
        raise ValueError("Write true or false.")
    return text.lower() == "true"


def _words(text: str) -> str:
    return text


def _optional_words(text: str) -> str | None:
    return text or None


def _amount(text: str) -> float:
    value = _number(text)
    if value < 0:
        raise ValueError("Write 0 or a number above it.")
    return value


def _proxies(text: str) -> int:
    if not text.isdigit() or int(text) > 5:
        raise ValueError("Write how many proxies stand before the server, 0 to 5.")
    return int(text)


def _time_zone(text: str) -> ZoneInfo:
    try:
        return ZoneInfo(text)
    except (ZoneInfoNotFoundError, ValueError):
        raise ValueError("Write a zone's name, like Europe/London.") from None


def _captions_command(text: str) -> str | None:
    return checked_command(text) if text else None


def _colour(text: str) -> str:
    if not re.fullmatch(r"#[0-9a-fA-F]{6}", text):
        raise ValueError("Write a colour as # and six digits, like #00615a.")
    return text.lower()


def _address(text: str) -> str:
    if not text.startswith(("https://", "http://", "mailto:")):
        raise ValueError("Write an address that starts with https:// or mailto:.")
    return text


def _database_url(text: str) -> str:
    if not text.startswith(("sqlite:///", "postgresql+psycopg://")):
        raise ValueError("Start it with sqlite:/// or postgresql+psycopg://.")
    return text


def _redis_url(text: str) -> str | None:
    if text and not text.startswith(("redis://", "rediss://", "unix://")):
        raise ValueError("Start it with redis://.")
    return text or None


def _media_url(text: str) -> str:
    if "://" in text and not re.fullmatch(r"s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](/[\w./-]*)?", text):
        raise ValueError("Write the path of a folder, or s3:// with the name of a bucket and a prefix.")
    return text


def _optional_address(text: str) -> str | None:
    if text and not text.startswith(("https://", "http://")):
        raise ValueError("Write an address that starts with https://.")
    return text.rstrip("/") or None


def _delivery(text: str) -> Delivery:
    if text not in list(Delivery):
        raise ValueError("Write direct, x-accel or s3-presigned.")
    return Delivery(text)


def _secret_key(text: str) -> str:
    if text and len(text) < 32:
        raise ValueError("Use at least 32 random characters, or leave it out and Showhow makes its own.")
    return text


def _token(text: str) -> str:
    if text and len(text) < 32:
        raise ValueError("Use at least 32 random characters, or leave it out.")
    return text


def _networks(text: str) -> tuple[Network, ...]:
    try:
        return tuple(ipaddress.ip_network(part.strip()) for part in text.split(",") if part.strip())
    except ValueError:
        raise ValueError("Write networks like 10.20.0.0/16, with commas between.") from None


def _call_address(text: str) -> str:
    if text and set(re.findall(r"\{([^{}]*)\}", text)) - {"subject", "text"}:
        raise ValueError("Only {subject} and {text} may stand in it.")
    return _address(text) if text else ""


def _template(text: str) -> str:
    try:
        check_template(text)
    except InvalidInput as error:
        raise ValueError(str(error)) from None
    return text.replace("\\n", "\n")


def _origins(text: str) -> tuple[str, ...]:
    origins = tuple(part.strip() for part in text.split(",") if part.strip())
    if not all(re.fullmatch(r"https?://[a-z0-9.-]+(:[0-9]+)?", origin) for origin in origins):
        raise ValueError("Write sites like https://intranet.example.gov.uk, without a path, with commas between.")
    return origins


def _share(text: str) -> float:
    value = _number(text)
    if not 0 < value < 1:
        raise ValueError("Write a share between 0 and 1, like 0.6.")
    return value


def _rate(text: str) -> float:
    value = _number(text)
    if value <= 0:
        raise ValueError("Write a number above 0.")
    return value


def _optional_rate(text: str) -> float | None:
    return _rate(text) if text else None


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise ValueError("Write a number, like 0.6.") from None


def _log_level(text: str) -> str:
    if text.lower() not in ("debug", "info", "warning", "error"):
        raise ValueError("Use debug, info, warning or error.")
    return text.upper()


def _own_secret_key(instance: Path) -> str:
    """The key kept in the instance folder, made on the first start; two processes starting at once agree on one."""
    path = instance / "secret-key"
    instance.mkdir(parents=True, exist_ok=True)
    fresh = instance / f".secret-key-{secrets.token_hex(8)}"
    if not path.exists():
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_hex(32))
        try:
            os.link(fresh, path)
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
    return path.read_text().strip()
