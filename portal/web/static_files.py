"""Static files are prepared once a start (compressed copies beside them) and served by WhiteNoise with a long cache."""

import gzip
import hashlib
import shutil
from collections.abc import Mapping
from pathlib import Path

from flask import Flask
from whitenoise import WhiteNoise

COMPRESSED = (".css", ".js", ".svg", ".txt", ".md")
YEAR = 365 * 24 * 3600


def prepare(source: Path, target: Path, *, manifest: Mapping[str, str], extra: Mapping[str, bytes]) -> Path:
    """Copy the static files to a folder named by their content and compress what gains by it; return that folder.

    ``manifest`` is that of ``assets.build_manifest``, ``extra`` the files made at the start. Folders of earlier
    versions are removed.
    """
    name = hashlib.sha256(repr(sorted(manifest.items())).encode()).hexdigest()[:16]
    ready = target / name
    if not ready.exists():
        making = target / f"{name}.making"
        shutil.rmtree(target, ignore_errors=True)
        shutil.copytree(source, making)
        for made, data in extra.items():
            (making / made).write_bytes(data)
        for path in sorted(making.rglob("*")):
            if path.suffix in COMPRESSED and path.stat().st_size > 500:
                path.with_name(path.name + ".gz").write_bytes(gzip.compress(path.read_bytes(), 9, mtime=0))
        making.rename(ready)
    return ready


def install_static_files(app: Flask, folder: Path) -> None:
    """Serve the prepared folder under /static/."""
    app.wsgi_app = WhiteNoise(  # type: ignore[method-assign]
        app.wsgi_app, root=folder, prefix="static/", max_age=YEAR, allow_all_origins=False
    )
