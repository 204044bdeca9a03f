"""Sending a stored file, whole or the part a player asks for, by ourselves or by somebody who is better at it."""

from dataclasses import dataclass
from enum import StrEnum

from flask import Response, request
from werkzeug.http import parse_range_header

from portal.storage.files import FileStore
from portal.web.context import options

OPEN_ENDED = 2 * 1024 * 1024
YEAR = 365 * 24 * 3600
HOUR = 3600
#: Where nginx finds the folder of media; docs/media.md has its lines of configuration.
ACCEL_PREFIX = "/showhow-media"


class Delivery(StrEnum):
    """Who sends the bytes: this server, nginx before it, or the bucket by a signed link."""

    DIRECT = "direct"
    X_ACCEL = "x-accel"
    S3_PRESIGNED = "s3-presigned"


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryOptions:
    """What the council set."""

    delivery: Delivery


def send_media(store: FileStore, *, digest: str, mimetype: str) -> Response:
    """The file with this digest. The caller has made sure that the digest is one that may be seen.

    Raises FileMissing.
    """
    delivery = options(DeliveryOptions).delivery
    if delivery is Delivery.S3_PRESIGNED and mimetype.startswith("video/"):
        address = store.signed_address(digest, mimetype=mimetype, seconds=2 * HOUR)
        if address is not None:  # kept for one hour of its two, so that a link is good for another one at least
            return Response(status=302, headers={"Location": address, "Cache-Control": f"private, max-age={HOUR}"})
    if delivery is Delivery.X_ACCEL:
        headers = {**_lasting(digest), "X-Accel-Redirect": f"{ACCEL_PREFIX}/{digest[:2]}/{digest}"}
        return Response(headers=headers, content_type=mimetype)
    return send_part(store, digest=digest, mimetype=mimetype)


def send_part(store: FileStore, *, digest: str, mimetype: str) -> Response:
    """The file, or the one range of it that was asked for (206); 416 for a range it doesn't have.

    An open-ended range (``bytes=100-``) is answered with at most 2 MB: the player asks again while it plays. The
    address holds the content's hash, so the answer may be kept for a year.
    """
    size = store.size(digest)
    headers = {"Accept-Ranges": "bytes", **_lasting(digest)}
    etag = headers["ETag"]
    if request.headers.get("If-None-Match") == etag:
        return Response(status=304, headers=headers)
    first, last = 0, size - 1
    status = 200
    wanted = parse_range_header(request.headers.get("Range"))
    if wanted is not None and request.headers.get("If-Range", etag) == etag:
        whole = wanted.range_for_length(size) if len(wanted.ranges) == 1 else None
        if whole is None:
            return Response(status=416, headers={**headers, "Content-Range": f"bytes */{size}"})
        first, last = whole[0], whole[1] - 1
        if wanted.ranges[0][1] is None and wanted.ranges[0][0] >= 0:
            last = min(last, first + OPEN_ENDED - 1)
        status = 206
        headers["Content-Range"] = f"bytes {first}-{last}/{size}"
    headers["Content-Length"] = str(last - first + 1)
    body = () if request.method == "HEAD" else store.read(digest, first, last)
    return Response(body, status=status, headers=headers, content_type=mimetype, direct_passthrough=True)


def _lasting(digest: str) -> dict[str, str]:
    return {"ETag": f'"{digest}"', "Cache-Control": f"private, max-age={YEAR}, immutable"}
