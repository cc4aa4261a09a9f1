"""Findings in plain language: what a person has, has not, and what runs in the family."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from involuntary.intake.scope import About, scopes_of
from involuntary.intake.senses import sense_of
from involuntary.intake.vital_signs import vital_signs
from involuntary.knowledge import Knowledge
from involuntary.knowledge.shorthand import side
from involuntary.knowledge.wording import stems_of
from involuntary.knowledge.words import NEGATIONS, words_of
from involuntary.model import Finding, LabResult, LikelihoodRatio, Reference, State

__all__ = ["Mention", "findings_in", "mentions_in", "signs_of", "words_in"]

# A finding recognised in words is less sure than a coded one: seven in ten that are told are recognised, and of
# what is not told about one in seventy is (judged from published patients).
_JUDGED = Reference("expert-judgement", "judged sensitivity 0.7 and specificity 0.986 of recognition in free text")
_WEIGHT = {State.PRESENT: LikelihoodRatio(50.0, _JUDGED), State.EXCLUDED: LikelihoodRatio(0.3, _JUDGED)}
# What a phrase that excludes a finding says where it is itself denied: *reflexes are not normal*.
_TURNED: dict[About, About] = {"present": "absent", "absent": "unsure"}
_DENIALS = NEGATIONS | {"no", "without"}
_STATES = {"present": State.PRESENT, "absent": State.EXCLUDED}


@dataclass(frozen=True, slots=True)
class Mention:
    """A finding mentioned in a text.

    Attributes
    ----------
    code : str
        HPO code.
    words : str
        As told.
    about : str
        ``present``, ``absent``, ``family`` or ``unsure``.
    """

    code: str
    words: str
    about: About


def findings_in(text: str, knowledge: Knowledge, age_years: float | None = None) -> tuple[Finding, ...]:
    """Give the person's own findings that a text tells, present or excluded.

    What is told of relatives, feared or asked about is left out; a finding told both ways is present, and a general
    word gives way to the same with its place or kind: of *pain* and *belly pain* the second is told.
    """
    mentions = [mention for mention in mentions_in(text, knowledge, age_years) if mention.about in _STATES]
    beside = {mention.code for mention in mentions if mention.about == "present"}
    found: dict[str, Finding] = {}
    for mention in mentions:
        told = _STATES[mention.about]
        code = mention.code if told is State.EXCLUDED else sense_of(mention.code, mention.words, beside)
        if code not in found or found[code].state is State.EXCLUDED:
            term = knowledge.ontology.term(code)
            found[code] = Finding(term, told, note=f"told: {mention.words}", likelihood_ratio=_WEIGHT[told])
    general = _general((code for code, finding in found.items() if finding.state is State.PRESENT), knowledge)
    return tuple(finding for code, finding in found.items() if code not in general)


def _general(codes: Iterable[str], knowledge: Knowledge) -> set[str]:
    """Give the findings that another of them says with its place or kind: its label holds all their words."""
    ontology = knowledge.ontology
    labels = {ontology.find(code): set(ontology.term(code).label.lower().split()) for code in codes}
    return {
        ontology.ids[above]
        for term, label in labels.items()
        for above in ontology.ancestor_indices(term).tolist()
        if above in labels and labels[above] < label
    }


def signs_of(results: Iterable[LabResult], knowledge: Knowledge) -> tuple[Finding, ...]:
    """Give what low, high or positive results told in words are called: a potassium of 2.9 is hypokalaemia."""
    found: dict[str, Finding] = {}
    for result in results:
        entry = knowledge.lab(result.name)
        off = result.flag or (side(entry, result.value or 0.0, result.unit) if entry else "")
        codes = (link.hpo for link in entry.links if link.flag == off and link.hpo) if entry else ()
        code = next((code for code in codes if knowledge.ontology.find(code) >= 0), "")
        if code:
            told = " ".join(filter(None, (result.name, result.flag or f"{result.value:g} {result.unit}")))
            term, weight = knowledge.ontology.term(code), _WEIGHT[State.PRESENT]
            found.setdefault(code, Finding(term, State.PRESENT, note=f"told: {told}", likelihood_ratio=weight))
    return tuple(found.values())


def words_in(text: str) -> tuple[str, ...]:
    """Give the stems of what a text tells of the person as being so, each once, sorted."""
    text = text.replace("’", "'")
    scopes = scopes_of(text)
    told = {stem for stem, start, stop in stems_of(text) if scopes.about(start, stop) == "present"}
    return tuple(sorted(told))


def mentions_in(text: str, knowledge: Knowledge, age_years: float | None = None) -> list[Mention]:
    """Give every finding that a text mentions, in order, with whom and what it is about.

    Parameters
    ----------
    text : str
        As told.
    knowledge : Knowledge
        Whose lexicon and ontology are read with.
    age_years : float, optional
        Vital signs in numbers are read for adults, and where no age is told.
    """
    text = text.replace("’", "'")
    words = words_of(text)
    matches = knowledge.lexicon.find(words)
    # A negation that is part of a phrase, as in *sees people who are not there*, is spoken for; that of *no fever*
    # denies the cough behind it as well.
    spoken_for = {words[place].start for match in matches for place in match.held if not match.excluded}
    scopes = scopes_of(text).without(spoken_for)
    found = []
    for match in matches:
        start, stop = words[match.first].start, max(words[place].stop for place in match.held)
        if scopes.tells_nothing(start, stop):
            continue
        inside = set(range(match.first, match.last)) - set(match.held)
        about = scopes.about(start, stop, match.excluded)
        if about == "present" and any(words[place].stem in NEGATIONS for place in inside):
            about = "absent"
        if match.excluded and words[match.first].stem not in _DENIALS:
            about = _TURNED.get(about, about)
        elif match.excluded and about == "present":
            about = "absent"  # *no temperature* holds its own denial
        found.append((start, Mention(knowledge.ontology.ids[match.term], " ".join(text[start:stop].split()), about)))
    for sign in vital_signs(text, age_years):
        if knowledge.ontology.find(sign.code) >= 0:
            about = "family" if scopes.about(sign.start, sign.stop) == "family" else sign.about
            found.append((sign.start, Mention(sign.code, text[sign.start : sign.stop], about)))
    return [mention for _, mention in sorted(found, key=lambda pair: pair[0])]
