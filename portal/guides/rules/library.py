"""Guides: written steps, illustrated by a screencast. Decisions and search, without a database."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from portal.core.errors import NotFound
from portal.core.text import folded, squeezed, words


class UnknownGuide(NotFound):
    """No guide has this address."""

    def __init__(self, system: str, slug: str) -> None:
        self.system, self.slug = system, slug
        super().__init__("There is no guide at this address. Search for what you need, or pick a system.")


class UnknownMedia(NotFound):
    """No guide uses a file with this digest."""

    def __init__(self, digest: str) -> None:
        self.digest = digest
        super().__init__("This file belongs to no guide any more. Open the guide again.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step. ``at``: seconds into the video."""

    at: float
    title: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Cue:
    """One caption. ``start`` and ``end`` in seconds."""

    start: float
    end: float
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Media:
    """A stored file. ``name`` is what a browser sees at the end of its address."""

    digest: str
    name: str
    mimetype: str
    size: int

    @property
    def address_parts(self) -> Mapping[str, str]:
        return {"digest": self.digest, "name": self.name}


@dataclass(frozen=True, slots=True, kw_only=True)
class Guide:
    """A guide as it is shown. ``seconds``: the video's length; ``review_every`` in months.

    ``alternatives``: smaller files of the same video, best first, made of ``recording`` in the edition published.
    """

    code: str
    system: str
    slug: str
    title: str
    summary: str
    skills: tuple[str, ...]
    owner: str
    published: dt.date
    reviewed: dt.date
    review_every: int
    captions_reviewed: dt.date
    changed: str
    silent: bool
    also: tuple[str, ...]
    steps: tuple[Step, ...]
    cues: tuple[Cue, ...]
    seconds: float
    video: Media
    captions: Media
    poster: Media | None
    archived: bool = False
    alternatives: tuple[Media, ...] = ()
    recording: str | None = None
    recording_edition: int | None = None

    @property
    def address(self) -> str:
        """``system/slug``: how questions and paths name it."""
        return f"{self.system}/{self.slug}"

    @property
    def sources(self) -> tuple[Media, ...]:
        """What a player should offer, best first; the last one plays everywhere."""
        return (*self.alternatives, self.video)

    def step_at(self, seconds: float) -> int:
        """Index of the step that runs at this second; the first before any has begun."""
        started = [index for index, step in enumerate(self.steps) if step.at <= seconds + 0.05]
        return started[-1] if started else 0

    def end_of(self, index: int) -> float:
        """The second at which a step ends: where the next begins, or the video stops."""
        return self.steps[index + 1].at if index + 1 < len(self.steps) else max(self.seconds, self.steps[index].at + 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A bit of a sentence; ``found`` where it is a word that was looked for."""

    text: str
    found: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A guide that answers a search. ``at``: the second to open it at; ``sentence``: where the words stand."""

    guide: Guide
    at: float | None
    sentence: tuple[Piece, ...]
    score: float


#: How much a word counts by where it stands.
WEIGHTS = {"title": 5.0, "also": 4.0, "system": 2.0, "step": 3.0, "summary": 2.0, "text": 1.0, "cue": 1.0}
#: Words that say nothing about what is looked for.
EMPTY_WORDS = frozenset(
    words("a an and are at can cant do does dont for from get how i in is it me my of on or that the to with")
)
SHORTEST_STEM = 4


def search(guides: Iterable[Guide], query: str, *, system_words: Mapping[str, frozenset[str]]) -> tuple[Hit, ...]:
    """Guides in which any of the words stands, best first.

    ``system_words``: system key → the words people use for it, folded. A word also matches words that begin with it,
    or that it begins with, from four letters on (“freeze” finds “freezing” by its stem “freez”).
    """
    wanted = tuple(dict.fromkeys(word for word in words(query) if word not in EMPTY_WORDS)) or words(query)
    hits = [hit for guide in guides if (hit := _hit(guide, wanted, system_words.get(guide.system, frozenset())))]
    return tuple(sorted(hits, key=lambda hit: (-hit.score, hit.guide.title)))


def nearest_systems(query: str, system_words: Mapping[str, frozenset[str]]) -> tuple[str, ...]:
    """Keys of the systems whose words the query names, in their order; may be empty."""
    wanted = words(query)
    return tuple(
        key for key, known in system_words.items() if any(_alike(word, other) for word in wanted for other in known)
    )


def _alike(wanted: str, word: str) -> bool:
    if wanted == word:
        return True
    shortest = min(len(wanted), len(word))
    if shortest < SHORTEST_STEM:
        return False
    stem, other = _stem(wanted), _stem(word)
    return other.startswith(stem) or (stem.startswith(other) and len(stem) - len(other) <= 3)


def _stem(word: str) -> str:
    """The word without the end that a plural or a final e, y or ies makes."""
    return (word.removesuffix("ies") if word.endswith("ies") else word).rstrip("sey")


def _hit(guide: Guide, wanted: Sequence[str], system_words: frozenset[str]) -> Hit | None:
    places = tuple(_places(guide, system_words))
    best: tuple[float, float | None, str] | None = None
    total = 0.0
    for word in wanted:
        total += max((WEIGHTS[kind] for kind, _, text in places if _stands_in(word, text)), default=0.0)
    for kind, at, text in places:
        score = WEIGHTS[kind] * sum(_stands_in(word, text) for word in wanted)
        if kind in ("step", "text", "cue") and score and (best is None or score > best[0]):
            best = (score, at, text)
    if not total:
        return None
    at, sentence = (None, guide.summary) if best is None else best[1:]
    return Hit(guide=guide, at=at, sentence=_pieces(sentence, wanted), score=total)


def _places(guide: Guide, system_words: frozenset[str]) -> Iterable[tuple[str, float | None, str]]:
    yield "title", None, guide.title
    yield "also", None, " ".join(guide.also)
    yield "system", None, " ".join(sorted(system_words))
    yield "summary", None, guide.summary
    for step in guide.steps:
        yield "step", step.at, step.title
        yield "text", step.at, step.text
    for cue in guide.cues:
        yield "cue", cue.start, cue.text


def _stands_in(word: str, text: str) -> bool:
    return any(_alike(word, other) for other in words(text))


def _pieces(sentence: str, wanted: Sequence[str]) -> tuple[Piece, ...]:
    """The sentence cut where a wanted word begins or ends; white space stays with what isn't one."""
    pieces: list[Piece] = []
    for part in squeezed(sentence).split(" "):
        found = any(_alike(word, other) for word in wanted for other in words(part))
        text = part if not pieces else " " + part
        if pieces and not found and not pieces[-1].found:
            pieces[-1] = Piece(text=pieces[-1].text + text, found=False)
        elif pieces and found:
            pieces += [Piece(text=" ", found=False), Piece(text=part, found=True)]
        else:
            pieces.append(Piece(text=text, found=found))
    return tuple(pieces)


def sort_key(guide: Guide) -> tuple[str, str]:
    """The order of guides in a list: by title, whatever its capitals."""
    return folded(guide.title), guide.code
