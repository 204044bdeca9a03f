"""Rate limits, behind one module. Counts are kept in memory, or in Redis where the council runs several servers."""

from flask import Flask
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address

limiter = Limiter(key_func=get_remote_address, default_limits=[], headers_enabled=False)


def install_limits(app: Flask, *, redis_url: str | None) -> None:
    """Start counting."""
    app.config["RATELIMIT_STORAGE_URI"] = redis_url or "memory://"
    limiter.init_app(app)
