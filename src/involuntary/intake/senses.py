"""A word with several senses, told apart by what else the text tells.

*Stiff* is the word of plain language for three signs of the examination: beside brisk reflexes or clonus it is
spasticity, beside tremor, slowness or a clouded mind rigidity, beside both the hypertonia that they share. Alone, or of
muscles, it stays the stiffness that is felt. By judgement: what a clinician would write down.
"""

from __future__ import annotations

from collections.abc import Set

__all__ = ["sense_of"]

_STIFFNESS, _SPASTICITY, _RIGIDITY, _HYPERTONIA = "HP:0003552", "HP:0001257", "HP:0002063", "HP:0001276"
# Hyperreflexia, Babinski sign, clonus, ankle clonus, knee clonus, scissor gait, tiptoe gait.
_PYRAMIDAL = frozenset(
    {"HP:0001347", "HP:0003487", "HP:0002169", "HP:0011448", "HP:0011449", "HP:0012407", "HP:0030051"}
)
# Resting tremor, bradykinesia, parkinsonism, hypomimic face, shuffling gait, confusion, delirium, mutism,
# reduced consciousness.
_BASAL = frozenset(
    {"HP:0002322", "HP:0002067", "HP:0001300", "HP:0000338", "HP:0002362", "HP:0001289", "HP:0031258"}
) | {"HP:0002300", "HP:0004372"}
_SENSES = {(True, False): _SPASTICITY, (False, True): _RIGIDITY, (True, True): _HYPERTONIA}


def sense_of(code: str, words: str, beside: Set[str]) -> str:
    """Give the code that a finding has in the company of others.

    Parameters
    ----------
    code : str
        HPO code by the words alone.
    words : str
        By which it is told.
    beside : set of str
        Codes of what else the text tells to be there.

    Examples
    --------
    >>> sense_of("HP:0003552", "legs are stiff", {"HP:0002169"})
    'HP:0001257'
    >>> sense_of("HP:0003552", "stiff muscles", {"HP:0002169"})
    'HP:0003552'
    """
    if code != _STIFFNESS or "musc" in words.lower():
        return code
    return _SENSES.get((not _PYRAMIDAL.isdisjoint(beside), not _BASAL.isdisjoint(beside)), code)
