"""Text out of files of any make: encodings, and HTML reduced to its words. Nothing of a file is ever shown as HTML."""

import html
import re
from html.parser import HTMLParser

from portal.skills_check.rules.exchange import Losses, UnreadableFile

LARGEST_FILE = 20 * 1024 * 1024
_BLOCKS = {"p", "br", "div", "li", "ul", "ol", "tr", "h1", "h2", "h3", "h4", "h5", "h6", "pre", "blockquote", "table"}
_PLAIN = {"p", "br", "div", "span"}
_HIDDEN = {"script", "style", "head", "title", "template"}
_MEDIA = {
    "img": "a picture",
    "video": "a video",
    "audio": "a sound",
    "object": "an embedded file",
    "iframe": "a frame",
}
_TAG = re.compile(
    r"</?(p|br|div|span|b|i|u|em|strong|code|pre|sub|sup|ul|ol|li|table|t[rdh]|a|img|h[1-6]|font|script|style)\b[^>]*>",
    re.I,
)


def decoded(data: bytes) -> tuple[str, tuple[str, ...]]:
    """The text of a file and notices about its encoding: UTF-8 or UTF-16 by its mark, else Windows-1252.

    Raises UnreadableFile when it is too large or isn't text.
    """
    if len(data) > LARGEST_FILE:
        raise UnreadableFile("The file is larger than 20 MB. Split it and import the parts.")
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return _lines(data.decode("utf-16", errors="replace")), ()
    notices: tuple[str, ...] = ()
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252", errors="replace")
        notices = ("The file isn’t UTF-8; it was read as Windows-1252. Check the £ signs and quotes.",)
    if "\0" in text:
        raise UnreadableFile("The file isn’t a text file. Export it again in the format you chose.")
    return _lines(text), notices


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def looks_like_html(text: str) -> bool:
    """Whether a text of unknown make holds tags. A comparison such as ``A1<B1`` isn't one."""
    return _TAG.search(text) is not None


def words_of(text: str, losses: Losses) -> str:
    """The words of an HTML text: a line a paragraph. What is dropped with the tags is noted."""
    reader = _Words()
    reader.feed(text)
    reader.close()
    for tag in sorted(reader.met & _MEDIA.keys()):
        losses.add(f"{_MEDIA[tag]} in the text is left out")
    if "a" in reader.met:
        losses.add("the address of a link is left out")
    if reader.met - _PLAIN - _BLOCKS - _HIDDEN - _MEDIA.keys() - {"a", "tbody", "thead", "td", "th"}:
        losses.add("formatting such as bold is left out; the words stay")
    if reader.met & {"table", "ul", "ol"}:
        losses.add("a list or table is written as lines")
    if reader.met & {"script", "style", "iframe"}:
        losses.add("a script or style is left out")
    return tidied("".join(reader.parts))


def tidied(text: str) -> str:
    """Lines with single spaces, none empty."""
    lines = (" ".join(line.split()) for line in text.replace("\u00a0", " ").split("\n"))
    return "\n".join(line for line in lines if line)


def unescaped(text: str) -> str:
    """A text whose only HTML are character references, such as ``&amp;``."""
    return html.unescape(text)


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self.met: set[str] = set()
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.met.add(tag)
        if tag in _HIDDEN:
            self._hidden += 1
        elif tag in _BLOCKS:
            self.parts.append("\n- " if tag == "li" else "\n")
        elif tag in ("td", "th"):
            self.parts.append(" ")
        elif tag == "img":
            self.parts.append(next((f" ({value}) " for name, value in attrs if name == "alt" and value), ""))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        self._hidden -= tag in _HIDDEN

    def handle_endtag(self, tag: str) -> None:
        if tag in _HIDDEN:
            self._hidden = max(0, self._hidden - 1)
        elif tag in _BLOCKS:
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.parts.append(data)
