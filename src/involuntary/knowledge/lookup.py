"""From an id, a code, a name, a phrase or a misspelling to the entry that it means."""

from __future__ import annotations

import difflib
import math
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import lru_cache

from involuntary.knowledge.library import Knowledge
from involuntary.knowledge.schema import ConditionEntry, LabEntry, PhenomenonEntry, RedFlagEntry, SubstanceEntry
from involuntary.knowledge.strings import Searchable, closest, pack, searchable, sound

__all__ = [
    "AnyEntry",
    "all_entries",
    "brought_on",
    "by_beginning",
    "by_code",
    "by_misspelling",
    "by_name",
    "by_phrase",
    "phrase_scores",
    "plain_code",
]

AnyEntry = PhenomenonEntry | ConditionEntry | SubstanceEntry | LabEntry | RedFlagEntry

_SORTS = ("phenomena", "conditions", "substances", "labs", "red_flags")
_EMPTY = frozenset(
    {
        *("a", "about", "all", "also", "am", "an", "and", "any", "are", "as", "at", "be", "been", "being", "by", "can"),
        *("come", "do", "does", "explain", "for", "from", "get", "got", "had", "has", "have", "how", "i", "in", "is"),
        *("it", "its", "like", "me", "my", "of", "on", "or", "so", "some", "that", "the", "their", "them", "there"),
        *("these", "they", "this", "to", "was", "we", "were", "what", "when", "which", "who", "why", "will", "with"),
        *("since", "started", "starting", "took", "taking", "take", "off", "coming", "too", "very", "won", "don"),
        *("you", "your", "s", "t", "disease", "diseases", "disorder", "disorders", "syndrome", "called", "known"),
    }
)
# Endings that tell nothing about which thing is meant, longest first.
_ENDINGS = ("ings", "ing", "ical", "edly", "ies", "ed", "es", "ic", "ia", "s", "y", "e")
_PREFIX = re.compile(r"^(?:LOINC|ATC|ICD-?10(?:-?CM)?|HPO(?=[: ]+HP))(?:: *| +)")
_NUMBERED = re.compile(r"(?P<name>HPO?|MONDO|O?MIM|ORPHA(?:NET)?)[\s:_#-]*(?P<number>\d{1,9})")
_SAME_PREFIX = {"HPO": "HP", "MIM": "OMIM", "ORPHANET": "ORPHA"}
_DIGITS = {"HP": 7, "MONDO": 7, "OMIM": 1, "ORPHA": 1}
_CLEARLY = 0.7  # least score at which a phrase means an entry, whatever names others gave their diseases
_MATCHES = ("exact", "narrower", "broader", "related")  # how an HPO term may stand for an entry, best first
_CUE = 0.7  # what a word counts that an entry holds in a cue and not in a name
_BROUGHT_ON = ("necessary", "strong")  # how strongly a substance is tied to what a phrase may tell beside its name
_SOME = 0.3  # least share of the other words that a condition must tell
_OWN = 0.3  # what it counts that without the substance there is no such condition
_LONG = 5  # letters in the beginning of a name, at least
_ALMOST, _ALMOST_WORD = 0.85, 0.8  # least likeness of a misspelt name to a known one, and of a single word
_SHORTEST = 5  # letters of a misspelt word, at least
_LIKE = 0.8  # least likeness of a misspelt word to a known one


@dataclass(frozen=True, slots=True)
class _Name:
    folded: str
    words: frozenset[str]
    weight: float
    entry: int


@dataclass(frozen=True, slots=True)
class _Index:
    entries: tuple[AnyEntry, ...]
    by_id: dict[str, AnyEntry]
    by_name: dict[str, AnyEntry]
    beginnings: dict[str, AnyEntry]
    by_code: dict[str, AnyEntry]
    names: tuple[_Name, ...]
    held: dict[int, dict[str, float]]
    described: dict[str, set[str]]
    information: dict[str, float]
    same: dict[str, str]
    searched: tuple[str, ...]
    searchable: Searchable
    sounds: dict[str, str]
    sounding: dict[str, AnyEntry]


def by_name(text: str, knowledge: Knowledge) -> AnyEntry | None:
    """Give the entry of that id, name or synonym, whatever its case and spacing; None where there is none."""
    index = _index(knowledge)
    return index.by_name.get(_folded(text)) or index.by_id.get(text.strip().lower())


def by_beginning(text: str, knowledge: Knowledge) -> AnyEntry | None:
    """Give the only entry that has a name beginning with these words; None where there is none or several."""
    return _index(knowledge).beginnings.get(_folded(text))


def by_code(code: str, knowledge: Knowledge) -> AnyEntry | None:
    """Give the entry of an HPO, Mondo, OMIM, Orphanet, ICD-10, LOINC or ATC code; None where there is none."""
    return _index(knowledge).by_code.get(plain_code(code))


def plain_code(code: str) -> str:
    """Give a code as the entries write it: *hp 2380* is HP:0002380, *LOINC: 2000-8* is 2000-8."""
    text = _PREFIX.sub("", code.strip().upper())
    if match := _NUMBERED.fullmatch(text):
        name = _SAME_PREFIX.get(match["name"], match["name"])
        return f"{name}:{int(match['number']):0{_DIGITS[name]}d}"
    return text


def by_misspelling(text: str, knowledge: Knowledge) -> AnyEntry | None:
    """Give the entry whose name or synonym sounds or almost looks as `text` does; None where none is near enough."""
    index = _index(knowledge)
    folded = _folded(text)
    if heard := index.sounding.get(sound(folded)):
        return heard
    (best,) = closest(folded, index.searchable)
    name = index.searched[best]
    enough = _ALMOST if " " in folded else _ALMOST_WORD
    alike = difflib.SequenceMatcher(None, name, folded).ratio() >= enough
    return (index.by_name.get(name) or index.beginnings[name]) if alike else None


def by_phrase(text: str, knowledge: Knowledge) -> AnyEntry | None:
    """Give the entry whose names or cues a phrase tells clearly; None where it tells none well enough."""
    scores = phrase_scores(text, knowledge)
    best = max(scores, key=lambda place: scores[place], default=-1)
    return brought_on(best, text, knowledge) if best >= 0 and scores[best] > _CLEARLY else None


def phrase_scores(text: str, knowledge: Knowledge) -> dict[int, float]:
    """Give how well a phrase tells the names and cues of each entry, 0 to 1, by its place among `all_entries`.

    Words are compared by their stems; one that no entry knows counts as the known word that it looks like, and a
    kind of contraction by any of its one-word names. A name scores by the share of its information (rare words tell
    more) that the phrase holds, squared unless it is a cue, times how much of the phrase it and all that its entry is
    called explain, how early, and whether it stands there as it is.

    Parameters
    ----------
    text : str
        Such as ``"my eyelid keeps twitching"``.
    knowledge : Knowledge
        Where the entries are.
    """
    index = _index(knowledge)
    words = [_known(stem, index) for stem in _stems(text)]
    told = [word for word in words if word]
    place = {word: len(told) - i for i, word in reversed(list(enumerate(told)))}
    # A word that nobody knows tells as much as one that a single entry uses: it means something else.
    unknown = (len(words) - len(told)) * max(index.information.values(), default=0.0)
    whole = unknown + sum(index.information[word] for word in place)
    folded = f" {_folded(text)}"
    best: dict[int, float] = {}
    for name in index.names:
        shared = name.words & place.keys()
        if shared:
            of_name = sum(index.information[word] for word in shared)
            of_entry = sum(
                index.information[word] * held for word, held in index.held[name.entry].items() if word in place
            )
            share = of_name / sum(index.information[word] for word in name.words)
            early = max(place[word] for word in shared) / len(told)
            explained = 0.15 + 0.2 * of_name / whole + 0.45 * of_entry / whole + 0.1 * early
            explained += 0.1 * len(name.folded) / len(folded) if name.folded in folded else 0.0
            score = name.weight * (share**2 if name.weight >= 1 else share) * explained
            best[name.entry] = max(score, best.get(name.entry, 0.0))
    return best


def all_entries(knowledge: Knowledge) -> tuple[AnyEntry, ...]:
    """Give every entry that may be meant, in the order by which places are told."""
    return _index(knowledge).entries


def brought_on(place: int, text: str, knowledge: Knowledge) -> AnyEntry:
    """Give the entry at a place; of a substance, the condition that it brings on and the other words tell, if any."""
    index = _index(knowledge)
    found = index.entries[place]
    if not isinstance(found, SubstanceEntry):
        return found
    told = {_known(stem, index) for stem in _stems(text)} - {""}
    return _brought_on(found, told - index.held[place].keys(), index, knowledge)


def _brought_on(substance: SubstanceEntry, rest: Set[str], index: _Index, knowledge: Knowledge) -> AnyEntry:
    whole = sum(index.information[word] for word in rest) or 1.0
    best, found = 0.0, None
    for entry in knowledge.conditions.values():
        ties = [x.strength for x in entry.exposures if x.substance == substance.id and x.strength in _BROUGHT_ON]
        share = sum(index.information[word] for word in rest & index.described[entry.id]) / whole if ties else 0.0
        score = share + (_OWN if "necessary" in ties else 0.0)
        if share >= _SOME and score > best:
            best, found = score, entry
    return found or substance


@lru_cache(maxsize=2)
def _index(knowledge: Knowledge) -> _Index:
    entries: list[AnyEntry] = [entry for sort in _SORTS for entry in getattr(knowledge, sort).values()]
    same = _same_words(knowledge)
    names_of = _names_of(entries)
    names = [
        _Name(f" {_folded(name)}", words, weight, place)
        for place, entry in enumerate(entries)
        for name, weight in _names(entry)
        if (words := frozenset(same.get(stem, stem) for stem in _stems(name)))
    ]
    held: dict[int, dict[str, float]] = defaultdict(dict)
    for one in sorted(names, key=lambda name: name.weight):
        held[one.entry] |= dict.fromkeys(one.words, 1.0 if one.weight >= 1 else _CUE)
    used = [_said(entry, same) | held[place].keys() for place, entry in enumerate(entries)]
    described = {
        entry.id: words for entry, words in zip(entries, used, strict=True) if isinstance(entry, ConditionEntry)
    }
    information = _information(used)
    beginnings = _beginnings(names_of)
    searched = (*names_of, *beginnings)
    runs = searchable(pack(searched))
    return _Index(
        tuple(entries),
        {entry.id: entry for entry in reversed(entries)},
        names_of,
        beginnings,
        _by_code(entries),
        tuple(names),
        dict(held),
        described,
        information,
        same,
        searched,
        runs,
        {sound(word): word for word in information if len(word) >= _SHORTEST},
        {sound(name): entry for name, entry in reversed(names_of.items()) if len(name) >= _SHORTEST},
    )


def _names_of(entries: Sequence[AnyEntry]) -> dict[str, AnyEntry]:
    """Give the entry of each name: what an entry is named is its own, whatever others are also called."""
    found: dict[str, AnyEntry] = {}
    for entry in entries:
        if not isinstance(entry, RedFlagEntry):
            found.setdefault(_folded(entry.name), entry)
    for entry in entries:
        for name, weight in _names(entry):
            if weight >= 1:
                found.setdefault(_folded(name), entry)
    return found


def _by_code(entries: Sequence[AnyEntry]) -> dict[str, AnyEntry]:
    """Give the entry of each code."""
    coded = [(rank, code.upper(), entry) for entry in entries for rank, code in _codes(entry)]
    found: dict[str, AnyEntry] = {}
    for _, code, entry in sorted(coded, key=lambda one: one[0]):
        found.setdefault(code, entry)
    return found


def _said(entry: AnyEntry, same: Mapping[str, str]) -> set[str]:
    """Give the words that a phenomenon or a condition is described by."""
    if not isinstance(entry, PhenomenonEntry | ConditionEntry):
        return set()
    return {same.get(stem, stem) for text in _descriptions(entry) for stem in _stems(text)}


def _beginnings(names: dict[str, AnyEntry]) -> dict[str, AnyEntry]:
    """Give the first words of names, long enough to tell something, where they lead to one entry alone."""
    led: dict[str, dict[str, AnyEntry]] = defaultdict(dict)
    for name, entry in names.items():
        words = name.split()
        for n in range(1, len(words)):
            led[" ".join(words[:n])][entry.id] = entry
    return {
        beginning: next(iter(entries.values()))
        for beginning, entries in led.items()
        if len(entries) == 1 and len(beginning) >= _LONG and beginning not in names
    }


def _information(words_of: Sequence[Set[str]]) -> dict[str, float]:
    """Give each word's information: the fewer entries use it, the more it tells."""
    users: dict[str, int] = defaultdict(int)
    for words in words_of:
        for word in words:
            users[word] += 1
    return {word: math.log(1 + len(words_of) / n) for word, n in users.items()}


def _same_words(knowledge: Knowledge) -> dict[str, str]:
    """Give, for each one-word synonym of a kind of contraction, the word of its name: twitch is fasciculation."""
    same: dict[str, str] = {}
    for entry in knowledge.phenomena.values():
        name = _stems(entry.name)
        for synonym in entry.synonyms:
            stems = _stems(synonym)
            if len(name) == len(stems) == 1:
                same.setdefault(stems[0], name[0])
    return same


def _descriptions(entry: PhenomenonEntry | ConditionEntry) -> Iterator[str]:
    yield entry.definition.plain
    yield entry.definition.clinician
    yield entry.mechanism.plain
    yield from (feature.label for feature in entry.features)
    yield from (trait.says for trait in getattr(entry, "traits", ()))
    yield from (trigger.what for trigger in entry.triggers)


def _names(entry: AnyEntry) -> Iterator[tuple[str, float]]:
    # A warning is seldom what is asked for: what it warns of comes first.
    yield entry.name, 0.25 if isinstance(entry, RedFlagEntry) else 1.0
    for name in getattr(entry, "synonyms", ()):
        yield name, 1.0
    for cue in getattr(entry, "cues", ()):
        yield cue, 0.9
    for member in getattr(entry, "members", ()):
        for name in (member.name, *member.synonyms):
            yield name, 1.0


def _codes(entry: AnyEntry) -> Iterator[tuple[int, str]]:
    """Give an entry's codes, each with a rank: of two entries with one code, the lower rank has it."""
    if isinstance(entry, PhenomenonEntry | ConditionEntry):
        codes = entry.codes
        yield from ((_MATCHES.index(match.match), match.id) for match in codes.hpo)
        yield from ((0, code) for code in (*codes.mondo, *codes.omim, *codes.orpha))
        yield from enumerate(codes.icd10)  # the first is its own, the others it may share
    elif isinstance(entry, LabEntry):
        yield from ((0, code) for code in entry.loinc)
    elif isinstance(entry, SubstanceEntry):
        yield from ((0, member.atc) for member in entry.members if member.atc)


def _folded(text: str) -> str:
    return " ".join(re.findall(r"[a-z0-9µ]+", _letters(text)))


def _letters(text: str) -> str:
    """Lower case without accents; British and American spellings alike."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(c for c in plain if not unicodedata.combining(c))
    plain = re.sub(r"['’]s\b", "s", plain)
    return plain.replace("ae", "e").replace("oe", "e").replace("our", "or").replace("μ", "µ")


def _stems(text: str) -> list[str]:
    return [_stem(word) for word in _folded(text).split() if word not in _EMPTY]


def _stem(word: str) -> str:
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 4:
            return word.removesuffix(ending)
    return word


def _known(stem: str, index: _Index) -> str:
    stem = index.same.get(stem, stem)
    if stem in index.information:
        return stem
    if len(stem) < _SHORTEST:
        return ""
    if heard := index.sounds.get(sound(stem)):
        return heard
    # Slips seldom strike the first letter.
    alike = (word for word in index.information if word[0] == stem[0])
    close = difflib.get_close_matches(stem, alike, n=1, cutoff=_LIKE)
    return index.same.get(close[0], close[0]) if close else ""
