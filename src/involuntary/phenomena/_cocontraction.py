"""Two muscles that pull against each other: which are such, and how much they do it, by three families of index."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from involuntary.errors import ParameterError, nearest

__all__ = ["by_amplitude", "by_shape", "by_time", "named_pairs"]

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

# Words of a name and those of its antagonists.
_AGAINST = {
    "flexor": ("extensor",),
    "fcr": ("ecr", "ecu"),
    "fcu": ("ecr", "ecu"),
    "fds": ("edc",),
    "biceps": ("triceps",),
    "quadriceps": ("hamstrings", "hamstring"),
    "vastus": ("hamstrings", "hamstring"),
    "tibialis": ("soleus", "gastrocnemius", "sol", "gm", "gl"),
    "ta": ("soleus", "gastrocnemius", "sol", "gm", "gl"),
    "pronator": ("supinator",),
    "abductor": ("adductor",),
    "paraspinal": ("abdominis", "abdominal"),
    "spinae": ("abdominis", "abdominal"),
    "multifidus": ("abdominis", "abdominal"),
}
_LABEL, _TELLING = 16, 3  # characters of an EDF label, and of a word that still tells it
# Of paraspinal muscles: the level, such as L3, is none of their antagonist.
_LEVEL_OF_SPINE = re.compile(r"\b[ctl]\d{1,2}\b")
_OF_THE_LEG = re.compile(r"\b(biceps|rectus) femoris\b")


def by_shape(one: Floats, other: Floats) -> float:
    """Give twice the area that both envelopes share over the sum of theirs, in per cent (Falconer and Winter 1985).

    Parameters
    ----------
    one, other : ndarray, shape (n,)
        Normalised envelopes at the same times.
    """
    total = float(np.sum(one) + np.sum(other))
    return 200 * float(np.sum(np.minimum(one, other))) / total if total else float("nan")


def by_amplitude(one: Floats, other: Floats) -> float:
    """Give the mean of lower over higher times the sum of both (Rudolph 2000), in the unit of the envelopes."""
    low, high = np.minimum(one, other), np.maximum(one, other)
    ratio = np.divide(low, high, out=np.zeros_like(low), where=high > 0)
    return float(np.mean(ratio * (low + high))) if one.size else float("nan")


def by_time(one: Mask, other: Mask) -> float:
    """Give the time in which both are active over that in which either is, in per cent."""
    either = int(np.count_nonzero(one | other))
    return 100 * int(np.count_nonzero(one & other)) / either if either else float("nan")


def named_pairs(names: Sequence[str], stated: str = "") -> tuple[tuple[int, int], ...]:
    """Give the positions of antagonists.

    Parameters
    ----------
    names : sequence of str
        Of the channels.
    stated : str
        Pairs as ``first=second, third=fourth``; then the names are not interpreted.

    Raises
    ------
    ParameterError
        If a stated pair is none, or names no channel.
    """
    if stated:
        return tuple(_stated(part, names) for part in stated.split(","))
    words = [_words(name) for name in names]
    return tuple(
        (i, j) for i, mine in enumerate(words) for j, others in enumerate(words) if i != j and _against(mine, others)
    )


def _words(name: str) -> list[str]:
    """Give the words of a name; the last is completed where an EDF label has cut it, as in ``left wrist exten``."""
    found = re.findall(r"[a-z]+", _LEVEL_OF_SPINE.sub("", _OF_THE_LEG.sub("", name.lower())))
    if len(name) == _LABEL and found and len(found[-1]) >= _TELLING:
        known = {*_AGAINST, *(other for others in _AGAINST.values() for other in others)}
        whole = sorted(word for word in known if word.startswith(found[-1]))
        found[-1] = whole[0] if whole else found[-1]
    return found


def _against(mine: list[str], others: list[str]) -> bool:
    """Tell whether two names are alike but for one word and its antagonist."""
    for word in mine:
        for opposite in _AGAINST.get(word, ()):
            # "tibialis anterior" and "soleus": what tells a part of a muscle need not be alike, the side must.
            if opposite in others and _place(mine, word) == _place(others, opposite):
                return True
    return False


_PARTS = {"anterior", "posterior", "medialis", "lateralis", "medial", "lateral", "brachii", "muscle", "emg", "rectus",
          "erector", "lumbar", "thoracic"}  # fmt: skip


def _place(words: list[str], without: str) -> list[str]:
    return sorted(w for w in words if w != without and w not in _PARTS)


def _stated(part: str, names: Sequence[str]) -> tuple[int, int]:
    ends = [end.strip() for end in part.split("=")]
    if len(ends) != 2 or ends[0] == ends[1]:
        raise ParameterError("dystonia.pairs", "takes NAME=NAME, …", repr(part.strip()))
    for end in ends:
        if end not in names:
            raise ParameterError(
                "dystonia.pairs", f"{end!r} is no EMG channel{nearest(end, names)}", "", f"channels: {', '.join(names)}"
            )
    return names.index(ends[0]), names.index(ends[1])
