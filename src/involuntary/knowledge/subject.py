"""From a sentence or a question that says what it is about to that entry: *spasticity is a condition in which …*."""

from __future__ import annotations

import re

from involuntary.knowledge.library import Knowledge
from involuntary.knowledge.lookup import AnyEntry, by_name
from involuntary.knowledge.schema import ConditionEntry, PhenomenonEntry

__all__ = ["by_subject"]

# What a sentence defines stands before the verb that defines it, as a heading or alone; *tremor is worse when I
# reach* defines nothing.
_DEFINED = re.compile(
    r"^(?:[^:]{2,60}: )?(?:an? |the )?(?P<name>[^,;:()–—]{2,60}?)"
    r"(?: \((?P<other>[^)]{1,40})\))?,?"
    r" (?:(?:is|are) (?:(?!(?:in|with|at|on|after|when|from|worse|better) )\w+ ){0,6}"
    r"(?:name|term|disorders?|conditions?|diseases?|syndromes?|symptoms?|types?|forms?|kinds?|movements?|"
    r"contractions?|spasms?|tightening|characteri[sz]ed|caused|defined|described|when)\b"
    r"|(?:refers? to|means|describes?|characteri[sz]ed by|(?:can|may) (?:be|occur|affect|happen)|"
    r"occurs?|happens?|produces?|predominantly|also known as)\b)",
    re.IGNORECASE,
)
_CALLED = re.compile(
    r"\b(?:called|known as|termed|referred to as) (?:an? |the )?[\"“']?(?P<name>[\w' -]{3,50}?)[\"”']?(?=[,.;)]|$)",
    re.IGNORECASE,
)
_ASKED = re.compile(
    r"^(?:what (?:is|are|causes?|does)|why (?:do|does|is|are)|how (?:do|does|can|to) (?:you |i |one )?"
    r"(?:treat|stop|get rid of|prevent|cure|diagnose)|tell me about|explain|define|"
    r"(?:common )?(?:causes?|symptoms?|signs?|treatments?|medications?|management|diagnosis|cure) (?:of|for))"
    r" (?:an? |the )?(?P<name>.{3,50}?)(?: mean| occur| happen| treated| feel like)?[?.!]?$",
    re.IGNORECASE,
)


def by_subject(text: str, knowledge: Knowledge) -> AnyEntry | None:
    """Give the kind of contraction or the condition that a text defines, names or asks after; None where none is.

    Parameters
    ----------
    text : str
        Such as ``"Dystonia is the name for uncontrolled muscle movements"`` or ``"how to treat a charley horse?"``.
    knowledge : Knowledge
        Where the entries are.
    """
    for way in (_ASKED, _DEFINED, _CALLED):
        if match := way.search(text):
            # What a bracket adds is the closer name: *muscle spasms (tetany)*.
            names = (match.groupdict().get("other") or "", match["name"])
            for found in (_named(name, knowledge) for name in names if name):
                if isinstance(found, PhenomenonEntry | ConditionEntry):
                    return found
    return None


def _named(name: str, knowledge: Knowledge) -> AnyEntry | None:
    """Give the entry of a name, told of one or of many."""
    singular = (name.removesuffix(ending) for ending in ("", "s", "es"))
    return next((entry for one in singular if (entry := by_name(one, knowledge))), None)
