"""Words as people type them, made comparable."""

import re
import unicodedata
from functools import lru_cache

import snowballstemmer

_WORD = re.compile(r"[a-z0-9]+")
_stemmer = snowballstemmer.stemmer("english")


def folded(text: str) -> str:
    """Lower case without accents."""
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(character for character in decomposed if not unicodedata.combining(character)).casefold()


def words(text: str) -> tuple[str, ...]:
    """The words of a text, folded, in order; apostrophes join (“can't” is “cant”)."""
    return tuple(_WORD.findall(folded(text).replace("'", "").replace("’", "")))


def squeezed(text: str) -> str:
    """The text with runs of white space as one space and none at the ends."""
    return " ".join(text.split())


def counted(number: int, singular: str, plural: str | None = None) -> str:
    """“1 guide”, “2 guides”, “1,200 calls”."""
    return f"{number:,} {singular if number == 1 else plural or singular + 's'}"


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """A folded word without its ending: “freez” for “freeze” and “freezing”."""
    return str(_stemmer.stemWord(word))
