"""M1 to M3: videos in parts beside Flask's send_file and nginx, the first frame on a slow line, uploads."""

import base64
import http.client
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.parse
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import sync_playwright
from sqlalchemy import select

from bin.bench_parts.rows import Row
from bin.bench_parts.servers import ROOT, Server, environment, free_port, running, start_portal
from portal.accounts.operations import create_account
from portal.accounts.rules import Role
from portal.guides.models.library import GuideMedia, GuideRow
from portal.storage.database import Database
from portal.storage.files import FolderStore
from tests.conftest import START
from tests.forms import token_of

ROUNDS = 3
FILE_MB = 64
SENT_MB = 256
BLOCK = 256 * 1024
UPLOAD_MB = 60
CHUNK = 4 * 1024 * 1024
SLOW_LINE = 2_000_000 / 8
GUIDE_MB = 4
PASSWORD = "correct-horse-battery"
NGINX = """\
worker_processes 1; daemon off; pid {folder}/pid; error_log {folder}/error warn;
events {{ worker_connections 64; }}
http {{ access_log off; sendfile on; keepalive_requests 1000000;
  client_body_temp_path {folder}/b; proxy_temp_path {folder}/p; fastcgi_temp_path {folder}/f;
  uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
  server {{ listen 127.0.0.1:{port}; location / {{ root {root}; }} }} }}
"""
FIRST_FRAME = """async (source) => {
  const video = document.createElement("video");
  video.muted = true;
  document.body.append(video);
  const started = performance.now();
  const shown = new Promise((done) => video.requestVideoFrameCallback(() => done(performance.now() - started)));
  video.src = source;
  await video.play();
  return shown;
}"""


@dataclass
class Place:
    """A portal with two videos of a guide: where it answers and under which addresses."""

    server: Server
    settings: dict[str, str]
    large: str
    guide: str


def _database(settings: dict[str, str]) -> Database:
    return Database(f"sqlite:///{Path(settings['SHOWHOW_INSTANCE']) / 'showhow.sqlite'}")


def _add_media(settings: dict[str, str], data: bytes, role: str) -> str:
    """Make a file one of a guide's; its address."""
    stored = FolderStore(Path(settings["SHOWHOW_INSTANCE"]) / "media").put(data)
    database = _database(settings)
    with database.transaction() as session:
        guide = session.scalars(select(GuideRow.id)).first()
        session.add(
            GuideMedia(
                guide_id=guide, role=role, digest=stored.digest, name="bench.mp4", mimetype="video/mp4", size=stored.size
            )
        )  # fmt: skip
    database.close()
    return f"/media/{stored.digest}/bench.mp4"


def _per_gigabyte(server: Server, path: str, *, open_ended: bool = False) -> float:
    """CPU-seconds of the server for a gigabyte of the file in parts, over one connection."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)

    def ask(start: int) -> int:
        last = "" if open_ended else str(start + BLOCK - 1)
        connection.request("GET", path, headers={"Range": f"bytes={start}-{last}"})
        answer = connection.getresponse()
        data = answer.read()
        if answer.status != 206:
            raise RuntimeError(f"{path} answered {answer.status}")
        return len(data)

    ask(0)
    before, sent, start = server.cpu_seconds(), 0, 0
    while sent < SENT_MB << 20:
        got = ask(start)
        sent += got
        start = (start + got) % (FILE_MB << 20)
    connection.close()
    return (server.cpu_seconds() - before) * (1 << 30) / sent


def _nginx(folder: Path, file: Path) -> Server | None:
    program = shutil.which("nginx") or ("/usr/sbin/nginx" if Path("/usr/sbin/nginx").exists() else None)
    if program is None:
        return None
    port = free_port()
    (folder / "nginx.conf").write_text(NGINX.format(folder=folder, port=port, root=file.parent))
    folder.chmod(0o755)
    file.parent.chmod(0o755)
    process = subprocess.Popen(
        [program, "-p", str(folder), "-c", str(folder / "nginx.conf")], stderr=subprocess.DEVNULL
    )
    return Server(process=process, port=port)


def range_rows() -> list[Row]:
    """M1."""
    with tempfile.TemporaryDirectory(prefix="showhow-bench-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        settings = environment(folder)
        with running(start_portal(settings, "--empty")) as portal:
            data = os.urandom(FILE_MB << 20)
            file = folder / "files" / "bench.mp4"
            file.parent.mkdir()
            file.write_bytes(data)
            address = _add_media(settings, data, "bench")
            command = [sys.executable, "-m", "bin.bench_parts.media_reference", str(free_port()), str(file)]
            stock = Server(process=subprocess.Popen(command, cwd=ROOT), port=int(command[3]))
            with running(stock):
                nginx = _nginx(folder / "files", file)
                try:
                    return _range_rows(portal, address, stock, nginx)
                finally:
                    if nginx is not None:
                        nginx.stop()


def _range_rows(portal: Server, address: str, stock: Server, nginx: Server | None) -> list[Row]:
    ways: dict[str, Callable[[], float]] = {
        "ours": lambda: _per_gigabyte(portal, address),
        "ours, open": lambda: _per_gigabyte(portal, address, open_ended=True),
        "send_file": lambda: _per_gigabyte(stock, "/file"),
        "send_file, open": lambda: _per_gigabyte(stock, "/file", open_ended=True),
    }
    if nginx is not None:
        nginx.wait_until_it_answers("/bench.mp4")
        ways["nginx"] = lambda: _per_gigabyte(nginx, "/bench.mp4")
    found = {name: statistics.median(way() for _ in range(ROUNDS)) for name, way in ways.items()}
    beside = f"send_file {found['send_file']:.2f} ({found['ours'] / found['send_file']:.2f} ×)"
    beside += f", nginx {found['nginx']:.2f} ({found['ours'] / found['nginx']:.0f} ×)" if nginx else ", no nginx here"
    played = f"{found['ours, open']:.2f} CPU-s a GB; send_file, the whole rest at once, {found['send_file, open']:.2f}"
    return [
        Row("M1", "video in ranges of 256 KB, with look-up and access", "", "", f"{found['ours']:.2f} CPU-s a GB; {beside}", True),
        Row("M1", "video as players ask for it, 2 MB an answer", "", "", played, True),
    ]  # fmt: skip


def first_frame_rows() -> list[Row]:
    """M2."""
    chromium = os.environ.get("SHOWHOW_CHROMIUM") or shutil.which("chromium")
    if chromium is None or shutil.which("ffmpeg") is None:
        return [Row("M2", "first frame on a slow line", "", "", "not measured: no Chromium or no ffmpeg here", True)]
    with tempfile.TemporaryDirectory(prefix="showhow-bench-") as name:
        settings = environment(Path(name))
        video = Path(name) / "guide.mp4"
        rate = str(GUIDE_MB * 8 * 1_000_000 // 60)
        source = "testsrc2=size=1280x720:rate=15:duration=60,noise=alls=12:allf=t"
        command = [
            "ffmpeg",
            "-v",
            "error",
            "-f",
            "lavfi",
            "-i",
            source,
            "-c:v",
            "libx264",
            "-preset",
            "veryfast",
            "-g",
            "75",
        ]
        subprocess.run([*command, "-b:v", rate, "-maxrate", rate, "-bufsize", rate, "-pix_fmt", "yuv420p", "-movflags", "+faststart", str(video)], check=True)  # fmt: skip
        with running(start_portal(settings, "--empty")) as portal:
            address = _add_media(settings, video.read_bytes(), "bench")
            seconds = [_first_frame(chromium, portal.port, address) for _ in range(ROUNDS)]
        size = video.stat().st_size / 1e6
    text = f"{statistics.median(seconds):.2f} s (slowest of {ROUNDS}: {max(seconds):.2f}), {size:.1f} MB"
    return [
        Row(
            "M2",
            "first frame of a guide's video at 2 Mbit/s, Chromium",
            "",
            "0.7 s",
            text,
            statistics.median(seconds) <= 0.7,
        )
    ]


def _first_frame(chromium: str, port: int, address: str) -> float:
    with sync_playwright() as playwright:
        flags = ["--no-sandbox"] if os.geteuid() == 0 else []
        browser = playwright.chromium.launch(executable_path=chromium, args=flags)
        page = browser.new_page(base_url=f"http://127.0.0.1:{port}")
        page.goto("/privacy")
        session = page.context.new_cdp_session(page)
        session.send("Network.enable")
        slow = {"offline": False, "latency": 20, "downloadThroughput": SLOW_LINE, "uploadThroughput": SLOW_LINE}
        session.send("Network.emulateNetworkConditions", slow)
        seconds = float(page.evaluate(FIRST_FRAME, address)) / 1000
        browser.close()
    return seconds


def upload_rows() -> list[Row]:
    """M3."""
    with tempfile.TemporaryDirectory(prefix="showhow-bench-") as name:
        settings = environment(Path(name))
        with running(start_portal(settings, "--empty")) as portal:
            database = _database(settings)
            with database.transaction() as session:
                create_account(
                    session, email="author@example.gov.uk", name="A", password=PASSWORD, roles=(Role.AUTHOR,), now=START
                )
            database.close()
            rounds = [_upload(portal) for _ in range(ROUNDS)]
    seconds = statistics.median(one[0] for one in rounds)
    cpu = statistics.median(one[1] for one in rounds)
    text = f"{UPLOAD_MB / seconds:.0f} MB a second, {cpu * 1024 / UPLOAD_MB:.1f} CPU-s a GB"
    return [Row("M3", f"upload of {UPLOAD_MB} MB in 4 MB chunks, each safe on disk", "", "", text, True)]


def _upload(portal: Server) -> tuple[float, float]:
    """Seconds and CPU-seconds of an upload; thrown away before its last byte, so that nothing is processed."""
    connection = http.client.HTTPConnection("127.0.0.1", portal.port, timeout=60)
    cookies: dict[str, str] = {}

    def ask(method: str, path: str, body: bytes = b"", **headers: str) -> tuple[http.client.HTTPResponse, str]:
        sent = {"Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items())}
        connection.request(
            method, path, body=body, headers={**sent, **{n.replace("_", "-"): v for n, v in headers.items()}}
        )
        answer = connection.getresponse()
        text = answer.read().decode(errors="replace")
        for cookie in answer.headers.get_all("Set-Cookie") or ():
            key, _, value = cookie.partition(";")[0].partition("=")
            cookies[key] = value
        if answer.status >= 400:
            raise RuntimeError(f"{method} {path} answered {answer.status}: {text[:200]}")
        return answer, text

    token = token_of(ask("GET", "/sign-in")[1])
    body = urllib.parse.urlencode({"email": "author@example.gov.uk", "password": PASSWORD, "next": ""})
    ask("POST", "/sign-in", f"csrf_token={token}&{body}".encode(), Content_Type="application/x-www-form-urlencoded")
    token = urllib.parse.unquote(token_of(ask("GET", "/authoring/recordings/")[1]))
    common = {"Tus_Resumable": "1.0.0", "X_CSRFToken": token}
    total, chunk = UPLOAD_MB << 20, os.urandom(CHUNK)
    named = base64.b64encode(b"bench.mp4").decode()
    opened, _ = ask(
        "POST", "/authoring/recordings/", Upload_Length=str(total + 1), Upload_Metadata=f"filename {named}", **common
    )
    address = opened.headers["Location"]
    before, started = portal.cpu_seconds(), time.perf_counter()
    for offset in range(0, total, CHUNK):
        ask(
            "PATCH", address, chunk, Content_Type="application/offset+octet-stream", Upload_Offset=str(offset), **common
        )
    seconds, cpu = time.perf_counter() - started, portal.cpu_seconds() - before
    ask("DELETE", address, **common)
    connection.close()
    return seconds, cpu


PARTS = ((("M1",), range_rows), (("M2",), first_frame_rows), (("M3",), upload_rows))
