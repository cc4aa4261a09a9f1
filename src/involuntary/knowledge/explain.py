"""From what a person types to what is known of it, and that as text."""

from __future__ import annotations

import difflib
import textwrap
from dataclasses import dataclass
from functools import lru_cache
from typing import NoReturn

from involuntary.errors import UnknownNameError, printable
from involuntary.knowledge.describe import JUDGEMENT, Line, Section, sections, source_text
from involuntary.knowledge.library import Knowledge, load
from involuntary.knowledge.lookup import (
    AnyEntry,
    by_beginning,
    by_code,
    by_misspelling,
    by_name,
    by_phrase,
    plain_code,
)
from involuntary.knowledge.sentence import by_sentence
from involuntary.knowledge.shorthand import by_category, by_initials, by_result
from involuntary.knowledge.strings import Searchable, closest, searchable
from involuntary.knowledge.subject import by_subject
from involuntary.knowledge.words import words_of
from involuntary.model import Term

__all__ = ["AnnotatedDisease", "CodedTerm", "Explained", "entry_text", "explain"]

_WIDTH = 88
_LONGEST_QUERY = 1000
_ALMOST, _LIKE = 0.9, 0.8  # least likeness of a misspelt term or disease: before phrases of entries, and after


@dataclass(frozen=True, slots=True)
class CodedTerm:
    """A term of the ontology that no entry is about."""

    term: Term
    definition: str
    synonyms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AnnotatedDisease:
    """An annotated disease that no entry is about: `codes` of all its rows, `features` as (term, frequency)."""

    codes: tuple[str, ...]
    name: str
    features: tuple[tuple[Term, str], ...]


Explained = AnyEntry | CodedTerm | AnnotatedDisease


def explain(query: str, knowledge: Knowledge | None = None) -> Explained:
    """Find what is meant by an id, a code, a name, a phrase or a misspelling.

    Parameters
    ----------
    query : str
        Such as ``"cramp"``, ``"HP:0002380"``, ``"G12.2"``, ``"charley horse"`` or ``"fasiculation"``.
    knowledge : Knowledge, optional
        Where to look; the default release when None.

    Returns
    -------
    Explained
        A curated entry where there is one, else a term of the ontology or an annotated disease.

    Raises
    ------
    UnknownNameError
        If nothing is meant by it; the message names the nearest.
    """
    known = load() if knowledge is None else knowledge
    text = " ".join(query.split())[:_LONGEST_QUERY]
    if not text:
        raise UnknownNameError("explain", "needs an id, a code or a name", "", "such as: involuntary explain cramp")
    return (
        by_name(text, known)
        or by_code(text, known)
        or by_category(text, known)
        or _coded(text, known)
        or by_result(text, known)
        or by_initials(text, known)
        or by_beginning(text, known)
        or by_subject(text, known)
        or by_phrase(text, known)
        or _named(text, known)
        or by_misspelling(text, known)
        or _alike(text, known, _ALMOST)
        or by_sentence(text, known)
        or _told(text, known)
        or _alike(text, known, _LIKE)
        or _refuse(text, known)
    )


def _coded(text: str, knowledge: Knowledge) -> Explained | None:
    """Follow a code that no entry names: a term, or a disease by any code of its group."""
    code = plain_code(text)
    if code.startswith("HP:"):
        term = knowledge.ontology.find(code)
        if term < 0:
            knowledge.ontology.index(code)  # raises, and names the nearest
        return by_code(knowledge.ontology.ids[term], knowledge) or _term(term, knowledge)
    group = knowledge.annotations.group_of(code)
    return _disease(group, knowledge) if group >= 0 else None


def _named(text: str, knowledge: Knowledge) -> Explained | None:
    """Follow the exact name of a term or of an annotated disease."""
    for term in knowledge.ontology.named(text):
        return by_code(knowledge.ontology.ids[term], knowledge) or _term(term, knowledge)
    disease = knowledge.annotations.named(text)
    return _disease(int(knowledge.annotations.group[disease]), knowledge) if disease >= 0 else None


def _told(text: str, knowledge: Knowledge) -> Explained | None:
    """Follow the first finding that a text tells, one that an entry is about before others."""
    found = [match.term for match in knowledge.lexicon.find(words_of(text)) if match.term >= 0 and not match.excluded]
    entries = (by_code(knowledge.ontology.ids[term], knowledge) for term in found)
    return next((entry for entry in entries if entry), None) or (_term(found[0], knowledge) if found else None)


def _alike(text: str, knowledge: Knowledge, likeness: float) -> Explained | None:
    """Follow the misspelt name of a term or of an annotated disease."""
    ontology, annotations = knowledge.ontology, knowledge.annotations
    name, disease = _closest(text, knowledge)
    of_term, of_disease = (
        difflib.SequenceMatcher(None, text.casefold(), candidate.casefold()).ratio()
        for candidate in (ontology.names[name], annotations.names[disease])
    )
    if max(of_term, of_disease) < likeness:
        return None
    if of_term < of_disease:
        return _disease(int(annotations.group[disease]), knowledge)
    term = int(ontology.name_term[name])
    return by_code(ontology.ids[term], knowledge) or _term(term, knowledge)


@lru_cache(maxsize=1)
def _closest(text: str, knowledge: Knowledge) -> tuple[int, int]:
    """Give the name in the ontology and the annotated disease that look most like `text`."""
    names, diseases = _searchable(knowledge)
    return closest(text, names)[0], closest(text, diseases)[0]


@lru_cache(maxsize=2)
def _searchable(knowledge: Knowledge) -> tuple[Searchable, Searchable]:
    """Index the names in the ontology and of the annotated diseases, once for each knowledge."""
    return searchable(knowledge.ontology.packed_names), searchable(knowledge.annotations.packed_names)


def _refuse(text: str, knowledge: Knowledge) -> NoReturn:
    name, disease = _closest(text, knowledge)
    label = knowledge.ontology.label(int(knowledge.ontology.name_term[name]))
    advice = f"the nearest are {label!r} and {knowledge.annotations.names[disease]!r}"
    raise UnknownNameError(printable(text, 60), "nothing is known by that name", "", advice)


def _term(term: int, knowledge: Knowledge) -> CodedTerm:
    ontology = knowledge.ontology
    return CodedTerm(Term(ontology.ids[term], ontology.label(term)), ontology.definition(term), ontology.synonyms(term))


def _disease(group: int, knowledge: Knowledge) -> Explained:
    annotations, ontology = knowledge.annotations, knowledge.ontology
    members = annotations.members(group).tolist()
    codes = tuple(dict.fromkeys((annotations.group_ids[group], *(annotations.ids[m] for m in members))))
    for code in codes:
        entry = by_code(code, knowledge)
        if entry is not None:
            return entry
    features: dict[int, str] = {}
    for member in members:
        for row in range(annotations.start[member], annotations.start[member + 1]):
            if not annotations.excluded[row]:
                told = _frequency(row, knowledge)
                features[int(annotations.term[row])] = features.get(int(annotations.term[row])) or told
    named = ((Term(ontology.ids[t], ontology.label(t)), told) for t, told in features.items())
    return AnnotatedDisease(codes, annotations.names[members[0]], tuple(sorted(named, key=lambda f: f[0].label)))


def _frequency(row: int, knowledge: Knowledge) -> str:
    annotations = knowledge.annotations
    if annotations.of[row]:
        return f"{annotations.n[row]}/{annotations.of[row]}"
    low, high = annotations.low[row], annotations.high[row]
    if low != low:  # NaN: none is told
        return ""
    return f"{low:.0%}" if low == high else f"{low:.0%} to {high:.0%}"


def entry_text(entry: Explained, knowledge: Knowledge) -> str:
    """Give what is known as text: for a person first, for a clinician below, with sources and versions."""
    if isinstance(entry, CodedTerm):
        title = f"{entry.term.label} ({entry.term.id})"
        said = [entry.definition or "The ontology has no definition of it."]
        said += [f"Also: {', '.join(entry.synonyms)}"] if entry.synonyms else []
        return _page(title, said, (), knowledge)
    if isinstance(entry, AnnotatedDisease):
        lines = tuple(Line(f"{term.label} ({term.id}){f': {told}' if told else ''}") for term, told in entry.features)
        said = ["An annotated disease; no entry of our own describes it."]
        return _page(f"{entry.name} ({', '.join(entry.codes)})", said, (Section("Findings", lines),), knowledge)
    synonyms = getattr(entry, "synonyms", ())
    said = [f"Also: {', '.join(synonyms)}"] if synonyms else []
    return _page(f"{entry.name} ({entry.id})", said, sections(entry, knowledge), knowledge)


def _page(title: str, said: list[str], parts: tuple[Section, ...], knowledge: Knowledge) -> str:
    lines = [title, "=" * min(len(title), _WIDTH)]
    lines += [line for text in said for line in _wrapped(text, "")]
    numbers: dict[str, int] = {}
    audience = ""
    for part in parts:
        if part.audience != audience:
            audience = part.audience
            lines += ["", {"person": "FOR YOU", "clinician": "FOR A CLINICIAN"}[audience]]
        lines += ["", part.title, "-" * len(part.title)]
        lines += [line for one in part.lines for line in _wrapped(f"{one.text}{_marks(one, numbers)}", "- ")]
    if numbers:
        lines += ["", "SOURCES  (* not checked at the source)", ""]
        for key, number in numbers.items():
            lines += _wrapped(source_text(key, knowledge), f"[{number}] ")
    versions = ", ".join(f"{name} {version}" for name, version in knowledge.versions)
    lines += ["", *_wrapped(f"Supports a clinician's judgement; no medical device. Knowledge: {versions}.", "")]
    return "\n".join(lines)


def _marks(line: Line, numbers: dict[str, int]) -> str:
    marks = []
    for claim in line.claims:
        number = numbers.setdefault(claim.source, len(numbers) + 1)
        where = f", {claim.where}" if claim.where else ""
        marks.append(f" [{number}{where}]{'' if claim.checked or claim.source == JUDGEMENT else '*'}")
    return "".join(marks)


def _wrapped(text: str, first: str) -> list[str]:
    return textwrap.wrap(text, _WIDTH, initial_indent=first, subsequent_indent=" " * len(first))
