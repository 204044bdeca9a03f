"""What kind of video a file is, by what is in it, and how long it lasts."""

from typing import BinaryIO

from tinytag import TinyTag, TinyTagException

from portal.core.documents import Problems

#: File ending → media type, for what browsers play as it is.
TYPES = {".mp4": "video/mp4", ".webm": "video/webm"}
LONGEST = 15 * 60


def read_seconds(head: bytes, data: BinaryIO, file: str, problems: Problems) -> float:
    """The length of an MP4 in seconds; 0 for a WebM, whose length a browser finds out by itself."""
    if head[4:8] == b"ftyp":
        return _mp4_seconds(data, file, problems)
    if head[:4] != b"\x1aE\xdf\xa3":
        problems.add(file, None, "This isn't an MP4 or WebM video.", "Save the screencast as MP4 (H.264).")
    return 0.0


def _mp4_seconds(data: BinaryIO, file: str, problems: Problems) -> float:
    try:
        seconds = TinyTag.get(filename=file, file_obj=data).duration
    except TinyTagException:
        seconds = None
    if not seconds:
        problems.add(file, None, "The video has no length.", "Export it again; the file may be cut off.")
        return 0.0
    if seconds > LONGEST:
        problems.add(file, None, f"The video lasts {seconds / 60:.0f} minutes.", "Keep a guide under 15 minutes.")
    return float(seconds)
