"""Walks through the portal inside one process and prints the SQL statements of each page and of a save."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import event

from bin.bench_parts.people import RADIO, SENDING, TOKEN
from portal.app import create_app
from portal.demo.queries import PASSWORD
from portal.serve import start_up
from portal.storage.database import Database
from portal.web.context import Portal

OTHERS = ("BEGIN", "SAVEPOINT", "RELEASE", "ROLLBACK", "PRAGMA")


@contextmanager
def counted(database: Database) -> Iterator[list[str]]:
    """The statements that run in the block."""
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if not statement.startswith(OTHERS):
            seen.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)
    yield seen
    event.remove(database.engine, "before_cursor_execute", note)


def main() -> None:
    app = create_app()
    with app.app_context():
        start_up(demonstration=True)
    portal: Portal = app.extensions["showhow"]
    client = app.test_client()

    def get(path: str) -> str:
        client.get(path)  # what is remembered between requests is remembered now
        with counted(portal.database) as seen:
            answer = client.get(path)
        print(f"{path.split('?')[0] if '/check/' not in path else 'check: ' + path.rsplit('/', 1)[-1]} {len(seen)}")
        return answer.get_data(as_text=True)

    home = get("/")
    guide = next(part.split('"')[0] for part in home.split('href="')[1:] if part.startswith("/guides/"))
    get("/systems/spreadsheets/")
    get(guide)
    get("/search?q=freeze heading")
    start = get("/check/")
    begun = client.post("/check/", data={"csrf_token": TOKEN.findall(start)[-1], "systems": ["spreadsheets"]})
    address = begun.headers["Location"]
    while not address.endswith("/finish"):
        page = client.get(address).get_data(as_text=True)
        found = RADIO.search(page)
        values = {**dict(SENDING.findall(page)), **({"choice": found[1] or found[2]} if found else {})}
        if not found:
            values |= {"dont_know": "y", "choices": "dont-know"}
        with counted(portal.database) as seen:
            following = client.post(address, data=values).headers["Location"]
        saved = len(seen)
        address, last = following, address
    get(last)
    print(f"check: a save {saved}")
    form = {"csrf_token": TOKEN.findall(client.get("/sign-in").get_data(as_text=True))[-1]}
    client.post("/sign-in", data={**form, "email": "desk-analyst@example.gov.uk", "password": PASSWORD})
    for path in (
        "/desk/calls/",
        "/desk/import/",
        "/desk/mapping/",
        "/gap-report/",
        "/gap-report/systems/spreadsheets/",
    ):
        get(path)


if __name__ == "__main__":
    main()
