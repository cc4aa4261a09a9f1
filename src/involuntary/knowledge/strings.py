"""Many short strings as one array of bytes, decoded only when asked for; and the ones nearest to a misspelling."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

__all__ = ["closest", "pack", "unpack"]

Bytes = npt.NDArray[np.uint8]


def pack(strings: Iterable[str]) -> Bytes:
    """Join single-line strings to one array; `unpack` undoes it. None of them may hold a line feed."""
    return np.frombuffer("".join(f"{s}\n" for s in strings).encode(), dtype=np.uint8)


def unpack(packed: Bytes) -> tuple[str, ...]:
    """Give the strings that `pack` joined."""
    return tuple(packed.tobytes().decode().split("\n")[:-1])


def closest(text: str, packed: Bytes, n: int = 1) -> list[int]:
    """Give the indices of the `n` strings that look most like `text`, best first.

    Candidates share most three-letter runs (Dice coefficient, case folded); among the best fifty the
    order is that of `difflib.SequenceMatcher`. Ties go to the earlier string.
    """
    blob = packed.tobytes().decode().casefold().encode()
    ends = np.flatnonzero(np.frombuffer(blob, dtype=np.uint8) == ord("\n"))
    starts = np.concatenate([[0], ends[:-1] + 1])
    wanted = f"\n{' '.join(text.casefold().split())}\n".encode()
    runs = {wanted[i : i + 3] for i in range(len(wanted) - 2)}
    shared = np.zeros(len(starts))
    for run in runs:
        # A run that begins with the line feed before a string belongs to that string.
        places = np.array([match.start() for match in re.finditer(re.escape(run), b"\n" + blob)], dtype=np.int64)
        shared[np.unique(np.searchsorted(starts, places, side="right") - 1)] += 1
    score = 2 * shared / (len(runs) + ends - starts)
    candidates = np.argsort(-score, kind="stable")[:50].tolist()
    matcher = difflib.SequenceMatcher(b=wanted.decode().strip("\n"), autojunk=False)
    ratio = {}
    for i in candidates:
        matcher.set_seq1(blob[starts[i] : ends[i]].decode())
        ratio[i] = matcher.ratio()
    return sorted(candidates, key=lambda i: (-ratio[i], i))[:n]
