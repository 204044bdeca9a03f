"""Users of each system by directorate: CSV ``system,directorate,users``."""

import csv
import io
from collections.abc import Mapping

from portal.catalogue.rules import Catalogue
from portal.core.documents import Problems, nearest

COLUMNS = ("system", "directorate", "users")


def read_users(data: bytes, file: str, catalogue: Catalogue, problems: Problems) -> Mapping[tuple[str, str], int]:
    """Users by (system, directorate). Every mistake is noted with its line."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        problems.add(file, None, "The file isn't UTF-8 text.", "Save it as CSV (UTF-8).")
        return {}
    rows = csv.DictReader(io.StringIO(text, newline=""))
    missing = [column for column in COLUMNS if column not in (rows.fieldnames or ())]
    if missing:
        do = f"The first line must be {','.join(COLUMNS)}."
        problems.add(file, 1, f"The column {', '.join(missing)} is missing.", do)
        return {}
    directorates = [directorate.key for directorate in catalogue.directorates]
    users: dict[tuple[str, str], int] = {}
    for row in rows:
        line, system, directorate = rows.line_num, (row["system"] or "").strip(), (row["directorate"] or "").strip()
        if not catalogue.has_system(system):
            offer = nearest(system, [known.key for known in catalogue.systems])
            problems.add(file, line, f"The system “{system}” isn't in the catalogue.", offer)
        if directorate not in directorates:
            offer = nearest(directorate, directorates)
            problems.add(file, line, f"The directorate “{directorate}” isn't in the catalogue.", offer)
        if (system, directorate) in users:
            problems.add(file, line, f"{system} in {directorate} is there twice.", "Keep one of the lines.")
        count = (row["users"] or "").strip()
        if not count.isdigit():
            problems.add(file, line, f"“{count}” isn't a number of users.", "Write a whole number.")
            continue
        users[system, directorate] = int(count)
    return users
