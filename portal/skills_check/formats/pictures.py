"""Pictures of questions: what they are and how large, read from their first bytes. Nothing is decoded."""

import hashlib
import struct

from portal.skills_check.rules.questions import Picture

LARGEST_PICTURE = 2 * 1024 * 1024
#: Ending → the type a browser is told.
PICTURE_TYPES = {".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".gif": "image/gif"}
_START_OF_FRAME = {0xC0, 0xC1, 0xC2, 0xC3, 0xC5, 0xC6, 0xC7, 0xC9, 0xCA, 0xCB, 0xCD, 0xCE, 0xCF}


def read_picture(data: bytes, file: str) -> Picture:
    """A picture from its content. Raises ValueError with the reason, for people."""
    if len(data) > LARGEST_PICTURE:
        raise ValueError("The picture is larger than 2 MB. Save it smaller.")
    size = _png(data) or _gif(data) or _jpeg(data)
    if size is None or not all(0 < side <= 10_000 for side in size):
        raise ValueError("The picture isn’t a PNG, JPEG or GIF that can be read. Save it as PNG.")
    return Picture(file=file, digest=hashlib.sha256(data).hexdigest(), width=size[0], height=size[1])


def picture_type(data: bytes) -> str:
    """The type a browser is told, from the first bytes; PNG where they say nothing."""
    if data.startswith(b"\xff\xd8"):
        return "image/jpeg"
    return "image/gif" if data.startswith(b"GIF8") else "image/png"


def _png(data: bytes) -> tuple[int, int] | None:
    if len(data) < 24 or not data.startswith(b"\x89PNG\r\n\x1a\n"):
        return None
    width, height = struct.unpack(">II", data[16:24])
    return width, height


def _gif(data: bytes) -> tuple[int, int] | None:
    if len(data) < 10 or data[:6] not in (b"GIF87a", b"GIF89a"):
        return None
    width, height = struct.unpack("<HH", data[6:10])
    return width, height


def _jpeg(data: bytes) -> tuple[int, int] | None:
    """Walks the segments of a JPEG to the one that says its size."""
    if not data.startswith(b"\xff\xd8"):
        return None
    place = 2
    while place + 9 < len(data) and data[place] == 0xFF:
        marker = data[place + 1]
        if marker in _START_OF_FRAME:
            height, width = struct.unpack(">HH", data[place + 5 : place + 9])
            return width, height
        place += 2 + int(struct.unpack(">H", data[place + 2 : place + 4])[0])
    return None
