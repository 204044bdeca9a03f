"""The only place where features are wired together."""

import datetime as dt
import logging
import time
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from urllib.parse import urlsplit

import structlog
from flask import Flask, request, url_for
from flask_alembic import Alembic
from flask_wtf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

import portal.accounts.views
import portal.demo.jobs
import portal.desk_calls.api.imports
import portal.desk_calls.jobs.housekeeping
import portal.desk_calls.views.blueprint
import portal.desk_calls.views.history
import portal.desk_calls.views.imports
import portal.desk_calls.views.mapping
import portal.desk_calls.views.mapping_tree
import portal.desk_calls.views.marks
import portal.desk_calls.views.overview
import portal.desk_calls.views.presets
import portal.evidence.views
import portal.front.views
import portal.gap_report.views.cards
import portal.gap_report.views.impact
import portal.gap_report.views.pareto
import portal.gap_report.views.report
import portal.guides.jobs.captions
import portal.guides.jobs.recordings
import portal.guides.views.authoring
import portal.guides.views.captions
import portal.guides.views.counts
import portal.guides.views.editor
import portal.guides.views.helping
import portal.guides.views.library
import portal.guides.views.paths
import portal.guides.views.publishing
import portal.guides.views.recorder
import portal.guides.views.recordings
import portal.guides.views.search
import portal.guides.views.uploads
import portal.guides.views.versions
import portal.guides.views.video
import portal.guides.views.watch
import portal.skills_check.jobs
import portal.skills_check.views.attempts
import portal.skills_check.views.bank
import portal.skills_check.views.bank_changes
import portal.skills_check.views.bank_files
import portal.skills_check.views.blueprint
import portal.skills_check.views.questions
import portal.skills_check.views.results
from portal import cli
from portal.accounts.access import AccessOptions, current_person, install_access
from portal.accounts.rules import Role
from portal.config import ROOT, Settings
from portal.demo.queries import is_loaded
from portal.desk_calls.api.imports import ApiOptions
from portal.desk_calls.jobs.pull import start_pull
from portal.desk_calls.rules.feeds import FeedOptions
from portal.desk_calls.rules.overview import DeskOptions
from portal.gap_report.rules.report import GapReportOptions
from portal.guides.jobs.captions import Stenographer
from portal.guides.jobs.recordings import Workshop
from portal.guides.jobs.stills import Cutter
from portal.guides.rules.handover import CallOptions
from portal.guides.rules.machine_captions import MachineCaptionsOptions
from portal.guides.rules.reading import ReaderOptions
from portal.guides.rules.recordings import GIGABYTE, RecordingOptions
from portal.jobs.operations import Handler
from portal.jobs.queue import JobQueue
from portal.skills_check.rules.attempts import SkillsCheckOptions
from portal.storage.bucket import BucketPlace, BucketStore
from portal.storage.columns import rendered
from portal.storage.database import Base, Database
from portal.storage.files import FileStore, FolderStore
from portal.storage.save_queue import SaveQueue
from portal.storage.search import is_compared
from portal.upkeep.rules import ContentFolders
from portal.web.assets import build_manifest
from portal.web.context import Clock, Portal, WebOptions, install
from portal.web.errors import install_error_pages
from portal.web.limits import install_limits
from portal.web.pages import NavItem, install_templates
from portal.web.ranges import Delivery, DeliveryOptions
from portal.web.security import install_headers
from portal.web.static_files import install_static_files, prepare
from portal.web.theme import Theme, theme_css

STATIC = Path(__file__).parent / "web" / "static"
LARGEST_UPLOAD = 200 * 1024 * 1024
BLUEPRINTS = (
    portal.accounts.views.blueprint,
    portal.front.views.blueprint,
    portal.guides.views.library.blueprint,
    portal.guides.views.authoring.blueprint,
    portal.guides.views.uploads.blueprint,
    portal.skills_check.views.blueprint.blueprint,
    portal.skills_check.views.bank.blueprint,
    portal.desk_calls.views.blueprint.blueprint,
    portal.desk_calls.api.imports.api,
    portal.evidence.views.blueprint,
    portal.gap_report.views.report.blueprint,
)
HANDLERS: Mapping[str, Handler] = {
    **portal.skills_check.jobs.HANDLERS,
    **portal.demo.jobs.HANDLERS,
    **portal.desk_calls.jobs.housekeeping.HANDLERS,
}
_PULL = "desk_calls.pull"
#: Handlers that run once a night; with live feeds, the pull does too.
DAILY = (
    "demo.refresh_question_figures",
    "skills_check.forget_old_imports",
    "skills_check.tidy_attempts",
    *portal.desk_calls.jobs.housekeeping.DAILY,
)


def create_app(settings: Settings | None = None, *, clock: Clock | None = None) -> Flask:
    """The application. ``clock`` is for tests; without it the time is the machine's.

    Raises:
        BadSettings: the environment holds a value that can't be used.
    """
    settings = settings or Settings.from_environment()
    clock = clock or _machine_clock
    _install_logs(settings)
    app = Flask("portal", static_folder=None, root_path=str(Path(__file__).parent))
    app.config.update(_flask_config(settings))
    database = Database(settings.database_url)
    files = _file_store(settings)
    web = WebOptions(
        service_name=settings.service_name,
        council_name=settings.council_name,
        contact_email=settings.contact_email,
        desk_url=settings.desk_url,
        version=_version(),
    )
    install(
        app,
        Portal(
            database=database,
            saves=SaveQueue(database),
            files=files,
            jobs=_job_queue(settings, database, clock, files),
            clock=clock,
            time_zone=settings.time_zone,
            web=web,
            options=_feature_options(settings),
        ),
    )
    _install_migrations(app, database)
    _install_web(app, settings, web, database)
    cli.install(app)
    return app


def _feature_options(settings: Settings) -> Mapping[type, object]:
    """Each feature's options, filled from the settings it may know."""
    chosen = (
        AccessOptions(require_sign_in=settings.require_sign_in),
        ContentFolders(content=settings.content.resolve(), quizzes=settings.quizzes.resolve()),
        SkillsCheckOptions(
            secret=settings.secret_key.encode(), networks=tuple(str(network) for network in settings.intranet_networks)
        ),
        _recording_options(settings),
        MachineCaptionsOptions(command=settings.captions_command),
        ReaderOptions(embed_origins=settings.embed_origins),
        CallOptions(
            address=settings.call_url or settings.desk_url, subject=settings.call_subject, text=settings.call_text
        ),
        DeliveryOptions(delivery=settings.delivery),
        FeedOptions(feeds=settings.feeds),
        ApiOptions(token=settings.desk_token),
        DeskOptions(benchmark_calls=settings.benchmark_calls),
        GapReportOptions(
            skill_line=settings.skill_line,
            calls_line=settings.calls_line,
            benchmark_calls=settings.benchmark_calls,
            call_cost=settings.call_cost,
        ),
    )
    return {type(one): one for one in chosen}


def _file_store(settings: Settings) -> FileStore:
    """Where media lie: a folder, or a bucket and a prefix in it."""
    if not settings.media_url.startswith("s3://"):
        return FolderStore(Path(settings.media_url))
    bucket, _, prefix = settings.media_url.removeprefix("s3://").partition("/")
    within = f"{prefix.strip('/')}/" if prefix.strip("/") else ""
    return BucketStore(BucketPlace(bucket=bucket, prefix=within, endpoint=settings.s3_endpoint))


def _media_origin(settings: Settings) -> str | None:
    """Where signed links lead, for the policy of every page; None where there are none."""
    if settings.delivery is not Delivery.S3_PRESIGNED:
        return None
    parts = urlsplit(settings.s3_endpoint or "https://s3.amazonaws.com")
    return f"{parts.scheme}://{parts.netloc}" if settings.s3_endpoint else "https://*.amazonaws.com"


def _recording_options(settings: Settings) -> RecordingOptions:
    return RecordingOptions(
        folder=settings.uploads.resolve(),
        quota_bytes=int(settings.upload_quota * GIGABYTE),
        free_disk_bytes=int(settings.free_disk * GIGABYTE),
        low_power=settings.low_power,
        scan=settings.scan,
        ffmpeg=settings.ffmpeg,
    )


def _job_queue(settings: Settings, database: Database, clock: Clock, files: FileStore) -> JobQueue:
    recordings = _recording_options(settings)
    workshop = Workshop(files, recordings)
    stenographer = Stenographer(files, MachineCaptionsOptions(command=settings.captions_command), recordings)
    cutter = Cutter(files, ffmpeg=settings.ffmpeg)
    return JobQueue(
        database,
        folder=settings.instance,
        redis_url=settings.redis_url,
        handlers={**HANDLERS, **workshop.handlers(), _PULL: start_pull},
        long={**workshop.long_handlers(), **cutter.long_handlers(), **stenographer.long_handlers()},
        slow=(*portal.guides.jobs.recordings.SLOW, *portal.guides.jobs.captions.SLOW),
        daily=(*DAILY, *portal.guides.jobs.recordings.DAILY, *((_PULL,) if settings.feeds else ())),
        clock=clock,
    )


def _flask_config(settings: Settings) -> dict[str, object]:
    return {
        "SECRET_KEY": settings.secret_key,
        "SESSION_COOKIE_NAME": "showhow_session",
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": settings.https,
        "PERMANENT_SESSION_LIFETIME": dt.timedelta(hours=12),
        "WTF_CSRF_TIME_LIMIT": None,
        "MAX_CONTENT_LENGTH": LARGEST_UPLOAD,
        "MAX_FORM_MEMORY_SIZE": 2 * 1024 * 1024,
    }


def _install_migrations(app: Flask, database: Database) -> None:
    app.extensions["sqlalchemy"] = database
    app.config["ALEMBIC"] = {"script_location": str(ROOT / "migrations")}
    app.config["ALEMBIC_CONTEXT"] = {
        "render_as_batch": True,
        "compare_type": True,
        "render_item": rendered,
        "include_name": is_compared,
    }
    Alembic(metadatas=Base.metadata, engines=database.engine, run_mkdir=False, command_name="db").init_app(app)


def _install_web(app: Flask, settings: Settings, web: WebOptions, database: Database) -> None:
    if settings.proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=settings.proxies, x_proto=settings.proxies)  # type: ignore[method-assign]
    theme = theme_css(Theme(accent=settings.accent, accent_dark=settings.accent_dark))
    made = {"theme.css": theme.encode()}
    manifest = build_manifest(STATIC, made)
    install_static_files(app, prepare(STATIC, settings.instance / "static", manifest=manifest, extra=made))
    install_templates(
        app,
        cache=settings.instance / "templates",
        web=web,
        manifest=manifest,
        demonstration=Demonstration(database),
        person=current_person,
        navigation=_navigation,
    )
    # The JSON interface checks for itself: a script has a token of its own instead of a page's.
    # An answer is sent to an address that holds a key of its own, and must be kept when the session has ended.
    protection = CSRFProtect(app)
    protection.exempt(portal.desk_calls.api.imports.api)
    protection.exempt(portal.skills_check.views.questions.answer)
    install_limits(app, redis_url=settings.redis_url)
    install_access(app)
    install_headers(app, media_origin=_media_origin(settings))
    install_error_pages(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)


class Demonstration:
    """Whether the data are invented, asked of the database at most every few seconds."""

    SECONDS = 5.0

    def __init__(self, database: Database) -> None:
        self._database = database
        self._asked_at = -self.SECONDS
        self._loaded = False

    def __call__(self) -> bool:
        if time.monotonic() - self._asked_at >= self.SECONDS:
            with self._database.session() as session:
                self._loaded = is_loaded(session)
            self._asked_at = time.monotonic()
        return self._loaded


def _navigation() -> tuple[NavItem, ...]:
    """The links beside the service's name, for the person who looks."""
    everybody: tuple[NavItem, ...] = (
        _nav("Guides", "front.home", blueprints=("front", "guides")),
        _nav("Check your skills", "skills_check.start", blueprints=("skills_check",)),
    )
    person = current_person()
    if person is not None and person.may(Role.AUTHOR):
        everybody = (
            *everybody,
            _nav("Make guides", "authoring.home", blueprints=("authoring", "recordings")),
            _nav("Questions", "bank.questions", blueprints=("bank",)),
        )
    if person is None or not person.may(Role.DESK_ANALYST):
        return everybody
    return (
        *everybody,
        _nav("Calls", "desk_calls.overview", blueprints=("desk_calls",)),
        _nav("Gap report", "gap_report.report", blueprints=("gap_report", "evidence")),
    )


def _nav(text: str, endpoint: str, *, blueprints: tuple[str, ...]) -> NavItem:
    return NavItem(href=url_for(endpoint), text=text, current=request.blueprint in blueprints)


def _install_logs(settings: Settings) -> None:
    """One line an event on standard error. Logs hold no answers, no call texts and no names of callers."""
    logging.basicConfig(level=settings.log_level, format="%(message)s")
    level = logging.getLevelNamesMapping()[settings.log_level]
    for library in ("alembic", "huey", "waitress"):  # each tells of every step it takes
        logging.getLogger(library).setLevel(max(level, logging.WARNING))
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(level))


def _machine_clock() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


def _version() -> str:
    try:
        return version("showhow")
    except PackageNotFoundError:
        return (ROOT / "VERSION").read_text().strip()
