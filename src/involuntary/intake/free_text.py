"""Findings in plain language: what a person has, has not, and what runs in the family.

Negation, doubt and whose finding it is are read by cue and scope, after Harkema et al. 2009 (ConText,
doi:10.1016/j.jbi.2009.05.002): a cue reaches forward, or backward, to the end of its clause.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from involuntary.knowledge import Knowledge
from involuntary.knowledge.lexicon import words_of
from involuntary.model import Finding, LikelihoodRatio, Reference, State

__all__ = ["Mention", "findings_in", "mentions_in"]

# A finding recognised in words is less sure than a coded one: seven in ten that are told are recognised, and of
# what is not told about one in seventy is (judged from published patients).
_JUDGED = Reference("expert-judgement", "judged sensitivity 0.7 and specificity 0.986 of recognition in free text")
_WEIGHT = {State.PRESENT: LikelihoodRatio(50.0, _JUDGED), State.EXCLUDED: LikelihoodRatio(0.3, _JUDGED)}


def _cues(**effects: str) -> dict[str, str]:
    """Give cue → effect from an effect's cues in one text, divided by bars."""
    return {cue.strip(): effect for effect, text in effects.items() for cue in text.split("|")}


# What stands before a phrase; the cue nearest to it counts, of those that begin together the longest.
_FORWARD = _cues(
    absent="""
        no | not | never | without | denies | denied | deny | none of | neither | nor | free of | absence of | absent
        | negative for | lack of | lacks | did not show | does not show | do not have | does not have | did not have
        | don't have | doesn't have | didn't have | haven't | hasn't | isn't | aren't | wasn't | ruled out | rules out
        | no sign of | no signs of | no evidence of | nothing like | did not find | showed no | shows no | has no
        | have no | had no | normal | unremarkable for""",
    family="""
        mother | father | sister | brother | parents | parent | son | daughter | aunt | uncle | cousin | grandmother
        | grandfather | grandparent | family history of | in the family | relatives | siblings""",
    unsure="""
        afraid of | afraid it is | worried about | worried that | worry about | fear of | in case of | if
        | to rule out | asked about | risk of | to exclude | suspected""",
    nothing="not only | no change | no longer only | not just | not always | no relief",
)
# What stands behind it.
_BACKWARD = _cues(
    absent="""
        absent | was negative | were negative | is negative | was excluded | were excluded | was ruled out
        | is normal | was normal | were normal | are normal | not present | has stopped | have stopped | is gone
        | are gone""",
    family="runs in the family | in my family | in the family",
)
_ENDS = re.compile(
    r"[.;:!?\n]|\b(?:but|however|although|though|except|yet|while|whereas|now|then|since|because"
    r"|and (?:i|my|now|the|then))\b",
    re.IGNORECASE,
)


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
    about: str


def findings_in(text: str, knowledge: Knowledge) -> tuple[Finding, ...]:
    """Give the person's own findings that a text tells, present or excluded.

    What is told of relatives, feared or asked about is left out; a finding told both ways is present.
    """
    state = {"present": State.PRESENT, "absent": State.EXCLUDED}
    found: dict[str, Finding] = {}
    for mention in mentions_in(text, knowledge):
        if mention.about not in state:
            continue
        if mention.code not in found or found[mention.code].state is State.EXCLUDED:
            term = knowledge.ontology.term(mention.code)
            told = state[mention.about]
            found[mention.code] = Finding(term, told, note=f"told: {mention.words}", likelihood_ratio=_WEIGHT[told])
    return tuple(found.values())


def mentions_in(text: str, knowledge: Knowledge) -> list[Mention]:
    """Give every finding that a text mentions, in order, with whom and what it is about."""
    words = words_of(text)
    found = []
    for match in knowledge.lexicon.find(words):
        start, stop = words[match.first].start, words[match.last - 1].stop
        code = knowledge.ontology.ids[match.term]
        found.append(Mention(code, " ".join(text[start:stop].split()), _about(text, start, stop)))
    return found


def _about(text: str, start: int, stop: int) -> str:
    clause_start, clause_stop = _clause(text, start, stop)
    before, after = text[clause_start:start].lower(), text[stop:clause_stop].lower()
    ahead = _last_cue(before, _FORWARD)
    behind = _last_cue(after, _BACKWARD)
    # A relative's finding stays a relative's, whatever else is said of it.
    if "family" in (ahead, behind):
        return "family"
    told = behind or ahead
    return told if told in {"absent", "unsure"} else "present"


def _clause(text: str, start: int, stop: int) -> tuple[int, int]:
    ends = [(m.start(), m.end()) for m in _ENDS.finditer(text)]
    first = max((end for begin, end in ends if end <= start), default=0)
    last = min((begin for begin, end in ends if begin >= stop), default=len(text))
    return first, last


def _last_cue(text: str, cues: dict[str, str]) -> str:
    """Give what the cue nearest to the phrase does; of those that begin together the longest."""
    best = (-1, 0, "")
    for cue, effect in cues.items():
        for match in re.finditer(rf"\b{re.escape(cue)}\b", text):
            best = max(best, (match.start(), len(cue), effect))
    return best[2]
