"""Sending a file in parts: what a video player asks for, in large blocks and never more than it needs."""

from collections.abc import Iterator
from pathlib import Path

from flask import Response, request
from werkzeug.http import parse_range_header

BLOCK = 256 * 1024
OPEN_ENDED = 2 * 1024 * 1024
YEAR = 365 * 24 * 3600


def send_media(path: Path, *, mimetype: str, digest: str) -> Response:
    """The file, or the one range of it that was asked for (206); 416 for a range it doesn't have.

    An open-ended range (``bytes=100-``) is answered with at most 2 MB: the player asks again while it plays. The
    address holds the content's hash, so the answer may be kept for a year.
    """
    size = path.stat().st_size
    etag = f'"{digest}"'
    headers = {
        "Accept-Ranges": "bytes",
        "ETag": etag,
        "Cache-Control": f"private, max-age={YEAR}, immutable",
    }
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
    body = () if request.method == "HEAD" else _blocks(path, first, last)
    return Response(body, status=status, headers=headers, mimetype=mimetype, direct_passthrough=True)


def _blocks(path: Path, first: int, last: int) -> Iterator[bytes]:
    with path.open("rb") as file:
        file.seek(first)
        left = last - first + 1
        while left and (block := file.read(min(BLOCK, left))):
            left -= len(block)
            yield block
