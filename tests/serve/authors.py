"""An author at a real server: signs in, uploads, looks how far it has come."""

import base64
import json
import threading
import urllib.parse
from pathlib import Path
from typing import Any

from portal.accounts import operations as accounts
from portal.storage.database import Database
from tests.conftest import START
from tests.forms import token_of
from tests.people import AUTHOR, PASSWORD
from tests.serve.test_recovery import Visitor

BEGIN = "/authoring/recordings/"
CHUNK = 4 << 20
DEADLINE = 90.0
PAUSE = threading.Event()


def add_author(url: str) -> None:
    """Make the author's account."""
    database = Database(url)
    with database.transaction() as session:
        accounts.create_account(
            session, email=AUTHOR.email, name=AUTHOR.name, password=PASSWORD, roles=AUTHOR.roles, now=START
        )
    database.close()


class Author(Visitor):
    """A browser with the author signed in."""

    def __init__(self, port: int) -> None:
        super().__init__(port)
        page = self.send("GET", "/sign-in")[1]
        body = urllib.parse.urlencode({"email": AUTHOR.email, "password": PASSWORD})
        status, text, _ = self.send("POST", "/sign-in", f"csrf_token={token_of(page)}&next=&{body}")
        assert status == 303, text

    def request(self, method: str, path: str, body: bytes = b"", **headers: str) -> tuple[int, dict[str, str], bytes]:
        sent = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        self.connection.request(method, path, body=body, headers=sent)
        answer = self.connection.getresponse()
        return answer.status, dict(answer.headers), answer.read()

    def upload(self, file: Path) -> str:
        """Send a file in chunks; the recording's address."""
        data = file.read_bytes()
        token = urllib.parse.unquote(token_of(self.send("GET", BEGIN)[1]))
        common = {"Tus_Resumable": "1.0.0", "X_CSRFToken": token}
        name = base64.b64encode(file.name.encode()).decode()
        status, headers, text = self.request(
            "POST", BEGIN, Upload_Length=str(len(data)), Upload_Metadata=f"filename {name}", **common
        )
        assert status == 201, text
        for offset in range(0, len(data), CHUNK):
            status, _, text = self.request(
                "PATCH", headers["Location"], data[offset : offset + CHUNK],
                Content_Type="application/offset+octet-stream", Upload_Offset=str(offset), **common,
            )  # fmt: skip
            assert status == 204, text
        return headers["Location"].removesuffix("upload")

    def state(self, recording: str) -> dict[str, Any]:
        return dict(json.loads(self.request("GET", f"{recording}state")[2]))

    def wait_for(self, recording: str, **wanted: object) -> dict[str, Any]:
        """The state once it says what is wanted."""
        found: dict[str, Any] = {}
        for _ in range(int(DEADLINE / 0.1)):
            found = self.state(recording)
            if all(found[name] == value for name, value in wanted.items()):
                return found
            assert found["state"] != "failed", found
            PAUSE.wait(0.1)
        raise AssertionError(f"it never was {wanted}, but {found}")

    def sources(self, recording: str) -> list[str]:
        """Addresses of what the recording's page offers to play."""
        page = self.send("GET", recording)[1]
        return [part.partition('"')[0] for part in page.split('<source src="')[1:]]
