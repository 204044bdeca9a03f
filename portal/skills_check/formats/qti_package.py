"""QTI files: one item alone, or a zip package with its manifest. Each item of a package stands for itself."""

import posixpath
from collections.abc import Mapping

from portal.skills_check.formats.qti_item import read_item
from portal.skills_check.formats.qti_parts import address_of
from portal.skills_check.formats.tags import with_tags
from portal.skills_check.formats.xml_tree import BrokenXml, Node, read_xml
from portal.skills_check.formats.zip_parts import is_zip, zip_parts
from portal.skills_check.rules.exchange import Found, ReadFile, UnreadableFile

MANIFEST = "imsmanifest.xml"


def read_qti(data: bytes) -> ReadFile:
    """Every question of an item file or a package. Raises UnreadableFile when it is neither."""
    if not is_zip(data):
        return ReadFile(found=(read_item(data, path="", files={}),))
    files = {posixpath.normpath(name): content for name, content in zip_parts(data).items()}
    manifest = next((name for name in sorted(files, key=len) if posixpath.basename(name) == MANIFEST), None)
    notices: tuple[str, ...] = ()
    listed: dict[str, tuple[str, ...]] = {}
    if manifest is not None:
        listed, notices = _listed(files[manifest], posixpath.dirname(manifest))
    if not listed:
        listed = {name: () for name in sorted(files) if _is_item(name, files[name])}
        if listed:
            notices = (*notices, "The package lists no items, so every item in it was read.")
    if not listed:
        raise UnreadableFile("The package holds no QTI item. Export it again as QTI 2.1, 2.2 or 3.0.")
    return ReadFile(found=tuple(_found(name, tags, files) for name, tags in listed.items()), notices=notices)


def _found(name: str, tags: tuple[str, ...], files: Mapping[str, bytes]) -> Found:
    if name not in files:
        return Found(name=name, place=name, refusal="The package lists this item and doesn’t hold it.")
    found = read_item(files[name], path=name, files=files)
    if found.question is None:
        return found
    return Found(
        name=found.name,
        place=found.place,
        question=with_tags(found.question, tags),
        losses=found.losses,
        picture=found.picture,
    )


def _listed(data: bytes, folder: str) -> tuple[dict[str, tuple[str, ...]], tuple[str, ...]]:
    """Path of each item → its keywords."""
    try:
        root = read_xml(data)
    except BrokenXml as error:
        return {}, (f"The manifest can’t be read (line {error.line}: {error})",)
    found = {}
    for resource in root.inside("resource"):
        kind = resource.attributes.get("type", "")
        if "item" in kind and "qti" in kind:
            address = address_of(resource.attributes.get("href") or _first_file(resource))
            if address:
                found[posixpath.normpath(posixpath.join(folder, address))] = _keywords(resource)
    return found, ()


def _first_file(resource: Node) -> str:
    return next((file.attributes.get("href", "") for file in resource.all("file")), "")


def _keywords(resource: Node) -> tuple[str, ...]:
    return tuple(" ".join(keyword.text.split()) for keyword in resource.inside("keyword"))


def _is_item(name: str, content: bytes) -> bool:
    head = content[:4000]
    return (
        name.endswith(".xml")
        and (b"assessmentItem" in head or b"qti-assessment-item" in head)
        and (b"assessmentTest" not in head.split(b"assessmentItem")[0])
    )
