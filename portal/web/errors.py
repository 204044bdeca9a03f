"""Each kind of error becomes one page, in one place."""

from dataclasses import dataclass

import structlog
from flask import Flask, Response, make_response, render_template, request
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, InternalServerError, RequestEntityTooLarge, TooManyRequests

from portal.core.errors import Conflict, InvalidInput, NotAllowed, NotFound, ShowhowError
from portal.storage.database import DatabaseUnavailable

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorPage:
    status: int
    heading: str


KINDS: tuple[tuple[type[ShowhowError], ErrorPage], ...] = (
    (NotFound, ErrorPage(status=404, heading="This page isn’t here")),
    (NotAllowed, ErrorPage(status=403, heading="This page is for other roles")),
    (Conflict, ErrorPage(status=409, heading="Something changed in the meantime")),
    (InvalidInput, ErrorPage(status=422, heading="This can’t be used as it is")),
    (DatabaseUnavailable, ErrorPage(status=503, heading="Not saved: the database can’t be reached")),
)

HTTP_PAGES = {
    404: ("This page isn’t here", "The address may be mistyped, or the page may have moved. Search for what you need."),
    405: ("This can’t be opened directly", "Go back to the page you came from and use its button."),
}


def page_of(error: ShowhowError) -> ErrorPage:
    """The page of an error's kind."""
    for kind, page in KINDS:
        if isinstance(error, kind):
            return page
    return ErrorPage(status=400, heading="This didn’t work")


def install_error_pages(app: Flask) -> None:
    """Register the handlers."""
    app.register_error_handler(ShowhowError, _refused)
    app.register_error_handler(CSRFError, _stale_form)
    app.register_error_handler(TooManyRequests, _too_many)
    app.register_error_handler(RequestEntityTooLarge, _too_large)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _unforeseen)


def _page(heading: str, message: str, status: int) -> Response:
    return make_response(render_template("web/error.html", heading=heading, message=message), status)


def _refused(error: ShowhowError) -> Response:
    page = page_of(error)
    tell = log.warning if page.status == 503 else log.info  # a database that can't be reached is nobody's mistake
    tell("refused", path=request.path, status=page.status, kind=type(error).__name__)
    response = _page(page.heading, str(error), page.status)
    if page.status == 503:
        response.headers["Retry-After"] = "5"
    return response


def _stale_form(_: CSRFError) -> Response:
    return _page(
        "This page was open for too long",
        "Nothing was saved. Go back, load the page again and send it once more.",
        400,
    )


def _too_many(_: TooManyRequests) -> Response:
    return _page("Too many tries", "Wait five minutes, then try again. Nothing is locked for good.", 429)


def _too_large(_: RequestEntityTooLarge) -> Response:
    return _page("This file is too large", "Send a file of up to 200 MB, or split it by month.", 413)


def _http(error: HTTPException) -> Response:
    if error.response is not None:
        return make_response(error.get_response())
    status = error.code or 500
    heading, message = HTTP_PAGES.get(status, ("This didn’t work", "Go back and try again."))
    return _page(heading, message, status)


def _unforeseen(error: Exception) -> Response:
    log.exception("unforeseen error", path=request.path, kind=type(error).__name__)
    return _page(
        "Something went wrong on our side",
        "It has been noted. Go back and try again; if it happens again, tell the ICT training team what you did.",
        InternalServerError.code,
    )
