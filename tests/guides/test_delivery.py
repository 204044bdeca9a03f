"""Media sent by nginx: the portal says whether and what, nginx sends it. With the real nginx, where there is one."""

import contextlib
import os
import re
import shutil
import socket
import subprocess
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from portal.config import BadSettings, Settings
from tests.databases import extra_database
from tests.pages import PageClient
from tests.serve.test_recovery import Server

GUIDE = "/guides/spreadsheets/freeze-the-heading-row/"
NGINX = shutil.which("nginx") or shutil.which("/usr/sbin/nginx")
PAUSE = threading.Event()
#: The lines of docs/media.md between what a whole configuration needs.
CONFIGURATION = """\
daemon off; worker_processes 1; pid {folder}/pid; error_log {folder}/error warn;
events {{ worker_connections 64; }}
http {{
  access_log off;
  client_body_temp_path {folder}/b; proxy_temp_path {folder}/p; fastcgi_temp_path {folder}/f;
  uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
  server {{
    listen 127.0.0.1:{port};
    location /showhow-media/ {{ internal; alias {media}/; add_header X-Content-Type-Options nosniff; }}
    location / {{ proxy_pass http://127.0.0.1:{behind}; }}
  }}
}}
"""


class TestHeaders:
    @pytest.fixture
    def environment(self, environment: dict[str, str]) -> dict[str, str]:
        return {**environment, "SHOWHOW_DELIVERY": "x-accel"}

    @pytest.mark.usefixtures("content")
    def test_the_file_is_named_and_not_sent(self, page: PageClient) -> None:
        address = str(page.get(GUIDE).all("source")[0].get("src"))
        sent = page.client.get(address)
        digest = address.split("/")[2]
        assert sent.headers["X-Accel-Redirect"] == f"/showhow-media/{digest[:2]}/{digest}"
        assert (sent.headers["Content-Type"], sent.get_data()) == ("video/mp4", b"")
        page.get(address.replace("video.mp4", "other.mp4"), expect=404)


def test_a_delivery_that_does_not_fit_the_place_is_refused(environment: dict[str, str]) -> None:
    with pytest.raises(BadSettings, match="while SHOWHOW_MEDIA_URL names a folder"):
        Settings.from_environment({**environment, "SHOWHOW_DELIVERY": "s3-presigned"})
    bucket = {"SHOWHOW_MEDIA_URL": "s3://showhow/media", "SHOWHOW_DELIVERY": "x-accel"}
    with pytest.raises(BadSettings, match="while SHOWHOW_MEDIA_URL names a bucket"):
        Settings.from_environment({**environment, **bucket})
    with pytest.raises(BadSettings, match="s3:// with the name of a bucket"):
        Settings.from_environment({**environment, "SHOWHOW_MEDIA_URL": "s3:///nothing"})


@pytest.fixture
def before(tmp_path: Path, database_url: str) -> Iterator[str]:
    """The address of an nginx with the portal behind it."""
    if NGINX is None:
        pytest.skip("no nginx is installed")
    with extra_database(database_url, name=f"accel_{os.getpid()}", folder=tmp_path) as url:
        server = Server(tmp_path, url)
        server.environment["SHOWHOW_DELIVERY"] = "x-accel"
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = int(probe.getsockname()[1])
        folder = tmp_path / "nginx"
        folder.mkdir()
        for path in (tmp_path, *tmp_path.parents[:3]):  # nginx's worker is another account when root starts it
            with contextlib.suppress(OSError):
                path.chmod(path.stat().st_mode | 0o055)
        text = CONFIGURATION.format(folder=folder, port=port, behind=server.port, media=tmp_path / "instance" / "media")
        (folder / "nginx.conf").write_text(text)
        with contextlib.ExitStack() as running:
            running.callback(server.stop)
            server.start()
            nginx = subprocess.Popen([NGINX, "-p", str(folder), "-c", str(folder / "nginx.conf")])
            running.callback(nginx.wait, 20)
            running.callback(nginx.terminate)
            for _ in range(500):
                if fetched(f"http://127.0.0.1:{port}/privacy")[0] == 200:
                    break
                PAUSE.wait(0.02)
            yield f"http://127.0.0.1:{port}"


def fetched(address: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
    request = urllib.request.Request(address, headers=headers)  # noqa: S310 (our own address)
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310
            return answer.status, dict(answer.headers), answer.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, dict(error.headers), b""
    except OSError:
        return 0, {}, b""


def test_nginx_sends_ranges_of_what_the_portal_allows_and_nothing_else(before: str) -> None:
    page = fetched(before + GUIDE)[2].decode()
    found = re.search(r'<source src="([^"#]+)', page)
    assert found is not None
    status, headers, part = fetched(before + found[1], Range="bytes=4-7")
    assert (status, part, headers["Content-Type"]) == (206, b"ftyp", "video/mp4")
    assert "immutable" in headers["Cache-Control"]
    digest = found[1].split("/")[2]
    assert fetched(f"{before}/showhow-media/{digest[:2]}/{digest}")[0] == 404
