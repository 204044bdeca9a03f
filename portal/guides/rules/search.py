"""Search, without a database: which words a query means, where they stand in a guide, what is kept of a miss."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from portal.core.errors import Conflict, InvalidInput
from portal.core.text import squeezed, stem, words
from portal.guides.rules.library import Cue, Step

#: Words that say nothing about what is looked for; apostrophes are gone by then.
EMPTY_WORDS = frozenset(
    words(
        "a about after again all also always am an and another any anybody anyone anything are arent as ask asking "
        "at back be because been before being best but by came can cannot cant come could couldnt did didnt do "
        "does doesnt doing done dont each easy every everybody everything fix for from get gets getting give go "
        "goes going got guide had has hasnt have havent having he hello help her here hi him his how however i if "
        "im in instead into is isnt it its ive just keep keeps know let like make makes making many may me mine "
        "more most much must my need needs never no not nothing now of off ok on one only onto or other our out "
        "over own please properly quickly really same say says see seem seems she should show shows so some "
        "somebody something sometimes somewhere still stuck such tell than thank thanks that thats the their them "
        "then there these they thing things this those through to too try trying up us use used using very video "
        "want wanted wants was wasnt way we were werent what whats when whenever where which while who why will "
        "with without wont work working works would wouldnt wrong you your yours"
    )
)
LONGEST_TERM = 80
LONGEST_WORD = 40
LONGEST_WISH = 500
#: Letters a word may differ in, by its length: shorter words mean something else too soon.
_CHANGES = ((3, 0), (7, 1), (11, 2), (LONGEST_WORD, 3))
_SHORTEST_BEGINNING = 4
_EMAIL = re.compile(r"[^\s,;<>()]+@[\w.-]*\w")
_NUMBER = re.compile(r"\+?\d(?:[\d .,/-]*\d)?")
_SENTENCE = re.compile(r"(?<=[.!?])\s+")
_MOST_CORRECTIONS = 2
_MOST_GROUPS = 500
_LONGEST_SYNONYM = 60


class BadSynonyms(InvalidInput):
    """Lines of the list of synonyms can't be used. ``lines``: line number → what to do."""

    def __init__(self, lines: Mapping[int, str]) -> None:
        self.lines = lines
        super().__init__(" ".join(f"Line {number}: {what}" for number, what in lines.items()))


class NoSynonymConflict(Conflict):
    """File and page agree about the synonyms."""

    def __init__(self) -> None:
        super().__init__("File and page agree about the synonyms: there is nothing to choose.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a query means. ``typed``: its words that say something; ``widened``: these, their synonyms, and known words
    that look like the unknown ones; ``corrected``: unknown word → what was looked for in its place."""

    typed: tuple[str, ...]
    widened: tuple[str, ...]
    corrected: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A bit of a sentence; ``found`` where it is a word that was looked for."""

    text: str
    found: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """The sentence in which most of the words stand. ``at``: its second, None where it belongs to none."""

    at: float | None
    sentence: tuple[Piece, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A guide that answers a search, and where."""

    code: str
    system: str
    slug: str
    title: str
    seconds: float
    passage: Passage


@dataclass(frozen=True, slots=True, kw_only=True)
class Miss:
    """A search that led nowhere, gathered: how often, in how many weeks' days."""

    term: str
    count: int
    days: int


def said_words(query: str) -> tuple[str, ...]:
    """The words of a query that say something, each once, in order; none when all of them are little words."""
    found = [word for word in words(query) if word not in EMPTY_WORDS and (len(word) > 1 or word.isdigit())]
    return tuple(dict.fromkeys(found))


def synonyms_of(query: str, groups: Iterable[Sequence[str]]) -> tuple[str, ...]:
    """The members of every group of which one stands in the query, in any form. A member may be several words."""
    typed = tuple(stem(word) for word in words(query))
    found: dict[str, None] = {}
    for group in groups:
        members = [words(member) for member in group]
        if any(_holds(typed, member) for member in members):
            found |= {" ".join(member): None for member in members if not _holds(typed, member)}
    return tuple(found)


def corrections(word: str, candidates: Iterable[str]) -> tuple[str, ...]:
    """The candidates that ``word`` may have been meant for, nearest first: a few letters wrong, or its beginning."""
    allowed = next((changes for longest, changes in _CHANGES if len(word) <= longest), 0)
    rated = []
    for other in candidates:
        if len(word) >= _SHORTEST_BEGINNING and other.startswith(word):
            rated.append((0.5, other))
        elif (changes := _distance(word, other, allowed)) is not None and changes <= allowed and len(other) > 2:
            rated.append((float(changes), other))
    if not rated:
        return ()
    nearest = min(rate for rate, _ in rated)
    return tuple(other for rate, other in sorted(rated) if rate <= nearest + 0.5)[:_MOST_CORRECTIONS]


def split_candidates(typed: Sequence[str]) -> tuple[str, ...]:
    """Neighbouring words as one: “spread sheet” may be “spreadsheet”."""
    return tuple(first + second for first, second in pairwise(typed))


def best_passage(summary: str, steps: Iterable[Step], cues: Iterable[Cue], wanted: Wanted) -> Passage:
    """Where a guide says most of what was asked: a sentence of a step or a caption, else its summary."""
    best: tuple[float, float | None, str] = (0.0, None, summary)
    for rate, at, sentence in _sentences(steps, cues):
        typed, widened = _standing(wanted, sentence)
        found = len(typed) + 0.6 * len(widened - typed)
        if found and found + rate > best[0]:
            best = (found + rate, at, sentence)
    typed, widened = _standing(wanted, best[2])
    return Passage(at=best[1], sentence=pieces(best[2], typed | widened))


def pieces(sentence: str, stems: Collection[str]) -> tuple[Piece, ...]:
    """The sentence cut where a wanted word begins or ends; white space stays with what isn't one."""
    found: list[Piece] = []
    for part in squeezed(sentence).split(" "):
        is_wanted = any(stem(word) in stems for word in words(part))
        text = part if not found else " " + part
        if found and not is_wanted and not found[-1].found:
            found[-1] = Piece(text=found[-1].text + text, found=False)
        elif found and is_wanted:
            found += [Piece(text=" ", found=False), Piece(text=part, found=True)]
        else:
            found.append(Piece(text=text, found=is_wanted))
    return tuple(found)


def nearest_systems(query: str, system_words: Mapping[str, Collection[str]]) -> tuple[str, ...]:
    """Keys of the systems whose words the query names, nearly or in another form, in their order; may be empty."""
    typed = said_words(query)
    return tuple(key for key, known in system_words.items() if any(_names(word, known) for word in typed))


def miss_term(query: str) -> str | None:
    """A query as it is kept when it led nowhere: folded, e-mail addresses and numbers masked; None for nothing."""
    return " ".join(_WORD_OR_MASK.findall(masked(query).casefold()))[:LONGEST_TERM].strip() or None


def masked(text: str) -> str:
    """The text without e-mail addresses and numbers, which may name a person."""
    return _NUMBER.sub("#", _EMAIL.sub("(e-mail)", squeezed(text)))


def read_groups(text: str) -> tuple[tuple[str, ...], ...]:
    """Groups of synonyms as they are typed: a group a line, commas between.

    Raises BadSynonyms naming every line that can't be used.
    """
    problems, groups = {}, []
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        group = tuple(dict.fromkeys(squeezed(part) for part in line.split(",") if part.strip()))
        problem = group_problem(group)
        if problem:
            problems[number] = problem
        groups.append(group)
    if len(groups) > _MOST_GROUPS:
        problems[_MOST_GROUPS + 1] = f"Keep to {_MOST_GROUPS} lines."
    if problems:
        raise BadSynonyms(problems)
    return tuple(groups)


def group_problem(group: Sequence[str]) -> str | None:
    """What is wrong with a group of synonyms, and what to do; None when nothing is."""
    if len(group) < 2:
        return "Write at least two words that mean the same, with a comma between."
    for member in group:
        if len(member) > _LONGEST_SYNONYM:
            return f"“{member[:20]}…” is too long. Use {_LONGEST_SYNONYM} characters or fewer."
        if not any(word not in EMPTY_WORDS for word in words(member)):
            return f"“{member}” says nothing by itself. Use another word."
    return None


_WORD_OR_MASK = re.compile(r"\(e-mail\)|#|[^\W_]+(?:['’][^\W_]+)*")


def _holds(typed: Sequence[str], member: Sequence[str]) -> bool:
    wanted = tuple(stem(word) for word in member)
    last = len(typed) - len(wanted)
    return bool(wanted) and any(tuple(typed[at : at + len(wanted)]) == wanted for at in range(last + 1))


def _standing(wanted: Wanted, sentence: str) -> tuple[frozenset[str], frozenset[str]]:
    """The stems of a sentence that were typed, and those that are meant besides; a phrase counts where all of it is."""
    stems = tuple(stem(word) for word in words(sentence))
    typed = frozenset(stem(word) for word in wanted.typed).intersection(stems)
    phrases = (term.split() for term in wanted.widened)
    return typed, frozenset(stem(word) for phrase in phrases if _holds(stems, phrase) for word in phrase)


def _names(word: str, known: Collection[str]) -> bool:
    its_stem = stem(word)
    return any(its_stem == stem(other) for other in known) or bool(
        len(word) > _SHORTEST_BEGINNING and corrections(word, known)
    )


def _sentences(steps: Iterable[Step], cues: Iterable[Cue]) -> Iterable[tuple[float, float, str]]:
    """What a guide says, sentence by sentence: how good it is to show, its second, its words."""
    for step in steps:
        yield 0.3, step.at, step.title
        for sentence in _SENTENCE.split(step.text):
            yield 0.2, step.at, sentence
    for cue in cues:
        yield 0.1, cue.start, cue.text


def _distance(first: str, second: str, most: int) -> int | None:
    """How many letters to change, add, drop or swap with their neighbour; None when it is more than ``most``."""
    if abs(len(first) - len(second)) > most:
        return None
    before: list[int] = []
    row = list(range(len(second) + 1))
    for i, letter in enumerate(first, start=1):
        before, last = row, before
        row = [i]
        for j, other in enumerate(second, start=1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != other))
            if i > 1 and j > 1 and letter == second[j - 2] and first[i - 2] == other:
                cost = min(cost, last[j - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return None
    return row[-1]
