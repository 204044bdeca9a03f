"""Response headers that hold for every page. No inline script or style exists, so the policy can be strict."""

from flask import Flask, Response, request

from portal.core.errors import InvalidInput

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "media-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)


class UnreadableRequest(InvalidInput):
    """The address or a field holds a NUL character."""

    def __init__(self) -> None:
        super().__init__("The address or a field holds a character that can’t be read. Type it again by hand.")


def install_headers(app: Flask, *, media_origin: str | None = None) -> None:
    """Add the headers to every response; pages are private and checked again unless a view says otherwise.

    ``media_origin``: where links to videos lead, if not to this server.
    """
    policy = POLICY if media_origin is None else POLICY.replace("media-src 'self'", f"media-src 'self' {media_origin}")

    @app.before_request
    def refuse_nul() -> None:
        """No page is found by, and no text holds, the one character that databases refuse."""
        values = (request.path, *request.args.values(), *request.form.values())
        if any("\0" in value for value in values):
            raise UnreadableRequest

    @app.after_request
    def add_headers(response: Response) -> Response:
        headers = response.headers
        headers.setdefault("Content-Security-Policy", policy)
        headers.setdefault("X-Content-Type-Options", "nosniff")
        headers.setdefault("Referrer-Policy", "same-origin")
        headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
        headers.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
        headers.setdefault("Cache-Control", "private, no-cache")
        if request.is_secure:
            headers.setdefault("Strict-Transport-Security", "max-age=31536000")
        return response
