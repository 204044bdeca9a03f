"""What the reader's side may be set to."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class ReaderOptions:
    """``embed_origins``: sites that may show a guide in a frame, such as https://intranet.example.gov.uk."""

    embed_origins: tuple[str, ...]
