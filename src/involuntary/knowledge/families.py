"""Numbered subtypes of one disease by their names: *Spastic paraplegia 4* and *11* are one family."""

from __future__ import annotations

import re

__all__ = ["family_name"]

_INHERITANCE = re.compile(r",? *\b(?:autosomal|x-linked|dominant|recessive|or)\b")
_NUMBER = re.compile(r"[ ,\-]+(?:type )?(?:\d+[a-z]{0,2}\d*|type [ivx]+[a-z]?)(?=[ ,]|$)")
_TRAILING = re.compile(
    r"[ ,\-]+(?:type|complementation group|group)?[ ,\-]*(?:\d+[a-z]{0,2}\d*|[ivx]+[a-z]?|[a-z]\d*)$"
)
_TYPE = re.compile(r"[ ,]+type$")
_SHORTEST = 5  # a number further to the front belongs to the name, as in *3-M syndrome*
_STRIPPED = 3  # *type 2, 1a* ends in more than one number


def family_name(name: str) -> str:
    """Give a name without what numbers its subtypes.

    Examples
    --------
    >>> family_name("Spastic ataxia 8, autosomal recessive, with hypomyelinating leukodystrophy")
    'spastic ataxia'
    >>> family_name("Parkinson disease 2, autosomal recessive juvenile")
    'parkinson disease'
    """
    short = name.split(";")[0].strip().lower().replace("'s ", " ").replace("’s ", " ")
    number = _NUMBER.search(short)
    if number and number.start() >= _SHORTEST:
        short = short[: number.start()]
    short = _INHERITANCE.sub("", short)
    for _ in range(_STRIPPED):
        short = _TRAILING.sub("", short).strip(" ,-")
        short = _TYPE.sub("", short)
    return short.strip(" ,")
