"""flask guides …"""

from pathlib import Path

import click
from flask.cli import AppGroup

from portal.catalogue.queries import catalogue
from portal.catalogue.rules import Catalogue
from portal.core.documents import Problems
from portal.core.errors import InvalidInput
from portal.core.text import counted
from portal.guides.formats.folder import KNOWN, read_folder
from portal.guides.formats.guide_writer import written_guide
from portal.guides.queries import library as queries
from portal.guides.rules.library import Guide
from portal.guides.rules.versions import UnknownCode, content_hash
from portal.storage.files import FileStore, content_of
from portal.web.command_line import Answer, answering
from portal.web.context import file_store, reading

group = AppGroup("guides", help="Guides made in the browser, and their files.")


class NothingChosen(InvalidInput):
    """The command doesn't say which guides are meant."""

    def __init__(self) -> None:
        super().__init__(
            "Say which guide to write, like “flask guides export G-142 --output content/videos”, or --all."
        )


@group.command("export")
@click.argument("codes", nargs=-1, metavar="[CODE]...")
@click.option("--all", "everything", is_flag=True, help="Write every published guide.")
@click.option(
    "--output",
    type=click.Path(path_type=Path, file_okay=False),
    required=True,
    help="Folder to write to, such as content/videos.",
)
@answering
def export(codes: tuple[str, ...], everything: bool, output: Path) -> Answer:
    """Write guides as folders that “flask content sync” reads back: OUTPUT/<system>/<guide>/."""
    if not codes and not everything:
        raise NothingChosen
    with reading() as session:
        published = {guide.code: guide for guide in queries.guides(session)}
        known = catalogue(session)
    for code in codes:
        if code not in published:
            raise UnknownCode(code)
    chosen = list(published.values()) if everything else [published[code] for code in dict.fromkeys(codes)]
    written = {guide.code: write_guide(guide, output, file_store(), catalogue=known) for guide in chosen}
    count = sum(map(bool, written.values()))
    lines = (
        *(f"{one.code} {output / one.address}: {', '.join(written[one.code]) or 'unchanged'}" for one in chosen),
        f"{counted(count, 'guide')} written, {len(chosen) - count} unchanged.",
    )
    data = [{"code": one.code, "folder": str(output / one.address), "written": written[one.code]} for one in chosen]
    return Answer(lines=lines, data=data)


def write_guide(guide: Guide, output: Path, store: FileStore, *, catalogue: Catalogue) -> list[str]:
    """Bring the folder of a guide to what is published; names of the files that were written or removed.

    A folder that says the same already is left as somebody wrote it, comments and all.
    """
    folder = output / guide.system / guide.slug
    if folder.is_dir():
        there = read_folder(folder, catalogue=catalogue, root=output, problems=Problems())
        if there is not None and content_hash(there.guide) == content_hash(guide):
            return []
    folder.mkdir(parents=True, exist_ok=True)
    wanted = {"guide.yaml": written_guide(guide), "captions.vtt": content_of(store, guide.captions.digest)}
    wanted[f"video{Path(guide.video.name).suffix}"] = content_of(store, guide.video.digest)
    if guide.poster is not None:
        wanted["poster.jpg"] = content_of(store, guide.poster.digest)
    touched = []
    for name, data in wanted.items():
        path = folder / name
        if not path.exists() or path.read_bytes() != data:
            path.write_bytes(data)
            touched.append(name)
    for name in set(KNOWN) - set(wanted):
        if (folder / name).exists():
            (folder / name).unlink()
            touched.append(name)
    return touched
