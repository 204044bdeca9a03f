"""P7, P11, P12, P14: statements, start, memory, bytes of a page, a fresh machine."""

import gzip
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from dataclasses import dataclass
from pathlib import Path

from bin.bench_parts.servers import ROOT, environment, free_port, running, start_portal

LINKED = re.compile(
    r'(?<!class="guide-still" )(?:href|src)="(/static/[^"]+|/media/[^"]+\.(?:vtt|jpg))"|src="(/guides/[^"]+chapters\.vtt)"|poster="([^"]+)"'
)
IMPORTED = re.compile(r'(?:url\("?|from ")(?:\./)?(vendor/[^")]+)')


@dataclass
class Start:
    """Seconds to the first page with everything set up before, and megabytes when idle (shared once, and summed)."""

    seconds: float
    pss: float
    rss: float


def start_and_memory() -> Start:
    """The default server with the repository's own content and a demonstration council."""
    with tempfile.TemporaryDirectory(prefix="showhow-bench-") as name:
        settings = environment(Path(name))
        with running(start_portal(settings)):
            pass
        started = time.perf_counter()
        server = start_portal(settings)
        try:
            server.wait_until_it_answers()
            seconds = time.perf_counter() - started
            time.sleep(2)
            pss, rss = server.memory_mb()
        finally:
            server.stop()
    return Start(seconds=seconds, pss=pss, rss=rss)


def guide_page_bytes() -> dict[str, int]:
    """Bytes transferred for a guide page by what they are, without the video, as a browser that takes gzip gets them."""
    with tempfile.TemporaryDirectory(prefix="showhow-bench-") as name:
        settings = environment(Path(name))
        with running(start_portal(settings, "--empty")) as server:
            base = f"http://127.0.0.1:{server.port}"
            guide = re.search(r'href="(/guides/[^"]+)"', _fetch(base + "/")[1])
            if guide is None:
                raise RuntimeError("no guide is loaded")
            size, page = _fetch(base + guide[1])
            sizes = {"page": size}
            wanted = {next(filter(None, found)) for found in LINKED.findall(page)}
            wanted |= {"/static/vendor/source-sans-3.woff2", "/static/vendor/govuk-frontend.min.js"}
            for path in sorted(wanted):
                sizes[path.partition("?")[0].rsplit("/", 1)[1]] = _fetch(base + path)[0]
    return sizes


def _fetch(url: str) -> tuple[int, str]:
    request = urllib.request.Request(url, headers={"Accept-Encoding": "gzip"})
    with urllib.request.urlopen(request) as answer:
        data = answer.read()
        plain = gzip.decompress(data) if answer.headers.get("Content-Encoding") == "gzip" else data
    return len(data), plain.decode(errors="replace")


@dataclass
class Fresh:
    """A fresh clone to the first page: seconds, megabytes downloaded, megabytes on disk."""

    seconds: float
    downloaded: float
    on_disk: float


def fresh_machine() -> Fresh:
    """Clone the committed project, start it with nothing installed, and add up what pip downloaded."""
    with tempfile.TemporaryDirectory(prefix="showhow-bench-") as name:
        clone = Path(name) / "showhow"
        subprocess.run(["git", "clone", "--quiet", str(ROOT), str(clone)], check=True)
        kept = {name: value for name, value in os.environ.items() if not name.startswith("SHOWHOW_")}
        settings = {**kept, "PIP_NO_CACHE_DIR": "1"}
        started = time.perf_counter()
        command = ["./run", "--check", "--port", str(free_port())]
        subprocess.run(command, cwd=clone, env=settings, check=True, stdout=subprocess.DEVNULL)
        seconds = time.perf_counter() - started
        on_disk = _size(clone / ".venv")
        wheels = Path(name) / "wheels"
        pip = [sys.executable, "-m", "pip", "download", "-q", "--only-binary", ":all:", "-r", "requirements.txt"]
        subprocess.run([*pip, "-d", str(wheels)], cwd=clone, check=True, stderr=subprocess.DEVNULL)
        downloaded = _size(wheels)
        shutil.rmtree(clone)
    return Fresh(seconds=seconds, downloaded=downloaded, on_disk=on_disk)


def _size(folder: Path) -> float:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file() and not path.is_symlink()) / 1e6


def statements() -> dict[str, int]:
    """SQL statements of the most expensive page and of a save, over a walk through the portal as each kind of person."""
    with tempfile.TemporaryDirectory(prefix="showhow-bench-") as name:
        script = [sys.executable, "-m", "bin.bench_parts.count_statements"]
        done = subprocess.run(script, cwd=ROOT, env=environment(Path(name)), check=True, capture_output=True, text=True)
    pairs = (line.rsplit(" ", 1) for line in done.stdout.splitlines())
    return {page: int(count) for page, count in pairs}
