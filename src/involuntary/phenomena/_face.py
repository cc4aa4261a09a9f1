"""What names of channels say of muscles of the face."""

from __future__ import annotations

import re

__all__ = ["ORBICULARIS_OCULI", "of_eyelid", "of_face"]

ORBICULARIS_OCULI = ("oculi", "oo", "ooc")
_EYELID = (*ORBICULARIS_OCULI, "eyelid", "eyelids", "lid", "lids", "palpebra", "palpebrae", "palpebral")
# How the words begin: names are given in more than one case and language.
_FACE = (
    "orbicularis", "oris", "frontalis", "mentalis", "zyg", "oor", "nasalis", "buccinator", "platysma", "corrugator",
    "labii", "anguli", "risorius",
)  # fmt: skip


def of_face(name: str) -> bool:
    """Say whether a channel's name is that of a muscle of the face: none of them holds a posture or knows a stretch."""
    return of_eyelid(name) or any(word.startswith(_FACE) for word in _words(name))


def of_eyelid(name: str) -> bool:
    """Say whether a channel's name is that of the muscle of the eyelids, which everybody's blinks move."""
    return any(word in _EYELID for word in _words(name))


def _words(name: str) -> list[str]:
    return re.findall(r"[a-z]+", name.lower())
