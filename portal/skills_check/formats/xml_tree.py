"""XML from strangers: a small tree with line numbers. A DTD, an entity, a file beside it or a network is never read."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.parsers import expat

from portal.skills_check.formats.plain_text import LARGEST_FILE

DEEPEST = 100
MOST_ELEMENTS = 500_000
_DECLARED = re.compile(rb'^\s*<\?xml[^>]*encoding=["\']([A-Za-z0-9._-]+)["\']')


class BrokenXml(ValueError):
    """XML that can't be read. ``line`` counts from 1."""

    def __init__(self, what: str, line: int) -> None:
        self.line = line
        super().__init__(what)


@dataclass(slots=True, kw_only=True)
class Node:
    """One element. ``name`` without its namespace; ``parts``: its texts and children in their order."""

    name: str
    namespace: str
    attributes: dict[str, str]
    line: int
    parts: list["Node | str"] = field(default_factory=list)

    @property
    def children(self) -> Iterator["Node"]:
        return (part for part in self.parts if isinstance(part, Node))

    @property
    def text(self) -> str:
        """All text inside, as it stands."""
        return "".join(part if isinstance(part, str) else part.text for part in self.parts)

    def all(self, *names: str) -> list["Node"]:
        """Children with one of these names."""
        return [child for child in self.children if child.name in names]

    def first(self, name: str) -> "Node | None":
        return next((child for child in self.children if child.name == name), None)

    def inside(self, *names: str) -> list["Node"]:
        """Every element below with one of these names, in the order of the file."""
        found = []
        for child in self.children:
            if child.name in names:
                found.append(child)
            found += child.inside(*names)
        return found

    def said(self, name: str, default: str = "") -> str:
        """The text of a child, trimmed; the default where there is none."""
        child = self.first(name)
        return default if child is None else child.text.strip()


def read_xml(data: bytes) -> Node:
    """The root element. Raises BrokenXml, also for a DTD, which no question bank needs."""
    if len(data) > LARGEST_FILE:
        raise BrokenXml("It is larger than 20 MB.", 1)
    builder = _Builder()
    parser = expat.ParserCreate(encoding=_encoding(data), namespace_separator=" ")
    builder.watch(parser)
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        reason = expat.errors.messages.get(error.code, "it can’t be read")
        raise BrokenXml(f"The XML is broken: {reason}.", error.lineno) from None
    except (LookupError, UnicodeDecodeError, ValueError) as error:
        if isinstance(error, BrokenXml):
            raise
        raise BrokenXml("Its encoding can’t be read. Save it as UTF-8.", 1) from None
    if builder.root is None:
        raise BrokenXml("It holds no element.", 1)
    return builder.root


def _encoding(data: bytes) -> str | None:
    """What to tell the reader: nothing where the file is what it says, else Windows-1252."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return None
    declared = _DECLARED.match(data)
    name = declared[1].decode().lower() if declared else "utf-8"
    if name not in ("utf-8", "utf8"):
        return None
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return "windows-1252"
    return None


class _Builder:
    def __init__(self) -> None:
        self.root: Node | None = None
        self._open: list[Node] = []
        self._count = 0
        self._parser: expat.XMLParserType | None = None

    def watch(self, parser: expat.XMLParserType) -> None:
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        parser.StartDoctypeDeclHandler = self._refuse
        parser.EntityDeclHandler = self._refuse
        parser.ExternalEntityRefHandler = self._refuse
        self._parser = parser

    def _line(self) -> int:
        return self._parser.CurrentLineNumber if self._parser is not None else 1

    def _refuse(self, *_: object) -> int:
        raise BrokenXml("It declares a document type or an entity, which isn’t safe. Remove it.", self._line())

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._count += 1
        if len(self._open) >= DEEPEST or self._count > MOST_ELEMENTS:
            raise BrokenXml("It is nested too deeply or has too many elements.", self._line())
        namespace, _, local = name.rpartition(" ")
        own = {key.rpartition(" ")[2]: value for key, value in attributes.items()}
        node = Node(name=local, namespace=namespace, attributes=own, line=self._line())
        if self._open:
            self._open[-1].parts.append(node)
        else:
            self.root = node
        self._open.append(node)

    def _end(self, _name: str) -> None:
        self._open.pop()

    def _text(self, text: str) -> None:
        if self._open:
            self._open[-1].parts.append(text)
